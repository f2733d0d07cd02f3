import { describe, expect, it } from "vitest";
import { toDot } from "../diagram/dot.ts";
import { toMermaid } from "../diagram/mermaid.ts";
import { toSvg } from "../diagram/svg.ts";
import { harmless, harmlessJson, oneLine, visible } from "../model/harmless.ts";
import { FORMAT_NAMES, rendererOf } from "../report/formats.ts";
import type { Report } from "../report/report.ts";
import { reviewOf } from "../review/review.ts";
import { attachment, cluster, example, kubernetesSecret } from "../rules/examples.ts";
import { readPlan } from "../sources/plan/json.ts";
import { azuremlAks, configFile, type Json, small, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

/** What logs, terminals and readers would obey or not see. */
const PAYLOADS: Readonly<Record<string, string>> = {
  "a command of GitHub": "x\n::error::PWNED\n  ::set-output name=x::PWNED",
  "a command of GitHub at the start": "::add-mask::PWNED",
  "a command of GitHub behind a carriage return": "x\r::stop-commands::PWNED\u2028::warning::PWNED",
  "a command of Azure Pipelines": "a##vso[task.setvariable variable=PATH]PWNED\n##[error]PWNED",
  "one that is put together by what is removed":
    "#\u200b#vso[x]PWNED :\u2060:error:\u00ad:PWNED #\u001b[31m#[group]PWNED",
  "one in capitals": "##VSO[x]PWNED",
  "colours, titles and links":
    "\u001b[2J\u001b[31mPWNED\u001b]0;title\u0007\u001b]8;;https://evil.example\u001b\\link\u009b31m\u0090x\u009c",
  "text that is turned around": "\u202egnp.exe\u2066PWNED\u2069\u200e\u061c",
  "what has no width": "PW\u200b\u200c\u200d\ufeffNED\u{e0041}\u3164\u180e",
  "control characters": "PWNED\u0000\u0007\u0008\u007f\u0085\ud800",
  "Markdown and links": "[PWNED](https://evil.example) ![x](https://evil.example) @team {0} {{1}}",
  "HTML and entities": "<script>PWNED</script>&lt;b&gt;&#60;i&#62;&#x3c;u&#x3e;\"'<!-- -->]]>",
};

const OBEYED = new RegExp(
  [
    String.raw`##(vso)?\[`,
    String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]`,
    String.raw`[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u180e\u3164\u{e0041}]`,
  ].join("|"),
  "iu",
);

const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;

/** The payload wherever a plan has a name, a key, a message or a value. */
function reviewed(payload: string): Report {
  const plan = planOf(
    stackOf(
      cluster({
        name: payload,
        location: payload,
        tags: { [payload]: payload },
        default_node_pool: { vm_size: payload, name: payload },
      }),
      attachment({ name: payload, ssl: { leaf_domain_label: payload } }),
      kubernetesSecret({ metadata: { name: payload } }),
    ),
    { before: stackOf(cluster({ name: "before" }), attachment({ name: "before" })) },
  );
  for (const entry of plan.resource_changes) entry.address += `["${payload}"]`;
  plan.checks = [
    {
      address: { kind: "check", to_display: payload },
      status: "fail",
      instances: [{ problems: [{ message: payload }] }],
    },
  ];
  plan.deferred_changes = [{ reason: payload, resource_change: plan.resource_changes[0] }];
  return reviewOf([{ name: payload, file: payload, plan: readPlan(plan) }], {
    today: "2026-11-27",
    acknowledgements: [{ rule: "plan/check", reason: payload }],
  });
}

describe.each(Object.entries(PAYLOADS))("%s", (_, payload) => {
  const report = reviewed(payload);
  it.each(FORMAT_NAMES)("are nothing but text in %s", async (format) => {
    const render = await rendererOf(format);
    const obeyed = (await render(report, { colour: false })).split("\n").filter((line) => {
      const [, rest = line] = /^(?:::(?:error|warning|notice) |##vso\[task\.logissue )(.*)$/.exec(line) ?? [];
      return OBEYED.test(rest) || /^\s*::|::(error|set-output|add-mask|stop-commands|warning)/.test(rest);
    });
    expect(obeyed).toEqual([]);
  });
  it("are nothing but text in pictures", async () => {
    const { after } = report.draw?.() ?? {};
    if (!after) throw new Error("no picture");
    for (const text of [toDot(after), toMermaid(after), await toSvg(after)]) {
      expect(text).not.toMatch(OBEYED);
      expect(text).not.toMatch(/::(error|set-output|add-mask|stop-commands|warning)/);
    }
  });
});

describe("text of others", () => {
  it("stays readable where it is harmless", () => {
    for (const text of [
      "10.0.0.0/8, fd00::1, 2001:db8::/32, a: b, ## heading, #[x], größe, 日本語, 😀",
      'module.m["k"].azurerm_kubernetes_cluster.cluster',
      "two\nlines",
    ])
      expect(harmless(text)).toBe(text);
    expect(harmless("::error::x")).toBe(": :error: :x");
    expect(harmless("##vso[x] a##[b]")).toBe("## vso[x] a## [b]");
    expect(oneLine("a\r\nb\u001b[31mc\td")).toBe("a bc d");
    expect(visible("\u001b]0;title\u0007x")).toBe("x");
  });
  it("means the same in JSON", () => {
    const value = Object.values(PAYLOADS).map((payload) => ({ [payload]: [payload, `\\${payload}`] }));
    expect(JSON.parse(harmlessJson(value))).toEqual(value);
    expect(harmlessJson(value)).not.toMatch(OBEYED);
  });
  it("is no link and nothing to be filled in for viewers of SARIF", async () => {
    const sarif = JSON.parse(
      (await (
        await rendererOf("sarif")
      )(reviewed("[a](https://evil.example) {0}"), { colour: false })) as string,
    );
    const texts = sarif.runs[0].results.map(({ message }: Json) => message.text).join("\n");
    expect(texts).toContain("[a] (https://evil.example) {{0}}");
  });
  it("is shown as it is by Graphviz, entities too", async () => {
    const { after } = reviewed("&lt;b&gt;").draw?.() ?? {};
    expect(after && (await toSvg(after))).toContain("&amp;lt;b&amp;gt;");
  });
});

describe("the command", () => {
  const folder = temporaryFolder();
  const hostile = "::error::PWNED ##vso[task.setvariable variable=a]b";
  it.each<[what: string, args: string[], input: string]>([
    ["an argument", ["explain", hostile], ""],
    ["an option", ["check", `--${hostile}`], ""],
    ["the name of a file", ["check", "--config", hostile], ""],
    ["the version of a plan", ["review", "-"], JSON.stringify({ format_version: hostile })],
    [
      "the name of an output",
      ["review", "-"],
      JSON.stringify({ format_version: "1.2", planned_values: { outputs: { [hostile]: 1 } } }),
    ],
    [
      "a value of the configuration",
      ["check", "--config", configFile(small({ create: { nodePool: { vmSize: hostile, nodeCount: 3 } } }))],
      "",
    ],
    ["a key of the configuration", ["check", "--config", configFile({ [hostile]: 1 })], ""],
  ])("prints %s and obeys nothing in it", (_, args, input) => {
    const { stdout, stderr } = azuremlAks(args, { cwd: folder, input });
    expect(stdout + stderr).toContain("PWNED");
    expect(stdout + stderr).not.toMatch(/::error|##vso\[/);
  });
});
