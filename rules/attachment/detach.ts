import { attachment, change, cluster, extension, finds, kubernetesCompute, WHOLE_RESOURCE } from "../examples.ts";
import { removedAttachments, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

/** What stays in the cluster, and what to do with it. */
const LEFT = {
  AksCompute: "before you attach it again, remove what azureml-fe left in the namespace default",
  KubernetesCompute:
    "remove the Azure ML extension if the cluster has no other compute, and the namespace if nothing else is in it",
  Compute: "check what Azure ML left in it",
} as const;

export default rule({
  id: "attachment/detach",
  level: "note",
  fact: "Removing an attachment detaches the cluster, and leaves it running.",
  why: "The cluster stays and is still paid for, and what Azure ML installed in it stays too. Its endpoints are no longer managed.",
  source: CREATE_ATTACH,
  phases: ["plan"],
  on: removedAttachments,
  *check({ resource, kind }) {
    if (!resource.actions.includes("delete")) return;
    yield {
      message: "this detaches the cluster from its workspace, and does not delete the cluster",
      advice: `delete the cluster too if nobody needs it; ${LEFT[kind]}`,
    };
  },
  configuration: "Only a plan knows what exists and is removed.",
  get examples() {
    return {
      passing: [change("the attachment stays", [cluster(), attachment()], [cluster(), attachment()])],
      failing: [
        finds(WHOLE_RESOURCE, change("the attachment goes", [cluster(), attachment()], [cluster()])),
        finds(WHOLE_RESOURCE, change("a KubernetesCompute goes", [extension(), kubernetesCompute()], [extension()])),
      ],
      unknown: [],
    };
  },
});
