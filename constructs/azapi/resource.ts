import type { Construct } from "constructs";
import { type TerraformMetaArguments, TerraformResource } from "../cdktf.ts";
import { AZAPI_METADATA } from "./metadata.ts";

/** @see https://registry.terraform.io/providers/azure/azapi/2.12.0/docs/resources/resource */
export interface AzapiResourceConfig extends TerraformMetaArguments {
  /** Resource type and API version: `Microsoft.X/ys@2025-06-01`. */
  readonly type: string;
  /** Name of the resource in Azure. */
  readonly name: string;
  /** Resource ID of what it belongs to. */
  readonly parentId: string;
  /** Azure region. @default - the parent's, where Azure has one */
  readonly location?: string;
  /** Properties in Azure's own words, as the API takes them. */
  readonly body: object;
  /**
   * Properties that are sent and never kept: merged over the body in each request, absent from plan and state.
   * @default - none
   */
  readonly sensitiveBody?: object;
  /** Azure tags. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Managed identity: `SystemAssigned`, `UserAssigned` with the IDs, or `SystemAssigned, UserAssigned`.
   * @default - none
   */
  readonly identity?: { readonly type: string; readonly identityIds?: readonly string[] };
  /**
   * Paths in the body, in JMESPath: where one of them changes, the resource is replaced.
   * @default - none, a change is an update in place
   */
  readonly replaceTriggersRefs?: readonly string[];
  /** Query of the request that deletes it. @default - none */
  readonly deleteQueryParameters?: Readonly<Record<string, readonly string[]>>;
}

/** Any resource of Azure Resource Manager. */
export class AzapiResource extends TerraformResource {
  /** Terraform's name of the resource type. */
  static readonly tfResourceType = "azapi_resource";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: AzapiResourceConfig,
  ) {
    super(scope, id, {
      terraformResourceType: AzapiResource.tfResourceType,
      terraformGeneratorMetadata: AZAPI_METADATA,
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      provisioners: config.provisioners,
      connection: config.connection,
      forEach: config.forEach,
    });
  }

  /** Resource ID. */
  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const {
      type,
      name,
      parentId,
      location,
      body,
      sensitiveBody,
      tags,
      identity,
      replaceTriggersRefs,
      deleteQueryParameters,
    } = this.config;
    return {
      type,
      name,
      parent_id: parentId,
      location,
      body,
      sensitive_body: sensitiveBody,
      tags,
      identity: identity && { type: identity.type, identity_ids: identity.identityIds },
      replace_triggers_refs: replaceTriggersRefs,
      delete_query_parameters: deleteQueryParameters,
    };
  }
}
