import { closest, distance } from "fastest-levenshtein";

/**
 * The Azure ML extension of an AKS cluster: its settings, as `az k8s-extension create` sends them.
 * https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension
 */
export const EXTENSION_TYPE = "Microsoft.AzureML.Kubernetes";

/** Name of the extension where none is given. */
export const EXTENSION_NAME = "azureml";

/** Namespace of the extension, which Azure ML fixes; the TLS secret stands there too. */
export const EXTENSION_NAMESPACE = "azureml";

/**
 * Memory that the extension needs in a cluster, in GB.
 * https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension
 */
export const EXTENSION_MEMORY_GIB = 14;

/** How the inference router is reached. Azure ML takes them in any casing. */
export const ROUTER_SERVICE_TYPES = ["loadBalancer", "nodePort", "clusterIP"] as const;
/** How the inference router is reached. */
export type RouterServiceType = (typeof ROUTER_SERVICE_TYPES)[number];

/** What a cluster may serve, as the extension is told. */
export const EXTENSION_PURPOSES = ["DevTest", "FastProd"] as const;
/** What the cluster of an extension serves. */
export type ExtensionPurpose = (typeof EXTENSION_PURPOSES)[number];

/** Nodes on which the inference router runs where it is highly available. */
export const HIGH_AVAILABILITY_NODES = 3;

/**
 * The role of Trusted Access that lets a workspace into a cluster.
 * https://learn.microsoft.com/azure/aks/trusted-access-feature
 */
export const TRUSTED_ACCESS_ROLE = "Microsoft.MachineLearningServices/workspaces/mlworkload";

/**
 * What a workspace's user-assigned identity needs on the cluster.
 * https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace
 */
export const WORKSPACE_IDENTITY_ROLES = [
  "Reader",
  "Kubernetes Extension Contributor",
  "Azure Kubernetes Service Cluster Admin Role",
] as const;

/** What a user may set; every row of the documented table. */
export interface ExtensionOptions {
  /** Whether training jobs and batch inference run on the cluster; training or inference must be on. @default false */
  readonly enableTraining?: boolean;
  /** Whether online endpoints run on the cluster. @default false */
  readonly enableInference?: boolean;
  /** Whether endpoints answer over HTTP, for development and test. @default false */
  readonly allowInsecureConnections?: boolean;
  /** How the inference router is reached; inference needs it. @default - none */
  readonly inferenceRouterServiceType?: RouterServiceType;
  /** Whether the router's load balancer has a private address; not with nodePort. @default false */
  readonly internalLoadBalancer?: boolean;
  /** Whether the router runs three times, on three nodes. @default true */
  readonly inferenceRouterHA?: boolean;
  /** What the cluster serves. @default "FastProd" */
  readonly clusterPurpose?: ExtensionPurpose;
  /**
   * Labels of the nodes on which the extension and its workloads run. An update adds labels, and removes none.
   * @default - all nodes
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Whether the NVIDIA device plug-in is installed; not where the cluster has one. @default false */
  readonly installNvidiaDevicePlugin?: boolean;
  /** Whether the DCGM exporter, for metrics of GPUs, is installed. @default false */
  readonly installDcgmExporter?: boolean;
  /** Whether the Prometheus operator is installed; not where the cluster has one. @default true */
  readonly installPromOp?: boolean;
  /** Whether the Volcano scheduler is installed, for training; not where the cluster has one. @default true */
  readonly installVolcano?: boolean;
  /**
   * Name of a ConfigMap in the extension's namespace that configures Volcano's scheduler. On pools that scale by
   * themselves it needs one without gang scheduling.
   * @default - the extension's own configuration
   */
  readonly volcanoSchedulerConfigMap?: string;
  /**
   * Whether a job is taken that no node of the moment has room for, which pools that scale by themselves need.
   * @default false
   */
  readonly skipResourceValidation?: boolean;
  /** Taints that jobs and models tolerate; the inference router does not. @default - those of Azure ML itself */
  readonly tolerations?: readonly ExtensionToleration[];
  /** Whether it is installed beside an AksCompute, whose azureml-fe it takes over. @default false */
  readonly enableUpgrade?: boolean;
}

/** A taint that jobs and models tolerate. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export interface ExtensionToleration {
  /** Key of the taint. @default - every key, with the operator Exists */
  readonly key?: string;
  /** `Equal`, where the value has to be the same, or `Exists`. @default "Equal" */
  readonly operator?: "Equal" | "Exists";
  /** Value of the taint. @default - none */
  readonly value?: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. @default - every effect */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** TLS of the scoring endpoint, its material aside. */
export interface ExtensionTlsOptions {
  /** Domain name of the endpoint. */
  readonly sslCname?: string;
  /** Secret in the extension's namespace, Opaque with cert.pem and key.pem. */
  readonly sslSecret?: string;
}

