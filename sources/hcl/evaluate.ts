import {
  Encoded,
  isKnown,
  isList,
  isMap,
  PartialList,
  referencesOf,
  Unknown,
  unknownOf,
  type Value,
} from "../../model/value.ts";
import { call, costOf, EvaluationError, TooMuch } from "./functions.ts";
import { type Expression, type Loop, referenceOf, type Step, type TemplatePart } from "./syntax.ts";
import { same } from "./values.ts";

/** Where names get their values. */
export interface Scope {
  /** Names that stand only here: of a loop, a dynamic block, `each`, `count`. */
  readonly names: ReadonlyMap<string, Value>;
  /** What every other name refers to: variables, locals, resources, modules. */
  readonly global: (root: string, steps: readonly KnownStep[]) => Value;
  /** Counts what was worked out: a configuration may ask for more than anybody waits for. */
  readonly budget: Budget;
}

/** A step of a reference, with its key worked out. */
export type KnownStep = string | number | Unknown;

/** How much may still be worked out. */
export class Budget {
  private left = 2_000_000;
  private instances = 10_000;

  /** @throws where there is nothing left */
  spend(amount = 1): void {
    this.left -= amount;
    if (this.left < 0) throw new TooMuch("this configuration takes too long to work out");
  }

  /** Takes room for instances of a block; false where there is no more. */
  takes(instances: number): boolean {
    if (instances > this.instances) return false;
    this.instances -= instances;
    return true;
  }
}

/** The scope with more names. */
export function withNames(scope: Scope, names: Readonly<Record<string, Value>>): Scope {
  return { ...scope, names: new Map([...scope.names, ...Object.entries(names)]) };
}

/** The value of an expression: what cannot be worked out, Terraform's refusals included, is not known. */
export function workedOut(expression: Expression, scope: Scope): Value {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof RangeError) return new Unknown([]);
    throw error;
  }
}

function evaluate(expression: Expression, scope: Scope): Value {
  scope.budget.spend();
  switch (expression.kind) {
    case "literal":
      return expression.value ?? undefined;
    case "template":
      return templateOf(expression.parts, scope);
    case "list":
      return expression.items.map((item) => evaluate(item, scope));
    case "object":
      return objectOf(expression.entries, scope);
    case "name":
    case "step":
      return referred(expression, scope);
    case "splat":
      return splatOf(evaluate(expression.of, scope), expression.steps, scope);
    case "call":
      return calledOf(expression, scope);
    case "for":
      return loopOf(expression.loop, scope);
    case "unary":
      return unaryOf(expression.operator, evaluate(expression.operand, scope));
    case "binary":
      return binaryOf(expression.operator, evaluate(expression.left, scope), () => evaluate(expression.right, scope));
    case "conditional":
      return conditionalOf(expression, scope);
    case "unreadable":
      return new Unknown([]);
  }
}

function referred(expression: Expression, scope: Scope): Value {
  const reference = referenceOf(expression);
  if (!reference)
    return expression.kind === "step"
      ? into(evaluate(expression.of, scope), keyOf(expression.step, scope))
      : new Unknown([]);
  const steps = reference.steps.map((step) => keyOf(step, scope));
  if (!scope.names.has(reference.root)) return scope.global(reference.root, steps);
  return steps.reduce<Value>(into, scope.names.get(reference.root));
}

function keyOf(step: Step, scope: Scope): KnownStep {
  if (typeof step === "string") return step;
  const key = evaluate(step, scope);
  return typeof key === "string" || typeof key === "number" ? key : unknownOf([key]);
}

/** One step into a value, as Terraform takes it: what is not there is refused. */
export function into(value: Value, step: KnownStep): Value {
  if (step instanceof Unknown) return unknownOf([value, step]);
  if (value instanceof PartialList) {
    return typeof step === "number" && step < value.items.length ? value.items[step] : value.rest;
  }
  if (value instanceof Unknown) {
    const text =
      typeof step === "number" ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    return value.exact === undefined
      ? new Unknown(value.references)
      : new Unknown([value.exact + text], value.exact + text);
  }
  const index = typeof step === "string" && /^\d+$/.test(step) ? Number(step) : step;
  if (isList(value) && typeof index === "number" && index < value.length) return value[index];
  if (isMap(value) && Object.hasOwn(value, String(step))) return value[String(step)];
  throw new EvaluationError("there is no such part");
}

