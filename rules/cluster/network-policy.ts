import { DATA_PLANES, NETWORK_POLICIES } from "../../azure/network-policies.ts";
import { change, cluster, example, finds, SUBNET_ID } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const PROFILE = "network_profile[0]";
const PLUGIN = `${PROFILE}.network_plugin`;
const MODE = `${PROFILE}.network_plugin_mode`;
const POLICY = `${PROFILE}.network_policy`;
const DATA_PLANE = `${PROFILE}.network_data_plane`;
const POD_SUBNET = "default_node_pool[0].pod_subnet_id";

const network = (network_profile: object, rest: object = {}): object => cluster({ network_profile, ...rest });
const CILIUM = { network_plugin_mode: "overlay", network_data_plane: "cilium", network_policy: "cilium" };

export default rule({
  id: "cluster/network-policy",
  level: "error",
  fact: "The network policy engine and the data plane go with the network plugin: cilium needs the plugin azure, the data plane cilium and either the mode overlay or a subnet for pods; azure needs the plugin azure.",
  why: "AKS refuses another combination when the cluster is created, for example with NetworkPolicyCiliumRequiresCiliumDataplane.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (!target.exists(PROFILE)) return;
    const policy = target.text(POLICY) || undefined;
    const dataPlane = target.text(DATA_PLANE) || "azure";
    if (policy === undefined && dataPlane === "azure") return;
    const plugin = target.text(PLUGIN);
    const needs = policy === undefined ? undefined : NETWORK_POLICIES.get(policy);
    if (needs && plugin !== undefined && !needs.plugins.includes(plugin))
      yield {
        attribute: POLICY,
        message: `the network policy is ${policy}, and the network plugin ${plugin}`,
        advice: {
          terraform: `set network_plugin to ${needs.plugins.join(" or ")}, or use another network_policy`,
          configuration: `set network.plugin to ${needs.plugins.join(" or ")}, or use another network.policy`,
        },
        fix: { set: { [PLUGIN]: needs.plugins[0] } },
      };
    if (needs && !needs.dataPlanes.includes(dataPlane))
      yield {
        attribute: POLICY,
        message: `the network policy is ${policy}, and the data plane ${dataPlane}`,
        advice:
          policy === "cilium"
            ? {
                terraform:
                  "set network_data_plane to cilium, with network_plugin_mode overlay or a pod_subnet_id, or use another network policy",
                configuration: "set network.dataPlane to cilium, with the mode overlay, or use another network policy",
              }
            : {
                terraform: `set network_policy to ${dataPlane}, or remove network_data_plane`,
                configuration: `set network.policy to ${dataPlane}, or remove network.dataPlane`,
              },
        fix: () => ({
          set:
            policy === "cilium"
              ? { [DATA_PLANE]: "cilium", ...(target.exists(POD_SUBNET) ? {} : { [MODE]: "overlay" }) }
              : { [POLICY]: dataPlane },
        }),
      };
    const plane = DATA_PLANES.get(dataPlane);
    if (plane?.plugin !== undefined && plugin !== undefined && plugin !== plane.plugin)
      yield {
        attribute: DATA_PLANE,
        message: `the data plane is ${dataPlane}, and the network plugin ${plugin}`,
        advice: {
          terraform: `set network_plugin to ${plane.plugin}, or remove network_data_plane`,
          configuration: `set network.plugin to ${plane.plugin}, or remove network.dataPlane`,
        },
        fix: () => ({
          set: {
            [PLUGIN]: plane.plugin ?? null,
            ...(plane.needsPodAddresses && !target.exists(POD_SUBNET) ? { [MODE]: "overlay" } : {}),
          },
        }),
      };
    else if (plane?.needsPodAddresses && target.text(MODE) !== "overlay" && !target.exists(POD_SUBNET))
      yield {
        attribute: DATA_PLANE,
        message: `the data plane is ${dataPlane}, and pods have neither a range nor a subnet of their own`,
        advice: {
          terraform: "set network_plugin_mode to overlay, or pod_subnet_id of the node pool",
          configuration: "set network.mode to overlay, or nodePool.podSubnetId",
        },
        fix: { set: { [MODE]: "overlay" } },
      };
  },
  configuration: {
    passing: { create: { network: { plugin: "azure", policy: "calico" } } },
    failing: { create: { network: { policy: "cilium" } } },
  },
  get examples() {
    return {
      passing: [
        example("cilium in overlay", network(CILIUM)),
        example(
          "cilium with a subnet for pods",
          network({ ...CILIUM, network_plugin_mode: null }, { default_node_pool: { pod_subnet_id: SUBNET_ID } }),
        ),
        example("the data plane cilium without a policy", network({ ...CILIUM, network_policy: null })),
        example("the policy azure", network({ network_policy: "azure" })),
        example("calico with kubenet", network({ network_plugin: "kubenet", network_policy: "calico" })),
        example("no policy, and the data plane that azurerm gives", network({ network_data_plane: "azure" })),
        change(
          "a cluster that is there",
          [network({ network_policy: "cilium" })],
          [network({ network_policy: "cilium" }, { tags: { team: "ml" } })],
        ),
      ],
      failing: [
        finds(
          "network_profile[0].network_policy",
          example("cilium without its data plane", network({ network_policy: "cilium" })),
        ),
        finds(
          "network_profile[0].network_data_plane",
          example("the data plane cilium without overlay", network({ ...CILIUM, network_plugin_mode: null })),
        ),
        finds(
          "network_profile[0].network_policy",
          example("the data plane cilium with calico", network({ ...CILIUM, network_policy: "calico" })),
        ),
        finds(
          "network_profile[0].network_data_plane",
          example(
            "the data plane cilium with kubenet",
            network({ network_plugin: "kubenet", network_data_plane: "cilium", network_plugin_mode: null }),
          ),
        ),
        finds(
          "network_profile[0].network_policy",
          example("the policy azure with kubenet", network({ network_plugin: "kubenet", network_policy: "azure" })),
        ),
        finds(
          "network_profile[0].network_policy",
          change(
            "to cilium, without its data plane",
            [network({ network_policy: "azure" })],
            [network({ network_policy: "cilium" })],
          ),
        ),
      ],
      unknown: [
        example("the policy is a variable", network({ network_policy: "${var.policy}" })),
        example("the plugin is a variable", network({ network_plugin: "${var.plugin}", network_policy: "azure" })),
        example("the mode is a variable", network({ ...CILIUM, network_plugin_mode: "${var.mode}" })),
      ],
    };
  },
});
