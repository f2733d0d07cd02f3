import { z } from "zod";
import { EXTENSION_NAMESPACE, EXTENSION_PURPOSES, ROUTER_SERVICE_TYPES } from "../azure/azureml-extension.ts";
import { regionName } from "../azure/regions.ts";
import { normalizeResourceId } from "../azure/resource-id.ts";

/**
 * What a user may say: shape and type only. Whether a value makes sense in Azure is for the rules,
 * so that the user gets a rule's explanation instead of a pattern that did not match.
 */

const text = () => z.string().regex(/\S/, "must not be empty");

/** The name of a resource or resource group in Azure: what stands between the slashes of an ID. */
const azureName = () => z.string().regex(/^[^\s/?#%&\\<>]+$/, "must be the name alone, without white space and slashes");

/** A name in Kubernetes. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const kubernetesName = () =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, "must be a Kubernetes name: lower-case letters, digits, hyphens and dots, neither end a hyphen or dot");

/** A host name with at least one dot, and no address. */
const domainName = () =>
  z
    .string()
    .regex(
      /^(?=.{3,253}$)(?!.*\.\d+$)[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)+$/,
      "must be a domain name such as scoring.contoso.com, without scheme, port and path",
    );

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const guid = () =>
  z
    .string()
    .regex(GUID, "must be a GUID such as 00000000-0000-0000-0000-000000000000")
    .transform((value) => value.toLowerCase())
    .meta({ format: "uuid" });

/** Azure takes `West Europe` and `westeurope`; Terraform keeps the second. */
const region = () =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9 ]*$/, "must be the name of an Azure region such as westeurope")
    .transform(regionName);

const tags = () => z.record(z.string(), z.string()).meta({ description: "Azure tags: name to value." });

/** A resource ID in any casing, normalised to Azure's own. */
const resourceId = (type: string) => {
  const [provider, ...types] = type.split("/");
  const shape = `/subscriptions/…/resourceGroups/…/providers/${provider}${types.map((name) => `/${name}/…`).join("")}`;
  return z.string().transform((value, context) => {
    const normalized = GUID.test(value.split("/")[2] ?? "") ? normalizeResourceId(value, type) : undefined;
    if (normalized === undefined) context.addIssue({ code: "custom", message: `must be a resource ID of the form ${shape}` });
    return normalized ?? z.NEVER;
  });
};

type Shape = z.ZodRawShape;

/**
 * Exactly one of the given forms: all of its keys and none of another's. Checked even where other keys are wrong,
 * so that all mistakes show at once.
 */
function oneForm<T extends z.ZodObject<Shape>>(schema: T, forms: readonly (readonly string[])[], message: string): T {
  return schema
    .refine(
      (value) => {
        const given = forms.filter((form) => form.some((key) => value[key] !== undefined));
        return given.length === 1 && given[0]?.every((key) => value[key] !== undefined);
      },
      { message, when: (payload) => isObject(payload.value) },
    )
    .meta({ oneOf: forms.map((form) => ({ required: form })) }) as T;
}

function nonEmpty<T extends z.ZodType>(schema: T, message: string): T {
  return schema.refine((value) => isObject(value) && Object.keys(value).length > 0, message) as T;
}

/** Keys that mean something only where a condition holds. */
function onlyWith(keys: readonly string[], condition: (value: Record<string, unknown>) => boolean): (value: unknown) => boolean {
  return (value) => !isObject(value) || condition(value) || keys.every((key) => value[key] === undefined);
}

/** Whether two keys name one object in Kubernetes. */
function areSame(value: unknown, first: string, second: string): boolean {
  const name = (key: string): string | undefined => {
    const object = isObject(value) ? value[key] : undefined;
    return isObject(object) ? `${object.namespace ?? "default"}/${object.name}` : undefined;
  };
  return name(first) !== undefined && name(first) === name(second);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

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
      .describe("A blob per stack, signed in to with Entra ID; credentials come from ARM_* variables, never from here."),
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
          .refine((template) => template.includes("{stack}"), "must hold {stack}: each stack has a workspace of its own")
          .optional()
          .describe("Name of a stack's workspace, with {stack}; it may hold {environment}, {cluster} and {kind} too. Default: {stack}."),
      })
      .optional()
      .describe("HCP Terraform: one workspace a stack, named as the stack."),
  }),
  [["local"], ["azurerm"], ["cloud"]],
  "give exactly one of local, azurerm or cloud",
);

