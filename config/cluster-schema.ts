import { z } from "zod";
import { OWN_POOL, temporaryPoolName } from "../azure/node-pools.ts";
import {
  azureName,
  guid,
  isObject,
  kubernetesVersion,
  oneForm,
  onlyWith,
  overrides,
  region,
  resourceId,
  tags,
  text,
  USER_ASSIGNED_IDENTITY,
  vmSize,
} from "./shapes.ts";

/**
 * A new AKS cluster: keys in Azure's words, each with its default.
 * https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster
 */

const SUBNET = "Microsoft.Network/virtualNetworks/subnets";
const LOG_ANALYTICS = "Microsoft.OperationalInsights/workspaces";

const upgrade = {
  maxSurge: text()
    .optional()
    .describe('Nodes beyond the pool\'s own during an upgrade: a number or a share, for example "33%". Default: 10%.'),
  drainTimeoutMinutes: z
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe("Time to wait for the pods of a node to end, 1-1440 minutes. Default: 30, by AKS."),
  nodeSoakMinutes: z
    .int()
    .min(0)
    .max(30)
    .optional()
    .describe("Time to wait after a node is drained, 0-30 minutes. Default: 0, by AKS."),
  undrainableNodeBehavior: z
    .enum(["Cordon", "Schedule"])
    .optional()
    .describe("What happens to a node that cannot be drained. Default: Schedule, by AKS."),
};

const poolName = () =>
  z
    .string()
    .regex(
      /^[a-z][a-z0-9]{0,11}$/,
      "must be the name of a node pool: 1-12 lower-case letters and digits, a letter first",
    );

/** What every node pool takes; `least` is the least number of its nodes. */
const pool = (least: number) => {
  const count = () => z.int().min(least).max(1000);
  return {
    vmSize: vmSize().describe("VM size of the nodes, for example Standard_D4s_v5."),
    nodeCount: count()
      .optional()
      .describe(`A fixed number of nodes, ${least}-1000. Give this, or minCount and maxCount.`),
    minCount: count().optional().describe(`Autoscaling: the least number of nodes, ${least}-1000.`),
    maxCount: count().optional().describe(`Autoscaling: the greatest number of nodes, ${least}-1000.`),
    vCpus: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe("vCPUs of one node, for a size that is newer than the table of sizes. Default: what the table says."),
    zones: z
      .array(z.string().regex(/^[123]$/, 'must be "1", "2" or "3"'))
      .min(1)
      .refine((zones) => new Set(zones).size === zones.length, "give each zone once")
      .optional()
      .describe('Availability zones, for example ["1", "2", "3"]. Default: none.'),
    subnetId: resourceId(SUBNET).optional().describe("Subnet of the nodes. Default: a virtual network that AKS makes."),
    podSubnetId: resourceId(SUBNET)
      .optional()
      .describe("Subnet of the pods, in the same virtual network. Default: pods take addresses of the nodes' subnet."),
    osSku: z
      .enum(["Ubuntu", "Ubuntu2204", "Ubuntu2404", "AzureLinux", "AzureLinux3", "Windows2019", "Windows2022"])
      .optional()
      .describe("Operating system of the nodes. Default: Ubuntu, or the Windows that AKS takes."),
    osDiskSizeGb: z
      .int()
      .min(1)
      .max(2048)
      .optional()
      .describe("OS disk of a node, in GB. Default: what AKS takes for the size."),
    osDiskType: z
      .enum(["Managed", "Ephemeral"])
      .optional()
      .describe(
        "Whether the OS disk is a managed disk, or on the node itself. Default: Managed. https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk",
      ),
    kubeletDiskType: z
      .enum(["OS", "Temporary"])
      .optional()
      .describe("Disk of the images and of the pods' own files. Default: OS."),
    maxPods: z
      .int()
      .min(10)
      .max(250)
      .optional()
      .describe("Pods a node, at most. Default: what AKS takes for the network plugin."),
    labels: z
      .record(z.string(), z.string())
      .optional()
      .describe("Labels of the nodes, which instance types select. Default: those of AKS alone."),
    gpuDriver: z
      .enum(["Install", "None"])
      .optional()
      .describe("Whether AKS installs the driver of NVIDIA GPUs. Default: Install."),
    gpuInstance: z
      .enum(["MIG1g", "MIG2g", "MIG3g", "MIG4g", "MIG7g"])
      .optional()
      .describe(
        "Profile by which a GPU is split into several (MIG). Default: none. https://learn.microsoft.com/azure/aks/gpu-multi-instance",
      ),
    hostEncryption: z
      .boolean()
      .optional()
      .describe(
        "Whether the disks of the nodes are encrypted on their hosts. Default: false. https://learn.microsoft.com/azure/aks/enable-host-encryption",
      ),
    fips: z
      .boolean()
      .optional()
      .describe(
        "Whether the nodes run a FIPS image. Default: false. https://learn.microsoft.com/azure/aks/enable-fips-nodes",
      ),
    ultraSsd: z
      .boolean()
      .optional()
      .describe(
        "Whether the nodes can use ultra disks. Default: false. https://learn.microsoft.com/azure/aks/use-ultra-disks",
      ),
    temporaryName: poolName()
      .optional()
      .describe(
        "Name of the temporary pool that takes the place of this one while its nodes are replaced. Default: made from the pool's name; none where the pool is adopted, because Azure knows no such name and the first plan would not be empty. Give one before you change the size, subnet, zones or disk of an adopted pool.",
      ),
    tags: tags().optional().describe("Tags of the pool, and of its nodes. Default: none."),
  };
};

