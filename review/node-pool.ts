import type { Resource } from "../model/resource.ts";
import { poolUpdateOf } from "./cluster.ts";
import { type Lifecycle, lifecycleReading, type Reading, wordsFor } from "./reading.ts";
import { updateReading } from "./update.ts";

const LIFECYCLE: Lifecycle = {
  replaced: {
    meaning: "rotate-nodes",
    says: ({ name, reason }) =>
      `Deletes ${name} and creates it again${reason}: what runs there stops until the new nodes are ready. ` +
      "First see that other nodes have room for it, or add a pool and remove this one afterwards.",
  },
  removed: {
    meaning: "scale",
    says: ({ name }) =>
      `Deletes ${name}: what runs there moves, or waits for room. First see that the other pools have room for it.`,
  },
  created: { meaning: "scale", says: ({ name }) => `Adds ${name}; nothing that is served stops.` },
};

/** What a plan does with a node pool beside a cluster's own. */
export function nodePoolReading(pool: Resource): Reading | undefined {
  const words = wordsFor("the node pool", pool);
  return (
    lifecycleReading(pool, LIFECYCLE, words) ??
    updateReading(pool, { name: words.name, updateOf: (path) => poolUpdateOf(path, pool) })
  );
}
