import type { Argv } from "yargs";
import { ATTACH_WITH_NOTE, DECISIONS } from "../azure/attach-with.ts";
import { print } from "../command-line/output.ts";
import { UserError } from "../errors/user-error.ts";
import { didYouMean } from "../model/acknowledgement.ts";
import { BUILT_IN } from "../rules/built-in.ts";
import { RULES } from "../rules/catalogue.ts";
import { exampleYaml } from "../rules/example-yaml.ts";
import { shownStacks } from "../rules/examples.ts";
import { enforcersOf, howToAcknowledge } from "../rules/phases.ts";
import type { Example, Rule } from "../rules/rule.ts";

interface ExplainArguments {
  readonly rule: string;
}

export function builder(args: Argv): Argv<ExplainArguments> {
  return args.positional("rule", {
    type: "string",
    demandOption: true,
    describe: "the rule's id, for example attachment/production-size; or attachWith",
  });
}

export function handler({ rule: id }: ExplainArguments): number {
  if (id === "attachWith") {
    print(attachWith());
    return 0;
  }
  const builtIn = Object.hasOwn(BUILT_IN, id) ? BUILT_IN[id as keyof typeof BUILT_IN] : undefined;
  if (builtIn) {
    print(`${id} (${builtIn.level})\n\n${builtIn.text}\n`);
    return 0;
  }
  const found = RULES.find((rule) => rule.id === id);
  if (!found) {
    const all = [...RULES, ...Object.keys(BUILT_IN).map((builtIn) => ({ id: builtIn }))];
    throw new UserError(`there is no rule ${JSON.stringify(id)}: ${didYouMean(id, all)}`);
  }
  print(explain(found));
  return 0;
}

/** Which provider attaches, and why. */
function attachWith(): string {
  const width = Math.max(...DECISIONS.map(({ asked }) => asked.length));
  const rows = DECISIONS.map(
    ({ asked, attachWith, why }) => `  ${asked.padEnd(width)}  ${attachWith.padEnd(7)}  ${why}\n`,
  );
  return `attachWith: the Terraform provider that attaches an AksCompute. The first row that applies decides:\n\n${rows.join("")}\n${ATTACH_WITH_NOTE}\n`;
}

/** https://learn.microsoft.com/azure/machine-learning/v1/how-to-create-attach-kubernetes */
const DURATIONS =
  "Otherwise it shows when Azure is asked: creating a cluster takes about 10 minutes, attaching one about 5.";

function explain(rule: Rule): string {
  const { id, level, fact, why, source, configuration, examples } = rule;
  const enforced = enforcersOf(rule)
    .map((enforcer) => `  - ${enforcer}\n`)
    .join("");
  const shown = (["passing", "failing", "unknown"] as const).flatMap((kind) =>
    examples[kind].map((example) => exampleText(TITLES[kind], example)),
  );
  const yaml =
    typeof configuration === "string"
      ? [`As configuration: ${configuration}\n`]
      : (["passing", "failing"] as const).flatMap((kind) => {
          const part = configuration[kind];
          return part ? [`${TITLES[kind]}, as configuration:\n${indented(exampleYaml(part).trimEnd())}\n`] : [];
        });
  return `${id} (${level})\n\n${fact}\n${why}\n${source}\n\nEnforced\n${enforced}${DURATIONS}\n${howToAcknowledge(rule)}\n\n${[...yaml, ...shown].join("\n")}`;
}

const TITLES = { passing: "Passes", failing: "Found", unknown: "Not known before the apply" } as const;

function exampleText(title: string, example: Example): string {
  const shown = shownStacks(example).map(({ title, json }) => `${title ? `${title}:\n` : ""}${json}`);
  return `${title}: ${example.shows}\n${indented(shown.join("\n"))}\n`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
