import { type Attachment, asAttachment, attachmentsOf } from "../../model/attachment.ts";
import type { Resource } from "../../model/resource.ts";
import { attachment, change, cluster, finds, WHOLE_RESOURCE } from "../examples.ts";
import { plannedClusters, rule } from "../rule.ts";
import { attachmentsTo, STACK_OUTPUT } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

const ADDRESS = "azurerm_kubernetes_cluster.cluster";
const other = { network_profile: { network_plugin: "kubenet" } };

export default rule({
  id: "cluster/destroy",
  level: "error",
  fact: "An attached cluster is neither destroyed nor rebuilt.",
  why: "Every deployment on it ends, and a new cluster must be attached and deployed to again.",
  source: CREATE_ATTACH,
  phases: ["plan"],
  on: plannedClusters,
  *check(target) {
    if (!target.actions.includes("delete")) return;
    const because = target.parts.change?.replacing ?? [];
    const what = target.isReplaced
      ? `deletes the cluster and creates it again${because.length > 0 ? ` because of ${target.replacing.join(", ")}` : ""}`
      : "deletes the cluster";
    if (!isAttached(target)) return target.notKnownWithout("id", "its attachment");
    yield {
      attribute: because[0],
      message: `this ${what}, and every deployment on it ends`,
      advice:
        "undo what causes it; if it is intended, move the models, detach the cluster first, and acknowledge this rule",
    };
  },
  configuration: "Only a plan knows what exists and is destroyed.",
  get examples() {
    return {
      passing: [
        change("the cluster stays", [cluster(), attachment()], [cluster({ tags: { team: "ml" } }), attachment()]),
      ],
      failing: [
        finds(
          "network_profile",
          change("a rebuild", [cluster(), attachment()], [cluster(other), attachment()], {
            [ADDRESS]: ["network_profile"],
          }),
        ),
        finds(WHOLE_RESOURCE, change("all of it goes", [cluster(), attachment()], [])),
        finds(
          "name",
          change("another name", [cluster(), attachment()], [cluster({ name: "aks-new" }), attachment()], {
            [ADDRESS]: ["name"],
          }),
        ),
      ],
      unknown: [change("whether it is attached is in another plan", [cluster()], [])],
    };
  },
});

/**
 * Whether an attachment of it is in sight, also one that goes too; one that a stack of ours makes is taken to be
 * attached.
 */
function isAttached(target: Resource): boolean {
  const { model, stack } = target;
  if (typeof model.output(stack, STACK_OUTPUT) === "string") return true;
  // A name that changes is another ID: what is attached knows the one before.
  const id = model.idOf(target.before ?? target)?.toLowerCase();
  const removed = model.removed.flatMap((resource) => asAttachment(resource) ?? []);
  const isOfIt = ({ resource, paths }: Attachment): boolean =>
    [resource, resource.before].some((each) => {
      const attached = each?.value(paths.clusterId);
      return typeof attached === "string" && attached.toLowerCase() === id;
    });
  return [...attachmentsOf(model), ...removed].some(isOfIt) || attachmentsTo(target).length > 0;
}
