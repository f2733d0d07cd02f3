import { z } from "zod";
import { EXTENSION_NAMESPACE, EXTENSION_PURPOSES, ROUTER_SERVICE_TYPES } from "../azure/azureml-extension.ts";
import {
  areSame,
  azureName,
  domainName,
  guid,
  identity,
  isObject,
  kubernetesName,
  nonEmpty,
  oneForm,
  onlyWith,
  overrides,
  resourceId,
  tags,
  text,
} from "./shapes.ts";

/** How a certificate is rolled out again. */
const certificateVersion = z
  .int()
  .min(1)
  .optional()
  .describe("Raise it to roll a renewed certificate out. Default: 1.");

const keyVault = oneForm(
  z.strictObject({
    id: resourceId("Microsoft.KeyVault/vaults").describe("Resource ID of the key vault."),
    certificateSecret: azureName("keyVaultObject")
      .optional()
      .describe("Secret with the certificate chain in PEM form."),
    keySecret: azureName("keyVaultObject")
      .optional()
      .describe("Secret with the private key in PEM form, without a passphrase."),
    certificate: azureName("keyVaultObject")
      .optional()
      .describe("Key Vault certificate object with an exportable key, instead of two secrets."),
  }),
  [["certificateSecret", "keySecret"], ["certificate"]],
  "give certificateSecret and keySecret, or certificate for a Key Vault certificate object",
);

const certificate = oneForm(
  z.strictObject({
    keyVault: keyVault
      .optional()
      .describe("The certificate is in a key vault; it is read for each run, and kept nowhere."),
    variables: z
      .literal(true)
      .optional()
      .describe(
        "The certificate is in the ephemeral Terraform variables tls_certificate and tls_key, given for each run.",
      ),
    clusterSecret: text()
      .optional()
      .describe(
        "The certificate is in a secret of the cluster, in namespace default: azuremlfessl, where Azure ML keeps it. The key is then in the state.",
      ),
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
    overwriteExistingDomain: z
      .boolean()
      .optional()
      .describe("Whether an existing domain of that label may be taken over. Default: false."),
    cname: domainName()
      .optional()
      .describe("Domain name of the scoring endpoint, for a certificate of your own; you make its DNS record."),
    certificate: certificate
      .optional()
      .describe("A certificate of your own; its key is never in the JSON, the plan or the state."),
    secret: secret
      .optional()
      .describe(
        "The same certificate and key as an Opaque Kubernetes secret with cert.pem and key.pem, as Azure ML reads it. Default: none; Azure ML makes its own.",
      ),
    ingressSecret: secret
      .optional()
      .describe(
        "The same certificate and key as a kubernetes.io/tls secret, for an ingress of your own. Default: none.",
      ),
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
    onlyWith(
      ["overwriteExistingDomain"],
      ({ leafDomainLabel, cname, certificate }) => (leafDomainLabel ?? cname ?? certificate) !== undefined,
    ),
    {
      message: "overwriteExistingDomain is for leafDomainLabel: give that too",
      when: (payload) => isObject(payload.value),
    },
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
  autoApproval: z
    .array(guid())
    .min(1)
    .optional()
    .describe("Subscription IDs whose connections are approved by themselves. Default: none."),
});

const loadBalancer = z
  .strictObject({
    type: z
      .enum(["PublicIp", "InternalLoadBalancer"])
      .describe("PublicIp: a public address; InternalLoadBalancer: a private one in your network."),
    subnet: text().optional().describe("Name of a subnet in the cluster's virtual network, for InternalLoadBalancer."),
    ip: text().optional().describe("Static private address in the subnet. Default: a free one."),
    allowedIpRanges: z
      .array(text())
      .min(1)
      .optional()
      .describe("Ranges that may call the endpoint. Default: all that reach the network."),
    privateLinkService: privateLinkService
      .optional()
      .describe("A Private Link Service in front of the load balancer. Default: none."),
  })
  .refine(
    onlyWith(["ip", "allowedIpRanges", "privateLinkService"], ({ type }) => type !== "PublicIp"),
    {
      message: "ip, allowedIpRanges and privateLinkService are for type InternalLoadBalancer",
      when: (payload) => isObject(payload.value),
    },
  );

const attachmentIdentity = identity("the compute");

const computeName = () => text().describe("Name of the compute in the workspace.");

const aksAttachment = z.strictObject({
  kind: z.literal("AksCompute").describe("AksCompute: the inference cluster of Azure ML SDK v1."),
  computeName: computeName(),
  clusterPurpose: z
    .enum(["DevTest", "FastProd", "DenseProd"])
    .optional()
    .describe("What the cluster serves. Default: FastProd, as Azure does."),
  description: text().optional().describe("Free text. A change detaches and attaches again."),
  identity: attachmentIdentity.optional().describe("Identity of the compute. Default: none."),
  tags: tags()
    .optional()
    .describe(
      "Tags of the compute; the environment's are not inherited, because a change detaches and attaches again.",
    ),
  overrides: overrides("azurerm_machine_learning_inference_cluster or azapi_resource, whichever attaches,"),
  loadBalancer: loadBalancer.optional().describe("Where the scoring endpoint listens. Default: PublicIp."),
  tls: tls.optional().describe("TLS of the scoring endpoint. Default: none."),
  adopt: z
    .boolean()
    .optional()
    .describe("Whether a compute of this name exists already and is taken over, instead of failing. Default: false."),
  reattach: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, "must be one word, for example 2026-11")
    .optional()
    .describe(
      "A new value detaches and attaches once, which updates the Azure ML components. Its endpoints are down meanwhile. Default: never.",
    ),
  attachWith: z
    .enum(["azurerm", "azapi"])
    .optional()
    .describe(
      "Terraform provider that attaches. Default: azapi for an internal load balancer or a certificate of your own, else azurerm.",
    ),
});

