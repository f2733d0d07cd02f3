import { compareVersions, parseVersion } from "../azure/kubernetes-versions.ts";
import { attributeIn, ROTATING } from "../model/node-pools.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
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
    updateReading(cluster, { name: "the cluster", pool: "the cluster's own pool", meaningOf: (path) => meaningOf(cluster, path) })
  );
}

function meaningOf(cluster: Resource, path: string): UpdateMeaning {
  if (path.startsWith(POOL)) return poolMeaningOf(cluster, path, path.slice(POOL.length));
  return path === "kubernetes_version" && isUpgrade(cluster, path) ? "upgrade" : "other";
}

/** What a change of a pool's attribute means, in a cluster or in a resource of its own. */
export function poolMeaningOf(resource: Resource, path: string, inPool = path): UpdateMeaning {
  const attribute = attributeIn(inPool);
  if (attribute === "orchestrator_version") return isUpgrade(resource, path) ? "upgrade" : "other";
  if (ROTATING.has(attribute)) return "rotate-nodes";
  return SCALING.has(attribute) ? "scale" : "other";
}

/** Whether a version becomes newer: an alias of the one that is there changes nothing, and AKS refuses to go back. */
function isUpgrade(resource: Resource, path: string): boolean {
  const [from, to] = [resource.before, resource].map((each) => {
    const text = each && known(() => each.text(path));
    return text === undefined ? undefined : parseVersion(text);
  });
  return from === undefined || to === undefined || compareVersions(to, from) > 0;
}
