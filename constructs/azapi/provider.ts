import type { Construct } from "constructs";
import { TerraformProvider } from "../cdktf.ts";
import { AZAPI_METADATA } from "./metadata.ts";

/** @see https://registry.terraform.io/providers/azure/azapi/2.12.0/docs */
export interface AzapiProviderConfig {
  /** Subscription (a GUID) of what is managed. @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

/**
 * The azapi provider, for which there are no prebuilt bindings; credentials come from ARM_* variables. It plans what a
 * body no longer names as a change, which azapi does not do by itself: what is removed would stay in Azure without a
 * word.
 */
export class AzapiProvider extends TerraformProvider {
  /** Terraform's name of the provider. */
  static readonly tfResourceType = "azapi";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: AzapiProviderConfig = {},
  ) {
    super(scope, id, {
      terraformResourceType: AzapiProvider.tfResourceType,
      terraformGeneratorMetadata: AZAPI_METADATA,
      terraformProviderSource: "azure/azapi",
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { subscription_id: this.config.subscriptionId, ignore_no_op_changes: false };
  }
}
