import { attachment, change, cluster } from "../examples.ts";
import { removedAttachments, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/detach",
  level: "note",
  fact: "Removing an attachment detaches the cluster, and leaves it running.",
  why: "The cluster and what it costs stay, and so does what azureml-fe left in it. Its endpoints are no longer managed.",
  source: CREATE_ATTACH,
  phases: ["P"],
  on: removedAttachments,
  *check({ resource }) {
    if (!resource.actions.includes("delete")) return;
    yield {
      message: "this detaches the cluster from its workspace; the cluster itself is not deleted by it",
      advice: "delete the cluster too where nobody needs it; before it is attached again, remove what azureml-fe left in the namespace default",
    };
  },
  configuration: "Only a plan knows what exists and is removed.",
  examples: {
    passing: [change("the attachment stays", [cluster(), attachment()], [cluster(), attachment()])],
    failing: [change("the attachment goes", [cluster(), attachment()], [cluster()])],
    unknown: [],
  },
});
