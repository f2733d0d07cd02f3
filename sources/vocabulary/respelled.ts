import type { ResourceParts } from "../../model/resource.ts";
import { isMap, isSet, steps, Unknown, type Value } from "../../model/value.ts";
import { entriesFor, matchOf, pathFrom, pathOf, placed, type Step, stepsOf, type Table, valueAt } from "./table.ts";
import { type Facts, Translated } from "./translated.ts";

/** A resource that is spelled as the model spells it, but for some of its attributes. */
export class Respelled extends Translated {
  constructor(
    authored: ResourceParts,
    facts: Facts,
    private readonly table: Table,
    /** What its type alone decides. */
    private readonly constants: readonly (readonly [canonical: string, value: Value])[] = [],
  ) {
    super(authored, facts);
  }

  writtenAs(path: string): string {
    const asked = steps(path);
    for (const [authored, canonical] of entriesFor(this.table, asked)) {
      const match = matchOf(stepsOf(canonical), asked);
      if (!match) continue;
      const written = pathFrom(stepsOf(authored), match);
      if (this.isThere(written)) return pathOf(written);
    }
    return path;
  }

  nameOf(attribute: string): string | undefined {
    const found = this.table.find(
      ([authored, canonical]) =>
        stepsOf(canonical).at(-1) === attribute && this.isThere(pathFrom(stepsOf(authored), { indices: [], rest: [] })),
    );
    const name = found && stepsOf(found[0]).at(-1);
    return typeof name === "string" ? name : undefined;
  }

  protected read(attributes: Value): Value {
    let result = this.table.reduce(
      (value, [authored, canonical, convert]) => respelled(value, stepsOf(authored), stepsOf(canonical), convert),
      attributes,
    );
    for (const [canonical, value] of this.constants)
      if (!isSet(valueAt(result, stepsOf(canonical)))) result = placed(result, stepsOf(canonical), value);
    return result;
  }

  protected canonicalPaths(path: string): readonly string[] {
    const asked = steps(path);
    const found = this.table.flatMap(([authored, canonical]) => {
      const match = matchOf(stepsOf(authored), asked);
      return match ? [pathOf(pathFrom(stepsOf(canonical), match))] : [];
    });
    return found.length > 0 ? found : [path];
  }

  protected carried(): readonly string[] {
    return [];
  }

  /**
   * Whether the author's spelling is there, be it null: a provider that does not know a name does not have it at all.
   */
  private isThere(path: readonly Step[]): boolean {
    return [this.authored.attributes, this.authored.change?.before].some((value) => {
      let at: Value = value;
      for (const step of path) {
        if (Array.isArray(at) && typeof step === "string") at = at[0];
        if (typeof step === "number") at = Array.isArray(at) ? at[step] : step === 0 ? at : undefined;
        else if (isMap(at) && Object.hasOwn(at, step)) at = at[step];
        else return false;
      }
      return true;
    });
  }
}

/** A value with one attribute under the name of the model: the same value, where it is not there under the other. */
function respelled(
  value: Value,
  authored: readonly Step[],
  canonical: readonly Step[],
  convert: (value: Value) => Value = (same) => same,
): Value {
  const [step, ...rest] = authored;
  const [other, ...otherRest] = canonical;
  if (step === undefined) return value instanceof Unknown ? value : convert(value);
  if (step === "[]" && other === "[]") {
    if (!Array.isArray(value)) return respelled(value, rest, otherRest, convert);
    const items = value.map((item) => respelled(item, rest, otherRest, convert));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (step === other) {
    if (!isMap(value) || !Object.hasOwn(value, step)) return value;
    const inner = respelled(value[step], rest, otherRest, convert);
    return inner === value[step] ? value : { ...value, [step]: inner };
  }
  const found = valueAt(value, authored);
  const converted = found instanceof Unknown ? found : convert(found);
  return !isSet(converted) || isSet(valueAt(value, canonical)) ? value : placed(value, canonical, converted);
}
