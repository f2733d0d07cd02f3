import { UserError } from "../errors/user-error.ts";
import { isObject, type JsonObject } from "./json-value.ts";

/** Reads of JSON that refuse what no version of a format allows. */
export interface CheckedJson {
  map(value: unknown, where: string): JsonObject;
  /** Empty where there is none. */
  optionalMap(value: unknown, where: string): JsonObject;
  list(value: unknown, where: string): readonly unknown[];
  text(value: unknown, where: string): string | undefined;
  needed(value: unknown, where: string): string;
}

/** The reads of a format; `noun` names what it is of, for example `plan of Terraform`. */
export function checkedJson(noun: string): CheckedJson {
  /** The value itself is not repeated: it may be a secret. */
  const refuse = (value: unknown, where: string, expected: string): never => {
    throw new UserError(`is not a ${noun}: ${where} is ${kindOf(value)}, and ${expected} is needed`);
  };
  const map = (value: unknown, where: string): JsonObject =>
    isObject(value) ? value : refuse(value, where, "an object");
  return {
    map,
    optionalMap: (value, where) => (value === undefined || value === null ? {} : map(value, where)),
    list: (value, where) => {
      if (value === undefined || value === null) return [];
      return Array.isArray(value) ? value : refuse(value, where, "a list");
    },
    text: (value, where) => {
      if (value === undefined || value === null) return undefined;
      return typeof value === "string" ? value : refuse(value, where, "a text");
    },
    needed: (value, where) => (typeof value === "string" && value !== "" ? value : refuse(value, where, "a text")),
  };
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (value === "") return "empty";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
