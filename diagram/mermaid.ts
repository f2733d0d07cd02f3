import type { Graph, GraphNode, NodeKind } from "./graph.ts";
import { COLOURS, FATES, shortened } from "./style.ts";

/** Ends of each kind's shape. https://mermaid.js.org/syntax/flowchart.html */
const SHAPES: Readonly<Record<NodeKind, readonly [string, string]>> = {
  workspace: ["[", "]"],
  cluster: ["[[", "]]"],
  pool: ["[", "]"],
  attachment: ["(", ")"],
  public: ["{{", "}}"],
  internal: ["{{", "}}"],
  tls: ["[/", "/]"],
  secret: ["[/", "/]"],
};

/** Styles by name of a class. The text is dark on any page. */
const STYLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(COLOURS).map(([kind, { fill, line }]) => [kind, `fill:${fill},stroke:${line},color:#1f2328`]),
  ),
  ...Object.fromEntries(
    Object.entries(FATES).map(([fate, { line }]) => [
      fate,
      `stroke:${line},stroke-width:3px${fate === "delete" ? ",stroke-dasharray:5 3" : ""}`,
    ]),
  ),
};

/** The picture as Markdown on GitHub and Azure DevOps draws it. */
export function toMermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map(({ id }, index) => [id, `n${index}`]));
  const frames = new Map(graph.stacks.map((stack, index) => [stack, `s${index}`]));
  const lines = ["flowchart LR"];
  const drawn = (node: GraphNode): string => {
    const [open, close] = SHAPES[node.kind];
    const label = [...node.lines, ...(node.fate ? [FATES[node.fate].word] : [])].map(escaped).join("<br/>");
    return `${ids.get(node.id)}${open}"${label}"${close}`;
  };
  for (const [stack, frame] of frames) {
    lines.push(`  subgraph ${frame}["${escaped(stack)}"]`);
    for (const node of graph.nodes) if (node.stack === stack) lines.push(`    ${drawn(node)}`);
    lines.push("  end");
  }
  for (const node of graph.nodes) if (node.stack === undefined) lines.push(`  ${drawn(node)}`);
  for (const { from, to, label } of graph.edges)
    lines.push(`  ${ids.get(from)} -->${label === undefined ? "" : `|${escaped(label)}|`} ${ids.get(to)}`);
  for (const { first, next } of graph.order) lines.push(`  ${frames.get(first)} -.-> ${frames.get(next)}`);
  for (const [name, style] of Object.entries(STYLES)) {
    const members = graph.nodes.filter(({ kind, fate }) => kind === name || fate === name).map(({ id }) => ids.get(id));
    if (members.length > 0) lines.push(`  classDef ${name}Class ${style}`, `  class ${members.join(",")} ${name}Class`);
  }
  if (graph.left > 0) lines.push(`  left["${graph.left} more are not drawn"]`);
  return `${lines.join("\n")}\n`;
}

/** Entities of Mermaid: what means something to it or to HTML is shown as it is. */
function escaped(text: string): string {
  return shortened(text).replaceAll(/[^\p{L}\p{N} .,_/+~=-]/gu, (character) => `#${character.codePointAt(0)};`);
}
