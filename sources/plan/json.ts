import { UserError } from "../../errors/user-error.ts";
import { shownText } from "../../model/redaction.ts";
import { checkedJson } from "../checked-json.ts";
import { isObject, type JsonObject, listOf } from "../json-value.ts";
import { parseJson } from "../parse-json.ts";
import { Cover, CoveredJson } from "./values.ts";

const { list, map, needed, optionalMap, text } = checkedJson("plan of Terraform");

/** A resource of a plan and what happens to it, as `terraform show -json` has it: its texts as they may be seen. */
export interface PlannedJson {
  readonly address: string;
  /** `module.cluster["good"]`; empty for the root module. */
  readonly module: string;
  readonly mode: "managed" | "data" | "action";
  readonly type: string;
  readonly isDeposed: boolean;
  readonly previousAddress?: string;
  readonly reason?: string;
  /** Why it is left to a later plan. */
  readonly deferred?: string;
  readonly actions: readonly string[];
  readonly isImported: boolean;
  /** As far as they may be seen. */
  readonly replacePaths: readonly (readonly (string | number)[])[];
  /** What is or will be marked as sensitive is covered in both. */
  readonly before: CoveredJson;
  readonly after: CoveredJson;
  /** Terraform's marks. */
  readonly sensitive: unknown;
}

/** A data source that was read for the plan. */
export interface DataJson {
  readonly address: string;
  readonly module: string;
  readonly type: string;
  readonly values: CoveredJson;
  /** Terraform's marks. */
  readonly sensitive: unknown;
}

/** A check of Terraform that does not hold. */
export interface BrokenCheck {
  readonly address: string;
  /** Whether it is a check block, and no condition of a resource. */
  readonly isCheckBlock: boolean;
  /**
   * Whether Terraform could not evaluate it: then there are no messages, and not even a check block lets the apply go
   * on.
   */
  readonly isErrored: boolean;
  readonly messages: readonly string[];
}

export interface PlanJson {
  readonly changes: readonly PlannedJson[];
  /** What was changed outside of Terraform. */
  readonly drift: readonly PlannedJson[];
  readonly data: readonly DataJson[];
  readonly outputs: { readonly [name: string]: CoveredJson };
  readonly configuration: JsonObject;
  readonly brokenChecks: readonly BrokenCheck[];
  /** Whether Terraform ended with an error while it planned. */
  readonly isErrored: boolean;
  /** Whether changes are left to a later plan. */
  readonly isPartial: boolean;
}

/**
 * Takes from plan JSON what a review needs, and refuses what no version of the format allows. `variables` are never
 * read: they are in clear. https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(json: unknown): PlanJson {
  const plan = map(json, "the plan");
  const version = text(plan.format_version, "format_version") ?? "";
  if (!/^(0\.[1-9]\d*|1\.\d+)$/.test(version)) {
    throw new UserError(
      `has format_version ${JSON.stringify(shownText(version).slice(0, 40))}, and 0.1 to 1.x are known: update azureml-aks, or make the plan with an older Terraform`,
    );
  }
  const deferred = list(plan.deferred_changes, "deferred_changes").map((entry, index) => {
    const where = `deferred_changes[${index}]`;
    const { reason, resource_change } = map(entry, where);
    return new Planned(resource_change, `${where}.resource_change`, text(reason, `${where}.reason`) ?? "unknown");
  });
  const deferredActions = list(plan.deferred_action_invocations, "deferred_action_invocations").map((entry, index) => {
    const where = `deferred_action_invocations[${index}]`;
    const { reason, action_invocation } = map(entry, where);
    return {
      ...invoked(action_invocation, `${where}.action_invocation`),
      deferred: text(reason, `${where}.reason`) ?? "unknown",
    };
  });
  const priorValues = optionalMap(optionalMap(plan.prior_state, "prior_state").values, "prior_state.values");
  return {
    changes: [
      ...list(plan.resource_changes, "resource_changes").map(
        (entry, index) => new Planned(entry, `resource_changes[${index}]`),
      ),
      ...deferred,
      ...list(plan.action_invocations, "action_invocations").map((entry, index) =>
        invoked(entry, `action_invocations[${index}]`),
      ),
      ...deferredActions,
    ],
    drift: list(plan.resource_drift, "resource_drift").map(
      (entry, index) => new Planned(entry, `resource_drift[${index}]`),
    ),
    data: [...dataSources(priorValues.root_module, "prior_state.values.root_module")],
    // A plan that destroys everything plans no outputs.
    outputs: {
      ...outputsOf(priorValues.outputs, "prior_state.values.outputs"),
      ...outputsOf(optionalMap(plan.planned_values, "planned_values").outputs, "planned_values.outputs"),
    },
    configuration: optionalMap(plan.configuration, "configuration"),
    brokenChecks: list(plan.checks, "checks").flatMap((entry, index) => brokenCheck(entry, `checks[${index}]`)),
    isErrored: plan.errored === true,
    isPartial: plan.complete === false || deferred.length > 0 || deferredActions.length > 0,
  };
}

/** Whether JSON is a plan, of any version of the format. */
export function isPlan(json: unknown): boolean {
  return isObject(json) && "format_version" in json && ("resource_changes" in json || "planned_values" in json);
}