const USER_ASSIGNED_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";

const workspaceCreate = z.strictObject({
  resourceGroup: azureName().describe("Resource group of the new workspace; it must exist."),
  name: azureName().describe("Name of the new workspace."),
  location: region().describe("Azure region. Default: the environment's location."),
  storageAccount: text().optional().describe("Name of its storage account. Default: `st` and the workspace's name without hyphens, lower case, 24 characters."),
  keyVault: text().optional().describe("Name of its key vault. Default: `kv-` and the workspace's name, with hyphens for other characters, 24 characters."),
  applicationInsights: text().optional().describe("Name of its Application Insights. Default: `appi-` and the workspace's name."),
  publicNetworkAccess: z.boolean().optional().describe("Whether the workspace is reachable from the internet. Default: true, as Azure does."),
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
    create: workspaceCreate.optional().describe("A new workspace, with its storage account, key vault and Application Insights."),
  }),
  [["resourceGroup", "name"], ["create"]],
  "name an existing workspace by resourceGroup and name, or give `create` for a new one",
).refine(
  onlyWith(["userAssignedIdentity"], ({ create }) => create === undefined),
  { message: "userAssignedIdentity is for a workspace that is there: a new one has an identity of its own", when: (payload) => isObject(payload.value) },
);

const SUBNET = "Microsoft.Network/virtualNetworks/subnets";
const count = () => z.int().min(1).max(1000);

const nodePool = oneForm(
  z.strictObject({
    vmSize: text().describe("VM size of the nodes, for example Standard_D4s_v5."),
    nodeCount: count().optional().describe("A fixed number of nodes, 1-1000. Give this, or minCount and maxCount."),
    minCount: count().optional().describe("Autoscaling: the least number of nodes, 1-1000."),
    maxCount: count().optional().describe("Autoscaling: the greatest number of nodes, 1-1000."),
    vCpus: count().optional().describe("vCPUs of one node, for a size that is newer than the table of sizes. Default: what the table says."),
    zones: z.array(text()).min(1).optional().describe('Availability zones, for example ["1", "2", "3"]. Default: none.'),
    subnetId: resourceId(SUBNET).optional().describe("Subnet of the nodes. Default: a virtual network that AKS makes."),
    osDiskSizeGb: z.int().min(1).max(2048).optional().describe("OS disk of a node, in GB. Default: what AKS takes for the size."),
    maxPods: z.int().min(10).max(250).optional().describe("Pods a node, at most. Default: what AKS takes for the network plugin."),
  }),
  [["nodeCount"], ["minCount", "maxCount"]],
  "give nodeCount for a fixed pool, or both minCount and maxCount for autoscaling",
).describe("The cluster's own node pool, which runs the models.");

const loadBalancerProfile = z.strictObject({
  managedOutboundIps: z.int().min(1).max(100).optional().describe("Public addresses for egress that AKS makes, 1-100. Default: 1."),
  idleTimeoutMinutes: z.int().min(4).max(100).optional().describe("Idle time of outbound connections, 4-100 minutes. Default: 30."),
  outboundPortsAllocated: z.int().min(0).max(64000).optional().describe("SNAT ports a node. Default: 0, decided by Azure."),
});

const natGateway = z.strictObject({
  managedOutboundIps: z.int().min(1).max(16).optional().describe("Public addresses of the managed NAT gateway, 1-16. Default: 1."),
  idleTimeoutMinutes: z.int().min(4).max(120).optional().describe("Idle time of outbound connections, 4-120 minutes. Default: 4."),
});

const network = z.strictObject({
  plugin: z.enum(["azure", "kubenet", "none"]).optional().describe("Network plugin. Default: azure."),
  mode: z.enum(["overlay"]).optional().describe("overlay gives pods addresses of their own range (podCidr). Default: pods take addresses of the subnet."),
  policy: z.enum(["azure", "calico", "cilium"]).optional().describe("Network policy engine. Default: none."),
  serviceCidr: text().optional().describe("Range of the Kubernetes services, for example 10.240.0.0/16. Default: 10.0.0.0/16, by AKS."),
  dnsServiceIp: text().optional().describe("Address of the cluster's DNS in serviceCidr. Default: 10.0.0.10, by AKS."),
  podCidr: text().optional().describe("Range of the pods, for overlay and kubenet. Default: 10.244.0.0/16, by AKS."),
  outboundType: z
    .enum(["loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none"])
    .optional()
    .describe("How nodes reach the internet. Default: loadBalancer."),
  loadBalancer: loadBalancerProfile.optional().describe("The outbound side of the cluster's load balancer."),
  natGateway: natGateway.optional().describe("The managed NAT gateway."),
});

