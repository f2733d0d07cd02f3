import { compareVersions, parseVersion } from "../azure/kubernetes-versions.ts";
import { attributeIn, ROTATING } from "../model/node-pools.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import { type Lifecycle, lifecycleReading, type Reading, wordsFor } from "./reading.ts";
import { type Update, updateReading } from "./update.ts";

const LIFECYCLE: Lifecycle = {
  replaced: {
    meaning: "rebuild-cluster",
    says: ({ name, reason }) =>
      `Deletes ${name} and creates it again${reason}: every deployment on it ends, and its attachments break. ` +
      "First deploy the models elsewhere, move the traffic and detach the cluster, or undo what forces this.",
  },
  removed: {
    meaning: "destroy-cluster",
    says: ({ name }) =>
      `Deletes ${name}: every deployment on it ends, and cannot be restored. First move its models elsewhere and detach the cluster.`,
  },
  created: { meaning: "create-cluster", says: ({ name }) => `Creates ${name}, which takes about 10 minutes.` },
  leftBehind: "The old one stays, and Terraform no longer manages it.",
  forgotten: {
    meaning: "other",
    says: ({ name }) => `Terraform forgets ${name}: it stays, and Terraform no longer manages it.`,
  },
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
    updateReading(cluster, {
      name: "the cluster",
      pool: "the cluster's own pool",
      updateOf: (path) => updateOf(path, cluster),
    })
  );
}

function updateOf(path: string, cluster: Resource): Update {
  if (path.startsWith(POOL)) return poolUpdateOf(path.slice(POOL.length), cluster, POOL);
  return path === "kubernetes_version" ? versionUpdateOf(path, cluster) : "other";
}

/** What a change of a pool's attribute is, in a cluster or in a resource of its own. */
export function poolUpdateOf(path: string, resource: Resource, prefix = ""): Update {
  const attribute = attributeIn(path);
  if (attribute === "orchestrator_version") return versionUpdateOf(`${prefix}${path}`, resource);
  if (ROTATING.has(attribute)) return "rotate-nodes";
  return SCALING.has(attribute) ? "scale" : "other";
}

/** A version that names the minor alone follows its patches by itself. */
function versionUpdateOf(path: string, resource: Resource): Update {
  const [from, to] = [resource.before, resource].map((each) => each && known(() => each.text(path)));
  const [was, becomes] = [from, to].map((version) => (version === undefined ? undefined : parseVersion(version)));
  if (was === undefined || becomes === undefined) return "upgrade";
  const order = compareVersions(becomes, was);
  return order > 0 ? "upgrade" : order < 0 ? "lower-version" : "same-version";
}
