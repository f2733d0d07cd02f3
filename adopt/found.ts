import type { Resource } from "../model/resource.ts";
import { isMap, Unknown, type Value } from "../model/value.ts";

/** A resource that runs, as far as its source tells it: what is not told, and what is a secret, is undefined. */
export class Found {
  constructor(readonly resource: Resource) {}

  value(path: string): Value {
    const value = this.resource.value(path);
    return value instanceof Unknown ? undefined : value;
  }

  text(path: string): string | undefined {
    const value = this.value(path);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  number(path: string): number | undefined {
    const value = this.value(path);
    return typeof value === "number" ? value : undefined;
  }

  flag(path: string): boolean | undefined {
    const value = this.value(path);
    return typeof value === "boolean" ? value : undefined;
  }

  /** The texts of a list, in their order. */
  texts(path: string): string[] {
    const value = this.value(path);
    const items: readonly Value[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return items.flatMap((item) => (typeof item === "string" && item !== "" ? [item] : []));
  }

  /** The entries of a map whose values are texts. */
  map(path: string): Record<string, string> {
    const value = this.value(path);
    return Object.fromEntries(
      isMap(value)
        ? Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string")
        : [],
    );
  }

  /** Keys of a map whose values nobody may see. */
  hidden(path: string): string[] {
    const value = this.value(path);
    return isMap(value) ? Object.keys(value).filter((key) => value[key] instanceof Unknown) : [];
  }

  /** Its address in a state of Terraform, where one has it; undefined for what Azure answers. */
  get addressInState(): string | undefined {
    const { isFound, mode } = this.resource.parts;
    return isFound || mode !== "managed" ? undefined : this.resource.address;
  }

  /** Whether something is told there, an empty text or block too. */
  has(path: string): boolean {
    return this.value(path) !== undefined;
  }
}
