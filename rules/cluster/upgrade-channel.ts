import { parseVersion } from "../../azure/kubernetes-versions.ts";
import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";

const VERSION = "kubernetes_version";
const CHANNEL = "automatic_upgrade_channel";

/** Channels that upgrade Kubernetes itself; node-image upgrades the images of the nodes alone. */
const UPGRADING = ["patch", "stable", "rapid"];

const upgraded = (automatic_upgrade_channel: string | null, kubernetes_version: string, changes: object = {}): object =>
  cluster({ automatic_upgrade_channel, kubernetes_version, ...changes });

export default rule({
  id: "cluster/upgrade-channel",
  level: "warning",
  fact: "A cluster with an automatic upgrade channel has a minor version in Terraform, such as 1.35, and no patch version.",
  why: "The channel upgrades to a newer patch. The next plan then goes back to the one in the configuration, which AKS refuses.",
  source: "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster",
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(target) {
    const channel = target.text(CHANNEL);
    if (channel === undefined || !UPGRADING.includes(channel.toLowerCase())) return;
    // What Azure answers has a patch, though nobody wrote it.
    const wanted = target.isSetByAuthor(VERSION) ? target.text(VERSION) : undefined;
    const version = wanted === undefined ? undefined : parseVersion(wanted);
    // A plan does not show what is ignored, but for the version that it then leaves as it is.
    const isIgnored = target.writtenText(VERSION) !== undefined && target.writtenText(VERSION) !== wanted;
    if (
      isIgnored ||
      version?.patch === undefined ||
      [...target.knownItems("lifecycle.ignore_changes")].some((path) => path === "all" || path === VERSION)
    )
      return;
    yield {
      attribute: VERSION,
      message: `the upgrade channel ${channel} will leave the patch version ${wanted}`,
      advice: {
        terraform: `use "${version.major}.${version.minor}", or ignore changes of ${VERSION} (lifecycle.ignore_changes)`,
        configuration: `use "${version.major}.${version.minor}"`,
      },
      fix: { set: { [VERSION]: `${version.major}.${version.minor}` } },
    };
  },
  configuration: {
    passing: { create: { automaticUpgrade: "patch", kubernetesVersion: "1.35" } },
    failing: { create: { automaticUpgrade: "patch", kubernetesVersion: "1.35.1" } },
  },
  get examples() {
    return {
      passing: [
        example("a minor version", upgraded("stable", "1.35")),
        example("no channel", upgraded(null, "1.35.1")),
        example("the channel of node images", upgraded("node-image", "1.35.1")),
        example("no version", cluster({ automatic_upgrade_channel: "patch" })),
      ],
      failing: [
        finds(VERSION, example("a patch", upgraded("patch", "1.35.1"))),
        finds(VERSION, example("a patch, and the channel of minor versions", upgraded("rapid", "1.35.1"))),
      ],
      unknown: [
        example("the channel is a variable", upgraded("${var.channel}", "1.35.1")),
        example("the version is a variable", upgraded("patch", "${var.version}")),
      ],
    };
  },
});
