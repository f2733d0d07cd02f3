import { instance, type Viz } from "@viz-js/viz";
import { toDot } from "./dot.ts";
import type { Graph } from "./graph.ts";

let loaded: Promise<Viz> | undefined;

/** The picture as SVG that needs nothing beside it, with a title for those who cannot see it. */
export async function toSvg(graph: Graph): Promise<string> {
  loaded ??= instance();
  const viz = await loaded;
  const svg = viz.renderString(toDot(graph), { format: "svg" });
  // Without the document type, which a page must not have twice, and the version, which would change with the library.
  return svg
    .slice(svg.indexOf("<svg"))
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .replaceAll(/<title>.*?<\/title>\n?/gs, "")
    .replace(/<svg [^>]*>/, (tag) => `${tag.replace("<svg ", '<svg role="img" ')}\n<title>${titleOf(graph)}</title>`);
}

function titleOf({ nodes, stacks }: Graph): string {
  const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const nodesOf = (kind: string): string => counted(nodes.filter((node) => node.kind === kind).length, kind);
  return `${nodesOf("attachment")}, ${nodesOf("cluster")} and ${nodesOf("workspace")} in ${counted(stacks.length, "stack")}`;
}