const privateDnsZone = z.union([z.literal("system"), z.literal("none"), resourceId("Microsoft.Network/privateDnsZones")], {
  error: "must be `system`, `none` or the resource ID of a private DNS zone",
});

const apiServer = z.strictObject({
  authorizedIpRanges: z.array(text()).optional().describe("IPv4 ranges that may reach the API server. Default: any address."),
  includeAzureMachineLearning: z
    .boolean()
    .optional()
    .describe("Whether the ranges of Azure ML's control plane, of the workspace's region and its pair, are added to authorizedIpRanges. Default: false."),
  private: z.boolean().optional().describe("Whether the API server has only a private address. Default: false."),
  privateDnsZone: privateDnsZone.optional().describe("Zone of a private cluster's name: system, none, or a resource ID. Default: system."),
});

const entraId = z.strictObject({
  azureRbac: z.boolean().optional().describe("Whether Azure roles decide what a user may do in the cluster. Default: false."),
  adminGroups: z.array(guid()).optional().describe("Object IDs of the Entra ID groups that administer the cluster. Default: none."),
  localAccountDisabled: z.boolean().optional().describe("Whether certificate sign-in is off. Default: false."),
});

const create = z.strictObject({
  resourceGroup: azureName().describe("Resource group of the new cluster; it must exist."),
  name: azureName().describe("Name of the new cluster."),
  location: region().describe("Azure region. Default: the environment's location."),
  kubernetesVersion: text().optional().describe('Kubernetes version, for example "1.35". Default: the AKS default version of the day.'),
  dnsPrefix: text().optional().describe("First part of the API server's name. Default: the cluster's name, with hyphens for other characters."),
  nodePool,
  network: network.optional(),
  apiServer: apiServer.optional(),
  identity: z
    .strictObject({
      userAssigned: z.array(resourceId(USER_ASSIGNED_IDENTITY)).length(1, "AKS takes exactly one user-assigned identity"),
    })
    .optional()
    .describe("Identity of the cluster. Default: system-assigned."),
  entraId: entraId.optional().describe("Sign-in to the cluster with Entra ID. Default: off."),
  preventDestroy: z
    .boolean()
    .optional()
    .describe("Whether Terraform refuses to destroy the cluster. Default: true for FastProd and DenseProd, false for DevTest."),
  tier: z.enum(["Free", "Standard", "Premium"]).optional().describe("AKS pricing tier. Default: Free, as Azure does."),
  automaticUpgrade: z.enum(["patch", "stable", "rapid", "node-image"]).optional().describe("Channel of automatic Kubernetes upgrades. Default: none."),
  nodeOsUpgrade: z
    .enum(["NodeImage", "SecurityPatch", "Unmanaged", "None"])
    .optional()
    .describe("Channel of automatic node image upgrades. Default: NodeImage, as Azure does."),
  tags: tags().optional().describe("Merged over the environment's tags."),
});

/** How a certificate is rolled out again. */
const certificateVersion = z.int().min(1).optional().describe("Raise it to roll a renewed certificate out. Default: 1.");

const keyVault = oneForm(
  z.strictObject({
    id: resourceId("Microsoft.KeyVault/vaults").describe("Resource ID of the key vault."),
    certificateSecret: text().optional().describe("Secret with the certificate chain in PEM form."),
    keySecret: text().optional().describe("Secret with the private key in PEM form, without a passphrase."),
    certificate: text().optional().describe("Key Vault certificate object with an exportable key, instead of two secrets."),
  }),
  [["certificateSecret", "keySecret"], ["certificate"]],
  "give certificateSecret and keySecret, or certificate for a Key Vault certificate object",
);

const certificate = oneForm(
  z.strictObject({
    keyVault: keyVault.optional().describe("The certificate is in a key vault; it is read for each run, and kept nowhere."),
    variables: z.literal(true).optional().describe("The certificate is in the ephemeral Terraform variables tls_certificate and tls_key, given for each run."),
    clusterSecret: text()
      .optional()
      .describe("The certificate is in a secret of the cluster, in namespace default: azuremlfessl, where Azure ML keeps it. The key is then in the state."),
    version: certificateVersion,
  }),
  [["keyVault"], ["variables"], ["clusterSecret"]],
  "give keyVault, variables: true, or clusterSecret",
);

