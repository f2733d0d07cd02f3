import fc from "fast-check";
import { expect, it } from "vitest";
import { toDot } from "../diagram/dot.ts";
import { toMermaid } from "../diagram/mermaid.ts";
import { UserError } from "../errors/user-error.ts";
import { rendererOf } from "../report/formats.ts";
import { exitStatus } from "../report/report.ts";
import { reviewOf } from "../review/review.ts";
import {
  attachment,
  azapiAttachment,
  cluster,
  example,
  frontEnd,
  kubernetesSecret,
  nodePool,
} from "../rules/examples.ts";
import { readPlanFile } from "../sources/plan/file.ts";
import { readPlan } from "../sources/plan/json.ts";
import { today } from "../sources/today.ts";
import type { Json } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

/** Each with four mutations or more, so 10,000 at least; AZUREML_AKS_FUZZ_RUNS gives another number. */
const RUNS = Number(process.env.AZUREML_AKS_FUZZ_RUNS ?? 2_500);

/** No report may say it: it is masked, under a secret's name, or looks like a key, each time in another way. */
const SECRET = "EXAMPLE-KEY";
const KEY = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`;

function plans(): Json[] {
  const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
  const tls = planOf(
    stackOf(cluster(), nodePool(), attachment({ ssl: { cname: "www.contoso.com", cert: "CERT", key: KEY } })),
    {
      before: stackOf(cluster({ default_node_pool: { node_count: 5 } }), attachment()),
      replacing: { "azurerm_machine_learning_inference_cluster.attachment": ["ssl"] },
    },
  );
  tls.variables = { key: { value: KEY } };
  for (const { change } of tls.resource_changes)
    Object.assign(change.after, { kube_config_raw: KEY, password: KEY, description: KEY });
  tls.resource_drift = structuredClone(tls.resource_changes.slice(0, 1));
  tls.checks = [
    {
      address: { kind: "check", to_display: "check.x" },
      status: "fail",
      instances: [{ problems: [{ message: KEY }] }],
    },
  ];
  const others = planOf(
    stackOf(
      azapiAttachment(),
      frontEnd({ "load-balancer-internal": "true" }),
      kubernetesSecret({ data: { "cert.pem": "C", "key.pem": KEY } }),
    ),
  );
  others.prior_state = {
    values: {
      root_module: {
        child_modules: [
          {
            address: "module.m",
            resources: [{ address: "data.a.b", mode: "data", type: "a", values: { token: KEY } }],
          },
        ],
      },
    },
  };
  const modules = planOf(stackOf(cluster(), attachment()));
  for (const entry of modules.resource_changes)
    Object.assign(entry, { address: `module.m["k"].${entry.address}`, module_address: 'module.m["k"]' });
  modules.configuration.root_module = {
    module_calls: {
      m: { for_each_expression: { references: ["var.x"] }, expressions: {}, module: modules.configuration.root_module },
    },
  };
  return [tls, others, modules];
}

const TEXTS = plans().map((plan) => JSON.stringify(plan));

/** What stands in for a value. */
const REPLACEMENTS: readonly (() => Json)[] = [
  () => null,
  () => undefined,
  () => "",
  () => 0,
  () => -1e308,
  () => true,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ({ references: ["each.value.id", "var.a", "module.m.b", "local.c", 7, null] }),
  () => ({ constant_value: "${concat([1], var.x)}", references: ["var.x"] }),
  () => "${${${",
  () => "x".repeat(50_000),
  () => '["'.repeat(5_000),
  () => "[".repeat(5_000),
  () => JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":null,"hasOwnProperty":[]}'),
  () => nested(3_000),
  () => Array.from({ length: 500 }, () => null),
  () => 'module.m["k"].azurerm_kubernetes_cluster.cluster',
  () => "azurerm_kubernetes_cluster.cluster",
  () => "\u0000\u001b[31m\ud800##vso[x]<script>",
];

function nested(depth: number): Json {
  let value: Json = "end";
  for (let index = 0; index < depth; index++) value = index % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Every place of a plan: the object or list, and the key in it. */
function placesIn(plan: Json): [Json, string | number][] {
  const found: [Json, string | number][] = [];
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      found.push([value, key]);
      visit(value[key]);
    }
  };
  visit(plan);
  return found;
}

/** The masks and names that hide the secret stay: without them it is none. */
function mutated(
  text: string,
  changes: readonly { readonly at: number; readonly how: number; readonly action: number }[],
): Json {
  const plan = JSON.parse(text);
  for (const { at, how, action } of changes) {
    const places = placesIn(plan);
    const [owner, key] = places[at % places.length] as [Json, string];
    if (action === 0) delete owner[key];
    else if (action === 1 && Array.isArray(owner)) owner.push(owner[Number(key)]);
    else if (action === 2) owner[key] = (places[how % places.length] as [Json, string])[0];
    else owner[key] = REPLACEMENTS[how % REPLACEMENTS.length]?.();
  }
  return plan;
}

const change = fc.record({ at: fc.nat(100_000), how: fc.nat(100_000), action: fc.nat(9) });
const renderers = await Promise.all(["text", "json", "markdown", "sarif", "junit", "github"].map(rendererOf));

/** Reviews bytes as the command does, and gives what it would print: the reports, or the error. */
function printed(bytes: Buffer, format: number): string {
  try {
    const report = reviewOf([{ name: "stack", file: "plan.json", plan: readPlan(readPlanFile(bytes)) }], {
      today: today(),
    });
    expect(exitStatus(report, "error")).not.toBe(3);
    const { before, after } = report.draw?.() ?? {};
    const pictures = [before, after].map((graph) => (graph ? toDot(graph) + toMermaid(graph) : ""));
    return [renderers[format % renderers.length]?.(report, { colour: false }), ...pictures].join("");
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

it("survives any plan: a report or a clear error, soon, and no secret", () => {
  let slowest = 0;
  let reports = 0;
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.array(change, { minLength: 4, maxLength: 5 }),
      fc.nat(1000),
      fc.nat(),
      (which, changes, cut, format) => {
        let text: string;
        try {
          text = JSON.stringify(mutated(TEXTS[which] as string, changes)) ?? "";
        } catch {
          // What refers to itself is no JSON.
          return;
        }
        const start = performance.now();
        const output = printed(
          Buffer.from(cut < 100 ? text.slice(0, Math.floor((text.length * cut) / 100)) : text),
          format,
        );
        slowest = Math.max(slowest, performance.now() - start);
        if (output.length > 500) reports++;
        expect(output).not.toContain(SECRET);
      },
    ),
    { numRuns: RUNS },
  );
  expect(slowest).toBeLessThan(2_000);
  expect(reports).toBeGreaterThan(RUNS / 4);
}, 600_000);