function objectOf(entries: readonly { readonly key: Expression; readonly value: Expression }[], scope: Scope): Value {
  const result: Record<string, Value> = Object.create(null);
  for (const { key, value } of entries) {
    const name = evaluate(key, scope);
    if (typeof name === "object" || name === undefined) return unknownOf([name, evaluate(value, scope)]);
    result[String(name)] = evaluate(value, scope);
  }
  return { ...result };
}

function splatOf(value: Value, steps: readonly Step[], scope: Scope): Value {
  if (value === undefined) return [];
  if (value instanceof Unknown) {
    if (value.exact === undefined) return new Unknown(value.references);
    const text = steps.reduce<Value>(
      (of, step) => into(of, keyOf(step, scope)),
      new Unknown([`${value.exact}[*]`], `${value.exact}[*]`),
    );
    return text;
  }
  const each = (item: Value): Value => steps.reduce<Value>((of, step) => into(of, keyOf(step, scope)), item);
  if (value instanceof PartialList) return new PartialList(value.items.map(each), new Unknown(value.rest.references));
  return (isList(value) ? value : [value]).map(each);
}

function calledOf({ name, args, isSpread }: Extract<Expression, { kind: "call" }>, scope: Scope): Value {
  if (name === "try") {
    for (const arg of args) {
      try {
        return evaluate(arg, scope);
      } catch (error) {
        if (!(error instanceof EvaluationError) || error instanceof TooMuch) throw error;
      }
    }
    throw new EvaluationError("try: nothing is left to try");
  }
  if (name === "can") {
    try {
      const [arg] = args;
      const value = arg && evaluate(arg, scope);
      return value instanceof Unknown ? new Unknown(value.references) : true;
    } catch (error) {
      if (!(error instanceof EvaluationError) || error instanceof TooMuch) throw error;
      return false;
    }
  }
  const values = args.map((arg) => evaluate(arg, scope));
  if (!isSpread) {
    scope.budget.spend(costOf(name, values));
    const result = call(name, values);
    // What is around the unknown parts of JSON text is known all the same.
    return name === "jsonencode" && result instanceof Unknown && isMap(values[0])
      ? new Encoded(values[0], result.references)
      : result;
  }
  const rest = values.at(-1);
  if (!isList(rest)) return unknownOf(values);
  const all = [...values.slice(0, -1), ...rest];
  scope.budget.spend(costOf(name, all));
  return call(name, all);
}

/** Keys and items of what a loop goes over, in Terraform's order; undefined where they are not known. */
export function itemsOf(value: Value): readonly (readonly [key: string | number, item: Value])[] | undefined {
  if (isList(value)) return value.map((item, index) => [index, item]);
  if (!isMap(value)) return undefined;
  return Object.keys(value)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((key) => [key, value[key]]);
}

function loopOf(loop: Loop, scope: Scope): Value {
  const list = evaluate(loop.list, scope);
  const items = itemsOf(list);
  if (!items) return new Unknown(referencesOf(list));
  const values: Value[] = [];
  const object: Record<string, Value> = Object.create(null);
  const groups: Record<string, Value[]> = Object.create(null);
  for (const [key, item] of items) {
    const inner = withNames(scope, { ...(loop.keyName ? { [loop.keyName]: key } : {}), [loop.valueName]: item });
    const isWanted = loop.condition === undefined ? true : evaluate(loop.condition, inner);
    if (isWanted instanceof Unknown) return new Unknown(referencesOf(isWanted));
    if (isWanted !== true && isWanted !== "true") continue;
    const value = evaluate(loop.value, inner);
    if (!loop.key) {
      values.push(value);
      continue;
    }
    const name = evaluate(loop.key, inner);
    if (typeof name === "object" || name === undefined) return unknownOf([name, value]);
    const group = groups[String(name)];
    if (!loop.isGrouping) object[String(name)] = value;
    else if (group) group.push(value);
    else groups[String(name)] = [value];
  }
  return loop.key ? { ...(loop.isGrouping ? groups : object) } : values;
}

function templateOf(parts: readonly TemplatePart[], scope: Scope): Value {
  const [only] = parts;
  // A template of one value is that value.
  if (parts.length === 1 && typeof only === "object" && only.kind === "value") return evaluate(only.of, scope);
  const values = parts.map((part) => (typeof part === "string" ? part : partOf(part, scope)));
  if (values.some((value) => typeof value === "object")) return unknownOf(values);
  if (values.includes(undefined)) throw new EvaluationError("null cannot be part of a text");
  const result = values.join("");
  scope.budget.spend(result.length / 16);
  return result;
}

