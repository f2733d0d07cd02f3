import type { Argv } from "yargs";

export function builder(args: Argv): Argv {
  return args.option("stdio", {
    type: "boolean",
    default: true,
    describe: "speak over standard input and output, as many editors say; there is no other way",
  });
}

export async function handler(): Promise<number> {
  // Standard output is for the editor alone.
  console.log = console.error;
  const { serve } = await import("../servers/language-server/server.ts");
  serve(process.stdin, process.stdout);
  // The editor ends the process.
  return new Promise(() => {});
}
