import type { Construct } from "constructs";
import type { StackKind } from "../config/names.ts";
import type { BackendConfig } from "../config/schema.ts";
import { TerraformBackend, type TerraformRemoteState } from "../constructs/cdktf.ts";

/** What the name of a workspace can be made of. */
export interface StackIdentity {
  /** Name of the stack. */
  readonly name: string;
  /** Name of its environment. */
  readonly environment: string;
  /** Absent for the stack of a workspace. */
  readonly cluster?: string;
  /** What it holds. */
  readonly kind: StackKind;
}

function workspaceName({ name, environment, cluster = "", kind }: StackIdentity, template = "{stack}"): string {
  const parts: Readonly<Record<string, string>> = { stack: name, environment, cluster, kind };
  return template.replaceAll(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? "");
}

/** Where the state of a stack is kept. cdktf's own CloudBackend runs the terraform binary; this one needs none. */
export class StackBackend extends TerraformBackend {
  constructor(
    scope: Construct,
    private readonly config: BackendConfig,
    private readonly stack: StackIdentity,
    /** Folder of the local states, from the folder of a stack, with slashes. */
    private readonly stateDirectory: string,
  ) {
    super(scope, "backend", config.cloud ? "cloud" : config.azurerm ? "azurerm" : "local");
  }

  override toTerraform(): unknown {
    const settings = this.settings();
    return { terraform: this.config.cloud ? { cloud: settings } : { backend: { [this.name]: settings } } };
  }

  override toMetadata(): unknown {
    const { cloud } = this.config;
    // cdktf reads this to follow the run in HCP Terraform or in a Terraform Enterprise of one's own.
    return {
      backend: this.name,
      ...(cloud
        ? { cloud: (cloud.hostname ?? "app.terraform.io").startsWith("app.terraform.io") ? "tfc" : "tfe" }
        : {}),
    };
  }

  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("stacks are joined by data sources and resource IDs: whoever reads a remote state reads all of it");
  }

  private settings(): Record<string, unknown> {
    const { azurerm, cloud } = this.config;
    if (cloud) {
      return {
        ...(cloud.hostname ? { hostname: cloud.hostname } : {}),
        organization: cloud.organization,
        workspaces: {
          name: workspaceName(this.stack, cloud.workspace),
          ...(cloud.project ? { project: cloud.project } : {}),
        },
      };
    }
    if (azurerm) {
      return {
        resource_group_name: azurerm.resourceGroup,
        storage_account_name: azurerm.storageAccount,
        container_name: azurerm.container,
        key: `${azurerm.keyPrefix ?? ""}${this.stack.name}.tfstate`,
        ...(azurerm.subscriptionId ? { subscription_id: azurerm.subscriptionId } : {}),
        ...(azurerm.tenantId ? { tenant_id: azurerm.tenantId } : {}),
        use_azuread_auth: true,
      };
    }
    return { path: `${this.stateDirectory}/terraform.${this.stack.name}.tfstate` };
  }
}
