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

/** A name from the outside, as a line of a picture. */
export function shortened(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
