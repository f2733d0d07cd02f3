import type { Argv } from "yargs";
import { MAX_SIZE } from "../command-line/inputs.ts";
import { loadOrReport } from "../command-line/load-or-report.ts";
import { modelOfFiles } from "../command-line/model-of-files.ts";
import { type ConfigArguments, configFile, configOptions, last } from "../command-line/options.ts";
import { printDocument } from "../command-line/output.ts";
import { STACK } from "../command-line/plans.ts";
import { toDot } from "../diagram/dot.ts";
import { type Graph, graphOf } from "../diagram/graph.ts";
import { toMermaid } from "../diagram/mermaid.ts";
import { UserError } from "../errors/user-error.ts";
import { writeOutput } from "../files/write.ts";
import { today } from "../sources/today.ts";

const FORMATS = {
  // Graphviz is loaded where it is needed.
  svg: async (graph: Graph): Promise<string> => (await import("../diagram/svg.ts")).toSvg(graph),
  mermaid: toMermaid,
  dot: toDot,
} as const;

interface GraphArguments extends ConfigArguments {
  readonly file?: readonly string[];
  readonly stack?: readonly string[];
  readonly maxSize?: number;
  readonly format?: keyof typeof FORMATS;
  readonly output?: string;
}

export function builder(args: Argv): Argv<GraphArguments> {
  return configOptions(args)
    .positional("file", {
      type: "string",
      array: true,
      describe:
        "draw these instead of the configuration, in one picture: plans, states, JSON from az and kubectl, folders and files of Terraform; - for standard input",
    })
    .option("stack", STACK)
    .option("max-size", { ...MAX_SIZE, coerce: last })
    .option("format", {
      choices: Object.keys(FORMATS),
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe:
        "svg, mermaid (Markdown on GitHub and Azure DevOps draws it) or dot (Graphviz) [default: that of the file's name, or svg]",
    })
    .option("output", {
      type: "string",
      nargs: 1,
      requiresArg: true,
      coerce: last,
      describe: "the file that is written [default: standard output]",
    }) as unknown as Argv<GraphArguments>;
}

export async function handler(args: GraphArguments): Promise<number> {
  const { file: files = [], output } = args;
  if (files.length === 0 && args.stack) throw new UserError("--stack names plans, and none is given");
  if (files.length > 0 && args.environment)
    throw new UserError("--environment is for a configuration: leave out the files that are not to be drawn");
  const graph =
    files.length > 0
      ? graphOf(await modelOfFiles(files, { stacks: args.stack, maxSize: args.maxSize }))
      : await graphOfConfiguration(args);
  if (!graph) return 2;
  const text = await FORMATS[args.format ?? formatOf(output)](graph);
  if (output === undefined) printDocument(text);
  else writeOutput(output, text);
  return 0;
}

/** What a file is by its name. */
function formatOf(output = ""): keyof typeof FORMATS {
  if (/\.(mmd|mermaid)$/i.test(output)) return "mermaid";
  return /\.(dot|gv)$/i.test(output) ? "dot" : "svg";
}

async function graphOfConfiguration(args: GraphArguments): Promise<Graph | undefined> {
  const loaded = await loadOrReport(configFile(args), args.environment);
  if (!loaded) return undefined;
  const { assess } = await import("../assess/assess.ts");
  return graphOf(assess(loaded, ".", { today: today() }).model);
}