/** Settings that are True or False, with what Azure ML takes where they are not given. */
export const BOOLEAN_SETTINGS = {
  enableTraining: false,
  enableInference: false,
  allowInsecureConnections: false,
  inferenceRouterHA: true,
  installNvidiaDevicePlugin: false,
  installDcgmExporter: false,
  installPromOp: true,
  installVolcano: true,
} as const;

/** Those of them that mean something for inference alone. */
const FOR_INFERENCE: readonly string[] = ["allowInsecureConnections", "inferenceRouterHA"];

/** Names of the settings that one of the documented ones turns into, for the chart that is installed. */
export const SSL_SECRET = "scoringFe.sslSecret";
export const NODE_PORT = "scoringFe.serviceType.nodePort";
export const INTERNAL_LOAD_BALANCER = "scoringFe.serviceType.internalLoadBalancer";
export const ENABLE_UPGRADE = "scoringFe.enableUpgrade";

/** Protected settings: PEM text in base64. The pair wins over the secret. */
export const SSL_CERTIFICATE = "scoringFe.sslCert";
export const SSL_KEY = "scoringFe.sslKey";

/** A setting, and the option that it comes from. */
export interface ExtensionSetting {
  /** Undefined where it is not sent. */
  readonly value: string | undefined;
  /** The option, and the label of a node selector; nothing where it is always the same. */
  readonly from: readonly string[];
}

/**
 * Every setting with a documented default is sent, so that the service adds none, and a second plan shows no change.
 * Settings for inference are sent where inference is on, or where they are given. Of an extension that is there,
 * only what is given is sent.
 */
export function settingsOfOptions(
  options: ExtensionOptions & ExtensionTlsOptions,
  isThere = false,
): Record<string, ExtensionSetting> {
  const { inferenceRouterServiceType, internalLoadBalancer, nodeSelector = {} } = options;
  const clusterPurpose = options.clusterPurpose ?? (isThere ? undefined : "FastProd");
  const { enableUpgrade, sslCname, sslSecret } = options;
  const settings: Record<string, ExtensionSetting> = {};
  const set = (option: keyof typeof options, value: string | undefined, name: string = option): void => {
    settings[name] = { value, from: [option] };
  };
  set("clusterPurpose", clusterPurpose);
  for (const [key, byDefault] of Object.entries(BOOLEAN_SETTINGS)) {
    const option = key as keyof typeof BOOLEAN_SETTINGS;
    const isSent =
      options[option] !== undefined || (!isThere && (options.enableInference || !FOR_INFERENCE.includes(option)));
    set(option, isSent ? truth(options[option] ?? byDefault) : undefined);
  }
  set("inferenceRouterServiceType", inferenceRouterServiceType);
  set("inferenceRouterServiceType", inferenceRouterServiceType === "nodePort" ? truth(true) : undefined, NODE_PORT);
  set("internalLoadBalancer", internalLoadBalancer ? "azure" : undefined, "internalLoadBalancerProvider");
  set("internalLoadBalancer", internalLoadBalancer ? truth(true) : undefined, INTERNAL_LOAD_BALANCER);
  set("sslCname", sslCname);
  set("sslSecret", sslSecret);
  // Azure ML's own tool leaves it out for an endpoint over HTTP.
  set("sslSecret", options.allowInsecureConnections ? undefined : sslSecret, SSL_SECRET);
  set("enableUpgrade", enableUpgrade ? "true" : undefined, ENABLE_UPGRADE);
  set("volcanoSchedulerConfigMap", options.volcanoSchedulerConfigMap, SCHEDULER_CONFIG_MAP);
  set("skipResourceValidation", options.skipResourceValidation ? "true" : undefined, SKIP_VALIDATION);
  for (const [index, toleration] of (options.tolerations ?? []).entries())
    for (const [part, value] of Object.entries({ operator: "Equal", ...toleration }))
      settings[`workLoadToleration[${index}].${part}`] = { value, from: ["tolerations", String(index), part] };
  for (const [label, value] of Object.entries(nodeSelector)) {
    settings[`nodeSelector.${label}`] = { value, from: ["nodeSelector", label] };
  }
  return settings;
}

/** The cluster that the extension is installed in; parts may be references. */
export interface ExtendedCluster {
  readonly clusterId: string;
  readonly name: string;
  /** Region, where it can be read. */
  readonly location?: string;
}

