import type { Finding } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import { known } from "../model/value.ts";
import { BUILT_IN } from "./built-in.ts";
import { createdClusters, removedAttachments } from "./rule.ts";
import { attachmentsTo, perhapsAttached } from "./siblings.ts";

const ID = "attachment/not-judged";

/** One finding for the clusters that nothing here attaches: it says what is not judged without the attachment. */
export function notJudged(model: Model, howToJudge: string): Finding[] {
  const alone = createdClusters(model).filter(
    (cluster) => !cluster.isPart && known(() => attachmentsTo(cluster).length) === 0,
  );
  const [first, ...others] = alone;
  // A plan that detaches a cluster shows its attachment.
  if (first === undefined || removedAttachments(model).length > 0 || perhapsAttached(model)) return [];
  const { stack, address } = first;
  const clusters = `${address}${others.length > 0 ? ` and ${others.length} more cluster${others.length > 1 ? "s" : ""}` : ""}`;
  return [
    {
      rule: ID,
      verdict: "unknown",
      level: BUILT_IN[ID].level,
      message: `nothing here attaches ${clusters} to Azure ML: the size and the number of nodes that a purpose needs, and whether a cluster is attached once, are not judged`,
      advice: `if Azure ML uses it, ${howToJudge}`,
      where: { stack, address },
    },
  ];
}