const secret = z.strictObject({
  adopt: z.boolean().optional().describe("Whether the secret exists already and is taken over. Default: false."),
  name: kubernetesName().describe("Name of the secret."),
  namespace: kubernetesName().default("default").describe("Namespace of the secret; it must exist. Default: default."),
});

const tls = nonEmpty(
  z.strictObject({
    leafDomainLabel: text().optional().describe("Microsoft certificate for <label>######.<region>.cloudapp.azure.com."),
    overwriteExistingDomain: z.boolean().optional().describe("Whether an existing domain of that label may be taken over. Default: false."),
    cname: domainName().optional().describe("Domain name of the scoring endpoint, for a certificate of your own; its DNS record is yours to make."),
    certificate: certificate.optional().describe("A certificate of your own; its key is never in the JSON, the plan or the state."),
    secret: secret
      .optional()
      .describe("The same material as an Opaque Kubernetes secret with cert.pem and key.pem, as Azure ML reads it. Default: none; Azure ML makes its own."),
    ingressSecret: secret.optional().describe("The same material as a kubernetes.io/tls secret, for an ingress of your own. Default: none."),
  }),
  "give leafDomainLabel for a certificate from Microsoft, or cname and certificate for one of your own",
)
  .refine(
    onlyWith(["secret", "ingressSecret"], ({ certificate }) => certificate !== undefined),
    {
      message: "secret and ingressSecret hold a certificate of your own: give certificate, or leave them out",
      when: (payload) => isObject(payload.value),
    },
  )
  .refine(
    onlyWith(["overwriteExistingDomain"], ({ leafDomainLabel, cname, certificate }) => (leafDomainLabel ?? cname ?? certificate) !== undefined),
    { message: "overwriteExistingDomain is for leafDomainLabel: give that too", when: (payload) => isObject(payload.value) },
  )
  .refine((value) => !areSame(value, "secret", "ingressSecret"), {
    message: "secret and ingressSecret are one Kubernetes secret, which has one shape: name one of them otherwise",
    when: (payload) => isObject(payload.value),
  });

const privateLinkService = z.strictObject({
  name: text().optional().describe("Name of the Private Link Service. Default: made by AKS."),
  subnet: text().optional().describe("Name of the subnet of its addresses. Default: the load balancer's."),
  ipAddressCount: z.int().min(1).max(8).optional().describe("Addresses of the service, 1-8. Default: 1."),
  visibility: z
    .array(z.union([z.literal("*"), guid()], { error: 'must be a subscription ID, or "*"' }))
    .min(1)
    .optional()
    .describe('Subscription IDs that may see it, or "*". Default: only those with access to it.'),
  autoApproval: z.array(guid()).min(1).optional().describe("Subscription IDs whose connections are approved by themselves. Default: none."),
});

const loadBalancer = z
  .strictObject({
    type: z.enum(["PublicIp", "InternalLoadBalancer"]).describe("PublicIp: a public address; InternalLoadBalancer: a private one in your network."),
    subnet: text().optional().describe("Name of a subnet in the cluster's virtual network, for InternalLoadBalancer."),
    ip: text().optional().describe("Static private address in the subnet. Default: a free one."),
    allowedIpRanges: z.array(text()).min(1).optional().describe("Ranges that may call the endpoint. Default: all that reach the network."),
    privateLinkService: privateLinkService.optional().describe("A Private Link Service in front of the load balancer. Default: none."),
  })
  .refine(
    onlyWith(["ip", "allowedIpRanges", "privateLinkService"], ({ type }) => type !== "PublicIp"),
    {
      message: "ip, allowedIpRanges and privateLinkService are for type InternalLoadBalancer",
      when: (payload) => isObject(payload.value),
    },
  );

const attachmentIdentity = z
  .strictObject({
    systemAssigned: z.boolean().optional().describe("Whether the compute has an identity of its own. Default: false."),
    userAssigned: z.array(resourceId(USER_ASSIGNED_IDENTITY)).min(1).optional().describe("Resource IDs of user-assigned identities."),
  })
  .refine((value) => isObject(value) && (value.systemAssigned === true || value.userAssigned !== undefined), {
    message: "give systemAssigned: true, userAssigned, or both",
    when: (payload) => isObject(payload.value),
  });

const computeName = () => text().describe("Name of the compute in the workspace.");

