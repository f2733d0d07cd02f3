import { cluster, example, finds } from "../examples.ts";
import { listOf, propertiesOf, word } from "../existing-cluster.ts";
import { createdClusters, rule } from "../rule.ts";

const version = (kubernetes_version: string, versions: unknown = ["1.34.4", "1.35.1"]): object => ({
  ...cluster({ kubernetes_version }),
  data: {
    azurerm_kubernetes_service_versions: { versions: { location: "westeurope", include_preview: true, versions } },
  },
});

export default rule({
  id: "cluster/kubernetes-version",
  level: "error",
  fact: "The Kubernetes version is one that AKS supports in the cluster's region now.",
  why: "AKS refuses another, and Azure ML refuses to attach a cluster whose version is out of support. A preview version can be attached, but carries no service level agreement.",
  source: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
  phases: ["apply", "plan"],
  canBeAcknowledged: false,
  on: createdClusters,
  *check(target) {
    const wanted = target.text("kubernetes_version");
    if (wanted === undefined) return;
    const [region] = target.model
      .ofType("data.azurerm_kubernetes_service_versions")
      .filter(
        (data) =>
          data.stack === target.stack &&
          !data.isSet("version_prefix") &&
          data.flag("include_preview") !== false &&
          data.text("location") === target.text("location"),
      );
    if (!region?.exists("versions"))
      return target.notKnownBecause("kubernetes_version", "not judged, because the plan reads no azurerm_kubernetes_service_versions of the region");
    const supported = [...region.items("versions")];
    if (supported.some((each) => each === wanted || each.startsWith(`${wanted}.`))) return;
    yield {
      attribute: "kubernetes_version",
      message: `AKS does not support Kubernetes ${wanted} here now`,
      advice: `take one of ${supported.join(", ")}`,
    };
  },
  conditions: ({ cluster, versions }) => {
    const properties = propertiesOf(cluster);
    const text = (name: string): string => `try(tostring(${properties}.${name}), null)`;
    const isAmong = (list: string): string => `try(anytrue([for each in ${list} : each == version || startswith(each, format("%s.", version))]), true)`;
    const { released, all } = versions();
    // The list has no patches of long-term support.
    const isLongTerm = `${word(`${cluster}.output.sku.tier`)} == "premium" && ${word(`${properties}.supportPlan`)} == "akslongtermsupport"`;
    const unknown = `version == "" || length(all) == 0 || (${isLongTerm})`;
    const over = (condition: string): string =>
      `[for version in [try(coalesce(${text("currentKubernetesVersion")}, ${text("kubernetesVersion")}), "")] : [for all in [${listOf(all)}] : ${condition}][0]][0]`;
    return [
      { level: "warning", expression: over(`${unknown} || ${isAmong("all")}`), wrong: "AKS does not list the Kubernetes version of the cluster as supported." },
      {
        level: "warning",
        expression: over(`${unknown} || !${isAmong("all")} || ${isAmong(listOf(released))}`),
        wrong: "The Kubernetes version of the cluster is a preview.",
      },
    ];
  },
  configuration: "The plan checks it: only Azure knows which versions it supports today.",
  examples: {
    passing: [example("a minor version", version("1.35")), example("a full version", version("1.34.4")), example("none, which means the default", cluster())],
    failing: [finds("kubernetes_version", example("a version out of support", version("1.28")))],
    unknown: [
      example("the versions are not read yet", version("1.35", "${var.versions}")),
      example("versions of another prefix alone", version("1.35"), {
        data: { azurerm_kubernetes_service_versions: { versions: { version_prefix: "1.34" } } },
      }),
    ],
  },
});
