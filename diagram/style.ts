import { oneLine } from "../model/harmless.ts";
import type { Fate, NodeKind } from "./graph.ts";

/** Fill and line of each kind. The load balancer is the one that must be seen: public is warm, internal is cool. */
export const COLOURS: Readonly<Record<NodeKind, { readonly fill: string; readonly line: string }>> = {
  workspace: { fill: "#e8f0fe", line: "#3367d6" },
  cluster: { fill: "#eef3f8", line: "#44617b" },
  pool: { fill: "#ffffff", line: "#44617b" },
  attachment: { fill: "#f1ebfa", line: "#6b3fa0" },
  public: { fill: "#fdecd8", line: "#b45309" },
  internal: { fill: "#e3f4ec", line: "#1b7f4f" },
  tls: { fill: "#ffffff", line: "#5f6368" },
  secret: { fill: "#ffffff", line: "#5f6368" },
};

/** What a plan does with something, in words and as a line. */
export const FATES: Readonly<Record<Fate, { readonly word: string; readonly line: string }>> = {
  create: { word: "+ created", line: "#1a7f37" },
  update: { word: "~ changed", line: "#9a6700" },
  replace: { word: "-/+ replaced", line: "#cf222e" },
  delete: { word: "- removed", line: "#cf222e" },
};

/** Nobody reads longer ones. */
const MAX_LENGTH = 500;

/** A name from the outside, as a line of a picture. */
export function shortened(text: string): string {
  // No XML may have the last two.
  const line = oneLine(text.slice(0, MAX_LENGTH)).replaceAll(/[\ufffe\uffff]/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
