import { nodePools, rotatingPaths } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { change, cluster, example, finds, nodePool } from "../examples.ts";
import { createdClusters, type Fix, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

const NAME = "default_node_pool[0].temporary_name_for_rotation";

const unnamed = (pool: object = {}): object =>
  cluster({ default_node_pool: { temporary_name_for_rotation: null, ...pool } });

/** A name that no pool of a cluster has. */
function freeName(target: Resource): Fix {
  const taken = nodePools(target).map(({ name }) => name);
  const names = ["agentpooltmp", ...Array.from({ length: taken.length }, (_, index) => `agenttmp${index + 1}`)];
  return { set: { [NAME]: names.find((name) => !taken.includes(name)) ?? null } };
}

export default rule({
  id: "cluster/rotation-name",
  level: "note",
  fact: "The default node pool has a name for the temporary pool that a rotation of its nodes needs, and no other pool has that name.",
  why: "azurerm finds it out at apply time: `temporary_name_for_rotation` must be specified when updating any of the pool's size, subnet, zones or disk. The approved plan then fails half-way. If another pool has that name, azurerm uses it as the temporary one and deletes it afterwards.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  // Azure knows no such name: azurerm makes the temporary pool.
  on: (model) => createdClusters(model).filter(({ isOfAzapi }) => !isOfAzapi),
  *check(target) {
    const rotating = target.actions.includes("update") ? rotatingPaths(target) : [];
    if (target.exists(NAME)) {
      const name = target.text(NAME);
      const taken = nodePools(target).find(
        ({ path, name: other }) => !path.startsWith("default_node_pool") && other === name,
      );
      if (!taken) return;
      yield {
        attribute: NAME,
        level: rotating.length > 0 ? "error" : "warning",
        message: `${name} is the name of another pool (${taken.resource.address}): azurerm ${rotating.length > 0 ? "uses it as the temporary pool of this rotation, and deletes it" : "would use it as the temporary pool of a rotation, and delete it"} afterwards`,
        advice: `set temporary_name_for_rotation to a name that no pool has, for example "agentpooltmp"`,
        fix: () => freeName(target),
      };
      return;
    }
    if (rotating.length > 0) {
      yield {
        attribute: rotating[0],
        level: "error",
        message: `azurerm will refuse this change of ${rotating.join(", ")} at apply time: temporary_name_for_rotation is missing`,
        advice: `set temporary_name_for_rotation, for example to "agentpooltmp"`,
        fix: () => freeName(target),
      };
      return;
    }
    // Azure keeps no such name: what is imported has none yet.
    if (target.parts.isImported) return;
    yield {
      attribute: NAME,
      message:
        "a later change of the pool's VM size, subnet, zones or disk will be refused at apply time: temporary_name_for_rotation is missing",
      advice: `set temporary_name_for_rotation, for example to "agentpooltmp"`,
      fix: () => freeName(target),
    };
  },
  configuration: "Pools are synthesized with names for their rotation, and no pool takes the one of the cluster's own.",
  get examples() {
    return {
      passing: [example("a name", cluster()), example("a name beside another pool", cluster(), nodePool())],
      failing: [
        finds("default_node_pool[0].temporary_name_for_rotation", example("none", unnamed())),
        finds(
          "default_node_pool[0].vm_size",
          change("a change that needs it", [unnamed()], [unnamed({ vm_size: "Standard_D8s_v5" })]),
        ),
        finds(
          "default_node_pool[0].temporary_name_for_rotation",
          example("the name of another pool", cluster(), nodePool({ name: "agentpooltmp" })),
        ),
        finds(
          "default_node_pool[0].temporary_name_for_rotation",
          change(
            "a rotation that takes another pool",
            [cluster(), nodePool({ name: "agentpooltmp" })],
            [cluster({ default_node_pool: { vm_size: "Standard_D8s_v5" } }), nodePool({ name: "agentpooltmp" })],
          ),
        ),
      ],
      unknown: [example("the name of another pool is a variable", cluster(), nodePool({ name: "${var.name}" }))],
    };
  },
});
