import type { Finding, PlanChange } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { nameOf } from "./reading.ts";
import { stepsOf } from "./update.ts";

const RULE = "plan/more-than-import";

/** What changes nothing but the state, where it is made. */
const IN_STATE_ALONE = /^(terraform_data|null_resource)$/;

/** A finding for each thing that a plan does beside importing, moving and reading. */
export function moreThanImport(model: Model, changes: readonly PlanChange[]): Finding[] {
  const says = new Map(changes.map(({ stack, address, consequence }) => [`${stack} ${address}`, consequence]));
  const found = new Map<string, Finding>();
  for (const resource of [...model.resources, ...model.removed]) {
    if (!doesMore(resource)) continue;
    const { stack, address } = resource;
    const key = `${stack} ${address}`;
    const attribute = resource.parts.change?.changed[0];
    // A pool that stands in a cluster has its address.
    if (found.has(key)) continue;
    found.set(key, {
      rule: RULE,
      verdict: "fail",
      level: BUILT_IN[RULE].level,
      message: withSteps(says.get(key) ?? sentence(resource), resource),
      advice: resource.actions.includes("update")
        ? "write in the configuration what is there, or leave this to be ignored; then plan again"
        : "see whether it is there already under another name, and import it, or take it out of the configuration; then plan again",
      where: { stack, address, ...(attribute === undefined ? {} : { attribute: resource.writtenAs(attribute) }) },
    });
  }
  return [...found.values()];
}

function doesMore({ parts, type, actions }: Resource): boolean {
  const done = parts.authored?.change?.actions ?? actions;
  if (parts.mode === "data" || parts.mode === "ephemeral") return false;
  if (IN_STATE_ALONE.test(type) && done.every((action) => action === "create")) return false;
  return done.some((action) => action !== "no-op" && action !== "read");
}

/** What is done to something that the review has no words of its own for. */
function sentence(resource: Resource): string {
  const { actions, type, isReplaced } = resource;
  const name = `${nameOf(resource)} (${type})`;
  if (isReplaced) return `Deletes ${name} and creates it again.`;
  if (actions.includes("create")) return `Creates ${name}.`;
  if (actions.includes("delete")) return `Deletes ${name}.`;
  if (actions.includes("forget")) return `Terraform forgets ${name}.`;
  return actions.includes("update") ? `Updates ${name} in place.` : `Does ${actions.join(", ")} to ${name}.`;
}

/** What an update changes, from what to what. */
function withSteps(says: string, resource: Resource): string {
  const changed = resource.parts.change?.changed ?? [];
  const steps = resource.isReplaced || !resource.actions.includes("update") ? "" : stepsOf(resource, changed);
  return steps === "" || says.includes(steps) ? says : `${says} It changes ${steps}.`;
}
