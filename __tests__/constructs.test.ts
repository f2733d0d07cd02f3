import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import { App, Aspects, TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { acknowledge } from "../constructs/acknowledgement.ts";
import { AksCluster } from "../constructs/aks-cluster.ts";
import { ComputeAttachment } from "../constructs/compute-attachment.ts";
import { App as JudgedApp } from "../stacks/app.ts";
import { AzureStack } from "../stacks/azure-stack.ts";
import { type Json, temporaryFolder } from "./helpers.ts";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
const WORKSPACE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw`;

/** Somebody's own program: cdktf's App, one stack, our constructs. */
function program(vmSize: string, change: (cluster: AksCluster) => void = () => {}): { app: App; outdir: string } {
  const outdir = temporaryFolder();
  const app = new App({ outdir, stackTraces: false });
  const stack = new TerraformStack(app, "ml");
  new AzurermProvider(stack, "azurerm", { features: [{}], subscriptionId: SUBSCRIPTION });
  const cluster = new AksCluster(stack, "cluster", {
    name: "aks",
    resourceGroupName: "rg",
    subscriptionId: SUBSCRIPTION,
    location: "westeurope",
    vmSize,
    nodeCount: 3,
  });
  new ComputeAttachment(stack, "attachment", {
    computeName: "scoring",
    workspaceId: WORKSPACE,
    location: "westeurope",
    cluster,
  });
  change(cluster);
  return { app, outdir };
}

const annotations = (outdir: string): Json[] =>
  JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")).stacks.ml.annotations;

describe("constructs in a program of one's own", () => {
  it("are judged when the app is synthesized, and an error stops it before the stack is written", () => {
    const { app, outdir } = program("Standard_DS2_v2");
    expect(() => app.synth()).toThrow(
      /\[ml\/cluster\/Resource\] attachment\/production-size: 3 x Standard_DS2_v2 = 6 vCPUs/,
    );
    expect(existsSync(join(outdir, "stacks/ml/cdk.tf.json"))).toBe(false);
  });
  it.each<[name: string, synthesize: (stack: TerraformStack) => unknown, isJudged: boolean]>([
    ["Testing.fullSynth", (stack) => Testing.fullSynth(stack), true],
    ["Testing.synth with validations", (stack) => Testing.synth(stack, true), true],
    ["Testing.synth without them", (stack) => Testing.synth(stack), false],
  ])("%s", (_, synthesize, isJudged) => {
    const wrong = program("Standard_DS2_v2").app.node.findChild("ml") as TerraformStack;
    const right = program("Standard_D4s_v5").app.node.findChild("ml") as TerraformStack;
    // As often as it is asked.
    for (const _ of [1, 2]) {
      const tried = expect(() => synthesize(wrong));
      const found = /\[ml\/cluster\/Resource\] attachment\/production-size/;
      if (isJudged) tried.toThrow(found);
      else tried.not.toThrow();
      expect(() => synthesize(right)).not.toThrow();
    }
  });
  it("are written with their warnings and notes where nothing is an error", () => {
    const { app, outdir } = program("Standard_D4s_v5");
    app.synth();
    const found = annotations(outdir).map(
      ({ level, constructPath, message }) => `${level} ${constructPath} ${message.split(":")[0]}`,
    );
    expect(found).toEqual(
      expect.arrayContaining([
        "@cdktf/info ml/attachment/Resource attachment/adopt",
        "@cdktf/info ml/attachment/Resource attachment/purpose-stated",
        "@cdktf/warn ml/attachment/Resource attachment/legacy",
      ]),
    );
    expect(found.join()).not.toContain("@cdktf/error");
  });
  it("take an acknowledgement, with its reason", () => {
    const { app, outdir } = program("Standard_DS2_v2", (cluster) =>
      acknowledge(cluster, { rule: "attachment/production-size", reason: "quota comes tomorrow" }),
    );
    app.synth();
    expect(annotations(outdir).find(({ message }) => message.startsWith("attachment/production-size"))).toMatchObject({
      level: "@cdktf/info",
      message: expect.stringContaining("Acknowledged: quota comes tomorrow"),
    });
  });
});

describe("aspects", () => {
  const stacks = (app: App | JudgedApp): AzureStack[] =>
    ["a", "b"].map((name) => {
      const props = { subscriptionId: SUBSCRIPTION, backend: { local: {} }, stateDirectory: ".." };
      const stack = new AzureStack(app, { name, environment: name, kind: "cluster" }, props);
      const cluster = {
        name,
        resourceGroupName: "rg",
        subscriptionId: SUBSCRIPTION,
        location: "westeurope",
        vmSize: "Standard_D4s_v5",
        nodeCount: 3,
      };
      const { resource } = new AksCluster(stack, "cluster", cluster);
      Aspects.of(stack).add({
        visit: (construct) => construct === resource && resource.addOverride("tags.team", "ml"),
      });
      return stack;
    });
  it("change every stack of cdktf's App, whichever is judged first", () => {
    const outdir = temporaryFolder();
    const app = new App({ outdir, stackTraces: false });
    stacks(app);
    app.synth();
    const tags = (name: string): Json =>
      JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")).resource.azurerm_kubernetes_cluster
        .cluster.tags;
    expect([tags("a"), tags("b")]).toEqual([{ team: "ml" }, { team: "ml" }]);
  });
  it("are refused where they would change what was judged", () => {
    const app = new JudgedApp();
    stacks(app);
    expect(() => app.prepare()).toThrow("a has an aspect, which would change what was judged");
  });
});
