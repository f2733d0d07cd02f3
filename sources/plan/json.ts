import { shownText } from "../../model/redaction.ts";

/** What is given as a plan is none. The message continues a sentence that starts with the file's name. */
export class InvalidPlanError extends Error {}

// biome-ignore lint/suspicious/noExplicitAny: what Terraform writes there is read with care
type Json = any;

/** A resource of a plan and what happens to it, as `terraform show -json` has it. */
export interface PlannedJson {
  readonly address: string;
  /** `module.cluster["good"]`; empty for the root module. */
  readonly module: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly isDeposed: boolean;
  readonly previousAddress?: string;
  readonly reason?: string;
  /** Why it is left to a later plan. */
  readonly deferred?: string;
  readonly actions: readonly string[];
  readonly isImported: boolean;
  readonly replacePaths: readonly (readonly (string | number)[])[];
  readonly before: Json;
  readonly after: Json;
  readonly afterUnknown: Json;
  readonly beforeSensitive: Json;
  readonly afterSensitive: Json;
}

/** A data source that was read for the plan. */
export interface DataJson {
  readonly address: string;
  readonly module: string;
  readonly type: string;
  readonly values: Json;
  readonly sensitive: Json;
}

/** A check of Terraform that does not hold. */
export interface BrokenCheck {
  readonly address: string;
  /** Whether it is a check block, which warns, and no condition, which stops. */
  readonly isWarning: boolean;
  readonly messages: readonly string[];
}

export interface PlanJson {
  readonly changes: readonly PlannedJson[];
  /** What was changed outside of Terraform. */
  readonly drift: readonly PlannedJson[];
  readonly data: readonly DataJson[];
  readonly outputs: { readonly [name: string]: { readonly value?: Json; readonly isSensitive: boolean } };
  readonly configuration: Json;
  readonly brokenChecks: readonly BrokenCheck[];
  /** Whether Terraform ended with an error while it planned. */
  readonly isErrored: boolean;
  /** Whether changes are left to a later plan. */
  readonly isPartial: boolean;
}

/**
 * Takes from plan JSON what a review needs, and refuses what no version of the format allows. `variables` are never read:
 * they are in clear.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(json: unknown): PlanJson {
  const plan = map(json, "the plan");
  const version = text(plan.format_version, "format_version") ?? "";
  if (!/^(0\.[1-9]\d*|1\.\d+)$/.test(version)) {
    throw new InvalidPlanError(
      `has format_version ${JSON.stringify(shownText(version).slice(0, 40))}, and 0.1 to 1.x are known: update azureml-aks, or make the plan with an older Terraform`,
    );
  }
  const deferred = list(plan.deferred_changes, "deferred_changes").map((entry, index) => {
    const where = `deferred_changes[${index}]`;
    const { reason, resource_change } = map(entry, where);
    return {
      ...planned(resource_change, `${where}.resource_change`),
      deferred: text(reason, `${where}.reason`) ?? "unknown",
    };
  });
  const priorValues = optionalMap(optionalMap(plan.prior_state, "prior_state").values, "prior_state.values");
  return {
    changes: [...list(plan.resource_changes, "resource_changes").map((entry, index) => planned(entry, `resource_changes[${index}]`)), ...deferred],
    drift: list(plan.resource_drift, "resource_drift").map((entry, index) => planned(entry, `resource_drift[${index}]`)),
    data: [...dataSources(priorValues.root_module, "prior_state.values.root_module")],
    // A plan that destroys everything plans no outputs.
    outputs: {
      ...outputsOf(priorValues.outputs, "prior_state.values.outputs"),
      ...outputsOf(optionalMap(plan.planned_values, "planned_values").outputs, "planned_values.outputs"),
    },
    configuration: optionalMap(plan.configuration, "configuration"),
    brokenChecks: list(plan.checks, "checks").flatMap((entry, index) => brokenCheck(entry, `checks[${index}]`)),
    isErrored: plan.errored === true,
    isPartial: plan.complete === false || deferred.length > 0,
  };
}

function planned(entry: unknown, where: string): PlannedJson {
  const { address, module_address, mode, type, deposed, previous_address, action_reason, change } = map(entry, where);
  const { actions, before, after, after_unknown, before_sensitive, after_sensitive, replace_paths, importing } = map(change, `${where}.change`);
  return {
    address: shownText(needed(address, `${where}.address`)),
    module: text(module_address, `${where}.module_address`) ?? "",
    mode: mode === "data" ? "data" : "managed",
    type: needed(type, `${where}.type`),
    isDeposed: typeof deposed === "string" && deposed !== "",
    previousAddress: shown(text(previous_address, `${where}.previous_address`)),
    reason: text(action_reason, `${where}.action_reason`),
    actions: list(actions, `${where}.change.actions`).map((action, index) => needed(action, `${where}.change.actions[${index}]`)),
    isImported: importing !== undefined && importing !== null,
    replacePaths: list(replace_paths, `${where}.change.replace_paths`).map((path, index) =>
      list(path, `${where}.change.replace_paths[${index}]`).filter((step) => typeof step === "string" || typeof step === "number"),
    ),
    before: attributes(before, `${where}.change.before`),
    after: attributes(after, `${where}.change.after`),
    afterUnknown: after_unknown,
    beforeSensitive: before_sensitive,
    afterSensitive: after_sensitive,
  };
}

/** Those of the module and of the modules in it. Modules nest as deep as somebody made them: no recursion. */
function* dataSources(root: unknown, where: string): Generator<DataJson> {
  const modules = [{ value: root, where }];
  for (let module = modules.pop(); module; module = modules.pop()) {
    const { resources, child_modules, address } = optionalMap(module.value, module.where);
    for (const [index, entry] of list(resources, `${module.where}.resources`).entries()) {
      const at = `${module.where}.resources[${index}]`;
      const resource = map(entry, at);
      if (resource.mode !== "data") continue;
      yield {
        address: shownText(needed(resource.address, `${at}.address`)),
        module: text(address, `${module.where}.address`) ?? "",
        type: needed(resource.type, `${at}.type`),
        values: attributes(resource.values, `${at}.values`),
        sensitive: resource.sensitive_values,
      };
    }
    for (const [index, value] of list(child_modules, `${module.where}.child_modules`).entries())
      modules.push({ value, where: `${module.where}.child_modules[${index}]` });
  }
}

