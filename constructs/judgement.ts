import type { IConstruct } from "constructs";
import { type Acknowledged, acknowledgeFinding } from "../model/acknowledgement.ts";
import type { Finding } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import { RULES, rulesOf } from "../rules/catalogue.ts";
import { judge } from "../rules/judge.ts";
import type { Circumstances, Rule } from "../rules/rule.ts";
import { fromSynthesis } from "../sources/synthesis.ts";
import { today } from "../sources/today.ts";
import { acknowledgementsOf } from "./acknowledgement.ts";
import { addressOf } from "./address.ts";
import { Annotations, TerraformElement, TerraformStack } from "./cdktf.ts";

/** A finding with the construct that it is about, and what was acknowledged of it. */
export interface PlacedFinding extends Acknowledged {
  /** The element at the finding's address, or else its stack. */
  readonly construct: IConstruct | undefined;
}

export interface StackJudgement {
  readonly findings: readonly PlacedFinding[];
  /** How often a rule was asked about something. */
  readonly checked: number;
  /** The resources of all stacks, which were judged. */
  readonly model: Model;
  /** The rules that were asked about anything. */
  readonly asked: readonly Rule[];
}

/** Asks every rule about the Terraform JSON of stacks, all together. */
export function judgeStacks(
  stacks: readonly TerraformStack[],
  circumstances: Circumstances,
  rules: readonly Rule[] = RULES,
): StackJudgement {
  const model = fromSynthesis(stacks.map((stack) => ({ name: stack.node.id, json: stack.toTerraform() })));
  const { findings, checked, asked } = judge(model, rulesOf("synthesis", rules), circumstances);
  return { findings: placeFindings(stacks, findings, circumstances.today), checked, model, asked };
}

/** Finds the construct that each finding is about, and what is acknowledged there. */
export function placeFindings(
  stacks: readonly TerraformStack[],
  findings: readonly Finding[],
  today: string,
): PlacedFinding[] {
  const find = constructFinder(stacks);
  return findings.map((finding): PlacedFinding => {
    const construct = find(finding.where);
    return { construct, ...acknowledgeFinding(finding, construct ? acknowledgementsOf(construct) : [], today) };
  });
}

/** Finds the element at an address, or else its stack. */
export function constructFinder(
  stacks: readonly TerraformStack[],
): (where: Pick<Finding["where"], "stack" | "address">) => IConstruct | undefined {
  const byName = new Map(stacks.map((stack) => [stack.node.id, stack]));
  const elements = new Map<string, ReadonlyMap<string, IConstruct>>();
  return ({ stack: name = "", address = "" }) => {
    const stack = byName.get(name);
    if (stack && !elements.has(name)) elements.set(name, elementsOf(stack));
    return elements.get(name)?.get(address) ?? stack;
  };
}

function elementsOf(stack: TerraformStack): ReadonlyMap<string, IConstruct> {
  return new Map(
    stack.node
      .findAll()
      .filter(TerraformElement.isTerraformElement)
      .map((element) => [addressOf(element), element]),
  );
}

const validated = new WeakSet<TerraformStack>();

/**
 * Has a stack of somebody's own program judged when it is synthesized in any way that runs validations: what is an error
 * stops it there, before the stack is written, and the other findings become annotations. Asked for by every construct,
 * done once for a stack.
 */
export function judgeOnSynthesis(construct: IConstruct): void {
  const stack = TerraformStack.of(construct);
  if (validated.has(stack)) return;
  validated.add(stack);
  const errors = new Map<IConstruct, string[]>();
  stack.node.addValidation({
    validate() {
      const stacks = stack.node.root.node.findAll().filter(TerraformStack.isStack);
      for (const found of errors.values()) found.length = 0;
      for (const { finding, construct = stack } of judgeStacks(stacks, { today: today() }).findings) {
        if (finding.where.stack !== stack.node.id) continue;
        if (isError(finding)) errorsOf(construct).push(textOf(finding));
        else annotate(construct, finding);
      }
      return errors.get(stack) ?? [];
    },
  });
  /** The stack is asked first, so each construct then says what is wrong with it, under its own path. */
  const errorsOf = (construct: IConstruct): string[] => {
    const known = errors.get(construct);
    if (known) return known;
    const found: string[] = [];
    errors.set(construct, found);
    if (construct !== stack) construct.node.addValidation({ validate: () => found });
    return found;
  };
}

function isError({ verdict, level, acknowledged }: Finding): boolean {
  return verdict === "fail" && level === "error" && !acknowledged;
}

function textOf({ rule, message, advice, source }: Finding): string {
  return `${rule}: ${message}. To do: ${advice}. ${source ?? ""}`.trimEnd();
}

function annotate(construct: IConstruct, finding: Finding): void {
  const { verdict, level, acknowledged } = finding;
  const text = textOf(finding);
  const annotations = Annotations.of(construct);
  if (acknowledged) annotations.addInfo(`${text} Acknowledged: ${acknowledged.reason}`);
  else if (verdict === "unknown" || level === "note") annotations.addInfo(text);
  else annotations.addWarning(text);
}