type NodeCounts = readonly [readonly ["nodeCount"], readonly ["minCount", "maxCount"]];
const NODE_COUNTS: NodeCounts = [["nodeCount"], ["minCount", "maxCount"]];
const GIVE_COUNTS = "give nodeCount for a fixed pool, or both minCount and maxCount for autoscaling";

/** Azure has the pods' subnet in the network of the nodes, and AKS makes that where no subnet of it is given. */
const hasNodesSubnet = onlyWith(["podSubnetId"], ({ subnetId }) => subnetId !== undefined);
const NODES_SUBNET = {
  message: "the subnet of the pods is in the virtual network of the nodes: give subnetId too",
  when: (payload: { readonly value: unknown }) => isObject(payload.value),
};

const nodePool = oneForm(
  z.strictObject({
    name: poolName().optional().describe(`Name of the pool. A change replaces the cluster. Default: ${OWN_POOL}.`),
    ...pool(1),
    criticalAddonsOnly: z
      .boolean()
      .optional()
      .describe(
        "Whether the pool runs nothing but what the cluster itself needs, by the taint CriticalAddonsOnly. Models and jobs then need a pool in nodePools. Default: false. https://learn.microsoft.com/azure/aks/use-system-pools",
      ),
    upgradeSettings: z
      .strictObject(upgrade)
      .optional()
      .describe(
        "How the nodes are upgraded. Default: with a surge of 10%. https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling",
      ),
  }),
  NODE_COUNTS,
  GIVE_COUNTS,
)
  .refine((value) => hasNodesSubnet(value), NODES_SUBNET)
  .describe(
    "The cluster's own node pool, of mode System. It runs the models too, unless it is for critical add-ons only.",
  );

const isSpot = ({ spot }: Record<string, unknown>): boolean => spot !== undefined;

