import { describe, expect, it } from "vitest";
import { type Json, small, synthesized } from "./helpers.ts";

const CLUSTER_ID =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared/providers/Microsoft.ContainerService/managedClusters/aks-shared";
const INTERNAL = { type: "InternalLoadBalancer", subnet: "snet-aks" };
const OWN = { cname: "www.contoso.com", certificate: { variables: true } };

function attach(
  attachment: object = {},
  existing: object = { resourceGroup: "rg-shared", name: "aks-shared" },
  environment: object = {},
): Json {
  const config = small({ attachment, environment });
  const { scoring } = config.environments.dev.clusters;
  delete scoring.create;
  config.environments.dev.clusters.scoring = { existing, ...scoring };
  return synthesized(config)["dev-scoring-attachment"];
}

/** The parts of the resource ID that the cluster is read by. */
const cluster = (stack: Json): string[] => stack.data.azapi_resource.cluster.resource_id.split("/");
const compute = (stack: Json): Json =>
  stack.resource.azapi_resource?.attachment ?? stack.resource.azurerm_machine_learning_inference_cluster.attachment;
const aks = (stack: Json): Json => compute(stack).body.properties.properties;
const secret = (stack: Json): Json => compute(stack).sensitive_body.properties.properties.sslConfiguration;
const ssl = (stack: Json): Json => compute(stack).ssl;

type Row = readonly [parameter: string, stack: () => Json, find: (stack: Json) => unknown, expected: unknown];

