import { z } from "zod";
import { type AttachmentConfig, attachment } from "./attachment-schema.ts";
import { create, entraId } from "./cluster-schema.ts";
import {
  azureName,
  guid,
  identity,
  isObject,
  nonEmpty,
  oneForm,
  onlyWith,
  overrides,
  region,
  resourceId,
  tags,
  text,
  USER_ASSIGNED_IDENTITY,
} from "./shapes.ts";

/**
 * What a user may say: shape and type only. Whether a value makes sense in Azure is for the rules,
 * so that the user gets a rule's explanation instead of a pattern that did not match.
 */

const backend = oneForm(
  z.strictObject({
    local: z.strictObject({}).optional().describe("A state file beside the configuration: terraform.<stack>.tfstate."),
    azurerm: z
      .strictObject({
        resourceGroup: azureName("resourceGroup").describe("Resource group of the storage account."),
        storageAccount: azureName("storageAccount").describe("Storage account that holds the states."),
        container: azureName("container").describe("Blob container; each stack's state is the blob <stack>.tfstate."),
        keyPrefix: z
          .string()
          .regex(/^[A-Za-z0-9_.-][A-Za-z0-9_./-]*$/, "must be letters, digits, and _ . - / behind the first character")
          .optional()
          .describe(
            "Put before the name of each blob, so that several configurations share a container, as in team-a/.",
          ),
        subscriptionId: guid()
          .optional()
          .describe("Subscription of the storage account. Default: the one that is signed in to."),
        tenantId: guid().optional().describe("Tenant of the storage account. Default: the one that is signed in to."),
      })
      .optional()
      .describe(
        "A blob per stack, signed in to with Entra ID; credentials come from ARM_* variables, never from here.",
      ),
    cloud: z
      .strictObject({
        organization: text().describe("HCP Terraform organization."),
        project: text().optional().describe("HCP Terraform project. Default: the organization's default project."),
        hostname: text().optional().describe("Terraform Enterprise host. Default: app.terraform.io."),
        workspace: z
          .string()
          .regex(
            /^[A-Za-z0-9_-]*(\{(stack|environment|cluster|kind)\}[A-Za-z0-9_-]*)+$/,
            "must hold {stack}, beside letters, digits, - and _, and {environment}, {cluster} or {kind}",
          )
          .refine(
            (template) => template.includes("{stack}"),
            "must hold {stack}: each stack has a workspace of its own",
          )
          .optional()
          .describe(
            "Name of a stack's workspace, with {stack}; it may hold {environment}, {cluster} and {kind} too. Default: {stack}.",
          ),
      })
      .optional()
      .describe("HCP Terraform: one workspace a stack, named as the stack."),
  }),
  [["local"], ["azurerm"], ["cloud"]],
  "give exactly one of local, azurerm or cloud",
);