const userPool = oneForm(
  z.strictObject({
    ...pool(0),
    mode: z.enum(["User", "System"]).optional().describe("What the pool is for. Default: User."),
    osType: z.enum(["Linux", "Windows"]).optional().describe("Azure ML runs on Linux alone. Default: Linux."),
    taints: z
      .array(
        z
          .string()
          .regex(
            /^[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$/,
            "must be a taint such as sku=gpu:NoSchedule, with the effect NoSchedule, PreferNoSchedule or NoExecute",
          ),
      )
      .optional()
      .describe("Taints of the nodes, for example sku=gpu:NoSchedule. Default: none; a spot pool has its own."),
    spot: z
      .strictObject({
        maxPrice: z
          .number()
          .optional()
          .describe("Most that a node may cost an hour, in US dollars; -1: the ordinary price. Default: -1."),
        evictionPolicy: z
          .enum(["Delete", "Deallocate"])
          .optional()
          .describe("What happens to a node that Azure takes back. Default: Delete."),
      })
      .optional()
      .describe(
        "Spot nodes, which Azure takes back when it needs them. Default: ordinary nodes. https://learn.microsoft.com/azure/aks/spot-node-pool",
      ),
    upgradeSettings: z
      .strictObject({
        ...upgrade,
        maxUnavailable: text()
          .optional()
          .describe(
            "Nodes that may be missing during an upgrade, instead of maxSurge: a number or a share. Default: 0.",
          ),
      })
      .refine(
        onlyWith(["maxUnavailable"], ({ maxSurge }) => maxSurge === undefined),
        { message: "give maxSurge or maxUnavailable, not both", when: (payload) => isObject(payload.value) },
      )
      .optional()
      .describe(
        "How the nodes are upgraded; not for spot pools. Default: with a surge of 10%. https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling",
      ),
    adopt: z
      .boolean()
      .optional()
      .describe(
        "Whether the pool exists already and is taken over. Default: as the cluster; false for a new pool of a cluster that is adopted.",
      ),
    overrides: overrides("azurerm_kubernetes_cluster_node_pool"),
  }),
  NODE_COUNTS,
  GIVE_COUNTS,
)
  .refine((value) => hasNodesSubnet(value), NODES_SUBNET)
  .refine((value) => !isObject(value) || value.mode !== "System" || (!isSpot(value) && value.osType !== "Windows"), {
    message: "a pool of mode System has ordinary Linux nodes: leave out spot and osType, or take the mode User",
    when: (payload) => isObject(payload.value),
  })
  .refine((value) => !isObject(value) || value.mode !== "System" || (value.nodeCount ?? value.minCount) !== 0, {
    message: "a pool of mode System has at least one node",
    when: (payload) => isObject(payload.value),
  })
  .refine(
    onlyWith(["upgradeSettings"], (value) => !isSpot(value)),
    {
      message: "a spot pool takes no upgradeSettings: AKS refuses a surge of spot nodes",
      when: (payload) => isObject(payload.value),
    },
  );

const nodePools = z
  .record(poolName(), userPool)
  .superRefine((pools, context) => {
    for (const [name, { osType }] of Object.entries(pools))
      if (osType === "Windows" && name.length > 6)
        context.addIssue({
          code: "custom",
          path: [name],
          message: "the name of a Windows pool has at most 6 characters",
        });
  })
  .describe(
    "Further node pools, by their names. Default: none. https://learn.microsoft.com/azure/aks/create-node-pools",
  );

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
  policy: z
    .enum(["azure", "calico", "cilium"])
    .optional()
    .describe(
      "Network policy engine. cilium brings its data plane, and needs mode overlay or a podSubnetId. Default: none.",
    ),
  dataPlane: z
    .enum(["azure", "cilium"])
    .optional()
    .describe(
      "Network data plane. Default: azure, and cilium with the policy cilium. https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium",
    ),
  serviceCidr: text()
    .optional()
    .describe("Range of the Kubernetes services, for example 10.240.0.0/16. Default: 10.0.0.0/16, by AKS."),
  dnsServiceIp: text().optional().describe("Address of the cluster's DNS in serviceCidr. Default: 10.0.0.10, by AKS."),
  podCidr: text().optional().describe("Range of the pods, for overlay and kubenet. Default: 10.244.0.0/16, by AKS."),
  outboundType: z
    .enum(["loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none"])
    .optional()
    .describe("How nodes reach the internet. Default: loadBalancer."),
  routeTableId: resourceId("Microsoft.Network/routeTables")
    .optional()
    .describe(
      "Route table of the nodes' subnet, on which the cluster's identity gets Network Contributor; kubenet writes its routes there. Default: no role is given. https://learn.microsoft.com/azure/aks/configure-kubenet",
    ),
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
    .describe(
      "Zone of a private cluster's name: system, a resource ID, or none, which makes the name public and is for clusters that Azure ML does not use. Default: system. https://learn.microsoft.com/azure/aks/private-clusters",
    ),
  vnetIntegration: z
    .strictObject({
      subnetId: resourceId(SUBNET)
        .optional()
        .describe(
          "Subnet of the API server, delegated to Microsoft.ContainerService/managedClusters, /28 or larger. Default: one that AKS makes in its own virtual network.",
        ),
    })
    .optional()
    .describe(
      "API server VNet Integration: the API server has its address in the virtual network. It cannot be turned off. Default: off. https://learn.microsoft.com/azure/aks/api-server-vnet-integration",
    ),
});

