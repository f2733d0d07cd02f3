import { RULES } from "../rules/catalogue.ts";
import { exampleYaml } from "../rules/example-yaml.ts";
import { shownStacks, WHOLE_RESOURCE } from "../rules/examples.ts";
import { enforcersOf, howToAcknowledge } from "../rules/phases.ts";
import type { ConfigurationPart, Example, FailingExample, Rule } from "../rules/rule.ts";

const MARKER = "<!-- Written by `npm run docs` from the rule itself. -->";

/** docs/rules/: a page a rule, by its path, and the list of them. */
export function rulePages(): ReadonlyMap<string, string> {
  const pages = new Map(RULES.map((rule) => [`docs/rules/${rule.id}.md`, page(rule)]));
  const rows = RULES.map(({ id, level, fact }) => `| [${id}](${id}.md) | ${level} | ${cell(fact)} |`);
  pages.set(
    "docs/rules/README.md",
    `${MARKER}\n# Rules\n\n| rule | level | what should hold |\n|---|---|---|\n${rows.join("\n")}\n`,
  );
  return pages;
}

function page(rule: Rule): string {
  const { id, level, fact, why, source } = rule;
  const enforced = enforcersOf(rule)
    .map((enforcer) => `- ${enforcer}`)
    .join("\n");
  return `${MARKER}
# ${id}

**${fact}**

${why}

Level: ${level}. ${howToAcknowledge(rule)}
Source: ${source}

## Where it is enforced

${enforced}

## As configuration

${configuration(rule)}
## As Terraform

${terraform(rule)}`;
}

function configuration({ configuration: shown }: Rule): string {
  if (typeof shown === "string") return `${shown}\n\n`;
  const block = (title: string, part: ConfigurationPart | undefined): string =>
    part ? `${title}\n\n\`\`\`yaml\n${exampleYaml(part)}\`\`\`\n\n` : "";
  return block("Passes:", shown.passing) + block("Is found:", shown.failing);
}

function terraform({ examples }: Rule): string {
  return [
    ...examples.passing.map((example) => exampleBlock("Passes", example)),
    ...examples.failing.map((example) => exampleBlock("Is found", example, whereFound(example))),
    ...examples.unknown.map((example) => exampleBlock("Is not known before the apply", example)),
  ].join("\n");
}

function whereFound({ finds }: FailingExample): string {
  const places = [...new Set(finds)].map((each) => (each === WHOLE_RESOURCE ? "the whole resource" : `\`${each}\``));
  return `Found at ${places.join(" and ")}.\n\n`;
}

function exampleBlock(title: string, example: Example, before = ""): string {
  const blocks = shownStacks(example).map(
    ({ title, json }) => `${title ? `${title}:\n\n` : ""}\`\`\`json\n${json}\n\`\`\`\n`,
  );
  return `<details><summary>${title}: ${example.shows}</summary>\n\n${before}${blocks.join("\n")}\n</details>\n`;
}

/** Text in a table. */
export function cell(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll("|", "\\|");
}