const aksAttachment = z.strictObject({
  kind: z.literal("AksCompute").describe("AksCompute: the inference cluster of Azure ML SDK v1."),
  computeName: computeName(),
  clusterPurpose: z.enum(["DevTest", "FastProd", "DenseProd"]).optional().describe("What the cluster serves. Default: FastProd, as Azure does."),
  description: text().optional().describe("Free text. A change detaches and attaches again."),
  identity: attachmentIdentity.optional().describe("Identity of the compute. Default: none."),
  tags: tags().optional().describe("Tags of the compute; the environment's are not inherited, because a change detaches and attaches again."),
  loadBalancer: loadBalancer.optional().describe("Where the scoring endpoint listens. Default: PublicIp."),
  tls: tls.optional().describe("TLS of the scoring endpoint. Default: none."),
  adopt: z.boolean().optional().describe("Whether a compute of this name exists already and is taken over, instead of failing. Default: false."),
  reattach: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, "must be one word, for example 2026-11")
    .optional()
    .describe("A new value detaches and attaches once, which updates the Azure ML components. Its endpoints are down meanwhile. Default: never."),
  attachWith: z
    .enum(["azurerm", "azapi"])
    .optional()
    .describe("Terraform provider that attaches. Default: azapi for an internal load balancer or a certificate of your own, else azurerm."),
});

const AZUREML_TLS = "azureml-tls";

const kubernetesTls = nonEmpty(
  z.strictObject({
    cname: domainName().optional().describe("Domain name of the scoring endpoint; its DNS record is yours to make."),
    certificate: oneForm(
      z.strictObject({
        keyVault: keyVault.optional().describe("The certificate is in a key vault; it is read for each run, and kept nowhere."),
        variables: z
          .literal(true)
          .optional()
          .describe("The certificate is in the ephemeral Terraform variables tls_certificate and tls_key, given for each run."),
        clusterSecret: kubernetesName()
          .optional()
          .describe("The certificate is in an Opaque secret of namespace azureml, with cert.pem and key.pem, that somebody else keeps there."),
        version: certificateVersion,
      }),
      [["keyVault"], ["variables"], ["clusterSecret"]],
      "give keyVault, variables: true, or clusterSecret",
    )
      .optional()
      .describe("A certificate of your own: Azure ML has none for this kind."),
    passedBy: z
      .enum(["secret", "protectedSettings"])
      .optional()
      .describe(
        "How the extension gets the certificate. secret: a Kubernetes secret in namespace azureml, whose key is in no plan and no state; protectedSettings: with the extension, without access to the cluster, and the key is then in the state. Default: secret.",
      ),
    secret: z
      .strictObject({
        adopt: z.boolean().optional().describe("Whether the secret exists already and is taken over. Default: false."),
        name: kubernetesName().default(AZUREML_TLS).describe("Name of the secret. Default: azureml-tls."),
        createNamespace: z
          .boolean()
          .optional()
          .describe("Whether namespace azureml is created; false where the extension, or somebody else, made it before. Default: true."),
      })
      .default({ name: AZUREML_TLS })
      .describe("The secret that passes the certificate, in namespace azureml. Default: azureml-tls, in a namespace that is created."),
    ingressSecret: secret.optional().describe("The same material as a kubernetes.io/tls secret, for an ingress of your own. Default: none."),
  }),
  "give cname and certificate",
)
  .refine(
    onlyWith(["ingressSecret"], ({ certificate }) => isObject(certificate) && certificate.clusterSecret === undefined),
    {
      message: "ingressSecret is made from a certificate of your own: give keyVault or variables, or leave it out",
      when: (payload) => isObject(payload.value),
    },
  )
  .refine(
    (value) => !isObject(value) || value.passedBy !== "protectedSettings" || !isObject(value.certificate) || value.certificate.clusterSecret === undefined,
    { message: "clusterSecret is passed by that secret: leave passedBy out", when: (payload) => isObject(payload.value) },
  )
  .refine((value) => !areSame({ ...value, secret: { namespace: EXTENSION_NAMESPACE, ...value.secret } }, "secret", "ingressSecret"), {
    message: "secret and ingressSecret are one Kubernetes secret, which has one shape: name one of them otherwise",
    when: (payload) => isObject(payload.value),
  });

