import { z } from "zod";
import { type AttachmentConfig, attachment } from "./attachment-schema.ts";
import {
  azureName,
  guid,
  isObject,
  nonEmpty,
  oneForm,
  onlyWith,
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
        resourceGroup: azureName().describe("Resource group of the storage account."),
        storageAccount: text().describe("Storage account that holds the states."),
        container: text().describe("Blob container; each stack's state is the blob <stack>.tfstate."),
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
  resourceGroup: azureName().describe("Resource group of the new workspace; it must exist."),
  name: azureName().describe("Name of the new workspace."),
  location: region().describe("Azure region. Default: the environment's location."),
  storageAccount: text()
    .optional()
    .describe(
      "Name of its storage account. Default: `st` and the workspace's name without hyphens, lower case, 24 characters.",
    ),
  keyVault: text()
    .optional()
    .describe(
      "Name of its key vault. Default: `kv-` and the workspace's name, with hyphens for other characters, 24 characters.",
    ),
  applicationInsights: text()
    .optional()
    .describe("Name of its Application Insights. Default: `appi-` and the workspace's name."),
  publicNetworkAccess: z
    .boolean()
    .optional()
    .describe("Whether the workspace is reachable from the internet. Default: true, as Azure does."),
  description: text().optional().describe("Free text."),
  tags: tags().optional().describe("Merged over the environment's tags."),
});

