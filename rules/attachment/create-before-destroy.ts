import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/create-before-destroy",
  level: "error",
  fact: "A replaced attachment is destroyed before the new one is created.",
  why: "The new attachment of the cluster breaks the old one, and removing the old one then breaks the new one. For a KubernetesCompute, one of the same name still exists when the new one is created.",
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
      fix: { set: { "lifecycle.create_before_destroy": null } },
    };
  },
  configuration: "No attachment is synthesized with create_before_destroy.",
  get examples() {
    return {
      passing: [example("the usual order", cluster(), attachment())],
      failing: [
        finds(
          "lifecycle.create_before_destroy",
          example("create_before_destroy", cluster(), attachment({ lifecycle: { create_before_destroy: true } })),
        ),
      ],
      unknown: [],
    };
  },
});