const extension = z.strictObject({
  name: text().optional().describe("Name of the extension. Default: azureml."),
  version: text().optional().describe("Version, which is then kept. Default: the newest, and minor upgrades by themselves."),
  enableTraining: z.boolean().optional().describe("Whether training jobs and batch inference run on the cluster. Default: false."),
  enableInference: z.boolean().optional().describe("Whether online endpoints run on the cluster. Default: false."),
  inferenceRouterServiceType: z.enum(ROUTER_SERVICE_TYPES).optional().describe("How the inference router is reached; enableInference needs it."),
  allowInsecureConnections: z.boolean().optional().describe("Whether endpoints answer over HTTP, for development and test. Default: false, which needs tls."),
  inferenceRouterHA: z
    .boolean()
    .optional()
    .describe("Whether the inference router runs three times, on three nodes. Default: true; false where the cluster is created here with fewer nodes."),
  nodeSelector: z
    .record(z.string(), z.string())
    .optional()
    .describe("Labels of the nodes on which the extension and its workloads run. A label that was given is not removed again. Default: all nodes."),
  installNvidiaDevicePlugin: z.boolean().optional().describe("Whether the NVIDIA device plug-in is installed. Default: false."),
  installDcgmExporter: z.boolean().optional().describe("Whether the exporter of GPU metrics is installed. Default: false."),
  installPromOp: z.boolean().optional().describe("Whether the Prometheus operator is installed. Default: true."),
  installVolcano: z.boolean().optional().describe("Whether the Volcano scheduler is installed, for training. Default: true."),
  enableUpgrade: z.boolean().optional().describe("Whether it is installed on a cluster that is attached as AksCompute too. Default: false."),
});

const resources = (what: string) => z.record(z.string(), z.string()).describe(what);

const instanceType = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).optional().describe("Labels of the nodes. Default: any node."),
  requests: resources("What a pod is sure to get: cpu and memory, as Kubernetes quantities in quotation marks."),
  limits: resources("What a pod gets at most: cpu and memory, and GPUs such as nvidia.com/gpu."),
});

const kubernetesAttachment = z
  .strictObject({
    kind: z.literal("KubernetesCompute").describe("KubernetesCompute: the current kind, with the Azure ML extension, for training and online endpoints."),
    computeName: computeName(),
    namespace: kubernetesName().default("default").describe("Kubernetes namespace of the compute's workloads. Default: default."),
    createNamespace: z.boolean().optional().describe("Whether the namespace is created. Default: true, except for default."),
    clusterPurpose: z
      .enum(EXTENSION_PURPOSES)
      .optional()
      .describe("What the cluster serves, as the extension is told. Default: FastProd; DevTest where the cluster is created here with fewer than 3 nodes."),
    description: text().optional().describe("Free text."),
    identity: attachmentIdentity
      .refine((value) => !isObject(value) || !Array.isArray(value.userAssigned) || value.userAssigned.length === 1, {
        message: "Azure ML uses one user-assigned identity of a KubernetesCompute: give one",
        when: (payload) => isObject(payload.value),
      })
      .optional()
      .describe("Identity of the compute. Default: none."),
    tags: tags().optional().describe("Tags of the compute. Default: none."),
    extension: extension
      .optional()
      .describe("The Azure ML extension that is installed in the cluster, once for a cluster. Default: none, it is there already."),
    loadBalancer: z
      .strictObject({
        type: z.enum(["PublicIp", "InternalLoadBalancer"]).describe("PublicIp: a public address; InternalLoadBalancer: a private one in the cluster's subnet."),
      })
      .optional()
      .describe("Where the scoring endpoint listens. Default: PublicIp."),
    tls: kubernetesTls.optional().describe("TLS of the scoring endpoint. Default: none, which needs allowInsecureConnections."),
    instanceTypes: z
      .record(kubernetesName(), instanceType)
      .optional()
      .describe("Sizes that jobs and deployments choose from, each under a name. Default: Azure ML's own defaultinstancetype."),
    instanceTypesAs: z
      .enum(["compute", "manifests"])
      .optional()
      .describe(
        "Where instance types are kept. compute: on the compute, for it alone; manifests: as InstanceType objects in the cluster, in a stack that applies after the extension. Default: compute.",
      ),
    defaultInstanceType: kubernetesName().optional().describe("Instance type of what names none. Default: defaultinstancetype."),
    trustedAccess: z
      .boolean()
      .optional()
      .describe(
        "Whether the workspace reaches the API server by Trusted Access; once for a cluster and a workspace. Default: true where local accounts are disabled, or authorized IP ranges are set here.",
      ),
    adopt: z.boolean().optional().describe("Whether a compute of this name exists already and is taken over, instead of failing. Default: false."),
  })
  .refine(
    onlyWith(["tls", "loadBalancer", "clusterPurpose"], ({ extension }) => extension !== undefined),
    { message: "tls, loadBalancer and clusterPurpose are settings of the extension: give extension too", when: (payload) => isObject(payload.value) },
  )
  .refine(
    onlyWith(["instanceTypesAs"], ({ instanceTypes }) => instanceTypes !== undefined),
    { message: "instanceTypesAs says where instanceTypes are kept: give them too", when: (payload) => isObject(payload.value) },
  );

