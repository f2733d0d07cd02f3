import type { Place } from "../../model/finding.ts";

/** What Terraform's language consists of. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md */

/** Where something stands from its start to its end, in characters of the file. */
export interface Span extends Place {
  readonly start: number;
  readonly end: number;
}

/** An expression. The value of what could not be read is not known. */
export type Expression = { readonly place: Span } & (
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "template"; readonly parts: readonly TemplatePart[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly ObjectEntry[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "step"; readonly of: Expression; readonly step: Step }
  | { readonly kind: "splat"; readonly of: Expression; readonly steps: readonly Step[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly isSpread: boolean }
  | { readonly kind: "for"; readonly loop: Loop }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: "unreadable" }
);

/** A step into a value: `.name` or `[key]`. */
export type Step = string | Expression;

export interface ObjectEntry {
  /** A bare name is a text. */
  readonly key: Expression;
  readonly value: Expression;
  readonly place: Span;
}

/** `[for k, v in list : v if condition]`, or with a key, `{for ...}`. */
export interface Loop {
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly list: Expression;
  /** The key of each entry, where an object is made. */
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly condition: Expression | undefined;
  /** Whether values of the same key are gathered in a list. */
  readonly isGrouping: boolean;
}

/** A part of a template: text as it is, or what makes text. */
export type TemplatePart =
  | string
  | { readonly kind: "value"; readonly of: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly whenTrue: readonly TemplatePart[];
      readonly otherwise: readonly TemplatePart[];
    }
  | {
      readonly kind: "each";
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly list: Expression;
      readonly parts: readonly TemplatePart[];
    };

/** What stands between the braces of a block, or in a whole file. */
export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
  /** Of JSON: from brace to brace. */
  readonly place?: Span;
}

export interface Attribute {
  readonly name: string;
  readonly value: Expression;
  readonly place: Span;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly place: Span;
  /** Whether a part of it could not be read: there may be more in it. */
  readonly isBroken?: boolean;
}

/** A comment that stands alone or behind something, without its marks. */
export interface Comment {
  readonly text: string;
  readonly place: Place;
  /** Whether nothing else stands on its line. */
  readonly isAlone: boolean;
}

/** A file as it was read. What could not be read is left out and listed. */
export interface ParsedFile {
  readonly body: Body;
  readonly comments: readonly Comment[];
  /** Where the text is not HCL. */
  readonly errors: readonly Place[];
}

/** The steps of an expression, from its root on; undefined where it is no plain reference. */
export function referenceOf(
  expression: Expression,
): { readonly root: string; readonly steps: readonly Step[] } | undefined {
  const steps: Step[] = [];
  let at = expression;
  while (at.kind === "step") {
    steps.unshift(at.step);
    at = at.of;
  }
  return at.kind === "name" ? { root: at.name, steps } : undefined;
}
