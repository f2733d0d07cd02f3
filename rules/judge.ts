import { beforeOf } from "../model/before.ts";
import type { Finding, Level } from "../model/finding.ts";
import type { Remedy } from "../model/fix.ts";
import type { Model } from "../model/model.ts";
import { shownTexts } from "../model/redaction.ts";
import { Resource } from "../model/resource.ts";
import { known, NotKnown, NotTold, type Value } from "../model/value.ts";
import { type Circumstances, type Fix, type Part, type Problem, type Rule, resourceOf, type Subject } from "./rule.ts";
import { isForAzureMl } from "./siblings.ts";

/** What the rules say. */
export interface Judgement {
  /** What does not hold, and what is not known, in the order of the rules. */
  readonly findings: readonly Finding[];
  /** How often a rule was asked about something. */
  readonly checked: number;
  /** The rules that were asked about anything. */
  readonly asked: readonly Rule[];
}

/** Asks every rule about every one of its subjects. A rule that throws is a finding of its own and stops nothing. */
export function judge(model: Model, rules: readonly Rule[], circumstances: Circumstances): Judgement {
  const asked = new Asked(model, circumstances);
  for (const rule of rules) asked.ask(rule);
  const { findings, checked } = asked;
  return {
    findings: shownTexts(standing(findings, model, rules, circumstances)),
    checked,
    asked: rules.filter(({ id }) => asked.rules.has(id)),
  };
}

class Asked {
  readonly findings: Finding[] = [];
  readonly rules = new Set<string>();
  checked = 0;

  constructor(
    private readonly model: Model,
    private readonly circumstances: Circumstances,
  ) {}

  ask(rule: Rule): void {
    try {
      for (const each of rule.on(this.model)) {
        this.checked++;
        this.rules.add(rule.id);
        const subject = listening(each);
        const found: Finding[] = [];
        this.run(rule, subject, () => rule.check(subject, this.circumstances), found);
        this.findings.push(...withoutTwins(found));
      }
    } catch (error) {
      this.findings.push(crashed(rule, error, {}));
    }
  }

  /** A check, or a part of it: what is not known in a part ends that part alone. */
  private run(rule: Rule, subject: Subject, part: Part, found: Finding[]): void {
    try {
      for (const each of part()) {
        if (typeof each === "function") this.run(rule, subject, each, found);
        else found.push(failure(rule, subject, each, this.circumstances));
      }
    } catch (error) {
      const resource = resourceOf(subject);
      // What an update says nothing of, it does not change.
      if (error instanceof NotKnown && resource instanceof Update && !resource.hasTold) return;
      if (error instanceof NotKnown && error.isForeign) return;
      const { stack, address } = resource;
      found.push(error instanceof NotKnown ? unknown(rule, subject, error) : crashed(rule, error, { stack, address }));
    }
  }
}

/** What updates a resource of which the model has no more than that, and knows whether a rule was told anything. */
class Update extends Resource {
  hasTold = false;

  constructor({ parts, model }: Resource) {
    super(parts, model);
  }

  override value(path: string): Value {
    const value = super.value(path);
    if (value !== undefined && !(value instanceof NotTold) && !IDENTITY.has(path)) this.hasTold = true;
    return value;
  }
}

/** What every update names, whatever it updates. */
const IDENTITY = new Set(["id", "name", "resource_group_name", "kubernetes_cluster_id", "parent_id", "type"]);

function listening(subject: Subject): Subject {
  const resource = resourceOf(subject);
  if (!resource.isPart || resource.parts.isFound) return subject;
  const update = new Update(resource);
  return subject instanceof Resource ? update : Object.create(subject, { resource: { value: update } });
}

/** Parts that need the same thing, or find the same, would say it twice. */
function withoutTwins(found: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of found) if (!seen.has(keyOf(finding))) seen.set(keyOf(finding), finding);
  return [...seen.values()];
}

function failure(rule: Rule, subject: Subject, problem: Problem, { isConfiguration = false }: Circumstances): Finding {
  const {
    level = rule.level,
    isOfAzureMl = rule.isOfAzureMl === true,
    resource = resourceOf(subject),
    attribute,
  } = problem;
  const isAside = isOfAzureMl && level !== "note" ? isAsideOf(resource) : false;
  if (isAside instanceof NotKnown) return unknown(rule, subject, isAside);
  const fix = typeof problem.fix === "function" ? known(problem.fix) : problem.fix;
  const { advice: words } = problem;
  const advice = resource.inOwnNames(
    typeof words === "string" ? words : isConfiguration ? words.configuration : words.terraform,
  );
  return {
    rule: rule.id,
    verdict: "fail",
    level: isAside ? "note" : resource.isTakenOver ? levelOfTakenOver(level, resource, rule) : level,
    message: problem.message,
    advice: isAside ? `if this cluster is to be attached to Azure ML, ${advice}` : advice,
    source: rule.source,
    ...(fix ? { remedy: remedyOf(fix, resource, isConfiguration) } : {}),
    ...(problem.canBeAcknowledged === false ? { canBeAcknowledged: false } : {}),
    where: { stack: resource.stack, ...(attribute ? resource.placeOf(attribute) : { address: resource.address }) },
  };
}

