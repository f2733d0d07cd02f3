import type { LazyCommand } from "./command-line/run.ts";

const COMMANDS: readonly LazyCommand[] = [
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

async function failure(error: unknown): Promise<number> {
  try {
    const { reportFailure } = await import("./command-line/failure.ts");
    return reportFailure(error);
  } catch {
    process.stderr.write(`azureml-aks: ${(error as Error).message}\n`);
    return 2;
  }
}

// Loaded here: what the system refuses meanwhile, as where too few files may be open, is said as any other failure.
try {
  const { run } = await import("./command-line/run.ts");
  process.exitCode = await run(COMMANDS);
} catch (error) {
  process.exitCode = await failure(error);
}