function outputsOf(outputs: unknown, where: string): PlanJson["outputs"] {
  return Object.fromEntries(
    Object.entries(optionalMap(outputs, where)).map(([name, entry]) => {
      const output = map(entry, `${where}.${shownText(name)}`);
      return [name, { ...("value" in output ? { value: output.value } : {}), isSensitive: output.sensitive === true }];
    }),
  );
}

function brokenCheck(entry: unknown, where: string): BrokenCheck[] {
  const { address, status, instances } = map(entry, where);
  if (status !== "fail" && status !== "error") return [];
  const messages = list(instances, `${where}.instances`).flatMap((instance, index) => {
    const at = `${where}.instances[${index}]`;
    return list(map(instance, at).problems, `${at}.problems`).map((problem, number) =>
      shownText(text(map(problem, `${at}.problems[${number}]`).message, `${at}.problems[${number}].message`) ?? ""),
    );
  });
  const { to_display, kind } = optionalMap(address, `${where}.address`);
  return [{ address: shown(text(to_display, `${where}.address.to_display`)) ?? "", isWarning: kind === "check", messages }];
}

function attributes(value: unknown, where: string): Json {
  return value === undefined || value === null ? undefined : map(value, where);
}

function optionalMap(value: unknown, where: string): Json {
  return value === undefined || value === null ? {} : map(value, where);
}

function map(value: unknown, where: string): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : refuse(value, where, "an object");
}

function list(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : refuse(value, where, "a list");
}

function shown(value: string | undefined): string | undefined {
  return value === undefined ? undefined : shownText(value);
}

function needed(value: unknown, where: string): string {
  return typeof value === "string" && value !== "" ? value : refuse(value, where, "a text");
}

function text(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : refuse(value, where, "a text");
}

/** The value itself is not repeated: it may be a secret. */
function refuse(value: unknown, where: string, expected: string): never {
  const given =
    value === undefined
      ? "is missing"
      : value === null
        ? "is null"
        : value === ""
          ? "is empty"
          : `is ${Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`}`;
  throw new InvalidPlanError(`is no plan that Terraform writes: ${where} ${given}, and ${expected} is needed`);
}
