import { type KubernetesVersion, parseVersion, supportOf } from "../../azure/kubernetes-versions.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../model/value.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { listOf, propertiesOf, word } from "../existing-cluster.ts";
import { createdClusters, type Fix, rule } from "../rule.ts";
import { attachmentsTo } from "../siblings.ts";

const VERSION = "kubernetes_version";
const READ_VERSION = "current_kubernetes_version";

const version = (
  kubernetes_version: string,
  versions: unknown = ["1.34.4", "1.35.1"],
  changes: object = {},
): object => ({
  ...cluster({ kubernetes_version, ...changes }),
  data: {
    azurerm_kubernetes_service_versions: { versions: { location: "westeurope", include_preview: true, versions } },
  },
});
const LONG_TERM = { sku_tier: "Premium", support_plan: "AKSLongTermSupport" };
const existing = (current_kubernetes_version: string): object => ({
  data: {
    azurerm_kubernetes_cluster: {
      cluster: { name: "aks-cluster", resource_group_name: "rg", current_kubernetes_version },
    },
  },
});

/** The next minor version that AKS supports for longer than this month. */
function nextSupported(
  attribute: string,
  { major, minor }: KubernetesVersion,
  today: string,
  isLongTerm: boolean,
): Fix | undefined {
  for (let next = minor + 1; ; next++) {
    const support = supportOf({ major, minor: next }, today, isLongTerm);
    if (!support) return undefined;
    if (support.isSupported && !today.startsWith(support.until)) return { set: { [attribute]: `${major}.${next}` } };
  }
}