/**
 * Every parameter of the SDK's attach, TLS and update objects and every flag of the CLI's attach, update and detach,
 * and where it is in what is synthesized.
 * https://learn.microsoft.com/python/api/azureml-core/azureml.core.compute.aks.akscompute
 * https://learn.microsoft.com/cli/azure/ml(v1)/computetarget
 */
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "AksCompute.attach_configuration": [
    ["resource_group", () => attach(), (stack) => cluster(stack)[4], "rg-shared"],
    ["cluster_name", () => attach(), (stack) => cluster(stack)[8], "aks-shared"],
    ["resource_id", () => attach({}, { resourceId: CLUSTER_ID }), (stack) => stack.output.cluster_id.value, CLUSTER_ID],
    [
      "cluster_purpose",
      () => attach({ clusterPurpose: "DenseProd" }),
      (stack) => compute(stack).cluster_purpose,
      "DenseProd",
    ],
    [
      "load_balancer_type",
      () => attach({ loadBalancer: INTERNAL }),
      (stack) => aks(stack).loadBalancerType,
      "InternalLoadBalancer",
    ],
    [
      "load_balancer_subnet",
      () => attach({ loadBalancer: INTERNAL }),
      (stack) => aks(stack).loadBalancerSubnet,
      "snet-aks",
    ],
  ],
  enable_ssl: [
    ["ssl_cname", () => attach({ tls: OWN }), (stack) => aks(stack).sslConfiguration.cname, "www.contoso.com"],
    ["ssl_cert_pem_file", () => attach({ tls: OWN }), (stack) => secret(stack).cert, "${var.tls_certificate}"],
    ["ssl_key_pem_file", () => attach({ tls: OWN }), (stack) => secret(stack).key, "${var.tls_key}"],
    [
      "leaf_domain_label",
      () => attach({ tls: { leafDomainLabel: "contoso" } }),
      (stack) => ssl(stack).leaf_domain_label,
      "contoso",
    ],
    [
      "overwrite_existing_domain",
      () => attach({ tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true } }),
      (stack) => ssl(stack).overwrite_existing_domain,
      true,
    ],
  ],
  "AksUpdateConfiguration: an update in place of the same resource": [
    [
      "ssl_configuration",
      () => attach({ tls: OWN }),
      (stack) => aks(stack).sslConfiguration,
      { status: "Enabled", cname: "www.contoso.com" },
    ],
    [
      "load_balancer_type",
      () => attach({ loadBalancer: INTERNAL, attachWith: "azapi" }),
      (stack) => aks(stack).loadBalancerType,
      "InternalLoadBalancer",
    ],
    [
      "load_balancer_subnet",
      () => attach({ loadBalancer: INTERNAL, attachWith: "azapi" }),
      (stack) => aks(stack).loadBalancerSubnet,
      "snet-aks",
    ],
  ],
  "az ml computetarget attach aks": [
    ["--compute-resource-id", () => attach({}, { resourceId: CLUSTER_ID }), (stack) => cluster(stack)[8], "aks-shared"],
    ["--name", () => attach({ computeName: "myaks" }), (stack) => compute(stack).name, "myaks"],
    [
      "--resource-group",
      () => attach(),
      (stack) => stack.data.azurerm_machine_learning_workspace.workspace.resource_group_name,
      "rg-ml",
    ],
    [
      "--workspace-name",
      () => attach(),
      (stack) => stack.data.azurerm_machine_learning_workspace.workspace.name,
      "mlw",
    ],
  ],
  "az ml computetarget update aks": [
    ["--name", () => attach({ computeName: "myaks", attachWith: "azapi" }), (stack) => compute(stack).name, "myaks"],
    [
      "--load-balancer-type",
      () => attach({ loadBalancer: INTERNAL }),
      (stack) => aks(stack).loadBalancerType,
      "InternalLoadBalancer",
    ],
    [
      "--load-balancer-subnet",
      () => attach({ loadBalancer: INTERNAL }),
      (stack) => aks(stack).loadBalancerSubnet,
      "snet-aks",
    ],
    ["--ssl-cname", () => attach({ tls: OWN }), (stack) => aks(stack).sslConfiguration.cname, "www.contoso.com"],
    ["--ssl-cert-file", () => attach({ tls: OWN }), (stack) => secret(stack).cert, "${var.tls_certificate}"],
    ["--ssl-key-file", () => attach({ tls: OWN }), (stack) => secret(stack).key, "${var.tls_key}"],
    [
      "--ssl-leaf-domain-label",
      () => attach({ tls: { leafDomainLabel: "contoso" }, attachWith: "azapi" }),
      (stack) => aks(stack).sslConfiguration.leafDomainLabel,
      "contoso",
    ],
    [
      "--ssl-overwrite-domain",
      () => attach({ tls: { leafDomainLabel: "c1", overwriteExistingDomain: true }, attachWith: "azapi" }),
      (stack) => aks(stack).sslConfiguration.overwriteExistingDomain,
      true,
    ],
    [
      "--ssl-disable: no tls",
      () => attach({ attachWith: "azapi" }),
      (stack) => aks(stack).sslConfiguration,
      { status: "Disabled" },
    ],
    // Azure's public API has no field for --ssl-renew: a certificate of one's own is rolled out by its version.
    [
      "--ssl-renew: version",
      () => attach({ tls: { ...OWN, certificate: { variables: true, version: 2 } } }),
      (stack) => compute(stack).tags.certificateVersion,
      "2",
    ],
    [
      "--subscription-id",
      () => attach(),
      (stack) => stack.provider.azurerm[0].subscription_id,
      "00000000-0000-0000-0000-000000000001",
    ],
  ],
  "az ml computetarget detach: destroying the stack": [
    [
      "--name",
      () => attach({ computeName: "myaks", attachWith: "azapi" }),
      (stack) => [compute(stack).name, compute(stack).delete_query_parameters],
      ["myaks", { underlyingResourceAction: ["Detach"] }],
    ],
    [
      "--resource-group, --workspace-name",
      () => attach({ attachWith: "azapi" }),
      (stack) => compute(stack).parent_id,
      "${data.azurerm_machine_learning_workspace.workspace.id}",
    ],
    [
      "--subscription-id",
      () => attach(),
      (stack) => stack.provider.azurerm[0].subscription_id,
      "00000000-0000-0000-0000-000000000001",
    ],
  ],
};

describe.each(Object.entries(ROWS))("%s", (_, rows) => {
  it.each(rows)("%s", (__, stack, find, expected) => {
    expect(find(stack())).toEqual(expected);
  });
});