/** Sign-in to a cluster, new or existing. */
export const entraId = z.strictObject({
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

const day = () => z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);

const time = () => z.iso.datetime({ offset: true, error: "must be a date and time such as 2027-12-24T00:00:00+00:00" });

const notAllowed = z
  .array(z.strictObject({ start: time().describe("Start."), end: time().describe("End.") }))
  .optional()
  .describe("Times at which there is no maintenance. Default: none.");

const FREQUENCIES: Readonly<Record<string, readonly string[]>> = {
  Daily: [],
  Weekly: ["dayOfWeek"],
  AbsoluteMonthly: ["dayOfMonth"],
  RelativeMonthly: ["dayOfWeek", "weekIndex"],
};

const schedule = (what: string) =>
  z
    .strictObject({
      frequency: z
        .enum(["Daily", "Weekly", "AbsoluteMonthly", "RelativeMonthly"])
        .describe(
          "How often: Daily, Weekly (dayOfWeek), AbsoluteMonthly (dayOfMonth) or RelativeMonthly (dayOfWeek, weekIndex).",
        ),
      interval: z.int().min(1).max(52).optional().describe("Every how many days, weeks or months. Default: 1."),
      durationHours: z.int().min(4).max(24).describe("How long the window is, 4-24 hours."),
      dayOfWeek: day().optional().describe("Day of the week, for Weekly and RelativeMonthly."),
      dayOfMonth: z.int().min(1).max(31).optional().describe("Day of the month, for AbsoluteMonthly."),
      weekIndex: z
        .enum(["First", "Second", "Third", "Fourth", "Last"])
        .optional()
        .describe("Week of the month, for RelativeMonthly."),
      startTime: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 03:00")
        .optional()
        .describe('Time at which the window starts, for example "03:00". Default: 00:00, by AKS.'),
      utcOffset: z
        .string()
        .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, "must be an offset such as +01:00")
        .optional()
        .describe('Offset of startTime from UTC, for example "+01:00". Default: +00:00.'),
      startDate: z.iso
        .date("must be a date such as 2027-06-30")
        .optional()
        .describe("First day on which it counts. Default: today, by AKS."),
      notAllowed,
    })
    .refine(
      ({ frequency, ...given }) =>
        ["dayOfWeek", "dayOfMonth", "weekIndex"].every(
          (key) => (given[key as keyof typeof given] !== undefined) === FREQUENCIES[frequency]?.includes(key),
        ),
      "give dayOfWeek with Weekly, dayOfMonth with AbsoluteMonthly, dayOfWeek and weekIndex with RelativeMonthly, and none of them with Daily",
    )
    .optional()
    .describe(`${what} Default: at any time.`);

const maintenanceWindows = z.strictObject({
  default: z
    .strictObject({
      allowed: z
        .array(
          z.strictObject({
            day: day().describe("Day of the week."),
            hours: z.array(z.int().min(0).max(23)).min(1).describe("Hours of the day, 0-23 in UTC."),
          }),
        )
        .optional()
        .describe("Times at which there may be maintenance. Default: any."),
      notAllowed,
    })
    .optional()
    .describe("When AKS releases reach the cluster. Default: at any time."),
  autoUpgrade: schedule("When the channel of automaticUpgrade upgrades the cluster."),
  nodeOs: schedule("When the channel of nodeOsUpgrade updates the nodes."),
});

