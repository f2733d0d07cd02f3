import { compareVersions, type KubernetesVersion, parseVersion, supportOf } from "../../azure/kubernetes-versions.ts";
import type { Resource } from "../../model/resource.ts";
import { known, NotTold } from "../../model/value.ts";
import { change, cluster, finds, nodePool } from "../examples.ts";
import { allNodePools, createdClusters, type Problem, rule } from "../rule.ts";

const VERSION = "kubernetes_version";
const CURRENT = "current_kubernetes_version";
const LONG_TERM = { sku_tier: "Premium", support_plan: "AKSLongTermSupport" };

const version = (kubernetes_version: string, changes: object = {}): object =>
  cluster({ kubernetes_version, ...changes });
const upgrade = (shows: string, from: object, to: object): ReturnType<typeof change> => change(shows, [from], [to]);

export default rule({
  id: "cluster/upgrade-path",
  level: "error",
  fact: "Kubernetes is upgraded to a newer version, one minor version at a time.",
  why: "AKS never goes back to an older version. It skips minor versions only with long-term support, or from a version that is out of support.",
  source: "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster",
  phases: ["plan"],
  on: (model) => [...createdClusters(model).map((resource) => ({ resource, path: undefined })), ...allNodePools(model)],
  *check({ resource, path }, { today }) {
    if (resource.isReplaced) return;
    const attribute =
      path === undefined ? VERSION : path === "" ? "orchestrator_version" : `${path}.orchestrator_version`;
    // What updates a cluster beside it upgrades it too.
    const changing = [resource, ...resource.model.updatesOf(resource)].find((each) =>
      each.parts.change?.changed.includes(attribute),
    );
    if (!changing) return;
    const to = parsed(resource.text(attribute));
    const from = currentVersion(resource, changing, attribute);
    if (from && to) yield* judged(resource, attribute, from, to, today);
  },
  configuration: "Only a plan knows the version of the cluster that is there.",
  get examples() {
    return {
      passing: [
        upgrade("the next minor version", version("1.34.3"), version("1.35.1")),
        upgrade("a newer patch", version("1.34.3"), version("1.34.4")),
        upgrade("an alias of the version that is there", version("1.35.2"), version("1.35")),
        upgrade("two minor versions with long-term support", version("1.33.3", LONG_TERM), version("1.35", LONG_TERM)),
        upgrade("nothing of the version changes", version("1.34.3"), version("1.34.3", { tags: { team: "ml" } })),
      ],
      failing: [
        finds(VERSION, upgrade("an older minor version", version("1.35.2"), version("1.34.3"))),
        finds(VERSION, upgrade("an older patch", version("1.34.4"), version("1.34.3"))),
        finds(
          VERSION,
          upgrade(
            "an older patch than the one that an alias stands for",
            version("1.34", { current_kubernetes_version: "1.34.6" }),
            version("1.34.3"),
          ),
        ),
        finds(VERSION, upgrade("two minor versions at once", version("1.34.3"), version("1.36.0"))),
        finds(VERSION, upgrade("two minor versions, from one out of support", version("1.30.3"), version("1.32"))),
        finds(
          "orchestrator_version",
          change(
            "a pool of its own goes back",
            [cluster(), nodePool({ orchestrator_version: "1.35.1" })],
            [cluster(), nodePool({ orchestrator_version: "1.34" })],
          ),
        ),
      ],
      unknown: [upgrade("the version is known later", version("1.34.3"), version("${azurerm_resource.other.version}"))],
    };
  },
});

/**
 * The version that runs. An alias stands for the patch that Azure answers; what azapi sent last says less of it than
 * what azurerm read.
 */
function currentVersion(resource: Resource, changing: Resource, attribute: string): KubernetesVersion | undefined {
  const [own, updated] = [resource.before, changing.before];
  const places = resource.isOfAzapi ? [updated, own] : [own, updated];
  const versions = places.flatMap((before) =>
    [...(attribute === VERSION ? [CURRENT] : []), attribute].map(
      (path) => before && parsed(known(() => before.text(path))),
    ),
  );
  return versions.find((version) => version !== undefined);
}

function parsed(text: string | undefined): KubernetesVersion | undefined {
  return text === undefined ? undefined : parseVersion(text);
}

function* judged(
  resource: Resource,
  attribute: string,
  from: KubernetesVersion,
  to: KubernetesVersion,
  today: string,
): Generator<Problem> {
  const [was, wanted] = [from, to].map(textOf);
  if (compareVersions(to, from) < 0) {
    yield {
      attribute,
      message: `the cluster has Kubernetes ${was}, and AKS does not go back to ${wanted}`,
      advice: `use "${from.major}.${from.minor}" or a newer version; with an automatic upgrade channel, ignore changes of it (lifecycle.ignore_changes)`,
    };
  } else if (from.major === to.major && to.minor > from.minor + 1) {
    // What updates a cluster that is not here does not say its plan.
    const plan = resource.value("support_plan") instanceof NotTold ? undefined : (resource.text("support_plan") ?? "");
    if (plan === "AKSLongTermSupport") return;
    const isOutOfSupport = supportOf(from, today, false)?.isSupported === false;
    yield {
      attribute,
      level: isOutOfSupport || plan === undefined ? "warning" : "error",
      message: isOutOfSupport
        ? `the upgrade from Kubernetes ${was}, which is out of support, to ${wanted} skips minor versions: AKS tries it, without a guarantee`
        : `the upgrade from Kubernetes ${was} to ${wanted} skips a minor version, which AKS refuses${plan === undefined ? " without long-term support" : ""}`,
      advice: `upgrade to ${from.major}.${from.minor + 1} first`,
    };
  }
}

function textOf({ major, minor, patch }: KubernetesVersion): string {
  return `${major}.${minor}${patch === undefined ? "" : `.${patch}`}`;
}
