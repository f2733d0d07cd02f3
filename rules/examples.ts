import { EXTENSION_TYPE, extensionSettings, TRUSTED_ACCESS_ROLE } from "../azure/azureml-extension.ts";
import { ANNOTATION_PREFIX, FRONT_END } from "../model/kubernetes.ts";
import { merge } from "../model/merge.ts";
import type { ConfigurationPart, Example, FailingExample } from "./rule.ts";

/** Short ways to write the Terraform JSON of examples. */

export { merge };

export const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

const WORKSPACE_ID = workspaceId("mlw");

export const SUBNET_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet`;

export const PRIVATE_DNS_ZONE_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io`;

export function workspaceId(name: string): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
}

export function clusterId(name: string, subscription = SUBSCRIPTION): string {
  return `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/${name}`;
}

/** A cluster that breaks no rule, changed by the attributes given; null removes one. */
export function cluster(changes: object = {}, name = "cluster"): object {
  const base = {
    name: `aks-${name}`,
    resource_group_name: "rg",
    location: "westeurope",
    dns_prefix: `aks-${name}`,
    identity: { type: "SystemAssigned" },
    default_node_pool: {
      name: "agentpool",
      vm_size: "Standard_D4s_v5",
      node_count: 3,
      temporary_name_for_rotation: "agentpooltmp",
    },
    network_profile: { network_plugin: "azure", load_balancer_sku: "standard", outbound_type: "loadBalancer" },
  };
  return { resource: { azurerm_kubernetes_cluster: { [name]: merge(base, changes) } } };
}

/** An attachment of the cluster `cluster` that breaks no rule, changed by the attributes given; null removes one. */
export function attachment(changes: object = {}, name = "attachment"): object {
  const base = {
    name: "scoring",
    location: "westeurope",
    cluster_purpose: "FastProd",
    machine_learning_workspace_id: WORKSPACE_ID,
    kubernetes_cluster_id: clusterId("aks-cluster"),
  };
  return { resource: { azurerm_machine_learning_inference_cluster: { [name]: merge(base, changes) } } };
}

/** The same attachment through azapi, changed by the properties given; null removes one. */
export function azapiAttachment(properties: object = {}, changes: object = {}): object {
  const base = {
    type: "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01",
    name: "scoring",
    parent_id: WORKSPACE_ID,
    location: "westeurope",
    body: {
      properties: {
        computeType: "AKS",
        resourceId: clusterId("aks-cluster"),
        properties: merge({ clusterPurpose: "FastProd" }, properties),
      },
    },
  };
  return { resource: { azapi_resource: { attachment: merge(base, changes) } } };
}

/**
 * An attachment of the cluster `aks-cluster` as KubernetesCompute that breaks no rule, changed by the properties given;
 * null removes one.
 */
export function kubernetesCompute(properties: object = {}, changes: object = {}): object {
  const base = {
    type: "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01",
    name: "batch",
    parent_id: WORKSPACE_ID,
    location: "westeurope",
    body: {
      properties: {
        computeType: "Kubernetes",
        resourceId: clusterId("aks-cluster"),
        properties: merge({ namespace: "batch" }, properties),
      },
    },
  };
  return { resource: { azapi_resource: { compute: merge(base, changes) } } };
}

/**
 * The Azure ML extension of the cluster `aks-cluster`, for training and inference over TLS, changed by the settings
 * given; null removes one.
 */
export function extension(settings: object = {}, changes: object = {}): object {
  const cluster_id = clusterId("aks-cluster");
  const cluster = { clusterId: cluster_id, name: "aks-cluster", location: "westeurope" };
  const configuration_settings = extensionSettings(cluster, {
    enableTraining: true,
    enableInference: true,
    inferenceRouterServiceType: "loadBalancer",
    sslCname: "www.contoso.com",
    sslSecret: "azureml-tls",
  });
  const base = {
    name: "azureml",
    cluster_id,
    extension_type: EXTENSION_TYPE,
    configuration_settings: merge(configuration_settings, settings),
  };
  return { resource: { azurerm_kubernetes_cluster_extension: { extension: merge(base, changes) } } };
}

/** The Trusted Access of the workspace to the cluster `aks-cluster`, changed by the attributes given. */
export function trustedAccess(changes: object = {}): object {
  const base = {
    name: "mlw",
    kubernetes_cluster_id: clusterId("aks-cluster"),
    source_resource_id: WORKSPACE_ID,
    roles: [TRUSTED_ACCESS_ROLE],
  };
  return {
    resource: { azurerm_kubernetes_cluster_trusted_access_role_binding: { trusted_access: merge(base, changes) } },
  };
}

