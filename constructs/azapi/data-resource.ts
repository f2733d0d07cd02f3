import type { Construct } from "constructs";
import { TerraformDataSource, type TerraformMetaArguments } from "../cdktf.ts";
import { AZAPI_METADATA } from "./metadata.ts";

/** @see https://registry.terraform.io/providers/azure/azapi/2.12.0/docs/data-sources/resource */
export interface AzapiDataResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version: `Microsoft.X/ys@2025-06-01`. */
  readonly type: string;
  /** Resource ID of what is read. */
  readonly resourceId: string;
  /**
   * Paths of the answer that `output` holds, for example `properties.agentPoolProfiles`; what the answer lacks is
   * absent there.
   */
  readonly responseExportValues: readonly string[];
}

/**
 * Any resource of Azure Resource Manager that is there. The state holds what is asked for, and nothing else of the
 * answer.
 */
export class AzapiDataResource extends TerraformDataSource {
  /** Terraform's name of the data source. */
  static readonly tfResourceType = "azapi_resource";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: AzapiDataResourceConfig,
  ) {
    super(scope, id, {
      terraformResourceType: AzapiDataResource.tfResourceType,
      terraformGeneratorMetadata: AZAPI_METADATA,
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      forEach: config.forEach,
    });
  }

  /** Resource ID. */
  get id(): string {
    return this.getStringAttribute("id");
  }

  /** Name of the resource in Azure. */
  get name(): string {
    return this.getStringAttribute("name");
  }

  /** Azure region, as azapi writes it: `westeurope`. */
  get location(): string {
    return this.getStringAttribute("location");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { type, resourceId, responseExportValues } = this.config;
    return { type, resource_id: resourceId, response_export_values: responseExportValues };
  }
}