const workspaceCreate = z.strictObject({
  resourceGroup: azureName("resourceGroup").describe("Resource group of the new workspace; it must exist."),
  name: azureName("workspace").describe("Name of the new workspace."),
  adopt: z
    .boolean()
    .optional()
    .describe(
      "Whether the workspace exists already and is taken over, with its storage account, key vault and Application Insights, which are then left as they are. Default: false.",
    ),
  location: region().describe("Azure region. Default: the environment's location."),
  storageAccount: azureName("storageAccount")
    .optional()
    .describe(
      "Name of its storage account. Default: `st` and the workspace's name without hyphens, lower case, 24 characters.",
    ),
  keyVault: azureName("keyVault")
    .optional()
    .describe(
      "Name of its key vault. Default: `kv-` and the workspace's name, with hyphens for other characters, 24 characters.",
    ),
  applicationInsights: azureName("applicationInsights")
    .optional()
    .describe("Name of its Application Insights. Default: `appi-` and the workspace's name."),
  publicNetworkAccess: z
    .boolean()
    .optional()
    .describe("Whether the workspace is reachable from the internet. Default: true, as Azure does."),
  containerRegistry: resourceId("Microsoft.ContainerRegistry/registries")
    .optional()
    .describe("Container registry of its images. Default: Azure ML makes one when the first image is built."),
  imageBuildCompute: text()
    .optional()
    .describe(
      "Compute that builds images, for a registry behind a private endpoint. Default: the registry's own tasks.",
    ),
  identity: identity("the workspace")
    .optional()
    .describe("Identity of the workspace; of several user-assigned ones the first is used. Default: system-assigned."),
  customerManagedKey: z
    .strictObject({
      keyVaultId: resourceId("Microsoft.KeyVault/vaults").describe("Key vault that holds the key."),
      keyId: text().describe(
        "The key with its version, as in https://kv-ml.vault.azure.net/keys/mlw/0123456789abcdef.",
      ),
      identity: resourceId(USER_ASSIGNED_IDENTITY)
        .optional()
        .describe("User-assigned identity that reads the key. Default: the workspace's own."),
    })
    .optional()
    .describe("A key of your own that encrypts the workspace; it cannot be added later. Default: Microsoft's."),
  highBusinessImpact: z
    .boolean()
    .optional()
    .describe("Whether Azure collects less diagnostic data, for sensitive data; a change replaces it. Default: false."),
  managedNetwork: z
    .strictObject({
      isolationMode: z
        .enum(["Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"])
        .describe("What the managed virtual network lets out."),
    })
    .optional()
    .describe(
      "Managed virtual network of the workspace; no AKS cluster can be attached to a workspace with one. Default: none.",
    ),
  description: text().optional().describe("Free text."),
  tags: tags().optional().describe("Merged over the environment's tags."),
  overrides: overrides("azurerm_machine_learning_workspace"),
});

const workspace = oneForm(
  z.strictObject({
    resourceGroup: azureName("resourceGroup").optional().describe("Resource group of an existing workspace."),
    name: azureName("workspace").optional().describe("Name of an existing workspace."),
    location: region().optional().describe("Region of an existing workspace. Default: the environment's location."),
    userAssignedIdentity: resourceId(USER_ASSIGNED_IDENTITY)
      .optional()
      .describe(
        "User-assigned identity of an existing workspace: KubernetesCompute gives it its roles on the cluster. Default: none, the workspace has one of its own.",
      ),
    create: workspaceCreate
      .optional()
      .describe("A new workspace, with its storage account, key vault and Application Insights."),
  }),
  [["resourceGroup", "name"], ["create"]],
  "name an existing workspace by resourceGroup and name, or give `create` for a new one",
).refine(
  onlyWith(["userAssignedIdentity"], ({ create }) => create === undefined),
  {
    message: "userAssignedIdentity is for a workspace that is there: a new one has an identity of its own",
    when: (payload) => isObject(payload.value),
  },
);

const acknowledge = z
  .array(
    z.strictObject({
      rule: text().describe("Id of the rule, as `azureml-aks rules` lists it."),
      reason: text().describe("Why it does not matter here."),
      until: z.iso
        .date("must be a date such as 2027-06-30")
        .optional()
        .describe("Last day on which this counts. Default: always."),
    }),
  )
  .optional();

const existing = oneForm(
  z.strictObject({
    resourceGroup: azureName("resourceGroup")
      .optional()
      .describe("Resource group of an existing cluster, in the environment's subscription."),
    name: azureName("cluster").optional().describe("Name of an existing cluster."),
    resourceId: resourceId("Microsoft.ContainerService/managedClusters")
      .optional()
      .describe("Resource ID of an existing cluster, instead of resourceGroup and name."),
  }),
  [["resourceGroup", "name"], ["resourceId"]],
  "name the cluster by resourceGroup and name, or by resourceId",
);

const clusterShape = z.strictObject({
  create: create.optional().describe("A new AKS cluster."),
  existing: existing.optional().describe("A cluster that exists already, made here or elsewhere."),
  entraId: entraId
    .optional()
    .describe(
      "How an existing cluster knows its users; the kubernetes provider then signs in with kubelogin. Default: with certificates.",
    ),
  attachment: attachment
    .optional()
    .describe(
      "How the cluster is attached to the workspace. Default: a cluster that is created here is not; an existing one must be.",
    ),
  acknowledge: acknowledge.describe(
    "Rules that are acknowledged for this cluster: their findings stay in the report, and no longer count.",
  ),
});

