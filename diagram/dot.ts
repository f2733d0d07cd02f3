import type { Graph, GraphNode, NodeKind } from "./graph.ts";
import { COLOURS, FATES, shortened } from "./style.ts";

const SHAPES: Readonly<Record<NodeKind, string>> = {
  workspace: "box",
  cluster: "box3d",
  pool: "component",
  attachment: "box",
  public: "octagon",
  internal: "octagon",
  tls: "note",
  secret: "note",
};

const FONT = "Helvetica";

/** The picture for Graphviz. Classes let a page colour it by its own theme. */
export function toDot(graph: Graph): string {
  const ids = new Map(graph.nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = [
    "digraph azureml_aks {",
    `  graph [rankdir=LR, compound=true, fontname=${FONT}, fontsize=11, nodesep=0.3, ranksep=0.6, bgcolor="#ffffff", class="picture"];`,
    `  node [fontname=${FONT}, fontsize=11, style="filled", margin="0.22,0.08"];`,
    `  edge [fontname=${FONT}, fontsize=9, color="#5f6368", arrowsize=0.7];`,
  ];
  graph.stacks.forEach((stack, index) => {
    lines.push(
      `  subgraph cluster_${index} {`,
      `    graph [label=${quoted([stack])}, style="rounded", color="#9aa0a6", class="stack", labeljust=l];`,
    );
    for (const node of graph.nodes) if (node.stack === stack) lines.push(`    ${nodeLine(node, ids)}`);
    lines.push("  }");
  });
  for (const node of graph.nodes) if (node.stack === undefined) lines.push(`  ${nodeLine(node, ids)}`);
  for (const { from, to, label } of graph.edges)
    lines.push(`  ${ids.get(from)} -> ${ids.get(to)}${label === undefined ? "" : ` [label=${quoted([label])}]`};`);
  for (const { first, next } of graph.order) {
    const [a, b] = [first, next].map((stack) => ids.get(graph.nodes.find((node) => node.stack === stack)?.id ?? ""));
    const [from, to] = [graph.stacks.indexOf(first), graph.stacks.indexOf(next)];
    lines.push(
      `  ${a} -> ${b} [style=dashed, color="#9aa0a6", ltail=cluster_${from}, lhead=cluster_${to}, class="order"];`,
    );
  }
  if (graph.left > 0)
    lines.push(`  left [shape=plaintext, style="", label=${quoted([`${graph.left} more are not drawn`])}];`);
  return `${lines.join("\n")}\n}\n`;
}

function nodeLine({ id, kind, lines, fate }: GraphNode, ids: ReadonlyMap<string, string>): string {
  const { fill, line } = COLOURS[kind];
  const change = fate ? FATES[fate] : undefined;
  const label = quoted(change ? [...lines, change.word] : lines);
  const style = fate === "delete" ? "filled,dashed" : "filled";
  return `${ids.get(id)} [label=${label}, shape=${SHAPES[kind]}, style="${style}", fillcolor="${fill}", color="${change?.line ?? line}", penwidth=${change ? 2.5 : 1}, class="${kind}${fate ? ` ${fate}` : ""}"];`;
}

/** A text of DOT, in which nothing means anything: neither an escape nor a character reference. */
function quoted(lines: readonly string[]): string {
  return `"${lines.map((line) => shortened(line).replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"')).join("\\n")}"`;
}
