import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema.ts";
import { configuredBy } from "../constructs/origin.ts";
import { Workspace, type WorkspaceProps } from "../constructs/workspace.ts";
import { AzureStack, type AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";

/** What a workspace stack is made from. */
export interface WorkspaceStackProps extends AzureStackProps {
  /** The new workspace. */
  readonly create: NonNullable<EnvironmentConfig["workspace"]["create"]>;
  /** Where `workspace.create` stands in the configuration. */
  readonly configPath: readonly string[];
}

const KEYS: Readonly<Record<keyof WorkspaceProps, string>> = {
  name: "name",
  resourceGroupName: "resourceGroup",
  location: "location",
  storageAccountName: "storageAccount",
  keyVaultName: "keyVault",
  applicationInsightsName: "applicationInsights",
  publicNetworkAccess: "publicNetworkAccess",
  description: "description",
  tags: "tags",
};

/** A new workspace; it exists where `workspace.create` is given. */
export class WorkspaceStack extends AzureStack {
  constructor(scope: Construct, stack: StackIdentity, props: WorkspaceStackProps) {
    super(scope, stack, props);
    const { resourceGroup, storageAccount, keyVault, applicationInsights, ...same } = props.create;
    const workspace = new Workspace(this, "workspace", {
      ...same,
      resourceGroupName: resourceGroup,
      storageAccountName: storageAccount,
      keyVaultName: keyVault,
      applicationInsightsName: applicationInsights,
    });
    const self = props.configPath;
    configuredBy(workspace, {
      self,
      props: Object.fromEntries(Object.entries(KEYS).map(([prop, key]) => [prop, [...self, key]])),
    });
    this.output("workspace_id", workspace.workspaceId, "Resource ID of the workspace");
  }
}
