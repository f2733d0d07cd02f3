import { join } from "node:path";
import { removeFile } from "../files/remove.ts";
import { type DeployableStack, inGroups } from "./order.ts";
import { type Lines, Terraform } from "./terraform.ts";

/** The plan of a stack, in its folder. */
const PLAN_FILE = "tfplan";

/** How whoever runs this is talked to. */
export interface Talk {
  /** A line that Terraform printed. */
  print(text: string): void;
  /** A line about what happens. */
  say(text: string): void;
  /** Whether what was planned shall be done. */
  approve(question: string): Promise<boolean>;
}

export interface DeployOptions {
  /** The program that is run. */
  readonly binary: string;
  /** How many stacks at once. */
  readonly parallelism: number;
  readonly talk: Talk;
}

/** What came of a stack. */
type Outcome = "applied" | "destroyed" | "planned" | "unchanged" | "failed" | "waiting" | "not started";

const SAYS: Readonly<Record<Outcome, string>> = {
  applied: "applied",
  destroyed: "destroyed",
  planned: `planned, in ${PLAN_FILE}`,
  unchanged: "no changes",
  failed: "failed",
  waiting: "cannot be planned before the stacks that it depends on are applied",
  "not started": "not started",
};

/** Plans stacks, in their order. Each plan is kept in the folder of its stack. */
export function planStacks(stacks: readonly DeployableStack[], options: DeployOptions): Promise<boolean> {
  return new Deployment(stacks, options).run((group, deployment) => deployment.plan(group, []));
}

/** Applies stacks, in their order: each is planned when those that it depends on are applied, and applied as planned. */
export function deployStacks(stacks: readonly DeployableStack[], options: DeployOptions): Promise<boolean> {
  return new Deployment(stacks, options).run((group, deployment) => deployment.planAndApply(group, "apply", []));
}

/** Destroys stacks, in the opposite order. */
export function destroyStacks(stacks: readonly DeployableStack[], options: DeployOptions): Promise<boolean> {
  return new Deployment(stacks, options, { isReversed: true }).run((group, deployment) =>
    deployment.planAndApply(group, "destroy", ["-destroy"]),
  );
}

type Step = (group: readonly DeployableStack[], deployment: Deployment) => Promise<void>;

/** One run over stacks, group by group: those of a group do not depend on each other. */
class Deployment {
  private readonly terraform: Terraform;
  private readonly outcomes: Map<string, Outcome>;
  private readonly groups: readonly (readonly DeployableStack[])[];
  private readonly width: number;

  constructor(
    private readonly stacks: readonly DeployableStack[],
    private readonly options: DeployOptions,
    { isReversed = false } = {},
  ) {
    this.terraform = new Terraform(options.binary);
    this.outcomes = new Map(stacks.map(({ name }) => [name, "not started"]));
    this.groups = isReversed ? inGroups(stacks).toReversed() : inGroups(stacks);
    this.width = Math.max(...stacks.map(({ name }) => name.length));
  }

  /** Runs a step for each group until one fails, and says what came of each stack. True where all went well. */
  async run(step: Step): Promise<boolean> {
    const { say } = this.options.talk;
    this.terraform.onStop = () => say("stopping: Terraform ends what it is at; stop again to end it at once\n");
    await this.terraform.whileListening(async () => {
      for (const group of this.groups) {
        if (this.hasFailed || this.terraform.isStopped) break;
        await step(group, this);
      }
    });
    if (this.terraform.isStopped) say("stopped\n");
    for (const [name, outcome] of this.outcomes) say(`  ${name.padEnd(this.width)}  ${SAYS[outcome]}\n`);
    return !this.terraform.isStopped && ![...this.outcomes.values()].some((each) => NOT_DONE.includes(each));
  }

  /** Plans a group, and keeps the plans. */
  async plan(group: readonly DeployableStack[], args: readonly string[]): Promise<void> {
    await this.initialize(group);
    await this.atOnce(group, async (stack) => {
      const { status } = await this.inStack(stack, [
        "plan",
        "-input=false",
        "-no-color",
        "-detailed-exitcode",
        `-out=${PLAN_FILE}`,
        ...args,
      ]);
      if (status === NO_CHANGES) this.outcomes.set(stack.name, "unchanged");
      else if (status === CHANGES) this.outcomes.set(stack.name, "planned");
      // What it reads may be made by the plan of another stack.
      else this.outcomes.set(stack.name, this.dependsOnPlanned(stack) ? "waiting" : "failed");
    });
  }

