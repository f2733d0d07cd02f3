import { ApplicationInsights } from "@cdktf/provider-azurerm/lib/application-insights/index.js";
import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js";
import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault/index.js";
import { MachineLearningWorkspace } from "@cdktf/provider-azurerm/lib/machine-learning-workspace/index.js";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account/index.js";
import type { Construct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import { addressOf } from "./address.ts";
import type { TerraformResource } from "./cdktf.ts";
import { type ComputeIdentityProps, identityOf } from "./compute.ts";
import { ImportBlock } from "./import-block.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { block, derive, firstSet, inside, keyed, type Traced, valueAt } from "./keyed.ts";
import { elementFrom, layOver, type Overrides } from "./origin.ts";

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/machine_learning_workspace */
export interface WorkspaceProps extends ComputeIdentityProps {
  /** Name of the workspace. */
  readonly name: string;
  /** Resource group of the workspace and what belongs to it; it must exist. */
  readonly resourceGroupName: string;
  /** Azure region, for example `westeurope`. */
  readonly location: string;
  /**
   * Azure subscription (a GUID) of a workspace that exists already and is taken over, instead of failing, with its
   * storage account, key vault and Application Insights, which are then left as they are.
   * @default - a new one is made
   */
  readonly adoptFromSubscription?: string;
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
  /** Resource ID of the container registry. @default - Azure ML makes one when the first image is built */
  readonly containerRegistryId?: string;
  /** Name of the compute that builds images. @default - the registry's own tasks */
  readonly imageBuildComputeName?: string;
  /** A key of your own that encrypts the workspace. @default - Microsoft's */
  readonly customerManagedKey?: {
    /** Resource ID of the key vault. */
    readonly keyVaultId: string;
    /** The key with its version, as a URL. */
    readonly keyId: string;
    /** Resource ID of the user-assigned identity that reads the key. @default - the workspace's own identity */
    readonly identity?: string;
  };
  /** Whether Azure collects less diagnostic data. A change replaces the workspace. @default false */
  readonly highBusinessImpact?: boolean;
  /**
   * `Disabled`, `AllowInternetOutbound` or `AllowOnlyApprovedOutbound`: a managed virtual network, with which no AKS
   * cluster can be attached.
   * @default - none
   */
  readonly managedNetworkIsolationMode?: "Disabled" | "AllowInternetOutbound" | "AllowOnlyApprovedOutbound";
  /** Free text. @default - none */
  readonly description?: string;
  /** Azure tags of the workspace and what belongs to it. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Attributes in Terraform's own names, laid over what the props make, deep; null takes one away. @default - none */
  readonly overrides?: Overrides;
}

/** An Azure Machine Learning workspace with the storage account, key vault and Application Insights that it needs. */
export class Workspace extends JudgedConstruct {
  /** The workspace itself, for what no prop sets. */
  readonly resource: MachineLearningWorkspace;

  constructor(scope: Construct, id: string, props: WorkspaceProps) {
    super(scope, id);
    const from = keyed(props);
    const shared = { resourceGroupName: from.resourceGroupName, location: from.location, tags: from.tags };
    const client = new DataAzurermClientConfig(this, "client");
    // Nothing tells how they were made.
    const leftAlone = props.adoptFromSubscription === undefined ? {} : { lifecycle: { ignoreChanges: "all" as const } };

    const storageName = firstSet(from.storageAccountName, derive(from.name, storageAccountName));
    const storage = elementFrom(StorageAccount, this, "storage", {
      ...shared,
      ...leftAlone,
      name: storageName,
      accountTier: "Standard",
      accountReplicationType: "LRS",
      minTlsVersion: "TLS1_2",
      allowNestedItemsToBePublic: false,
    });
    const vaultName = firstSet(from.keyVaultName, derive(from.name, keyVaultName));
    const vault = elementFrom(KeyVault, this, "key_vault", {
      ...shared,
      ...leftAlone,
      name: vaultName,
      tenantId: client.tenantId,
      skuName: "standard",
      // A deleted workspace key would make the workspace unreadable; Azure asks for this protection.
      purgeProtectionEnabled: true,
    });
    const insightsName = firstSet(
      from.applicationInsightsName,
      derive(from.name, (name) => `appi-${name}`),
    );
    const insights = elementFrom(ApplicationInsights, this, "application_insights", {
      ...shared,
      ...leftAlone,
      name: insightsName,
      applicationType: "web",
    });

    this.resource = elementFrom(MachineLearningWorkspace, this, "Resource", {
      ...shared,
      name: from.name,
      description: from.description,
      publicNetworkAccessEnabled: from.publicNetworkAccess,
      storageAccountId: storage.id,
      keyVaultId: vault.id,
      applicationInsightsId: insights.id,
      containerRegistryId: from.containerRegistryId,
      imageBuildComputeName: from.imageBuildComputeName,
      // One is required, and Azure makes it where nobody names another.
      identity: identityOf(from) ?? { type: "SystemAssigned" },
      primaryUserAssignedIdentity: derive(from.userAssignedIdentityIds, (ids) => ids?.[0]),
      encryption: inside(from.customerManagedKey, ({ keyVaultId, keyId, identity }) => ({
        keyVaultId,
        keyId,
        userAssignedIdentityId: identity,
      })),
      highBusinessImpact: from.highBusinessImpact,
      managedNetwork: block({ isolationMode: from.managedNetworkIsolationMode }),
    });
    layOver(this.resource, from.overrides);
    const taken: [id: string, resource: TerraformResource, type: string, name: Traced<string>][] = [
      ["storage_import", storage, "Microsoft.Storage/storageAccounts", storageName],
      ["key_vault_import", vault, "Microsoft.KeyVault/vaults", vaultName],
      ["application_insights_import", insights, "Microsoft.Insights/components", insightsName],
      ["import", this.resource, "Microsoft.MachineLearningServices/workspaces", from.name],
    ];
    const { adoptFromSubscription: subscriptionId, resourceGroupName: resourceGroup } = props;
    if (subscriptionId !== undefined)
      for (const [importId, resource, type, name] of taken)
        new ImportBlock(this, importId, {
          to: addressOf(resource),
          id: formatResourceId({ subscriptionId, resourceGroup, type, names: [valueAt(name)] }),
        });
  }

  /** Resource ID of the workspace. */
  get workspaceId(): string {
    return this.resource.id;
  }
}

/** Lower-case letters and digits, 24 at most. */
function storageAccountName(workspace: string): string {
  return `st${workspace.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`.slice(0, 24);
}

/** Letters, digits and hyphens, 24 at most, with no hyphen at the end. */
function keyVaultName(workspace: string): string {
  return `kv-${workspace.replaceAll(/[^A-Za-z0-9]+/g, "-")}`.slice(0, 24).replace(/-+$/, "");
}