export default rule({
  id: "cluster/kubernetes-version",
  level: "error",
  fact: "The Kubernetes version is one that AKS supports in the cluster's region now.",
  why: "AKS refuses any other version, and Azure ML refuses to attach a cluster whose version is out of support. A cluster of a preview version can be attached, but has no service level agreement. `az aks get-versions` lists the versions of a region, with its default.",
  source: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
  phases: ["synthesis", "plan", "apply"],
  canBeAcknowledged: false,
  isRefused: true,
  on: (model) => [...createdClusters(model), ...model.ofType("data.azurerm_kubernetes_cluster")],
  *check(target, { today }) {
    const isRead = target.parts.mode === "data";
    const attribute = isRead ? READ_VERSION : VERSION;
    const wanted = target.text(attribute);
    // Azure answers nothing for very old clusters.
    if (!wanted || (isRead && attachmentsTo(target).length === 0)) return;
    // Older answers of Azure tell no support plan, and only this tier has another.
    const tier = known(() => target.text("sku_tier") ?? "Free");
    const isLongTerm =
      (tier === undefined || tier === "Premium") &&
      target.text("support_plan") === "AKSLongTermSupport" &&
      target.text("sku_tier") === "Premium";
    // The region's list has none of the patches for long-term support.
    const listed = isLongTerm ? undefined : versionsOf(target);
    if (listed) {
      if (listed.some((each) => each === wanted || each.startsWith(`${wanted}.`))) return;
      yield {
        attribute,
        message: `AKS does not support Kubernetes ${wanted} in this region now`,
        advice: `use one of ${listed.join(", ")}`,
      };
      return;
    }
    const parsed = parseVersion(wanted);
    const support = parsed && supportOf(parsed, today, isLongTerm);
    if (!support)
      return target.notKnownBecause(
        attribute,
        `not judged, because it is not known until when AKS supports Kubernetes ${wanted}`,
      );
    const kind = isLongTerm ? "long-term support" : "support";
    if (isRead && !support.isSupported && supportOf(parsed, today, true)?.isSupported)
      return target.notKnownBecause(
        attribute,
        `not judged, because only long-term support has Kubernetes ${wanted}, and no data source reads the support plan`,
      );
    if (!support.isSupported)
      yield {
        attribute,
        level: "warning",
        message: `AKS ended its ${kind} of Kubernetes ${wanted} in ${support.until} or earlier`,
        advice:
          "use a version that AKS supports: `az aks get-versions --location <region>` lists them. Upgrade an existing cluster one minor version at a time",
        fix: () => nextSupported(attribute, parsed, today, isLongTerm),
      };
    else if (today.startsWith(support.until))
      yield {
        attribute,
        level: "note",
        message: `AKS ends its ${kind} of Kubernetes ${wanted} this month (${support.until})`,
        advice: "upgrade to the next minor version",
        fix: () => nextSupported(attribute, parsed, today, isLongTerm),
      };
  },
  configuration: {
    passing: { create: { kubernetesVersion: "1.35" } },
    failing: { create: { kubernetesVersion: "1.28" } },
  },
  conditions: ({ cluster, versions }) => {
    const properties = propertiesOf(cluster);
    const text = (name: string): string => `try(tostring(${properties}.${name}), null)`;
    const isAmong = (list: string): string =>
      `try(anytrue([for each in ${list} : each == version || startswith(each, format("%s.", version))]), true)`;
    const { released, all } = versions();
    // The list has no patches of long-term support.
    const isLongTerm = `${word(`${cluster}.output.sku.tier`)} == "premium" && ${word(`${properties}.supportPlan`)} == "akslongtermsupport"`;
    const unknown = `version == "" || length(all) == 0 || (${isLongTerm})`;
    const over = (condition: string): string =>
      `[for version in [try(coalesce(${text("currentKubernetesVersion")}, ${text("kubernetesVersion")}), "")] : [for all in [${listOf(all)}] : ${condition}][0]][0]`;
    return [
      {
        level: "warning",
        expression: over(`${unknown} || ${isAmong("all")}`),
        wrong: "AKS does not list the Kubernetes version of the cluster as supported.",
      },
      {
        level: "warning",
        expression: over(`${unknown} || !${isAmong("all")} || ${isAmong(listOf(released))}`),
        wrong: "The Kubernetes version of the cluster is a preview.",
      },
    ];
  },
  get examples() {
    return {
      passing: [
        example("a minor version", version("1.35")),
        example("a full version", version("1.34.4")),
        example("none, which means the default", cluster()),
        example(
          "a version in support, where the region's versions are not read",
          cluster({ kubernetes_version: "1.35" }),
        ),
        example("a version in long-term support", version("1.33.9", ["1.35.1"], LONG_TERM)),
        example("an existing cluster", existing("1.35.1"), attachment()),
        example("an old cluster that nobody attaches", existing("1.28.9")),
      ],
      failing: [
        finds(VERSION, example("a version out of support", version("1.28"))),
        finds(VERSION, example("a version that the region does not have", version("1.36"))),
        finds(
          VERSION,
          example(
            "a version out of support, where the region's versions are not read",
            cluster({ kubernetes_version: "1.24.9" }),
          ),
        ),
        finds(
          VERSION,
          example("a version whose long-term support has ended", cluster({ kubernetes_version: "1.30", ...LONG_TERM })),
        ),
        finds(READ_VERSION, example("an existing cluster out of support", existing("1.24.9"), attachment())),
      ],
      unknown: [
        example("an existing cluster that may have long-term support", existing("1.33.9"), attachment()),
        example("a variable", cluster({ kubernetes_version: "${var.version}" })),
        example(
          "a version of the future, where the region's versions are not read",
          version("1.99", "${var.versions}"),
        ),
        example("versions of another prefix alone", version("1.99"), {
          data: { azurerm_kubernetes_service_versions: { versions: { version_prefix: "1.34" } } },
        }),
      ],
    };
  },
});

/** What the plan read of the region's versions, previews included; undefined where it read none. */
function versionsOf(target: Resource): readonly string[] | undefined {
  for (const data of target.model.ofType("data.azurerm_kubernetes_service_versions")) {
    if (data.stack !== target.stack || data.isSet("version_prefix") || data.value("include_preview") === false)
      continue;
    const versions = known(() => (data.isSet("versions") ? [...data.items("versions")] : undefined));
    if (versions && data.value("location") === target.text("location")) return versions;
  }
  return undefined;
}