/** Most plans are mostly about other things: what is planned is refused at once where it is wrong, and read when it is asked for. */
class Planned implements PlannedJson {
  readonly address: string;
  readonly module: string;
  readonly mode: PlannedJson["mode"];
  readonly type: string;
  readonly isDeposed: boolean;
  readonly previousAddress?: string;
  readonly reason?: string;
  readonly deferred?: string;
  readonly actions: readonly string[];
  readonly #change: JsonObject;
  private cachedBefore: CoveredJson | undefined;
  private cachedAfter: CoveredJson | undefined;

  constructor(json: unknown, where: string, deferred?: string) {
    const entry = map(json, where);
    const { mode, deposed } = entry;
    this.module = shown(text(entry.module_address, `${where}.module_address`)) ?? "";
    this.mode = mode === "data" ? "data" : "managed";
    this.type = shownText(needed(entry.type, `${where}.type`));
    this.address =
      shown(text(entry.address, `${where}.address`)) ??
      addressOf({ ...entry, module: this.module, type: this.type, name: needed(entry.name, `${where}.address`) });
    this.isDeposed = typeof deposed === "string" && deposed !== "";
    const previousAddress = shown(text(entry.previous_address, `${where}.previous_address`));
    const reason = shown(text(entry.action_reason, `${where}.action_reason`));
    // Few have them.
    if (previousAddress !== undefined) this.previousAddress = previousAddress;
    if (reason !== undefined) this.reason = reason;
    if (deferred !== undefined) this.deferred = deferred;
    const change = map(entry.change, `${where}.change`);
    this.#change = change;
    this.actions = actionsOf(change.actions, `${where}.change.actions`);
    optionalMap(change.before, `${where}.change.before`);
    optionalMap(change.after, `${where}.change.after`);
    for (const [at, path] of list(change.replace_paths, `${where}.change.replace_paths`).entries())
      list(path, `${where}.change.replace_paths[${at}]`);
  }

  get isImported(): boolean {
    const { importing } = this.#change;
    return importing !== undefined && importing !== null;
  }

