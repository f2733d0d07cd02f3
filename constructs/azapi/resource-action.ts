import type { Construct } from "constructs";
import { type TerraformMetaArguments, TerraformResource } from "../cdktf.ts";
import { AZAPI_METADATA } from "./metadata.ts";

/** @see https://registry.terraform.io/providers/azure/azapi/2.12.0/docs/resources/resource_action */
export interface AzapiResourceActionConfig extends TerraformMetaArguments {
  /** Resource type and API version: `Microsoft.X/ys@2025-06-01`. */
  readonly type: string;
  /** Resource ID of what is acted on. */
  readonly resourceId: string;
  /** HTTP method. */
  readonly method: string;
  /** Body of the request, in Azure's own words. */
  readonly body: object;
}

/** A request to Azure Resource Manager that is sent when it is created, and again when it is changed or replaced. */
export class AzapiResourceAction extends TerraformResource {
  static readonly tfResourceType = "azapi_resource_action";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: AzapiResourceActionConfig,
  ) {
    super(scope, id, {
      terraformResourceType: AzapiResourceAction.tfResourceType,
      terraformGeneratorMetadata: AZAPI_METADATA,
      ...config,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { type, resourceId, method, body } = this.config;
    return { type, resource_id: resourceId, method, body };
  }
}
