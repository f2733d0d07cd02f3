import { attributeIn, ROTATING } from "../model/node-pools.ts";
import type { Resource } from "../model/resource.ts";
import { type Lifecycle, lifecycleReading, type Reading, wordsFor } from "./reading.ts";
import { type UpdateMeaning, updateReading } from "./update.ts";

const LIFECYCLE: Lifecycle = {
  replaced: {
    meaning: "rebuild-cluster",
    says: ({ name, reason }) =>
      `Deletes ${name} and creates it again${reason}: every deployment on it ends, and what is attached to it breaks. ` +
      "First deploy the models elsewhere, move the traffic and detach the cluster; or undo what forces it.",
  },
  removed: {
    meaning: "destroy-cluster",
    says: ({ name }) => `Deletes ${name}: every deployment on it ends, and nothing brings it back. First move its models elsewhere and detach the cluster.`,
  },
  created: { meaning: "create-cluster", says: ({ name }) => `Creates ${name}, which takes about 10 minutes.` },
  leftBehind: "The one before stays, and Terraform no longer manages it.",
  forgotten: { meaning: "other", says: ({ name }) => `Terraform forgets ${name}: it stays, and Terraform no longer manages it.` },
};

/** Terraform path of the cluster's own pool. */
const POOL = "default_node_pool[0].";

const SCALING = new Set(["node_count", "min_count", "max_count", "auto_scaling_enabled"]);

/** What a plan does with an AKS cluster. */
export function clusterReading(cluster: Resource): Reading | undefined {
  // What is deleted is known by the name that it had.
  const named = cluster.isReplaced ? (cluster.before ?? cluster) : cluster;
  return (
    lifecycleReading(cluster, LIFECYCLE, wordsFor("the AKS cluster", named)) ??
    updateReading(cluster, { name: "the cluster", pool: "the cluster's own pool", meaningOf })
  );
}

function meaningOf(path: string): UpdateMeaning {
  if (path.startsWith(POOL)) return poolMeaningOf(path.slice(POOL.length));
  return path === "kubernetes_version" ? "upgrade" : "other";
}

/** What a change of a pool's attribute means, in a cluster or in a resource of its own. */
export function poolMeaningOf(path: string): UpdateMeaning {
  const attribute = attributeIn(path);
  if (attribute === "orchestrator_version") return "upgrade";
  if (ROTATING.has(attribute)) return "rotate-nodes";
  return SCALING.has(attribute) ? "scale" : "other";
}
