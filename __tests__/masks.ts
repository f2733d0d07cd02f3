import { expect, it } from "vitest";
import { FORMAT_NAMES } from "../report/formats.ts";
import {
  attachment,
  azapiAttachment,
  cluster,
  example,
  extension,
  frontEnd,
  kubernetesCompute,
  kubernetesSecret,
  nodePool,
} from "../rules/examples.ts";
import type { Json } from "./helpers.ts";
import { planOf } from "./plan-of.ts";
import { seen } from "./seen.ts";

/** Of no report, in no part: as a word, as a reference and as a subscription it has the same characters. */
const WORD = "zqxj7wvk9yqz";
const REFERENCE = `${WORD}.${WORD}.${WORD}`;
export const ID = "7a6b5c4d-9e8f-4a7b-8c6d-5e4f3a2b1c0d";
const PARTS = [WORD, ID].flatMap((secret) =>
  Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6)),
);

type Step = string | number;

/** Plans with a bit of everything that is judged, before and after. */
const PLANS: readonly Json[] = [
  [
    [
      cluster({ tags: { team: "ml" }, api_server_access_profile: { authorized_ip_ranges: ["203.0.113.0/24"] } }),
      nodePool(),
      attachment({ ssl: { leaf_domain_label: "contoso" } }),
    ],
    [cluster({ tags: { team: "data" }, default_node_pool: { node_count: 5 } }), nodePool(), attachment()],
  ],
  [
    [azapiAttachment({ loadBalancerType: "InternalLoadBalancer" }), frontEnd({ "load-balancer-internal": "true" })],
    [azapiAttachment(), frontEnd({ "load-balancer-internal": "false" })],
  ],
  [
    [
      extension({ sslCname: "a.contoso.com" }),
      kubernetesCompute(),
      kubernetesSecret({ data: { "cert.pem": "C", "key.pem": "${var.key}" } }),
    ],
    [extension({ sslCname: "b.contoso.com" }), kubernetesCompute()],
  ],
].map(([after, before]) => {
  const stackOf = (parts: object[] = []): Json => example("", ...parts).stacks.stack;
  const plan = planOf(stackOf(after), { before: stackOf(before) });
  // What changed outside of Terraform is covered as all else.
  plan.resource_drift = structuredClone(plan.resource_changes);
  return plan;
});

/** Every node of a value, the value itself last. */
function nodesOf(value: Json, path: Step[] = []): Step[][] {
  const keys =
    typeof value !== "object" || value === null ? [] : Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [...keys.flatMap((key) => nodesOf(value[key], [...path, key])), path];
}

/** The value with another one at a path. */
function replaced(value: Json, [key, ...rest]: readonly Step[], by: (old: Json) => Json): Json {
  if (key === undefined) return by(value);
  const copy = Array.isArray(value)
    ? [...value]
    : typeof value === "object" && value !== null
      ? { ...value }
      : typeof key === "number"
        ? []
        : {};
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** The mask of a path. */
function maskAt(path: readonly Step[]): Json {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (typeof key === "string") return { [key]: maskAt(rest) };
  return Array.from({ length: key + 1 }, (_, index) => (index === key ? maskAt(rest) : false));
}

/** A secret in place of every text, key and number of a value, in its shape. */
function secretOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(secretOf);
  if (typeof value !== "object" || value === null)
    return String(value).startsWith("/subscriptions/") ? `/subscriptions/${ID}/resourceGroups/${WORD}` : WORD;
  return Object.fromEntries([
    ...Object.entries(value).map(([key, item]) => [key, secretOf(item)]),
    [WORD, WORD],
    [`${WORD}/${ID}`, WORD],
  ]);
}

/** The expression of the configuration at a path, as far as there is one. */
function expressionAt(expressions: Json, path: readonly Step[], by: (shape: Json) => Json): Json {
  const [key, ...rest] = path;
  if (key === undefined || expressions === undefined) return expressions;
  if (typeof expressions[key] !== "object") return expressions;
  const at = expressions[key];
  const isExpression = "constant_value" in at || "references" in at;
  return replaced(expressions, [key], () => (isExpression ? by(at.constant_value) : expressionAt(at, rest, by)));
}

/** What a masked value may look like in a plan: what is known of it, and what its configuration gives. */
const FORMS: Readonly<
  Record<string, { known: (secret: Json) => Json; unknown: (secret: Json) => Json; expression: (secret: Json) => Json }>