/**
 * What `azapiAttachment` takes for TLS: the configuration, the certificate and key that are sent and not kept, and
 * other properties.
 */
export function sslConfiguration(
  body: object,
  sensitive?: object,
  properties: object = {},
): [properties: object, changes: object] {
  const status = "leafDomainLabel" in body ? "Auto" : "Enabled";
  return [
    { ...properties, sslConfiguration: { status, ...body } },
    sensitive ? { sensitive_body: { properties: { properties: { sslConfiguration: sensitive } } } } : {},
  ];
}

/** The kubernetes provider for the cluster `aks-cluster`, as it is read. */
const KUBERNETES = {
  provider: { kubernetes: [{ host: "${data.azurerm_kubernetes_cluster.cluster.kube_config[0].host}" }] },
  data: { azurerm_kubernetes_cluster: { cluster: { name: "aks-cluster", resource_group_name: "rg" } } },
};

/** Annotations of Azure ML's Service, named without their prefix. */
export function frontEnd(annotations: Readonly<Record<string, unknown>>): object {
  const named = Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`${ANNOTATION_PREFIX}${name}`, value]),
  );
  return merge(KUBERNETES, {
    resource: {
      kubernetes_annotations: {
        front_end: {
          api_version: "v1",
          kind: "Service",
          metadata: { name: FRONT_END, namespace: "default" },
          annotations: named,
        },
      },
    },
  });
}

/** A secret in the cluster. */
export function kubernetesSecret(changes: object): object {
  const base = { metadata: { name: "scoring-tls", namespace: "default" } };
  return merge(KUBERNETES, { resource: { kubernetes_secret_v1: { tls: merge(base, changes) } } });
}

/** A node pool of the cluster `cluster`, changed by the attributes given. */
export function nodePool(changes: object = {}): object {
  const base = {
    name: "models",
    kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}",
    vm_size: "Standard_D4s_v5",
    node_count: 1,
  };
  return { resource: { azurerm_kubernetes_cluster_node_pool: { models: merge(base, changes) } } };
}

/** Any Terraform JSON, in the subscription of the others. */
export function example(shows: string, ...parts: object[]): Example {
  return {
    shows,
    stacks: {
      stack: parts.reduce(merge, { provider: { azurerm: [{ features: [{}], subscription_id: SUBSCRIPTION }] } }),
    },
  };
}

/** An ordinary production cluster, which breaks no rule at error level. */
const EXAMPLE = {
  create: { resourceGroup: "rg", name: "aks", nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } },
  attachment: { kind: "AksCompute", computeName: "scoring", clusterPurpose: "FastProd" },
};

/** The configuration that a part of one stands for. */
export function exampleConfiguration({ second, ...part }: ConfigurationPart): object {
  const clusters = { scoring: merge(EXAMPLE, part), ...(second ? { second } : {}) };
  const workspace = { resourceGroup: "rg", name: "mlw" };
  return {
    environments: {
      prod: { subscriptionId: "00000000-0000-0000-0000-000000000000", location: "westeurope", workspace, clusters },
    },
  };
}

/**
 * In place of an attribute: the finding is on the resource as a whole, because it comes, goes or should not be there.
 */
export const WHOLE_RESOURCE = "";

/** An example that fails, with the attributes that its findings name. */
export function finds(attributes: string | readonly string[], failing: Example): FailingExample {
  return { ...failing, finds: [attributes].flat() };
}

/**
 * A change: Terraform JSON of what exists, and of what is to be. Attributes that force a replacement are named by
 * address.
 */
export function change(
  shows: string,
  before: readonly object[],
  after: readonly object[],
  replacing: Example["replacing"] = {},
): Example {
  return { ...example(shows, ...after), before: example(shows, ...before).stacks, replacing };
}

/** The Terraform JSON of an example's stacks as a reader is shown it: without the provider, which all share. */
export function shownStacks({ stacks, before }: Example): { readonly title?: string; readonly json: string }[] {
  const shown = (stack: object): string => {
    const { provider: _provider, ...rest } = stack as Record<string, unknown>;
    return JSON.stringify(rest, null, 2);
  };
  const after = Object.values(stacks).map((stack) => ({ ...(before ? { title: "After" } : {}), json: shown(stack) }));
  return before
    ? [...Object.values(before).map((stack) => ({ title: "Before", json: shown(stack) })), ...after]
    : after;
}