/** A fix in the words of whoever wrote the resource. */
function remedyOf({ set = {}, rename = {}, resource, configuration }: Fix, found: Resource, isOurs: boolean): Remedy {
  const { stack } = resource ?? found;
  const at = (path: string): { stack: string; address: string; attribute: string } => ({
    stack,
    ...(resource ?? found).placeOf(path),
  });
  return {
    attributes: [
      ...Object.entries(set).flatMap(([path, to]) => (to === undefined ? [] : [{ ...at(path), to }])),
      ...Object.entries(rename).flatMap(([path, name]) => (name === undefined ? [] : [{ ...at(path), name }])),
    ],
    ...(isOurs && configuration ? { configuration } : {}),
  };
}

/** A level for what a configuration imports: Azure took it as it is. What is written into it is judged as ever. */
function levelOfTakenOver(level: Level, { type }: Resource, { isRefused }: Rule): Level {
  if (isRefused) return "note";
  return level === "error" && /^azurerm_kubernetes_cluster(_node_pool)?$/.test(type) ? "warning" : level;
}

/**
 * Whether what a finding stands at has nothing to do with Azure ML: a cluster that nothing here attaches, or its pools.
 */
function isAsideOf(resource: Resource): boolean | NotKnown {
  const { model, type } = resource;
  try {
    if (type === "azurerm_kubernetes_cluster") return !isForAzureMl(resource);
    if (type !== "azurerm_kubernetes_cluster_node_pool") return false;
    const { resource: cluster } = model.target(resource, "kubernetes_cluster_id", "azurerm_kubernetes_cluster");
    return cluster !== undefined && !isForAzureMl(cluster);
  } catch (error) {
    if (error instanceof NotKnown) return error;
    throw error;
  }
}

/**
 * What a plan finds in the same words as it was before, it neither makes nor changes: no error. What Azure refuses only
 * when it is created or changed is a note, what goes on being wrong a warning.
 */
function standing(
  findings: readonly Finding[],
  model: Model,
  rules: readonly Rule[],
  circumstances: Circumstances,
): readonly Finding[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const levelOf = ({ rule, verdict, level }: Finding): Level => {
    const standing = byId.get(rule)?.isRefused ? "note" : "warning";
    return verdict === "fail" && byId.has(rule) && (level === "error" || standing === "note") ? standing : level;
  };
  const isDoubtful = (finding: Finding): boolean => levelOf(finding) !== finding.level;
  const doubtful = new Set(findings.filter(isDoubtful).map(({ rule }) => rule));
  if (doubtful.size === 0 || !model.resources.some(({ parts }) => parts.change)) return findings;
  const before = new Asked(beforeOf(model), circumstances);
  for (const id of doubtful) before.ask(byId.get(id) as Rule);
  const stood = new Set(before.findings.filter(isDoubtful).map(keyOf));
  return findings.map((finding) => {
    if (!isDoubtful(finding) || !stood.has(keyOf(finding))) return finding;
    const level = levelOf(finding);
    const { advice } = finding;
    return {
      ...finding,
      level,
      advice: level === "note" ? `this is so already; when it is changed, ${advice}` : advice,
    };
  });
}

function keyOf({ rule, message, where }: Finding): string {
  return JSON.stringify([rule, message, where.stack, where.address, where.attribute]);
}

function unknown({ id, level, source, fact, isOfAzureMl }: Rule, subject: Subject, missing: NotKnown): Finding {
  const resource = resourceOf(subject);
  const { stack, address, model } = resource;
  const because = missing.references.length > 0 ? ` (it comes from ${missing.references.slice(0, 5).join(", ")})` : "";
  const where = missing.address === address ? missing.attribute : `${missing.address} ${missing.attribute}`.trim();
  return {
    rule: id,
    verdict: "unknown",
    level: isOfAzureMl && isAsideOf(resource) === true ? "note" : level,
    message: missing.reason
      ? `${missing.reason}: ${where}`
      : `${missing.references.length > 0 ? "not known yet" : "not known"}: ${where}${because}`,
    advice: `${model.hasCondition(stack, id) ? "Terraform checks it in the plan; " : ""}what should hold: ${fact}`,
    source,
    missing: {
      what:
        missing.references.length > 0
          ? missing.references.slice(0, 5).join(", ")
          : `${missing.address} ${missing.attribute}`.trim(),
      ...(missing.reason === undefined ? {} : { reason: missing.reason.replace(/, add what holds it$/, "") }),
    },
    where: { stack, address, ...(missing.address === address ? { attribute: missing.attribute } : {}) },
  };
}

function crashed({ id, file }: Rule, error: unknown, where: Finding["where"]): Finding {
  return {
    rule: "rule/crashed",
    verdict: "fail",
    level: "error",
    message: `the rule ${id} could not be checked: ${error instanceof Error ? error.message : String(error)}`,
    advice: file === undefined ? "this is a bug in azureml-aks: please report it" : `this is a mistake in ${file}`,
    where,
  };
}
