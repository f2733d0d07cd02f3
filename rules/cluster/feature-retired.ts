import { parseVersion } from "../../azure/kubernetes-versions.ts";
import { RETIREMENTS, type Retirement, retires } from "../../azure/retirements.ts";
import { attributeOf, nodePools } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { change, cluster, example, finds, nodePool } from "../examples.ts";
import { allNodePools, createdClusters, type Problem, rule } from "../rule.ts";

/** Images that are Azure Linux 2 or 3, as the Kubernetes version has it. */
const AZURE_LINUX = ["AzureLinux", "CBLMariner", "Mariner"];
const FIRST_WITH_AZURE_LINUX_3 = 32;

const POLICY = "network_profile[0].network_policy";

const linux = (os_sku: string, kubernetes_version: string): object =>
  cluster({ kubernetes_version, default_node_pool: { os_sku } });

export default rule({
  id: "cluster/feature-retired",
  level: "warning",
  fact: "The cluster and its pools use no feature that is retired, or whose retirement is announced.",
  why: "Support and security patches end on that day. Pools of Azure Linux 2 can no longer scale: its images were removed.",
  source: "https://learn.microsoft.com/azure/aks/upgrade-options",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: (model) => [...createdClusters(model).map((resource) => ({ resource, path: undefined })), ...allNodePools(model)],
  *check({ resource, path }, { today }) {
    const problem = (attribute: string, retirement: Retirement): Problem => ({
      attribute,
      message: `${retirement.what} ${retires(retirement, today)}`,
      advice: retirement.instead,
    });
    if (path !== undefined) {
      yield () => image(resource, path, problem);
      yield function* () {
        const attribute = attributeOf({ path }, "type");
        // AKS makes no cluster with one any more.
        if (resource.text(attribute) === "AvailabilitySet")
          yield { ...problem(attribute, RETIREMENTS.availabilitySets), level: "error" };
      };
      return;
    }
    yield function* () {
      const attribute = "open_service_mesh_enabled";
      if (resource.flag(attribute) === true) yield problem(attribute, RETIREMENTS.openServiceMesh);
    };
    yield function* () {
      const attribute = "web_app_routing";
      if (resource.blocks(attribute).length > 0 && resource.text(`${attribute}[0].default_nginx_controller`) !== "None")
        yield problem(attribute, RETIREMENTS.applicationRoutingNginx);
    };
    yield function* () {
      if (resource.text(POLICY) !== "azure") return;
      const hasWindows = nodePools(resource).some(({ osType }) => osType === "Windows");
      yield problem(POLICY, hasWindows ? RETIREMENTS.azureNetworkPoliciesOnWindows : RETIREMENTS.azureNetworkPolicies);
    };
  },
  configuration: {
    passing: { create: { network: { plugin: "azure", policy: "calico" } } },
    failing: { create: { network: { plugin: "azure", policy: "azure" } } },
  },
  get examples() {
    return {
      passing: [
        example("nothing that is retired", cluster()),
        example("Azure Linux 3", linux("AzureLinux", "1.35")),
        change(
          "a pool of Azure Linux 2 that is there and stays",
          [linux("AzureLinux", "1.31")],
          [linux("AzureLinux", "1.31")],
        ),
        example("calico", cluster({ network_profile: { network_policy: "calico" } })),
        example(
          "application routing without NGINX",
          cluster({ web_app_routing: { dns_zone_ids: [], default_nginx_controller: "None" } }),
        ),
      ],
      failing: [
        finds("default_node_pool[0].os_sku", example("Azure Linux 2", linux("AzureLinux", "1.31"))),
        finds(
          "default_node_pool[0].type",
          example("an availability set", cluster({ default_node_pool: { type: "AvailabilitySet" } })),
        ),
        finds("os_sku", example("Ubuntu 22.04", cluster(), nodePool({ os_sku: "Ubuntu2204" }))),
        finds(
          POLICY,
          example("Azure's network policy engine", cluster({ network_profile: { network_policy: "azure" } })),
        ),
        finds(
          POLICY,
          example(
            "the same with a Windows pool",
            cluster({ network_profile: { network_policy: "azure" } }),
            nodePool({ os_type: "Windows" }),
          ),
        ),
        finds("open_service_mesh_enabled", example("Open Service Mesh", cluster({ open_service_mesh_enabled: true }))),
        finds("web_app_routing", example("application routing", cluster({ web_app_routing: { dns_zone_ids: [] } }))),
      ],
      unknown: [
        example("the policy is a variable", cluster({ network_profile: { network_policy: "${var.policy}" } })),
        example("the version is a variable", linux("AzureLinux", "${var.version}")),
      ],
    };
  },
});

/** The image of a pool's nodes. */
function* image(
  resource: Resource,
  path: string,
  problem: (attribute: string, retirement: Retirement) => Problem,
): Generator<Problem> {
  const attribute = attributeOf({ path }, "os_sku");
  const sku = resource.text(attribute);
  if (sku === "Ubuntu2204")
    yield { ...problem(attribute, RETIREMENTS.ubuntu2204), fix: { set: { [attribute]: "Ubuntu" } } };
  if (sku === undefined || !AZURE_LINUX.includes(sku)) return;
  const text =
    resource.text(attributeOf({ path }, "orchestrator_version")) ?? clusterOf(resource)?.text("kubernetes_version");
  const version = text === undefined ? undefined : parseVersion(text);
  if (version?.major === 1 && version.minor < FIRST_WITH_AZURE_LINUX_3)
    yield { ...problem(attribute, RETIREMENTS.azureLinux2), level: "error" };
}

function clusterOf(resource: Resource): Resource | undefined {
  if (resource.type === "azurerm_kubernetes_cluster") return resource;
  return resource.model.target(resource, "kubernetes_cluster_id", "azurerm_kubernetes_cluster").resource;
}
