import { SSL_CERTIFICATE, SSL_KEY } from "../../azure/azureml-extension.ts";
import { isSecretName, isSecretText, isWriteOnlyName, shownText } from "../../model/redaction.ts";
import { PartialList, Redacted, Unknown, type Value } from "../../model/value.ts";
import { isObject, type JsonObject, step } from "../json-value.ts";

/** No provider nests its attributes deeper; what is below is not known. */
export const MAX_DEPTH = 100;

/**
 * Keys of documented maps of secrets that are no secret: what is under them is. All other keys of a masked map are
 * hidden.
 */
export const DOCUMENTED_KEYS = ["cert.pem", "key.pem", "tls.crt", "tls.key", SSL_CERTIFICATE, SSL_KEY];

/** What hides a value: Terraform's marks, and the names around it. Walked beside the value, step by step. */
export class Cover {
  static readonly none = new Cover([], "", undefined, false);

  private constructor(
    /** True for a whole value, or of the value's shape: several where it is marked before and after. */
    private readonly marks: readonly unknown[],
    private readonly name: string,
    /** The nearest name around it. */
    private readonly parent: string | undefined,
    /** Whether a name around it says that it is a secret. */
    readonly isBelowSecretName: boolean,
  ) {}

  /** The cover of a resource or output, from Terraform's marks. */
  static of(...marks: readonly unknown[]): Cover {
    const given = marks.filter(isMark);
    return given.length === 0 ? Cover.none : new Cover(given, "", undefined, false);
  }

  /** Whether Terraform marks the whole value, keys included. */
  get isWhole(): boolean {
    return this.marks.includes(true);
  }

  /** Whether nobody may see a number, truth value or text that stands here. */
  hides(value: string | number | boolean): boolean {
    return (
      this.isWhole ||
      this.isBelowSecretName ||
      (typeof value === "string" && (this.isSecretName || isSecretText(value)))
    );
  }

  /**
   * Whether a text that is written here is one that should not be: by its name or its looks, whatever Terraform marks.
   */
  isSecretLiteral(text: string): boolean {
    return this.isBelowSecretName || this.isSecretName || isSecretText(text);
  }

  /** Whether the provider takes it and never gives it back. */
  get isWriteOnly(): boolean {
    return isWriteOnlyName(this.name);
  }

  at(key: string | number): Cover {
    const marks =
      this.marks.length === 0
        ? this.marks
        : this.marks.map((mark) => (mark === true ? true : step(mark, key))).filter(isMark);
    if (typeof key === "number") return new Cover(marks, this.name, this.parent, this.isBelowSecretName);
    return new Cover(marks, key, this.name || this.parent, this.isBelowSecretName || this.isSecretName);
  }

  /**
   * The same in the configuration, where an item of a list or a set may stand at another index than in the plan: what
   * is marked in one item is marked in all.
   */
  inConfiguration(key: string | undefined): Cover {
    const marks = this.marks.flatMap((mark) => (Array.isArray(mark) ? mark : [mark])).filter(isMark);
    const items = new Cover(marks, this.name, this.parent, this.isBelowSecretName);
    return key === undefined ? items : items.at(key);
  }

  private get isSecretName(): boolean {
    return this.name !== "" && isSecretName(this.name, this.parent);
  }
}

/** Terraform gives empty maps and lists where nothing is marked. */
function isMark(mark: unknown): boolean {
  if (typeof mark !== "object" || mark === null) return mark === true;
  for (const _ in mark) return true;
  return false;
}

/**
 * A value of plan JSON, with what covers it and what is not known of it. It is made where the plan is read, and nothing
 * else holds the value itself: what is covered cannot be asked for.
 */
export class CoveredJson {
  readonly #value: unknown;
  readonly #unknown: unknown;

  constructor(
    value: unknown,
    readonly cover: Cover,
    /** True where Terraform does not know the whole value yet, or of the value's shape. */
    unknown: unknown = false,
  ) {
    this.#value = value ?? undefined;
    this.#unknown = unknown;
  }

  /** Whether nothing in it may be seen. */
  get isCovered(): boolean {
    return this.cover.isWhole || this.cover.isBelowSecretName;
  }

  get isUnknown(): boolean {
    return this.#unknown === true;
  }

  get isAbsent(): boolean {
    return this.#value === undefined;
  }

  /** What it is, or will be where only parts of it are known. */
  get kind(): "absent" | "list" | "map" | "scalar" {
    const value = this.#value ?? this.#unknown;
    if (Array.isArray(value)) return "list";
    if (isObject(value)) return "map";
    return this.#value === undefined ? "absent" : "scalar";
  }

