import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assess } from "../assess/assess.ts";
import { toDot } from "../diagram/dot.ts";
import { type Graph, graphOf } from "../diagram/graph.ts";
import { toMermaid } from "../diagram/mermaid.ts";
import { toSvg } from "../diagram/svg.ts";
import { attachment, azapiAttachment, cluster, example } from "../rules/examples.ts";
import { readPlan } from "../sources/plan/json.ts";
import { fromPlan } from "../sources/plan/plan.ts";
import { today } from "../sources/today.ts";
import { azuremlAks, configFile, type Json, load, ROOT, small, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

const drawn = (config: object): Graph => graphOf(assess(load(config), ".", { today: today() }).model);
const labels = ({ nodes }: Graph): string[] =>
  nodes.map(({ kind, lines, stack }) => `${kind}: ${lines.join(", ")}${stack === undefined ? "" : ` [${stack}]`}`);
const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;

describe("a picture of a configuration", () => {
  it("holds workspace, cluster, pools, attachment, load balancer and TLS, each in its stack", () => {
    const graph = drawn(small({ attachment: { tls: { leafDomainLabel: "contoso" } } }));
    expect(labels(graph)).toEqual([
      "attachment: AksCompute, scoring, DevTest [dev-scoring-attachment]",
      "workspace: workspace, mlw, exists already",
      "cluster: AKS cluster, aks [dev-scoring-cluster]",
      "pool: pool agentpool, 3 x Standard_D4s_v5 [dev-scoring-cluster]",
      "public: public load balancer [dev-scoring-attachment]",
      "tls: TLS: from Microsoft, contoso [dev-scoring-attachment]",
    ]);
    expect(graph.order).toEqual([{ first: "dev-scoring-cluster", next: "dev-scoring-attachment" }]);
  });
  it("tells an internal load balancer at a glance, and its annotations come last", () => {
    const graph = drawn(small({ attachment: { loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" } } }));
    expect(labels(graph).filter((label) => label.startsWith("internal"))).toEqual([
      "internal: internal load balancer, in snet-aks [dev-scoring-attachment]",
      "internal: annotations: internal, in snet-aks [dev-scoring-kubernetes]",
    ]);
    expect(labels(graph).some((label) => label.startsWith("tls"))).toBe(false);
    expect(graph.order).toContainEqual({ first: "dev-scoring-attachment", next: "dev-scoring-kubernetes" });
  });
});

describe("a picture of a KubernetesCompute", () => {
  it("shows the endpoint that the extension gives to all of them, once, and what comes first", () => {
    const config = small({
      attachment: {
        kind: "KubernetesCompute",
        clusterPurpose: "DevTest",
        namespace: "ml",
        extension: { enableInference: true, inferenceRouterServiceType: "loadBalancer" },
        loadBalancer: { type: "InternalLoadBalancer" },
        tls: { cname: "www.contoso.com", certificate: { variables: true } },
      },
    });
    config.environments.dev.clusters.second = {
      existing: { resourceGroup: "rg-ml", name: "aks" },
      attachment: { kind: "KubernetesCompute", computeName: "second", namespace: "second" },
    };
    const graph = drawn(config);
    expect(labels(graph)).toEqual(
      expect.arrayContaining([
        "attachment: KubernetesCompute, scoring, in ml [dev-scoring-attachment]",
        "attachment: KubernetesCompute, second, in second [dev-second-attachment]",
        "secret: secret, azureml-tls [dev-scoring-kubernetes]",
      ]),
    );
    expect(labels(graph).filter((label) => /^(internal|tls)/.test(label))).toEqual([
      "internal: internal load balancer, of the extension [dev-scoring-attachment]",
      "tls: TLS: own certificate, www.contoso.com [dev-scoring-attachment]",
    ]);
    expect(graph.order).toContainEqual({ first: "dev-scoring-kubernetes", next: "dev-scoring-attachment" });
    expect(graph.order).not.toContainEqual({ first: "dev-scoring-attachment", next: "dev-scoring-kubernetes" });
  });
});

describe("a picture of a plan", () => {
  const planned = (after: object[], before: object[], replacing = {}): Graph =>
    graphOf(
      fromPlan([
        { name: "stack", plan: readPlan(planOf(stackOf(...after), { before: stackOf(...before), replacing })) },
      ]),
    );
  const fates = ({ nodes }: Graph): Record<string, string | undefined> =>
    Object.fromEntries(nodes.map(({ kind, fate }) => [kind, fate]));
  it("marks what is created, changed, replaced and removed", () => {
    expect(fates(planned([cluster(), attachment()], [cluster()]))).toMatchObject({
      attachment: "create",
      public: "create",
      cluster: undefined,
      pool: undefined,
    });
    expect(fates(planned([cluster()], [cluster(), attachment()]))).toMatchObject({
      attachment: "delete",
      cluster: undefined,
    });
    expect(fates(planned([cluster({ default_node_pool: { node_count: 9 } })], [cluster()]))).toEqual({
      cluster: "update",
      pool: "update",
    });
    expect(fates(planned([cluster({ tags: { a: "b" } })], [cluster()]))).toEqual({
      cluster: "update",
      pool: undefined,
    });
    const replacing = { "azapi_resource.attachment": ["name"] };
    expect(fates(planned([azapiAttachment({}, { name: "b" })], [azapiAttachment()], replacing))).toMatchObject({
      attachment: "replace",
    });
  });
  it("leaves out what nobody could see, and says how much", () => {
    const parts = Array.from({ length: 60 }, (_, index) => cluster({ name: `aks-${index}` }, `c${index}`));
    const graph = planned(parts, []);
    expect(graph.left).toBe(20);
    expect(toDot(graph)).toContain("20 more are not drawn");
    expect(toMermaid(graph)).toContain("20 more are not drawn");
  });
});

const HOSTILE = 'a"]; x -> y [label="\\" ] --> z <script>|b{}\n\u0000 end';
const hostile = (): Graph =>
  graphOf(
    fromPlan([
      { name: HOSTILE, plan: readPlan(planOf(stackOf(cluster({ name: HOSTILE }), attachment({ name: HOSTILE })))) },
    ]),
  );

describe("every format", () => {
  it("shows hostile names as text", async () => {
    const graph = hostile();
    const svg = await toSvg(graph);
    expect(svg).not.toContain("<script>");
    expect(svg.match(/<g id="node\d+"/g)).toHaveLength(graph.nodes.length);
    const lines = toMermaid(graph).trimEnd().split("\n");
    for (const line of lines.slice(1))
      expect(line).toMatch(
        /^ +(subgraph s\d+\["[^"]*"\]|end|n\d+[[({/]+"[^"<>|{}[\]]*(<br\/>[^"<>|{}[\]]*)*"[\])}/]+|n\d+ -->(\|[^|"]*\|)? n\d+|s\d+ -\.-> s\d+|classDef \w+ \S+( \S+)?|class [n\d,]+ \w+)$/,
      );
  });
  it("is the same each time", async () => {
    expect(await toSvg(hostile())).toBe(await toSvg(hostile()));
  });
});

describe("the command", () => {
  it("writes each format, to standard output or a file, of a configuration or of plans", () => {
    const folder = temporaryFolder();
    configFile(small(), folder);
    writeFileSync(join(folder, "plan.json"), JSON.stringify(planOf(stackOf(cluster()))));
    const run = (...args: string[]) => azuremlAks(["graph", ...args], { cwd: folder });
    expect(run()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^<svg role="img" .*<\/svg>\n$/s) });
    expect(run("--format", "dot", "--output", "picture.dot")).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(join(folder, "picture.dot"), "utf8")).toMatch(/^digraph azureml_aks \{/);
    expect(run("plan.json", "--format", "mermaid").stdout).toMatch(/^flowchart LR\n.*\+ created/s);
    expect(run("--output", "picture.mmd")).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "picture.mmd"), "utf8")).toMatch(/^flowchart/);
    expect(run("plan.json", "--output", "plan.json")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("this would replace plan.json"),
    });
  });
  it("drew the picture in the README, of the configuration that is shipped", async () => {
    const graph = graphOf(
      assess(load(readFileSync(join(ROOT, "azureml-aks.yaml"), "utf8")), ".", { today: today() }).model,
    );
    expect(readFileSync(join(ROOT, "docs/picture.svg"), "utf8")).toBe(await toSvg(graph));
    expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain("](docs/picture.svg)");
  });
});
