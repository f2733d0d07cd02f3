import type { Argv } from "yargs";
import { last } from "../command-line/options.ts";
import { printDocument } from "../command-line/output.ts";
import { writeOutput } from "../files/write.ts";

interface PageArguments {
  readonly output?: string;
}

export function builder(args: Argv): Argv<PageArguments> {
  return args.option("output", {
    type: "string",
    nargs: 1,
    requiresArg: true,
    coerce: last,
    describe: "the file that is written [default: standard output]",
  }) as unknown as Argv<PageArguments>;
}

export async function handler({ output }: PageArguments): Promise<number> {
  const { default: page } = await import("../page/review.html");
  if (output === undefined) printDocument(page);
  else writeOutput(output, page);
  return 0;
}