const AZUREML_TLS = "azureml-tls";

const kubernetesTls = nonEmpty(
  z.strictObject({
    cname: domainName().optional().describe("Domain name of the scoring endpoint; you make its DNS record."),
    certificate: oneForm(
      z.strictObject({
        keyVault: keyVault
          .optional()
          .describe("The certificate is in a key vault; it is read for each run, and kept nowhere."),
        variables: z
          .literal(true)
          .optional()
          .describe(
            "The certificate is in the ephemeral Terraform variables tls_certificate and tls_key, given for each run.",
          ),
        clusterSecret: kubernetesName()
          .optional()
          .describe(
            "The certificate is in an Opaque secret of namespace azureml, with cert.pem and key.pem, that somebody else keeps there.",
          ),
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
          .describe(
            "Whether namespace azureml is created; false where the extension, or somebody else, made it before. Default: true.",
          ),
      })
      .default({ name: AZUREML_TLS })
      .describe(
        "The secret that passes the certificate, in namespace azureml. Default: azureml-tls, in a namespace that is created.",
      ),
    ingressSecret: secret
      .optional()
      .describe(
        "The same certificate and key as a kubernetes.io/tls secret, for an ingress of your own. Default: none.",
      ),
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
    (value) =>
      !isObject(value) ||
      value.passedBy !== "protectedSettings" ||
      !isObject(value.certificate) ||
      value.certificate.clusterSecret === undefined,
    {
      message: "clusterSecret is passed by that secret: leave passedBy out",
      when: (payload) => isObject(payload.value),
    },
  )
  .refine(
    (value) =>
      !areSame({ ...value, secret: { namespace: EXTENSION_NAMESPACE, ...value.secret } }, "secret", "ingressSecret"),
    {
      message: "secret and ingressSecret are one Kubernetes secret, which has one shape: name one of them otherwise",
      when: (payload) => isObject(payload.value),
    },
  );

const extension = z.strictObject({
  name: text().optional().describe("Name of the extension. Default: azureml."),
  adopt: z
    .boolean()
    .optional()
    .describe(
      "Whether the extension is installed already and is taken over. Only the settings that are given are then sent. Default: false.",
    ),
  version: text()
    .optional()
    .describe("Version, which is then kept. Default: the newest, and minor upgrades by themselves."),
  enableTraining: z
    .boolean()
    .optional()
    .describe("Whether training jobs and batch inference run on the cluster. Default: false."),
  enableInference: z.boolean().optional().describe("Whether online endpoints run on the cluster. Default: false."),
  inferenceRouterServiceType: z
    .enum(ROUTER_SERVICE_TYPES)
    .optional()
    .describe("How the inference router is reached; enableInference needs it."),
  allowInsecureConnections: z
    .boolean()
    .optional()
    .describe("Whether endpoints answer over HTTP, for development and test. Default: false, which needs tls."),
  inferenceRouterHA: z
    .boolean()
    .optional()
    .describe(
      "Whether the inference router runs three times, on three nodes. Default: true; false where the cluster is created here with fewer nodes.",
    ),
  nodeSelector: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Labels of the nodes on which the extension and its workloads run. A label that was given is not removed again. Default: all nodes.",
    ),
  installNvidiaDevicePlugin: z
    .boolean()
    .optional()
    .describe("Whether the NVIDIA device plug-in is installed. Default: false."),
  installDcgmExporter: z
    .boolean()
    .optional()
    .describe("Whether the exporter of GPU metrics is installed. Default: false."),
  installPromOp: z.boolean().optional().describe("Whether the Prometheus operator is installed. Default: true."),
  installVolcano: z
    .boolean()
    .optional()
    .describe("Whether the Volcano scheduler is installed, for training. Default: true."),
  volcanoSchedulerConfigMap: kubernetesName()
    .optional()
    .describe(
      "ConfigMap in the namespace azureml that configures Volcano's scheduler; pools that scale by themselves need one without gang scheduling. Default: the extension's own configuration.",
    ),
  skipResourceValidation: z
    .boolean()
    .optional()
    .describe(
      "Whether a job is taken that no node of the moment has room for, which pools that scale by themselves need. Default: false.",
    ),
  tolerations: z
    .array(
      z.strictObject({
        key: text().optional().describe("Key of the taint. Default: every key, with the operator Exists."),
        operator: z
          .enum(["Equal", "Exists"])
          .optional()
          .describe("Whether the value has to be the same, or the key is enough. Default: Equal."),
        value: text().optional().describe("Value of the taint. Default: none."),
        effect: z
          .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
          .optional()
          .describe("Effect of the taint. Default: every effect."),
      }),
    )
    .optional()
    .describe(
      "Taints of nodes that jobs and models tolerate, such as that of spot nodes; the inference router does not. Default: those of Azure ML itself.",
    ),
  enableUpgrade: z
    .boolean()
    .optional()
    .describe("Whether it is installed on a cluster that is attached as AksCompute too. Default: false."),
  settings: z
    .record(z.string(), z.string())
    .optional()
    .describe("Settings of the extension that have no key here, by their own names. Default: none."),
  overrides: overrides("azurerm_kubernetes_cluster_extension"),
});

const resources = (what: string) => z.record(z.string(), z.string()).describe(what);

const instanceType = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).optional().describe("Labels of the nodes. Default: any node."),
  requests: resources("What a pod is sure to get: cpu and memory, as Kubernetes quantities in quotation marks."),
  limits: resources("What a pod gets at most: cpu and memory, and GPUs such as nvidia.com/gpu."),
});

