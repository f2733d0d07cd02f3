import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, cluster, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/dev-test-traffic",
  level: "note",
  fact: "A DevTest cluster serves no production traffic.",
  why: "It gives no fault tolerance, may answer slowly, and its front end does not scale by itself.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check({ isProduction, paths }) {
    if (isProduction) return;
    yield {
      attribute: paths.purpose,
      message: "a DevTest cluster gives no fault tolerance and may answer slowly",
      advice: "keep production traffic away from it, or give the purpose FastProd",
    };
  },
  configuration: { passing: {}, failing: { attachment: { clusterPurpose: "DevTest" } } },
  examples: {
    passing: [example("production", cluster(), attachment())],
    failing: [finds("cluster_purpose", example("DevTest", cluster(), attachment({ cluster_purpose: "DevTest" })))],
    unknown: [example("a variable", attachment({ cluster_purpose: "${var.purpose}" }))],
  },
});
