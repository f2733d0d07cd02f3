import { ApplicationInsights } from "@cdktf/provider-azurerm/lib/application-insights/index.js";
import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js";
import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault/index.js";
import { MachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/machine-learning-workspace/index.js";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account/index.js";
import { Construct } from "constructs";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/machine_learning_workspace */
export interface WorkspaceProps {
  /** Name of the workspace. */
  readonly name: string;
  /** Resource group of the workspace and what belongs to it; it must exist. */
  readonly resourceGroupName: string;
  /** Azure region, for example `westeurope`. */
  readonly location: string;
  /**
   * Name of the storage account, unique in Azure.
   * @default - `st` and the name's lower-case letters and digits, 24 characters
   */
  readonly storageAccountName?: string;
  /**
   * Name of the key vault, unique in Azure.
   * @default - `kv-` and the name, with hyphens for other characters, 24 characters
   */
  readonly keyVaultName?: string;
  /** Name of the Application Insights. @default - `appi-` and the name */
  readonly applicationInsightsName?: string;
  /** Whether the workspace is reachable from the internet. @default - true, by Azure */
  readonly publicNetworkAccess?: boolean;
  /** Free text. @default - none */
  readonly description?: string;
  /** Azure tags of the workspace and what belongs to it. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

const SHARED_ATTRIBUTES: Readonly<Record<string, keyof WorkspaceProps>> = {
  resource_group_name: "resourceGroupName",
  location: "location",
  tags: "tags",
};

/** An Azure Machine Learning workspace with the storage account, key vault and Application Insights that it needs. */
export class Workspace extends Construct {
  /** The workspace itself, for what no prop sets. */
  readonly resource: MachineLearningWorkspace;

  constructor(scope: Construct, id: string, props: WorkspaceProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    const shared = {
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      tags: props.tags && { ...props.tags },
    };
    const client = new DataAzurermClientConfig(this, "client");

    const storage = new StorageAccount(this, "storage", {
      ...shared,
      name: props.storageAccountName ?? `st${props.name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`.slice(0, 24),
      accountTier: "Standard",
      accountReplicationType: "LRS",
      minTlsVersion: "TLS1_2",
      allowNestedItemsToBePublic: false,
    });
    comesFrom(storage, {
      ...SHARED_ATTRIBUTES,
      name: props.storageAccountName === undefined ? "name" : "storageAccountName",
    });

    const vault = new KeyVault(this, "key_vault", {
      ...shared,
      name: props.keyVaultName ?? `kv-${props.name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`.slice(0, 24).replace(/-+$/, ""),
      tenantId: client.tenantId,
      skuName: "standard",
      // A deleted workspace key would make the workspace unreadable; Azure asks for this protection.
      purgeProtectionEnabled: true,
    });
    comesFrom(vault, { ...SHARED_ATTRIBUTES, name: props.keyVaultName === undefined ? "name" : "keyVaultName" });

    const insights = new ApplicationInsights(this, "application_insights", {
      ...shared,
      name: props.applicationInsightsName ?? `appi-${props.name}`,
      applicationType: "web",
    });
    comesFrom(insights, {
      ...SHARED_ATTRIBUTES,
      name: props.applicationInsightsName === undefined ? "name" : "applicationInsightsName",
    });

    this.resource = new MachineLearningWorkspace(this, "Resource", {
      ...shared,
      name: props.name,
      description: props.description,
      publicNetworkAccessEnabled: props.publicNetworkAccess,
      storageAccountId: storage.id,
      keyVaultId: vault.id,
      applicationInsightsId: insights.id,
      identity: { type: "SystemAssigned" },
    });
    comesFrom(this.resource, {
      ...SHARED_ATTRIBUTES,
      name: "name",
      description: "description",
      public_network_access_enabled: "publicNetworkAccess",
    });
  }

  /** Resource ID of the workspace. */
  get workspaceId(): string {
    return this.resource.id;
  }
}