const kubernetesAttachment = z
  .strictObject({
    kind: z
      .literal("KubernetesCompute")
      .describe("KubernetesCompute: the current kind, with the Azure ML extension, for training and online endpoints."),
    computeName: computeName(),
    namespace: kubernetesName()
      .default("default")
      .describe(
        "Kubernetes namespace of the compute's workloads. A change detaches and attaches again. Default: default.",
      ),
    createNamespace: z
      .boolean()
      .optional()
      .describe("Whether the namespace is created. Default: true, except for default."),
    clusterPurpose: z
      .enum(EXTENSION_PURPOSES)
      .optional()
      .describe(
        "What the cluster serves, as the extension is told. Default: FastProd; DevTest where the cluster is created here with fewer than 3 nodes.",
      ),
    description: text().optional().describe("Free text. A change detaches and attaches again."),
    identity: attachmentIdentity
      .refine((value) => !isObject(value) || !Array.isArray(value.userAssigned) || value.userAssigned.length === 1, {
        message: "Azure ML uses one user-assigned identity of a KubernetesCompute: give one",
        when: (payload) => isObject(payload.value),
      })
      .optional()
      .describe("Identity of the compute. Default: none."),
    tags: tags().optional().describe("Tags of the compute. Default: none."),
    overrides: overrides("azapi_resource"),
    extension: extension
      .optional()
      .describe(
        "The Azure ML extension that is installed in the cluster, once for a cluster. Default: none, it is there already.",
      ),
    loadBalancer: z
      .strictObject({
        type: z
          .enum(["PublicIp", "InternalLoadBalancer"])
          .describe("PublicIp: a public address; InternalLoadBalancer: a private one in the cluster's subnet."),
      })
      .optional()
      .describe("Where the scoring endpoint listens. Default: PublicIp."),
    tls: kubernetesTls
      .optional()
      .describe("TLS of the scoring endpoint. Default: none, which needs allowInsecureConnections."),
    instanceTypes: z
      .record(kubernetesName(), instanceType)
      .optional()
      .describe(
        "Sizes that jobs and deployments choose from, each under a name. On the compute, a change detaches and attaches again. Default: Azure ML's own defaultinstancetype.",
      ),
    instanceTypesAs: z
      .enum(["compute", "manifests"])
      .optional()
      .describe(
        "Where instance types are kept. compute: on the compute, for it alone; manifests: as InstanceType objects in the cluster, in a stack that applies after the extension. Default: compute.",
      ),
    defaultInstanceType: kubernetesName()
      .optional()
      .describe("Instance type of what names none. Default: defaultinstancetype."),
    trustedAccess: z
      .boolean()
      .optional()
      .describe(
        "Whether the workspace reaches the API server by Trusted Access; once for a cluster and a workspace. Default: true where local accounts are disabled, or authorized IP ranges are set here.",
      ),
    adopt: z
      .boolean()
      .optional()
      .describe("Whether a compute of this name exists already and is taken over, instead of failing. Default: false."),
  })
  .refine(
    onlyWith(["tls", "loadBalancer", "clusterPurpose"], ({ extension }) => extension !== undefined),
    {
      message: "tls, loadBalancer and clusterPurpose are settings of the extension: give extension too",
      when: (payload) => isObject(payload.value),
    },
  )
  .refine(
    onlyWith(["instanceTypesAs"], ({ instanceTypes }) => instanceTypes !== undefined),
    {
      message: "instanceTypesAs says where instanceTypes are kept: give them too",
      when: (payload) => isObject(payload.value),
    },
  );

/** How a cluster is attached to the workspace: the keys depend on the kind. */
export const attachment = z.discriminatedUnion("kind", [aksAttachment, kubernetesAttachment]);

/** How a cluster is attached. */
export type AttachmentConfig = z.output<typeof attachment>;
/** An attachment as AksCompute. */
export type AksAttachmentConfig = z.output<typeof aksAttachment>;
/** An attachment as KubernetesCompute. */
export type KubernetesAttachmentConfig = z.output<typeof kubernetesAttachment>;
