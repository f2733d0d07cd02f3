import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/dev-test-traffic",
  level: "note",
  fact: "A DevTest cluster serves no production traffic.",
  why: "It is not fault-tolerant, may answer slowly, and its front end does not scale automatically.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check({ isProduction, paths }) {
    if (isProduction) return;
    yield {
      attribute: paths.purpose,
      message: "a DevTest cluster is not fault-tolerant and may answer slowly",
      advice: "keep production traffic away from it, or set the purpose to FastProd",
    };
  },
  configuration: { passing: {}, failing: { attachment: { clusterPurpose: "DevTest" } } },
  get examples() {
    return {
      passing: [example("production", cluster(), attachment())],
      failing: [finds("cluster_purpose", example("DevTest", cluster(), attachment({ cluster_purpose: "DevTest" })))],
      unknown: [example("a variable", attachment({ cluster_purpose: "${var.purpose}" }))],
    };
  },
});