function partOf(part: Exclude<TemplatePart, string>, scope: Scope): Value {
  if (part.kind === "value") return evaluate(part.of, scope);
  if (part.kind === "if") {
    const condition = evaluate(part.condition, scope);
    if (condition instanceof Unknown) return condition;
    return textOf(condition === true || condition === "true" ? part.whenTrue : part.otherwise, scope);
  }
  const list = evaluate(part.list, scope);
  const items = itemsOf(list);
  if (!items) return new Unknown(referencesOf(list));
  const texts = items.map(([key, item]) =>
    textOf(part.parts, withNames(scope, { ...(part.keyName ? { [part.keyName]: key } : {}), [part.valueName]: item })),
  );
  return texts.some((each) => typeof each === "object") ? unknownOf(texts) : texts.join("");
}

function textOf(parts: readonly TemplatePart[], scope: Scope): Value {
  return templateOf([...parts, ""], scope);
}

function unaryOf(operator: string, operand: Value): Value {
  if (operand instanceof Unknown) return new Unknown(operand.references);
  if (operator === "-") return -numberOf(operand);
  return !truthOf(operand);
}

function binaryOf(operator: string, left: Value, readRight: () => Value): Value {
  if (operator === "&&" || operator === "||") {
    const decides = operator === "||";
    // What decides alone does not wait for the other side.
    if (!(left instanceof Unknown) && truthOf(left) === decides) return decides;
    const right = readRight();
    if (!(right instanceof Unknown) && truthOf(right) === decides) return decides;
    return left instanceof Unknown || right instanceof Unknown ? unknownOf([left, right]) : !decides;
  }
  const right = readRight();
  if (operator === "==" || operator === "!=") {
    const equality = equalityOf(left, right);
    return typeof equality === "boolean" ? equality === (operator === "==") : equality;
  }
  if (left instanceof Unknown || right instanceof Unknown) return unknownOf([left, right]);
  const [a, b] = [numberOf(left), numberOf(right)];
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      if (b === 0) throw new EvaluationError("division by zero");
      return a / b;
    case "%":
      if (b === 0) throw new EvaluationError("division by zero");
      return a % b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      throw new EvaluationError(`there is no operator ${operator}`);
  }
}

/** True or false where it is sure, though a part of both may not be known. */
function equalityOf(left: Value, right: Value): boolean | Unknown {
  const references = [...referencesOf(left), ...referencesOf(right)];
  if (references.length === 0 && isKnown(left) && isKnown(right)) return same(left, right);
  // A list or map that is there is not null.
  if (left === undefined && !(right instanceof Unknown)) return false;
  if (right === undefined && !(left instanceof Unknown)) return false;
  return new Unknown([...new Set(references)]);
}

function conditionalOf(
  { condition, whenTrue, otherwise }: Extract<Expression, { kind: "conditional" }>,
  scope: Scope,
): Value {
  const test = evaluate(condition, scope);
  if (!(test instanceof Unknown)) return evaluate(truthOf(test) ? whenTrue : otherwise, scope);
  const [yes, no] = [workedOut(whenTrue, scope), workedOut(otherwise, scope)];
  const isSure = isKnown(yes) && isKnown(no) && same(yes, no);
  return isSure ? yes : unknownOf([test, yes, no]);
}

function numberOf(value: Value): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) throw new EvaluationError("a number is needed");
  return number;
}

function truthOf(value: Value): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new EvaluationError("true or false is needed");
}

/**
 * The value that an expression writes down, without working anything out: literals as they are, everything else not
 * known.
 */
export function writtenValueOf(expression: Expression): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value ?? undefined;
    case "template":
      return expression.parts.every((part) => typeof part === "string") ? expression.parts.join("") : new Unknown([]);
    case "list":
      return expression.items.map(writtenValueOf);
    case "object": {
      const entries = expression.entries.map(({ key, value }) => [writtenValueOf(key), writtenValueOf(value)] as const);
      return Object.fromEntries(
        entries.filter(([key]) => typeof key !== "object").map(([key, value]) => [String(key), value]),
      );
    }
    default:
      return new Unknown([]);
  }
}