const cluster = oneForm(
  clusterShape,
  [["create"], ["existing"]],
  "give `create` for a new cluster, or `existing` for one that is there",
)
  .refine(
    onlyWith(["entraId"], ({ existing }) => existing !== undefined),
    {
      message: "entraId beside `existing` is for a cluster that is there: for a new one it stands in `create`",
      when: (payload) => isObject(payload.value),
    },
  )
  .refine(
    onlyWith(["existing"], ({ attachment }) => attachment !== undefined),
    {
      message: "an existing cluster without `attachment` gives nothing to do: say how it is attached",
      when: (payload) => isObject(payload.value),
    },
  );

/** Terraform's syntax of version constraints. */
const version = (): z.ZodString =>
  z
    .string()
    .regex(
      /^\s*(=|!=|>=?|<=?|~>)?\s*\d+(\.\d+){0,2}(-[\w.]+)?(\s*,\s*(=|!=|>=?|<=?|~>)?\s*\d+(\.\d+){0,2}(-[\w.]+)?)*\s*$/,
      "must be a version or a version constraint of Terraform, such as 4.55.0 or ~> 4.55",
    );

const providers = z.strictObject({
  azurerm: version().optional().describe("Version of hashicorp/azurerm, 4 or 5. Default: 4, an exact version."),
  azapi: version().optional().describe("Version of Azure/azapi. Default: an exact version."),
  kubernetes: version().optional().describe("Version of hashicorp/kubernetes. Default: an exact version."),
});

const environment = z.strictObject({
  subscriptionId: guid().describe("Azure subscription of the workspace and its clusters."),
  location: region().describe("Azure region of what is created here."),
  tags: tags().optional().describe("Tags of what is created here, the attachment excepted."),
  backend: backend.default({ local: {} }).describe("Where Terraform keeps its states. Default: local."),
  providers: providers
    .default({})
    .describe(
      "Versions of the Terraform providers, exact or as constraints. Default: those that azureml-aks is tested with.",
    ),
  workspace: workspace.describe("The Azure Machine Learning workspace."),
  clusters: nonEmpty(z.record(z.string(), cluster), "name at least one cluster").describe(
    "The clusters, each under a name of your own.",
  ),
  acknowledge: acknowledge.describe("Rules that are acknowledged for this environment."),
});

/** The configuration after `defaults` is merged into every environment. */
export const ConfigSchema = z.strictObject({
  environments: nonEmpty(z.record(z.string(), environment), "name at least one environment"),
  acknowledge: acknowledge.describe("Rules that are acknowledged everywhere."),
});

export type { AksAttachmentConfig, AttachmentConfig, KubernetesAttachmentConfig } from "./attachment-schema.ts";

/** A whole configuration. */
export type Config = z.output<typeof ConfigSchema>;
/** An environment: a workspace and its clusters. */
export type EnvironmentConfig = z.output<typeof environment>;
/** A new cluster. */
export type CreateConfig = z.output<typeof create>;
/** A cluster, new or existing, and its attachment. */
export type ClusterConfig = z.output<typeof cluster>;
/** A cluster that is attached here. */
export type AttachedClusterConfig = ClusterConfig & {
  /** How it is attached. */
  readonly attachment: AttachmentConfig;
};
/** A rule that is acknowledged. */
export type AcknowledgementConfig = NonNullable<z.output<typeof acknowledge>>[number];
/** Where Terraform keeps its states. */
export type BackendConfig = z.output<typeof backend>;
/** Versions of the Terraform providers. */
export type ProvidersConfig = z.output<typeof providers>;

export const EnvironmentSchema = environment;

/** Keys that Azure once took, and what to say of them. */
export const REMOVED_KEYS: Readonly<Record<string, string>> = {
  dockerBridgeCidr: "Azure removed the Docker bridge address: nodes run containerd, and AKS ignores it. Delete the key",
};