const workspace = oneForm(
  z.strictObject({
    resourceGroup: azureName().optional().describe("Resource group of an existing workspace."),
    name: azureName().optional().describe("Name of an existing workspace."),
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

const SUBNET = "Microsoft.Network/virtualNetworks/subnets";
const count = () => z.int().min(1).max(1000);

const nodePool = oneForm(
  z.strictObject({
    vmSize: text().describe("VM size of the nodes, for example Standard_D4s_v5."),
    nodeCount: count().optional().describe("A fixed number of nodes, 1-1000. Give this, or minCount and maxCount."),
    minCount: count().optional().describe("Autoscaling: the least number of nodes, 1-1000."),
    maxCount: count().optional().describe("Autoscaling: the greatest number of nodes, 1-1000."),
    vCpus: count()
      .optional()
      .describe("vCPUs of one node, for a size that is newer than the table of sizes. Default: what the table says."),
    zones: z
      .array(text())
      .min(1)
      .optional()
      .describe('Availability zones, for example ["1", "2", "3"]. Default: none.'),
    subnetId: resourceId(SUBNET).optional().describe("Subnet of the nodes. Default: a virtual network that AKS makes."),
    osDiskSizeGb: z
      .int()
      .min(1)
      .max(2048)
      .optional()
      .describe("OS disk of a node, in GB. Default: what AKS takes for the size."),
    maxPods: z
      .int()
      .min(10)
      .max(250)
      .optional()
      .describe("Pods a node, at most. Default: what AKS takes for the network plugin."),
  }),
  [["nodeCount"], ["minCount", "maxCount"]],
  "give nodeCount for a fixed pool, or both minCount and maxCount for autoscaling",
).describe("The cluster's own node pool, which runs the models.");

const loadBalancerProfile = z.strictObject({
  managedOutboundIps: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("Public addresses for egress that AKS makes, 1-100. Default: 1."),
  idleTimeoutMinutes: z
    .int()
    .min(4)
    .max(100)
    .optional()
    .describe("Idle time of outbound connections, 4-100 minutes. Default: 30."),
  outboundPortsAllocated: z
    .int()
    .min(0)
    .max(64000)
    .optional()
    .describe("SNAT ports a node. Default: 0, decided by Azure."),
});

const natGateway = z.strictObject({
  managedOutboundIps: z
    .int()
    .min(1)
    .max(16)
    .optional()
    .describe("Public addresses of the managed NAT gateway, 1-16. Default: 1."),
  idleTimeoutMinutes: z
    .int()
    .min(4)
    .max(120)
    .optional()
    .describe("Idle time of outbound connections, 4-120 minutes. Default: 4."),
});

const network = z.strictObject({
  plugin: z.enum(["azure", "kubenet", "none"]).optional().describe("Network plugin. Default: azure."),
  mode: z
    .enum(["overlay"])
    .optional()
    .describe("overlay gives pods addresses of their own range (podCidr). Default: pods take addresses of the subnet."),
  policy: z.enum(["azure", "calico", "cilium"]).optional().describe("Network policy engine. Default: none."),
  serviceCidr: text()
    .optional()
    .describe("Range of the Kubernetes services, for example 10.240.0.0/16. Default: 10.0.0.0/16, by AKS."),
  dnsServiceIp: text().optional().describe("Address of the cluster's DNS in serviceCidr. Default: 10.0.0.10, by AKS."),
  podCidr: text().optional().describe("Range of the pods, for overlay and kubenet. Default: 10.244.0.0/16, by AKS."),
  outboundType: z
    .enum(["loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none"])
    .optional()
    .describe("How nodes reach the internet. Default: loadBalancer."),
  loadBalancer: loadBalancerProfile.optional().describe("The outbound side of the cluster's load balancer."),
  natGateway: natGateway.optional().describe("The managed NAT gateway."),
});

const privateDnsZone = z.union(
  [z.literal("system"), z.literal("none"), resourceId("Microsoft.Network/privateDnsZones")],
  {
    error: "must be `system`, `none` or the resource ID of a private DNS zone",
  },
);

const apiServer = z.strictObject({
  authorizedIpRanges: z
    .array(text())
    .optional()
    .describe("IPv4 ranges that may reach the API server. Default: any address."),
  includeAzureMachineLearning: z
    .boolean()
    .optional()
    .describe(
      "Whether the ranges of Azure ML's control plane, of the workspace's region and its pair, are added to authorizedIpRanges. Default: false.",
    ),
  private: z.boolean().optional().describe("Whether the API server has only a private address. Default: false."),
  privateDnsZone: privateDnsZone
    .optional()
    .describe("Zone of a private cluster's name: system, none, or a resource ID. Default: system."),
});

const entraId = z.strictObject({
  azureRbac: z
    .boolean()
    .optional()
    .describe("Whether Azure roles decide what a user may do in the cluster. Default: false."),
  adminGroups: z
    .array(guid())
    .optional()
    .describe("Object IDs of the Entra ID groups that administer the cluster. Default: none."),
  localAccountDisabled: z.boolean().optional().describe("Whether certificate sign-in is off. Default: false."),
});

const create = z.strictObject({
  resourceGroup: azureName().describe("Resource group of the new cluster; it must exist."),
  name: azureName().describe("Name of the new cluster."),
  location: region().describe("Azure region. Default: the environment's location."),
  kubernetesVersion: text()
    .optional()
    .describe('Kubernetes version, for example "1.35". Default: the AKS default version of the day.'),
  dnsPrefix: text()
    .optional()
    .describe("First part of the API server's name. Default: the cluster's name, with hyphens for other characters."),
  nodePool,
  network: network.optional(),
  apiServer: apiServer.optional(),
  identity: z
    .strictObject({
      userAssigned: z
        .array(resourceId(USER_ASSIGNED_IDENTITY))
        .length(1, "AKS takes exactly one user-assigned identity"),
    })
    .optional()
    .describe("Identity of the cluster. Default: system-assigned."),
  entraId: entraId.optional().describe("Sign-in to the cluster with Entra ID. Default: off."),
  preventDestroy: z
    .boolean()
    .optional()
    .describe(
      "Whether Terraform refuses to destroy the cluster. Default: true for FastProd and DenseProd, false for DevTest.",
    ),
  tier: z.enum(["Free", "Standard", "Premium"]).optional().describe("AKS pricing tier. Default: Free, as Azure does."),
  automaticUpgrade: z
    .enum(["patch", "stable", "rapid", "node-image"])
    .optional()
    .describe("Channel of automatic Kubernetes upgrades. Default: none."),
  nodeOsUpgrade: z
    .enum(["NodeImage", "SecurityPatch", "Unmanaged", "None"])
    .optional()
    .describe("Channel of automatic node image upgrades. Default: NodeImage, as Azure does."),
  oidcIssuer: z
    .boolean()
    .optional()
    .describe(
      "Whether the cluster issues OIDC tokens for workload identities. Default: false, and true from Kubernetes 1.34.",
    ),
  tags: tags().optional().describe("Merged over the environment's tags."),
});

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
    resourceGroup: azureName()
      .optional()
      .describe("Resource group of an existing cluster, in the environment's subscription."),
    name: azureName().optional().describe("Name of an existing cluster."),
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

const environment = z.strictObject({
  subscriptionId: guid().describe("Azure subscription of the workspace and its clusters."),
  location: region().describe("Azure region of what is created here."),
  tags: tags().optional().describe("Tags of what is created here, the attachment excepted."),
  backend: backend.default({ local: {} }).describe("Where Terraform keeps its states. Default: local."),
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

export const EnvironmentSchema = environment;

/** Keys that Azure once took, and what to say of them. */
export const REMOVED_KEYS: Readonly<Record<string, string>> = {
  dockerBridgeCidr: "Azure removed the Docker bridge address: nodes run containerd, and AKS ignores it. Delete the key",
};