  /** Whether it is known to be a map. */
  get isMap(): boolean {
    return isObject(this.#value);
  }

  /** Whether it is known to be a list of blocks: how many, if so. */
  get blockCount(): number | undefined {
    return Array.isArray(this.#value) && this.#value.every(isObject) ? this.#value.length : undefined;
  }

  /** Whether it is a block, or several. */
  get holdsBlocks(): boolean {
    return isObject(this.#value) || (Array.isArray(this.#value) && this.#value.some(isObject));
  }

  /** Azure and Terraform have several words for nothing. */
  get isEmpty(): boolean {
    return isEmpty(this.#value);
  }

  /** An empty text, zero or false, which Azure and the provider answer for what is not there. */
  get zero(): "" | 0 | false | undefined {
    return this.#value === "" || this.#value === 0 || this.#value === false ? this.#value : undefined;
  }

  /** The number, truth value or text; Redacted where it may not be seen. */
  get scalar(): Value {
    const value = this.#value;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
    return this.cover.hides(value) ? new Redacted() : value;
  }

  /** The text, where it is one and may be seen. */
  get text(): string | undefined {
    const { scalar } = this;
    return typeof scalar === "string" ? scalar : undefined;
  }

  at(key: string | number): CoveredJson {
    return new CoveredJson(
      step(this.#value, key),
      this.cover.at(key),
      this.#unknown === true ? true : step(this.#unknown, key),
    );
  }

  /** The keys of a map; of a covered one, only those that anybody can know. */
  keys(): readonly string[] {
    const keys = [this.#value, this.#unknown].flatMap((each) => (isObject(each) ? Object.keys(each) : []));
    return this.isCovered ? DOCUMENTED_KEYS.filter((key) => keys.includes(key)) : keys;
  }

  /** The items of a list. */
  items(): CoveredJson[] {
    const [known, unknown] = [this.#value, this.#unknown].map((each) => (Array.isArray(each) ? each.length : 0)) as [
      number,
      number,
    ];
    return Array.from({ length: Math.max(known, unknown) }, (_, index) => this.at(index));
  }

  /** Whether both are the same, also where they may not be seen. */
  isSameAs(other: CoveredJson): boolean {
    return isSame(this.#value, other.#value, 0);
  }
}

/** A key as it may be seen. Two that may not be seen stay two. */
export function shownKeys(keys: Iterable<string>): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  const taken = new Set<string>();
  for (const key of keys) {
    if (shown.has(key)) continue;
    const text = shownText(key);
    let name = text;
    for (let number = 2; taken.has(name); number++) name = `${text} ${number}`;
    taken.add(name);
    shown.set(key, name);
  }
  return shown;
}

/** What the configuration gives for a value, as far as that may be seen. */
export type ReadExpression = (expression: unknown, cover: Cover) => Value;

/**
 * Whether the configuration gives a value: blocks that `dynamic` makes are not in the configuration of a plan, so what
 * is in them may be given. `state`: there is no configuration, and what is there counts.
 */
export type Given = "yes" | "no" | "maybe" | "state";

/**
 * What is planned, with Unknown where Terraform says so and the references that the configuration gives there. What the
 * configuration does not give is left to the provider: absent, as in synthesized JSON. The cover comes first, then what
 * is not known, then what is known.
 */
export function readValue(
  json: CoveredJson,
  expressions: unknown,
  given: Given,
  readExpression?: ReadExpression,
  depth = 0,
): Value {
  if (depth > MAX_DEPTH) return new Unknown([]);
  const { cover, kind } = json;
  if (json.isUnknown) {
    if (given === "no") return undefined;
    const value = readExpression?.(expressions, cover);
    return cover.isWhole ? hidden(value) : asUnknown(value);
  }
  switch (kind) {
    case "absent":
      // A write-only attribute is null in every plan, whatever is written to it.
      return cover.isWriteOnly ? readExpression?.(expressions, cover) : undefined;
    case "scalar":
      return isNothing(json, expressions, given) ? undefined : json.scalar;
    case "list":
      if (json.isCovered && !json.isEmpty) return new Redacted();
      return json
        .items()
        .map((item, index) => readValue(item, inside(expressions, index), given, readExpression, depth + 1));
    default: {
      const isBlock = isBlocks(expressions);
      const writeOnly = isBlock ? Object.keys(expressions).filter(isWriteOnlyName) : [];
      const keys = shownKeys([...json.keys(), ...(json.isCovered ? [] : writeOnly)]);
      if (json.isCovered && keys.size === 0) return new Redacted();
      return Object.fromEntries(
        [...keys].map(([key, shown]) => {
          const part = json.at(key);
          const isGiven = !isBlock
            ? given === "no"
              ? "maybe"
              : given
            : Object.hasOwn(expressions, key)
              ? "yes"
              : part.holdsBlocks
                ? "maybe"
                : "no";
          return [shown, readValue(part, inside(expressions, key), isGiven, readExpression, depth + 1)];
        }),
      );
    }
  }
}

/** What the configuration gives for what is not known yet: a constant there would be one that it does not tell. */
function asUnknown(value: Value): Value {
  return value instanceof Unknown || Array.isArray(value) || (typeof value === "object" && value !== null)
    ? value
    : new Unknown([]);
}

/** The same, of what may not be seen. */
function hidden(value: Value): Value {
  return value instanceof Redacted || (isObject(value) && !(value instanceof Unknown || value instanceof PartialList))
    ? value
    : new Redacted();
}

/** What Azure and the provider answer for what is not there, also where a variable gives null. */
function isNothing({ zero }: CoveredJson, expressions: unknown, given: Given): boolean {
  // Nobody writes an empty text down where it means nothing.
  if (given === "state") return zero === "" || zero === 0;
  if (zero === "") return !(isObject(expressions) && "constant_value" in expressions && !("references" in expressions));
  return given !== "yes" && zero !== undefined;
}

/** Whether the configuration gives blocks there, with expressions in them. */
export function isBlocks(expressions: unknown): expressions is JsonObject {
  return isObject(expressions) && !("references" in expressions) && !("constant_value" in expressions);
}

/**
 * What the configuration gives for a part: of blocks, of the text of an expression, or the expression itself, which is
 * all that is known.
 */
export function inside(expressions: unknown, key: string | number): unknown {
  if (Array.isArray(expressions) || isBlocks(expressions)) return step(expressions, key);
  if (!isObject(expressions) || !("constant_value" in expressions)) return expressions;
  const constant = step(expressions.constant_value, key);
  return constant === undefined ? undefined : { ...expressions, constant_value: constant };
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}

function isSame(a: unknown, b: unknown, depth: number): boolean {
  if (a === b || depth > MAX_DEPTH || (isEmpty(a) && isEmpty(b))) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index], depth + 1));
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) =>
    isSame(step(a, key), step(b, key), depth + 1),
  );
}