> = {
  "a literal": {
    known: (secret) => secret,
    unknown: () => false,
    expression: (secret) => ({ constant_value: secret }),
  },
  "an unknown value with a literal": {
    known: () => undefined,
    unknown: () => true,
    expression: (secret) => ({ constant_value: secret }),
  },
  "a template": {
    known: () => undefined,
    unknown: () => true,
    expression: () => ({ constant_value: `\${var.a} ${REFERENCE}`, references: ["var.a"] }),
  },
  "a reference with text after it": {
    known: (secret) => secret,
    unknown: () => false,
    expression: () => ({ constant_value: `\${var.a} var.a.${WORD} ${REFERENCE}`, references: ["var.a"] }),
  },
  "a list of which some items are known": {
    known: () => [WORD, WORD],
    unknown: () => [false, true],
    expression: () => ({ constant_value: ["${var.a}", WORD, REFERENCE], references: ["var.a"] }),
  },
  "a list that is joined": {
    known: () => undefined,
    unknown: () => true,
    expression: () => ({ constant_value: `\${concat(["${WORD}", "${REFERENCE}"], var.a)}`, references: ["var.a"] }),
  },
  "a map of which some values are known": {
    known: () => ({ a: WORD, [WORD]: WORD }),
    unknown: () => ({ b: true, [`${WORD}2`]: true }),
    expression: () => ({
      constant_value: { a: WORD, b: `\${var.a} ${REFERENCE}`, [WORD]: WORD, [`${WORD}2`]: WORD },
      references: ["var.a"],
    }),
  },
};

/** The plan with a node of a resource masked, in a form. Whoever reviews it must not see what stands there. */
function masked(
  plan: Json,
  at: number,
  path: readonly Step[],
  form: keyof typeof FORMS,
  marked: "before_sensitive" | "after_sensitive",
): Json {
  const { known, unknown, expression } = FORMS[form] as (typeof FORMS)[string];
  const mask = (entry: Json): Json => {
    const { change } = entry;
    const after = replaced(change.after, path, (value) => known(secretOf(value)));
    return {
      ...entry,
      change: {
        ...change,
        before: change.before && replaced(change.before, path, secretOf),
        after,
        after_unknown: replaced(change.after_unknown ?? {}, path, (value) => unknown(value)),
        [marked]: maskAt(path),
        replace_paths: [path, [...path, WORD], [...path, 0, WORD]],
      },
    };
  };
  const target = plan.resource_changes[at];
  const root = plan.configuration.root_module;
  return {
    ...plan,
    resource_changes: plan.resource_changes.with(at, mask(target)),
    resource_drift: plan.resource_drift.with(
      at,
      mask({ ...target, change: { ...target.change, actions: ["update"] } }),
    ),
    configuration: {
      ...plan.configuration,
      root_module: {
        ...root,
        resources: root.resources.map((block: Json) =>
          block.address === target.address
            ? { ...block, expressions: expressionAt(block.expressions, path, (value) => expression(secretOf(value))) }
            : block,
        ),
      },
    },
  };
}

/** All of a report is in JSON; the other formats show parts of the same, each of them of every seventh plan. */
export const OTHERS = FORMAT_NAMES.filter((name) => name !== "json");

/**
 * Masks every node of the plans in every form, or of so many nodes one in each form: fewer, and other ones in each.
 * What could be seen then must have no part of what is masked.
 */
export function tryMasks(of = 1): void {
  it.each([...Object.keys(FORMS).entries()])(
    "nobody sees a part of a masked value at any node, form %i: %s",
    (shift, form) => {
      let tried = 0;
      for (const plan of PLANS) {
        const nodes: Step[][][] = plan.resource_changes.map(({ change }: Json) => nodesOf(change.after ?? {}));
        // One node of each resource at a time, and other ones together in each form.
        for (let round = shift % of; round < Math.max(...nodes.map(({ length }) => length)); round += of) {
          tried += nodes.length;
          const marked = round % 2 === 0 ? "after_sensitive" : "before_sensitive";
          const paths = nodes.map((all, at) => all[(round + at * shift) % all.length] as Step[]);
          const hidden = paths.reduce((result, path, at) => masked(result, at, path, form, marked), plan);
          const text = seen(hidden, ["json", OTHERS[round % OTHERS.length] as string]);
          const parts = PARTS.filter((part) => text.includes(part));
          expect(parts, `${paths.map((path) => path.join(".")).join(" and ")} (${marked})`).toEqual([]);
        }
      }
      expect(tried).toBeGreaterThan(100 / of);
    },
  );
}
