import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/create-before-destroy",
  level: "error",
  fact: "An attachment is never created before its predecessor is destroyed.",
  why: "The new attachment of the cluster breaks the old one, and the removal of the old one then breaks the new. A KubernetesCompute of the same name is there already when the new one is made.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: attachmentsOf,
  *check({ resource }) {
    // Synthesized JSON says it; in a plan it shows in the order of a replacement.
    if (resource.flag("lifecycle.create_before_destroy") !== true && resource.actions.join() !== "create,delete")
      return;
    yield {
      attribute: "lifecycle.create_before_destroy",
      message: "create_before_destroy attaches the cluster a second time before it is detached",
      advice: "remove create_before_destroy",
    };
  },
  configuration: "No attachment is synthesized with create_before_destroy.",
  examples: {
    passing: [example("the usual order", cluster(), attachment())],
    failing: [
      finds(
        "lifecycle.create_before_destroy",
        example("create_before_destroy", cluster(), attachment({ lifecycle: { create_before_destroy: true } })),
      ),
    ],
    unknown: [],
  },
});
