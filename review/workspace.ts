import { attributeIn } from "../model/node-pools.ts";
import type { Resource } from "../model/resource.ts";
import { type Lifecycle, lifecycleReading, type Reading, wordsFor } from "./reading.ts";
import { updateReading } from "./update.ts";

const LOST = "its computes, endpoints and models are lost. First detach the clusters and move what is served.";

const LIFECYCLE: Lifecycle = {
  replaced: {
    meaning: "destroy-workspace",
    says: ({ name, reason }) => `Deletes ${name} and creates it again${reason}: ${LOST}`,
  },
  removed: { meaning: "destroy-workspace", says: ({ name }) => `Deletes ${name}: ${LOST}` },
  created: { meaning: "create-workspace", says: ({ name }) => `Creates ${name}.` },
};

/** What a plan does with a workspace. */
export function workspaceReading(workspace: Resource): Reading | undefined {
  const lifecycle = lifecycleReading(workspace, LIFECYCLE, wordsFor("the workspace", workspace));
  if (lifecycle) return lifecycle;
  const update = updateReading(workspace, { name: "the workspace", updateOf: () => "other" });
  const because = update?.because.filter((path) => attributeIn(path) === "managed_network") ?? [];
  return update && because.length > 0 ? { ...update, consequence: managed(because) } : update;
}

function managed(because: readonly string[]): string {
  return (
    `Updates the managed virtual network of the workspace in place (${because.join(", ")}): where it is on, no AKS cluster is supported. ` +
    "First detach the clusters, and attach them to a workspace without one."
  );
}
