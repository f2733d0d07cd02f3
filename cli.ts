import type { Argv } from "yargs";

/**
 * Every command is loaded when it is called: `check` needs cdktf, `schema` does not. All else is loaded when this runs
 * too: what the system refuses meanwhile, as where too few files may be open, is then said as any other failure.
 */
interface Command {
  builder(args: Argv): Argv;
  handler(args: never): Promise<number> | number;
}

const COMMANDS: readonly (readonly [usage: string, description: string, load: () => Promise<Command>])[] = [
  ["synth", "write the Terraform JSON of every stack, as `cdktf synth` does", () => import("./commands/synth.ts")],
  [
    "check [path..]",
    "judge the configuration, or folders of Terraform, by every rule, and write nothing",
    () => import("./commands/check.ts"),
  ],
  [
    "review <plan..>",
    "say what Terraform plans mean for the attachment, and judge them by every rule",
    () => import("./commands/review.ts"),
  ],
  [
    "audit <file..>",
    "judge what is there: states, and what Azure and Kubernetes answer",
    () => import("./commands/audit.ts"),
  ],
  [
    "fix [path..]",
    "apply the fixes that are proven to a configuration, or to folders of Terraform",
    () => import("./commands/fix.ts"),
  ],
  ["rules", "list every rule", () => import("./commands/rules.ts")],
  [
    "explain <rule>",
    "explain a rule: what should hold, why, who says so, and examples",
    () => import("./commands/explain.ts"),
  ],
  ["test-rules <file>", "try the examples of rules of your own", () => import("./commands/test-rules.ts")],
  ["stacks", "list the stacks, their folders and what each depends on", () => import("./commands/stacks.ts")],
  [
    "graph [file..]",
    "draw workspace, cluster, attachment, load balancer, TLS and the order of the stacks",
    () => import("./commands/graph.ts"),
  ],
  ["plan [stack..]", "run `terraform plan` in the stacks, in their order", () => import("./commands/plan.ts")],
  [
    "deploy [stack..]",
    "run Terraform over the stacks, in their order: plan each, ask, apply what was planned",
    () => import("./commands/deploy.ts"),
  ],
  [
    "destroy [stack..]",
    "destroy what the stacks made, in the opposite order, after asking",
    () => import("./commands/destroy.ts"),
  ],
  ["init [file..]", "write a commented configuration to start from", () => import("./commands/init.ts")],
  ["migrate", "write the KubernetesCompute form of every AksCompute beside it", () => import("./commands/migrate.ts")],
  ["run-task", "judge the plans of HCP Terraform runs: a server", () => import("./commands/run-task.ts")],
  ["page", "write one page that reviews in the browser, for whoever has no Node", () => import("./commands/page.ts")],
  [
    "language-server",
    "show findings, fixes, documentation and completion in an editor, over standard input and output",
    () => import("./commands/language-server.ts"),
  ],
  ["schema", "print the JSON Schema of the configuration, for editors", () => import("./commands/schema.ts")],
];

async function run(): Promise<number> {
  let status = 0;
  const { default: yargs } = await import("yargs");
  const { hideBin } = await import("yargs/helpers");
  const { UserError } = await import("./errors/user-error.ts");
  const { STDIN } = await import("./files/stdin.ts");
  const { TOOL } = await import("./report/tool.ts");
  const given = hideBin(process.argv);
  if (given.length === 0) given.push("--help");
  if (given.includes("--")) throw new UserError("what stands after -- is no argument of any command: remove the --");
  // Not the value of an option, which may be any text, apart from one that is always an input.
  const args = given.map((arg, index) => {
    const before = given[index - 1];
    if (before?.startsWith("--") && before !== "--from") return arg;
    // As Terraform writes it.
    return arg === "-" ? STDIN : arg === "-auto-approve" ? "--auto-approve" : arg;
  });
  const parser = yargs(args)
    .scriptName("azureml-aks")
    .usage(
      "$0 COMMAND\n\nCreates or attaches AKS clusters for Azure Machine Learning, and checks the documented constraints.",
    )
    .locale("en")
    .strict()
    .demandCommand(1, "name a command")
    .recommendCommands()
    .parserConfiguration({
      "duplicate-arguments-array": true,
      "greedy-arrays": false,
      "dot-notation": false,
      "boolean-negation": false,
    })
    .version(TOOL.version)
    .help()
    .alias("help", "h")
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UserError(message);
    });
  for (const [usage, description, load] of COMMANDS) {
    parser.command(
      usage,
      description,
      async (args) => (await load()).builder(args),
      async (args) => {
        status = await (await load()).handler(args as never);
      },
    );
  }
  await parser.parseAsync();
  return status;
}

async function failure(error: unknown): Promise<number> {
  try {
    const { reportFailure } = await import("./command-line/failure.ts");
    return reportFailure(error);
  } catch {
    process.stderr.write(`azureml-aks: ${(error as Error).message}\n`);
    return 2;
  }
}

try {
  const { watchOutput } = await import("./command-line/output.ts");
  watchOutput();
  process.exitCode = await run();
} catch (error) {
  process.exitCode = await failure(error);
}