const attachment = z.discriminatedUnion("kind", [aksAttachment, kubernetesAttachment]);

const acknowledge = z
  .array(
    z.strictObject({
      rule: text().describe("Id of the rule, as `azureml-aks rules` lists it."),
      reason: text().describe("Why it does not matter here."),
      until: z.iso.date("must be a date such as 2027-06-30").optional().describe("Last day on which this counts. Default: always."),
    }),
  )
  .optional();

const existing = oneForm(
  z.strictObject({
    resourceGroup: azureName().optional().describe("Resource group of an existing cluster, in the environment's subscription."),
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
    .describe("How an existing cluster knows its users; the kubernetes provider then signs in with kubelogin. Default: with certificates."),
  attachment: attachment
    .optional()
    .describe("How the cluster is attached to the workspace. Default: a cluster that is created here is not; an existing one must be."),
  acknowledge: acknowledge.describe("Rules that are waived for this cluster: their findings stay in the report, and no longer count."),
});

const cluster = oneForm(clusterShape, [["create"], ["existing"]], "give `create` for a new cluster, or `existing` for one that is there")
  .refine(
    onlyWith(["entraId"], ({ existing }) => existing !== undefined),
    { message: "entraId beside `existing` is for a cluster that is there: for a new one it stands in `create`", when: (payload) => isObject(payload.value) },
  )
  .refine(
    onlyWith(["existing"], ({ attachment }) => attachment !== undefined),
    { message: "an existing cluster without `attachment` gives nothing to do: say how it is attached", when: (payload) => isObject(payload.value) },
  );

const environment = z.strictObject({
  subscriptionId: guid().describe("Azure subscription of the workspace and its clusters."),
  location: region().describe("Azure region of what is created here."),
  tags: tags().optional().describe("Tags of what is created here, the attachment excepted."),
  backend: backend.default({ local: {} }).describe("Where Terraform keeps its states. Default: local."),
  workspace: workspace.describe("The Azure Machine Learning workspace."),
  clusters: nonEmpty(z.record(z.string(), cluster), "name at least one cluster").describe("The clusters, each under a name of your own."),
  acknowledge: acknowledge.describe("Rules that are waived for this environment."),
});

/** The configuration after `defaults` is merged into every environment. */
export const ConfigSchema = z.strictObject({
  environments: nonEmpty(z.record(z.string(), environment), "name at least one environment"),
  acknowledge: acknowledge.describe("Rules that are waived everywhere."),
});

/** A whole configuration. */
export type Config = z.output<typeof ConfigSchema>;
/** How a cluster is attached. */
export type AttachmentConfig = z.output<typeof attachment>;
export type AksAttachmentConfig = z.output<typeof aksAttachment>;
export type KubernetesAttachmentConfig = z.output<typeof kubernetesAttachment>;
/** An environment: a workspace and its clusters. */
export type EnvironmentConfig = z.output<typeof environment>;
/** A new cluster. */
export type CreateConfig = z.output<typeof create>;
/** A cluster, new or existing, and its attachment. */
export type ClusterConfig = z.output<typeof cluster>;
/** A cluster that is attached here. */
export type AttachedClusterConfig = ClusterConfig & { readonly attachment: AttachmentConfig };
/** A rule that is waived. */
export type AcknowledgementConfig = NonNullable<z.output<typeof acknowledge>>[number];
/** Where Terraform keeps its states. */
export type BackendConfig = z.output<typeof backend>;

export const EnvironmentSchema = environment;

/** Keys that Azure once took, and what to say of them. */
export const REMOVED_KEYS: Readonly<Record<string, string>> = {
  dockerBridgeCidr: "Azure removed the Docker bridge address: nodes run containerd, and AKS ignores it. Delete the key",
};