  get replacePaths(): readonly (readonly (string | number)[])[] {
    return listOf(this.#change.replace_paths).map((path) => visiblePath(listOf(path), this.cover));
  }

  get before(): CoveredJson {
    this.cachedBefore ??= new CoveredJson(attributes(this.#change.before, this.type, "before"), this.cover);
    return this.cachedBefore;
  }

  get after(): CoveredJson {
    const { after, after_unknown } = this.#change;
    this.cachedAfter ??= new CoveredJson(attributes(after, this.type, "after"), this.cover, after_unknown);
    return this.cachedAfter;
  }

  get sensitive(): unknown {
    return this.#change.after_sensitive;
  }

  private get cover(): Cover {
    return Cover.of(this.#change.before_sensitive, this.#change.after_sensitive);
  }
}

const knownActions = new Map<string, readonly string[]>();

/** Of all that have the same actions, one list: a plan has few. */
function actionsOf(json: unknown, where: string): readonly string[] {
  const given = list(json, where);
  const known = given.length === 1 && typeof given[0] === "string" ? knownActions.get(given[0]) : undefined;
  if (known) return known;
  const actions = given.map((action, at) => shownText(needed(action, `${where}[${at}]`)));
  const key = actions.join();
  const same = knownActions.get(key) ?? actions;
  if (knownActions.size < 100) knownActions.set(key, same);
  return same;
}

/** An action that Terraform 1.14 and later invoke: it has a configuration, and nothing before. */
function invoked(entry: unknown, where: string): PlannedJson {
  const { address, type, config_values, config_sensitive, config_unknown } = map(entry, where);
  const name = shownText(needed(type, `${where}.type`));
  return {
    address: shownText(needed(address, `${where}.address`)),
    module: "",
    mode: "action",
    type: name,
    isDeposed: false,
    previousAddress: undefined,
    reason: undefined,
    actions: ["invoke"],
    isImported: false,
    replacePaths: [],
    before: new CoveredJson(undefined, Cover.none),
    after: new CoveredJson(
      attributes(config_values, name, `${where}.config_values`),
      Cover.of(config_sensitive),
      config_unknown,
    ),
    sensitive: config_sensitive,
  };
}

/** Terraform 0.15.2 to 1.0.0 leave the address of what drifted to be made from its parts. */
function addressOf({ module, mode, type, name, index }: { readonly [part: string]: unknown }): string {
  const key =
    typeof index === "number"
      ? `[${index}]`
      : typeof index === "string"
        ? `[${JSON.stringify(index).replaceAll(/[$%](?=\{)/g, "$&$&")}]`
        : "";
  return shownText(`${module === "" ? "" : `${module}.`}${mode === "data" ? "data." : ""}${type}.${name}${key}`);
}

/** A path as far as it may be seen: the keys of a map that is marked may be a secret too. */
function visiblePath(path: readonly unknown[], cover: Cover): (string | number)[] {
  const steps: (string | number)[] = [];
  let at = cover;
  for (const step of path) {
    if (typeof step !== "string" && typeof step !== "number") continue;
    if (at.isWhole || at.isBelowSecretName) break;
    steps.push(typeof step === "string" ? shownText(step) : step);
    at = at.at(step);
  }
  return steps;
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
      const type = needed(resource.type, `${at}.type`);
      yield {
        address: shownText(needed(resource.address, `${at}.address`)),
        module: shown(text(address, `${module.where}.address`)) ?? "",
        type: shownText(type),
        values: new CoveredJson(attributes(resource.values, type, `${at}.values`), Cover.of(resource.sensitive_values)),
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
      return [shownText(name), new CoveredJson(output.value, Cover.of(output.sensitive), !("value" in output))];
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
  const displayed = shown(text(to_display, `${where}.address.to_display`)) ?? "";
  return [{ address: displayed, isCheckBlock: kind === "check", isErrored: status === "error", messages }];
}

function attributes(value: unknown, type: unknown, where: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  const attributes = map(value, where);
  if (typeof type !== "string" || !type.startsWith("azapi_")) return attributes;
  const texts = ["body", "output"].filter((name) => typeof attributes[name] === "string");
  return { ...attributes, ...Object.fromEntries(texts.map((name) => [name, parsed(String(attributes[name]))])) };
}

/** azapi before version 2 took and gave bodies as JSON text. */
function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}

function shown(value: string | undefined): string | undefined {
  return value === undefined ? undefined : shownText(value);
}
