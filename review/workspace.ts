import type { Resource } from "../model/resource.ts";
import { type Lifecycle, lifecycleReading, type Reading, wordsFor } from "./reading.ts";
import { updateReading } from "./update.ts";

const LOST = "its computes, endpoints and models are lost. First detach the clusters and move what is served.";

const LIFECYCLE: Lifecycle = {
  replaced: { meaning: "other", says: ({ name, reason }) => `Deletes ${name} and creates it again${reason}: ${LOST}` },
  removed: { meaning: "other", says: ({ name }) => `Deletes ${name}: ${LOST}` },
  created: { meaning: "other", says: ({ name }) => `Creates ${name}.` },
};

/** What a plan does with a workspace. */
export function workspaceReading(workspace: Resource): Reading | undefined {
  return (
    lifecycleReading(workspace, LIFECYCLE, wordsFor("the workspace", workspace)) ??
    updateReading(workspace, { name: "the workspace", meaningOf: () => "other" })
  );
}