  /** Plans a group, asks once, and applies exactly what was planned. */
  async planAndApply(group: readonly DeployableStack[], command: Command, args: readonly string[]): Promise<void> {
    try {
      await this.plan(group, args);
      if (this.hasFailed || this.terraform.isStopped) return;
      const planned = group.filter(({ name }) => this.outcomes.get(name) === "planned");
      if (planned.length === 0) return;
      const isApproved = await this.options.talk.approve(question(command, planned));
      for (const { name } of planned) this.outcomes.set(name, "not started");
      if (!isApproved) this.terraform.isStopped = true;
      await this.atOnce(planned, async (stack) => {
        const { status } = await this.inStack(stack, ["apply", "-input=false", "-no-color", PLAN_FILE]);
        this.outcomes.set(stack.name, status === 0 ? DONE[command] : "failed");
      });
    } finally {
      // It was for this run alone, and may hold what nobody should find later.
      for (const { directory } of group) removeFile(join(directory, PLAN_FILE));
    }
  }

  /** One after the other: Terraform's plugin cache bears no two at once. */
  private async initialize(group: readonly DeployableStack[]): Promise<void> {
    for (const stack of group) {
      if (this.hasFailed || this.terraform.isStopped) return;
      const { status, lines } = await this.inStack(stack, ["init", "-input=false", "-no-color"], { isQuiet: true });
      if (status === 0) continue;
      this.outcomes.set(stack.name, "failed");
      for (const line of lines) this.linesOf(stack).say(line);
    }
  }

  /** Does something for several stacks, as many at once as is allowed, and begins no more once one has failed. */
  private async atOnce(
    group: readonly DeployableStack[],
    task: (stack: DeployableStack) => Promise<void>,
  ): Promise<void> {
    const waiting = [...group];
    const work = async (): Promise<void> => {
      for (let stack = waiting.shift(); stack; stack = waiting.shift()) {
        if (this.hasFailed || this.terraform.isStopped) return;
        await task(stack);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.parallelism, group.length) }, work));
  }

  private inStack(stack: DeployableStack, args: readonly string[], { isQuiet = false } = {}) {
    const chdir = `-chdir=${stack.directory}`;
    this.options.talk.say(`${this.label(stack)}$ ${[this.options.binary, chdir, ...args].join(" ")}\n`);
    return this.terraform.run([chdir, ...args], isQuiet ? undefined : this.linesOf(stack));
  }

  private linesOf(stack: DeployableStack): Lines {
    const { print, say } = this.options.talk;
    return {
      print: (line) => print(`${this.label(stack)}${line}\n`),
      say: (line) => say(`${this.label(stack)}${line}\n`),
    };
  }

  /** Stands before each line, so that those of several stacks can be told apart. */
  private label({ name }: DeployableStack): string {
    return this.stacks.length > 1 ? `${name.padEnd(this.width)} | ` : "";
  }

  private get hasFailed(): boolean {
    return [...this.outcomes.values()].includes("failed");
  }

  private dependsOnPlanned({ dependsOn }: DeployableStack): boolean {
    return dependsOn.some((name) => ["planned", "waiting"].includes(this.outcomes.get(name) ?? ""));
  }
}

type Command = "apply" | "destroy";

const DONE = { apply: "applied", destroy: "destroyed" } as const satisfies Record<Command, Outcome>;

const NOT_DONE: readonly Outcome[] = ["failed", "not started"];

/** Of `terraform plan -detailed-exitcode`. */
const [NO_CHANGES, CHANGES] = [0, 2];

function question(command: Command, planned: readonly DeployableStack[]): string {
  const names = planned.map(({ name }) => name).join(", ");
  return command === "apply" ? `Apply this plan to ${names}?` : `Destroy ${names}? This cannot be undone.`;
}