const monitoring = z.strictObject({
  logAnalytics: z
    .strictObject({
      workspaceId: resourceId(LOG_ANALYTICS).describe("Log Analytics workspace."),
      location: region().optional().describe("Region of that workspace. Default: the cluster's."),
    })
    .optional()
    .describe(
      "Container insights: logs of the containers, by a data collection rule in the cluster's resource group. Default: off.",
    ),
  prometheus: z
    .strictObject({
      workspaceId: resourceId("Microsoft.Monitor/accounts").describe("Azure Monitor workspace."),
      location: region().optional().describe("Region of that workspace. Default: the cluster's."),
      annotationsAllowed: text()
        .optional()
        .describe("Kubernetes annotations that metrics carry, as kube-state-metrics takes them. Default: none."),
      labelsAllowed: text()
        .optional()
        .describe("Kubernetes labels that metrics carry, as kube-state-metrics takes them. Default: none."),
    })
    .optional()
    .describe(
      "Azure Monitor managed service for Prometheus, by a data collection rule and endpoint in the cluster's resource group. Default: off.",
    ),
});

const createShape = z.strictObject({
  resourceGroup: azureName("resourceGroup").describe("Resource group of the new cluster; it must exist."),
  name: azureName("cluster").describe("Name of the new cluster."),
  adopt: z
    .boolean()
    .optional()
    .describe(
      "Whether the cluster exists already and is taken over, with its pools, instead of failing. What the configuration does not say is then left as it is, and its identity is taken to have its roles. Leave it in place afterwards. Default: false. `azureml-aks init --from` writes it.",
    ),
  location: region().describe("Azure region. Default: the environment's location."),
  kubernetesVersion: kubernetesVersion()
    .optional()
    .describe('Kubernetes version, for example "1.35". Default: the AKS default version of the day.'),
  dnsPrefix: text()
    .optional()
    .describe("First part of the API server's name. Default: the cluster's name, with hyphens for other characters."),
  nodeResourceGroup: azureName("resourceGroup")
    .optional()
    .describe(
      "Resource group that AKS makes for the nodes. Default: MC_ and the names of group, cluster and region. https://learn.microsoft.com/azure/aks/node-resource-group-lockdown",
    ),
  nodePool,
  nodePools: nodePools.optional(),
  network: network.optional(),
  apiServer: apiServer.optional(),
  identity: z
    .strictObject({
      userAssigned: z
        .array(resourceId(USER_ASSIGNED_IDENTITY))
        .length(1, "AKS takes exactly one user-assigned identity")
        .describe("Resource ID of the cluster's identity, in a list of one."),
      kubelet: resourceId(USER_ASSIGNED_IDENTITY)
        .optional()
        .describe(
          "Identity with which the nodes pull images; the cluster's identity gets Managed Identity Operator on it. Default: one that AKS makes. https://learn.microsoft.com/azure/aks/use-managed-identity",
        ),
    })
    .optional()
    .describe("Identities of the cluster. Default: system-assigned."),
  entraId: entraId.optional().describe("Sign-in to the cluster with Entra ID. Default: off."),
  oidcIssuer: z
    .boolean()
    .optional()
    .describe(
      "Whether the cluster issues OIDC tokens. It cannot be turned off again. Default: true with workloadIdentity, otherwise false, by AKS; from Kubernetes 1.34 true. https://learn.microsoft.com/azure/aks/use-oidc-issuer",
    ),
  workloadIdentity: z
    .boolean()
    .optional()
    .describe(
      "Whether pods sign in to Azure with Microsoft Entra Workload ID, which needs oidcIssuer. Default: false. https://learn.microsoft.com/azure/aks/workload-identity-overview",
    ),
  keyVaultSecretsProvider: z
    .strictObject({
      secretRotation: z.boolean().optional().describe("Whether secrets in pods follow the key vault. Default: false."),
      rotationInterval: z
        .string()
        .regex(/^\d+[smh]$/, "must be a time such as 2m")
        .optional()
        .describe("How often the key vault is read for that, for example 2m. Default: 2m, by AKS."),
    })
    .optional()
    .describe(
      "Azure Key Vault provider for the Secrets Store CSI Driver. Default: off. https://learn.microsoft.com/azure/aks/csi-secrets-store-driver",
    ),
  containerRegistries: z
    .array(resourceId("Microsoft.ContainerRegistry/registries"))
    .optional()
    .describe(
      "Container registries to pull from: the nodes' identity gets AcrPull on each. Default: none. https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
    ),
  maintenanceWindows: maintenanceWindows
    .optional()
    .describe(
      "When the cluster is maintained. Default: at any time. https://learn.microsoft.com/azure/aks/planned-maintenance",
    ),
  monitoring: monitoring
    .optional()
    .describe(
      "Logs and metrics of the cluster. Default: none are collected. https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable",
    ),
  azurePolicy: z
    .boolean()
    .optional()
    .describe(
      "Whether Azure Policy watches the cluster. Default: false. https://learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes",
    ),
  defender: z
    .strictObject({ workspaceId: resourceId(LOG_ANALYTICS).describe("Log Analytics workspace of its findings.") })
    .optional()
    .describe(
      "Microsoft Defender for Containers. Default: off. https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
    ),
  diskEncryptionSetId: resourceId("Microsoft.Compute/diskEncryptionSets")
    .optional()
    .describe(
      "Disk encryption set of the nodes' disks. A change replaces the cluster. Default: keys of Azure. https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys",
    ),
  imageCleaner: z
    .strictObject({
      intervalHours: z.int().min(24).max(2160).optional().describe("How often it runs, 24-2160 hours. Default: 168."),
    })
    .optional()
    .describe(
      "Image Cleaner, which removes unused images that are vulnerable. Default: off. https://learn.microsoft.com/azure/aks/image-cleaner",
    ),
  costAnalysis: z
    .boolean()
    .optional()
    .describe(
      "Whether costs are shown by namespace; for tier Standard and Premium. Default: false. https://learn.microsoft.com/azure/aks/cost-analysis",
    ),
  preventDestroy: z
    .boolean()
    .optional()
    .describe(
      "Whether Terraform refuses to destroy the cluster. Default: true for FastProd and DenseProd, and where it is adopted; else false.",
    ),
  tier: z.enum(["Free", "Standard", "Premium"]).optional().describe("AKS pricing tier. Default: Free, as Azure does."),
  supportPlan: z
    .enum(["KubernetesOfficial", "AKSLongTermSupport"])
    .optional()
    .describe(
      "How long a Kubernetes version is supported; AKSLongTermSupport needs tier Premium. Default: KubernetesOfficial. https://learn.microsoft.com/azure/aks/long-term-support",
    ),
  automaticUpgrade: z
    .enum(["patch", "stable", "rapid", "node-image"])
    .optional()
    .describe("Channel of automatic Kubernetes upgrades. Default: none."),
  nodeOsUpgrade: z
    .enum(["NodeImage", "SecurityPatch", "Unmanaged", "None"])
    .optional()
    .describe("Channel of automatic node image upgrades. Default: NodeImage, as Azure does."),
  tags: tags().optional().describe("Merged over the environment's tags."),
  overrides: overrides("azurerm_kubernetes_cluster"),
});

export const create = createShape
  .refine(
    ({ network, identity }) =>
      network?.plugin !== "kubenet" || network.routeTableId === undefined || identity !== undefined,
    {
      message:
        "kubenet with a route table of your own needs a user-assigned identity, which can have its role on the table before the cluster: give identity.userAssigned",
      path: ["network", "routeTableId"],
    },
  )
  .refine(
    ({ apiServer, nodePool }) => apiServer?.vnetIntegration?.subnetId === undefined || nodePool.subnetId !== undefined,
    {
      message:
        "the API server's subnet is in the virtual network of the nodes: give nodePool.subnetId too, or leave this one to AKS",
      path: ["apiServer", "vnetIntegration", "subnetId"],
    },
  )
  .superRefine(({ nodePool: { name = OWN_POOL, temporaryName = temporaryPoolName(name, 12) }, nodePools }, context) => {
    for (const pool of Object.keys(nodePools ?? {}))
      if (pool === name || pool === temporaryName)
        context.addIssue({
          code: "custom",
          path: ["nodePools", pool],
          message: `${name} is the cluster's own pool, and ${temporaryName} its temporary one: take another name`,
        });
  });