/** What `az k8s-extension create` adds by itself for an AKS cluster, and Terraform must give. */
export function settingsOfCluster({ clusterId, name, location }: ExtendedCluster): Record<string, ExtensionSetting> {
  const id = { value: clusterId, from: ["clusterId"] };
  const region = { value: location, from: ["location"] };
  const always = (value: string): ExtensionSetting => ({ value, from: [] });
  return {
    cluster_name: id,
    clusterId: id,
    "prometheus.prometheusSpec.externalLabels.cluster_name": id,
    cluster_name_friendly: { value: name, from: ["name"] },
    domain: { ...region, value: location === undefined ? undefined : `${location}.cloudapp.azure.com` },
    location: region,
    jobSchedulerLocation: region,
    "servicebus.enabled": always("false"),
    "relayserver.enabled": always("false"),
    "nginxIngress.enabled": always("true"),
  };
}

/** The settings as they are sent. */
export function extensionSettings(
  cluster: ExtendedCluster,
  options: ExtensionOptions & ExtensionTlsOptions,
): Record<string, string> {
  const settings = Object.entries({ ...settingsOfCluster(cluster), ...settingsOfOptions(options) });
  return Object.fromEntries(settings.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
}

/** Names of the settings that are derived from the cluster. */
export const DERIVED_SETTINGS: readonly string[] = Object.keys(
  settingsOfCluster({ clusterId: "", name: "", location: "" }),
);

/** Its own name for the class of its ingress controller, and whether it has one. */
export const INGRESS_CONTROLLER = "nginxIngress.controller";
export const INGRESS_ENABLED = "nginxIngress.enabled";

/** The class of its ingress controller where none is given: that of every ingress-nginx. */
export const DEFAULT_INGRESS_CONTROLLER = "k8s.io/ingress-nginx";

/**
 * What lets its Volcano scheduler work with autoscaling: a configuration of the scheduler's, and jobs that may be
 * larger than the nodes of the moment.
 */
const SCHEDULER_CONFIG_MAP = "volcanoScheduler.schedulerConfigMap";
const SKIP_VALIDATION = "amloperator.skipResourceValidation";
export const AUTOSCALING_SETTINGS = [SCHEDULER_CONFIG_MAP, SKIP_VALIDATION] as const;

/**
 * Every setting that Azure ML documents, or that Azure's own tool sends.
 * https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension
 * https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-extension
 * https://github.com/Azure/azure-cli-extensions/blob/main/src/k8s-extension/azext_k8s_extension/partner_extensions/AzureMLKubernetes.py
 */
const SETTINGS: readonly string[] = [
  ...Object.keys(BOOLEAN_SETTINGS),
  "clusterPurpose",
  "inferenceRouterServiceType",
  NODE_PORT,
  "internalLoadBalancerProvider",
  INTERNAL_LOAD_BALANCER,
  "sslCname",
  "sslSecret",
  SSL_SECRET,
  SSL_CERTIFICATE,
  SSL_KEY,
  ENABLE_UPGRADE,
  "scoringFe.namespace",
  "isAKSMigration",
  "openshift",
  ...DERIVED_SETTINGS,
  INGRESS_CONTROLLER,
  ...AUTOSCALING_SETTINGS,
  "relayserver.relayConnectionString",
  "relayserver.hybridConnectionResourceID",
  "relayserver.hybridConnectionName",
  "servicebus.connectionString",
  "servicebus.resourceID",
  "azure_log_analytics.enabled",
  "azure_log_analytics.customer_id",
  "azure_log_analytics.connection_string",
];

/** What the first part of a longer name may be: a map of the user's own, or a part of the chart that is installed. */
const FAMILIES: ReadonlySet<string> = new Set([
  "nodeSelector",
  "toleration",
  "workLoadToleration",
  ...SETTINGS.flatMap((name) => (name.includes(".") ? [name.slice(0, name.indexOf("."))] : [])),
]);

/** A name that Azure ML itself does not know, and the settings that say the same. */
interface Replaced {
  readonly because: string;
  readonly by: readonly string[];
  /** What to write, where it is more than the names. */
  readonly how?: string;
}

const OLD = "is an old name";
const OF_THE_TOOL = "is for `az k8s-extension` alone, which sends others in its place";

const REPLACED: Readonly<Record<string, Replaced>> = {
  privateEndpointILB: {
    because: OLD,
    by: [INTERNAL_LOAD_BALANCER],
    how: `internalLoadBalancerProvider = "azure" and ${INTERNAL_LOAD_BALANCER} = "True"`,
  },
  privateEndpointNodeport: {
    because: OLD,
    by: [NODE_PORT],
    how: `inferenceRouterServiceType = "nodePort" and ${NODE_PORT} = "True"`,
  },
  inferenceLoadBalancerHA: { because: OLD, by: ["inferenceRouterHA"] },
  RelayConnectionString: { because: OLD, by: ["relayserver.relayConnectionString"] },
  "prometheus.prometheusSpec.externalLabels.cluster.name": {
    because: "is misspelled",
    by: ["prometheus.prometheusSpec.externalLabels.cluster_name"],
  },
  sslCertPemFile: {
    because: OF_THE_TOOL,
    by: [SSL_CERTIFICATE],
    how: `the protected setting ${SSL_CERTIFICATE}, the PEM text in base64`,
  },
  sslKeyPemFile: {
    because: OF_THE_TOOL,
    by: [SSL_KEY],
    how: `the protected setting ${SSL_KEY}, the PEM text in base64`,
  },
  relayServerConnectionString: { because: OF_THE_TOOL, by: ["relayserver.relayConnectionString"] },
  serviceBusConnectionString: { because: OF_THE_TOOL, by: ["servicebus.connectionString"] },
  logAnalyticsWS: {
    because: OF_THE_TOOL,
    by: ["azure_log_analytics.enabled", "azure_log_analytics.customer_id", "azure_log_analytics.connection_string"],
  },
};

/** What is wrong with the name of a setting. */
export interface WrongName {
  /** Why it has no effect, as the end of a sentence that starts with it. */
  readonly because: string;
  /** What to write; undefined where nobody can tell. */
  readonly instead?: string;
  /** Whether it may be a value of the chart that nobody documents. */
  readonly isDoubtful?: boolean;
  /** Whether it is one in other letters, and means the same. */
  readonly isMisspelled?: boolean;
}

/** Judges the name of a setting, protected or not, among all that are given; undefined where it is one. */
export function wrongSettingName(name: string, given: readonly string[]): WrongName | undefined {
  if (SETTINGS.includes(name)) return undefined;
  const replaced = Object.hasOwn(REPLACED, name) ? REPLACED[name] : undefined;
  if (replaced) {
    const { because, by, how } = replaced;
    return by.every((each) => given.includes(each)) ? undefined : { because, instead: how ?? by.join(", ") };
  }
  const family = name.split(/[.[]/, 1)[0] as string;
  const lower = name.toLowerCase();
  const nearest = SETTINGS.find((each) => each.toLowerCase() === lower) ?? closest(name, SETTINGS);
  if (distance(lower, nearest.toLowerCase()) <= MAX_TYPOS)
    return { because: "is misspelled", instead: nearest, isMisspelled: true };
  if (family === name) return { because: "is not documented by Azure ML, nor sent by its tool" };
  if (FAMILIES.has(family)) return undefined;
  const nearestFamily = closest(family, [...FAMILIES]);
  if (distance(family.toLowerCase(), nearestFamily.toLowerCase()) <= MAX_TYPOS)
    return { because: "is misspelled", instead: `${nearestFamily}${name.slice(family.length)}`, isMisspelled: true };
  return { because: "is not documented by Azure ML", isDoubtful: true };
}

/** Letters that are wrong, missing or too many in a name that somebody misspelled. */
const MAX_TYPOS = 2;

function truth(value: boolean): string {
  return value ? "True" : "False";
}

/** A node pool, as far as it decides where the inference router runs. */
interface Pool {
  readonly nodeCount?: number;
  readonly minCount?: number;
  readonly criticalAddonsOnly?: boolean;
  readonly osType?: string;
  readonly taints?: readonly string[];
  readonly spot?: object;
}

/** The pools of a cluster that is created. */
interface Pools {
  readonly nodePool: Pool;
  readonly nodePools?: Readonly<Record<string, Pool>>;
}

/**
 * Whether a cluster has too few nodes for a highly available router: by the nodes that run it and are sure to be there.
 * Undefined where the cluster is not known.
 */
export function hasFewNodes(cluster: Pools | undefined): boolean | undefined {
  if (!cluster) return undefined;
  const pools = [cluster.nodePool, ...Object.values(cluster.nodePools ?? {})].filter(runsRouter);
  const nodes = pools.reduce((sum, { nodeCount, minCount = 0 }) => sum + (nodeCount ?? minCount), 0);
  return nodes < HIGH_AVAILABILITY_NODES;
}

/** The router tolerates no taint of the user's. */
function runsRouter({ criticalAddonsOnly, osType = "Linux", taints = [], spot }: Pool): boolean {
  const isTainted = taints.some((taint) => !taint.endsWith(":PreferNoSchedule"));
  return criticalAddonsOnly !== true && osType === "Linux" && spot === undefined && !isTainted;
}

/** How an API server is reached, and how its cluster is signed in to. */
interface ApiServerAccess {
  readonly localAccountDisabled?: boolean;
  readonly authorizedIpRanges?: readonly string[];
  readonly includeAzureMachineLearning?: boolean;
}

/** Whether Azure ML reaches an API server by Trusted Access alone, as far as that is known. */
export function needsTrustedAccess(access: ApiServerAccess): boolean {
  const { localAccountDisabled, authorizedIpRanges = [], includeAzureMachineLearning } = access;
  return localAccountDisabled === true || authorizedIpRanges.length > 0 || includeAzureMachineLearning === true;
}
