import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/purpose-stated",
  level: "note",
  fact: "An attachment says what its cluster is for.",
  why: "Without one it is FastProd, which needs a larger cluster: an attachment that was meant for tests is refused.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check({ resource, paths }) {
    if (resource.text(paths.purpose) !== undefined) return;
    yield {
      attribute: paths.purpose,
      message: "the cluster purpose is not set, which means FastProd",
      advice: "set it to FastProd, DenseProd or DevTest",
      fix: { set: { [paths.purpose]: "FastProd" } },
    };
  },
  configuration: { passing: {}, failing: { attachment: { clusterPurpose: null } } },
  get examples() {
    return {
      passing: [example("a purpose", cluster(), attachment({ cluster_purpose: "DevTest" }))],
      failing: [finds("cluster_purpose", example("no purpose", cluster(), attachment({ cluster_purpose: null })))],
      unknown: [example("a variable, which may be null", attachment({ cluster_purpose: "${var.purpose}" }))],
    };
  },
});
