import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXTENSION_MEMORY_GIB } from "../../azure/azureml-extension.ts";
import { type Cidr, isCovered, parseCidr } from "../../azure/cidr.ts";
import vmSizes from "../../azure/data/vm-sizes.json" with { type: "json" };
import { memoryUnlikeName, vCpusUnlikeName, vmSize } from "../../azure/vm-sizes.ts";
import { memory, vCpus } from "../../rules/existing-cluster.ts";
import { evaluate, evaluateOver, hasTerraform, type Json, small, synthesized } from "../helpers.ts";
import recorded from "./existing-clusters.json" with { type: "json" };

/**
 * What Terraform evaluates in the plan of an attachment, over answers of real clusters. Their sources are recordings in
 * public repositories, named beside each in existing-clusters.json.
 */
const PURPOSES = {
  FastProd: { kind: "AksCompute", clusterPurpose: "FastProd" },
  DevTest: { kind: "AksCompute", clusterPurpose: "DevTest" },
  extension: {
    kind: "KubernetesCompute",
    namespace: "ml",
    clusterPurpose: "FastProd",
    extension: { enableInference: true, inferenceRouterServiceType: "loadBalancer", allowInsecureConnections: true },
  },
  "KubernetesCompute alone": { kind: "KubernetesCompute", namespace: "ml", clusterPurpose: undefined },
} as const;
type Purpose = keyof typeof PURPOSES;

const CLUSTER = "data.azapi_resource.cluster";
const ID =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";

function attachment(purpose: Purpose): Json {
  const config = small({ attachment: PURPOSES[purpose] });
  const { scoring } = config.environments.dev.clusters;
  delete scoring.create;
  scoring.existing = { resourceGroup: "rg", name: "aks" };
  return synthesized(config)["dev-scoring-attachment"];
}

const stacks = Object.fromEntries(
  Object.keys(PURPOSES).map((purpose) => [purpose, attachment(purpose as Purpose)]),
) as Record<Purpose, Json>;

/** Conditions that stop, and check blocks that warn, by the rule or, where there is none, the name of the check. */
function conditionsOf(stack: Json): { readonly name: string; readonly stops: boolean; readonly condition: string }[] {
  const resources: Json[] = Object.values<Json>(stack.resource).flatMap((instances) => Object.values(instances));
  const stopping: Json[] = resources.flatMap((resource) => resource.lifecycle?.precondition ?? []);
  const named = (text: string, otherwise: string): string => /^([a-z-]+\/[a-z-]+): /.exec(text)?.[1] ?? otherwise;
  return [
    ...stopping.map(({ condition, error_message }) => ({ name: named(error_message, "?"), stops: true, condition })),
    ...Object.entries<Json>(stack.check).flatMap(([check, { assert }]) =>
      assert.map(({ condition, error_message }: Json) => ({
        name: named(error_message, check),
        stops: false,
        condition,
      })),
    ),
  ];
}

/** What azapi makes of an answer: what was asked for, where it is there. */
function read(answer: Json, stack: Json): Json {
  const output = {};
  for (const path of stack.data.azapi_resource.cluster.response_export_values as string[]) {
    const steps = path.split(".");
    const value = steps.reduce(
      (at: Json, step) => (typeof at === "object" && at !== null ? at[step] : undefined),
      answer,
    );
    if (value === undefined || value === null) continue;
    const last = steps.pop() as string;
    const owner = steps.reduce((at: Json, step) => (at[step] ??= {}), output);
    owner[last] = value;
  }
  return { id: ID, name: "aks", location: answer.location ?? null, output };
}

const OTHERS = {
  all_versions: { versions: ["1.32.6", "1.32.7", "1.33.3", "1.34.4", "1.35.1"] },
  versions: { versions: ["1.32.6", "1.32.7", "1.34.4"] },
  tags: { ipv4_cidrs: ["13.69.64.192/28", "20.61.96.0/27"] },
  workspace: {
    id: ID.replace("ContainerService/managedClusters", "MachineLearningServices/workspaces"),
    identity: [{ type: "SystemAssigned" }],
  },
};

/** The rules that do not hold: what stops, and after a tilde what warns; ERROR where an expression ends in one. */
function verdicts(
  purpose: Purpose,
  answers: Record<string, Json>,
  only: readonly string[] = [],
): Record<string, string[]> {
  const stack = stacks[purpose];
  const conditions = conditionsOf(stack).filter(({ name }) => only.length === 0 || only.includes(name));
  // The other data sources are part of each answer, so that they can be changed with it.
  const local = (text: string): string =>
    text
      .replaceAll(
        "data.azurerm_kubernetes_service_versions.cluster_versions_and_previews",
        `${CLUSTER}.others.all_versions`,
      )
      .replaceAll("data.azurerm_kubernetes_service_versions.cluster_versions", `${CLUSTER}.others.versions`)
      .replaceAll(/data\.azurerm_network_service_tags\.cluster_azureml(_pair)?_ranges/g, `${CLUSTER}.others.tags`)
      .replaceAll("data.azurerm_machine_learning_workspace.workspace", `${CLUSTER}.others.workspace`);
  const results = evaluateOver(
    Object.fromEntries(conditions.map(({ condition }, index) => [String(index), local(condition)])),
    CLUSTER,
    Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, { others: OTHERS, ...answer }])),
    stack.locals,
  );
  return Object.fromEntries(
    Object.keys(answers).map((answer) => [
      answer,
      conditions.flatMap(({ name, stops }, index) => {
        const result = results[String(index)]?.[answer];
        return result === true ? [] : [`${result === false ? "" : "ERROR "}${stops ? "" : "~"}${name}`];
      }),
    ]),
  );
}

const real = (purpose: Purpose): Record<string, Json> =>
  Object.fromEntries(Object.entries(recorded).map(([name, { answer }]) => [name, read(answer, stacks[purpose])]));

const SIZE = "attachment/production-size";
const NODES = "~attachment/production-nodes";
const DEV = "~attachment/dev-test-size";
const OLD = "~cluster/kubernetes-version";
const HA = "kubernetes/extension-settings";
const RANGES = "cluster/authorized-ranges-azureml";

/** Nothing where all holds or is not known. */
const EXPECTED: Record<keyof typeof recorded, Partial<Record<Purpose, string[]>> & { readonly always?: string[] }> = {
  // 3 x 8 vCPUs, a preview version
  "public-overlay-2025": { always: [OLD] },
  // 3 x 8 vCPUs of 1.32.5
  "run-command-off": { always: [OLD] },
  // 1 + 3 nodes of 2 vCPUs
  "user-pool": { FastProd: [SIZE], always: [OLD] },
  "two-pools": { FastProd: [SIZE], always: [OLD] },
  // 2 now, 3 at least, of 2 vCPUs
  autoscaling: { FastProd: [SIZE], always: [OLD] },
  // 1 node of 2 vCPUs and 7 GB, and none of another pool
  "autoscaling-from-zero": { FastProd: [SIZE, NODES], extension: [SIZE, HA], always: [OLD] },
  // the same, and spot nodes, which do not count
  "spot-pool": { FastProd: [SIZE, NODES], extension: [SIZE, HA], always: [OLD] },
  "stopped-pool": { FastProd: [SIZE], always: [OLD] },
  stopped: { FastProd: [SIZE, NODES], DevTest: [DEV], extension: [SIZE, HA], always: ["~cluster_stopped", OLD] },
  // 1 machine of 2 vCPUs and 8 GB
  "virtual-machines-pool": { FastProd: [SIZE, NODES], extension: [SIZE, HA] },
  "managed-system-pool-only": { always: [OLD] },
  "node-auto-provisioning": { always: [OLD] },
  "automatic-hosted-system": {},
  automatic: {},
  "private-system": { FastProd: [SIZE], always: ["~cluster_private", OLD] },
  "authorized-ranges": {
    FastProd: [SIZE, NODES, "cluster/authorized-ranges-azureml"],
    DevTest: ["cluster/authorized-ranges-azureml"],
    extension: [SIZE, HA, "cluster/authorized-ranges-azureml"],
    "KubernetesCompute alone": ["cluster/authorized-ranges-azureml"],
    always: [OLD],
  },
  "basic-lb-availability-set": { FastProd: [SIZE, NODES], extension: [SIZE, HA], always: [OLD] },
  "old-2019-no-mode": { FastProd: [SIZE, NODES], extension: [SIZE, HA], always: [OLD] },
};

describe.skipIf(!hasTerraform)(
  "what Terraform says of real clusters in the plan (skipped where there is no terraform)",
  () => {
    it.each(Object.keys(PURPOSES) as Purpose[])("%s", (purpose) => {
      const expected = Object.entries(EXPECTED).map(([name, { always = [], ...verdict }]) => [
        name,
        [...(verdict[purpose] ?? []), ...always].sort(),
      ]);
      const found = Object.entries(verdicts(purpose, real(purpose))).map(([name, wrong]) => [name, wrong.sort()]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    });

    it.each<[purpose: Purpose, only: string[]]>([
      ["FastProd", []],
      ["extension", [SIZE, HA, "attachment/workspace-identity-roles"]],
    ])("bears every value that is null, empty or absent, and lets pass what is not known: %s", (purpose, only) => {
      // Each place once, in the first of these answers that has it.
      const changed = new Map<string, Json>();
      for (const name of [
        "authorized-ranges",
        "private-system",
        "spot-pool",
        "autoscaling",
        "virtual-machines-pool",
      ] as const)
        for (const { path, value } of mutations({ others: OTHERS, ...real(purpose)[name] })) {
          const place = path.replaceAll(/\.\d+/g, "[]");
          if (!changed.has(place)) changed.set(place, value);
        }
      const found = verdicts(purpose, Object.fromEntries(changed), only);
      expect(Object.keys(found).length).toBeGreaterThan(100);
      expect(Object.entries(found).filter(([, wrong]) => wrong.some((each) => each.startsWith("ERROR")))).toEqual([]);
      for (const path of ["output", "output.properties", "output.properties.agentPoolProfiles"])
        for (const value of VALUES)
          expect(
            found[`${path} = ${value}`]?.filter((each) => each === SIZE || each === HA),
            `${path} ${value}`,
          ).toEqual([]);
    });

    it("counts as it is said: what serves now decides what stops, and what is sure to stay what warns", () => {
      const pools = fc.sample(fc.array(POOL, { minLength: 1, maxLength: 3 }), { numRuns: 60, seed: 14 });
      const answers = Object.fromEntries(
        pools.map((each, index) => [String(index), answerWith({ agentPoolProfiles: each })]),
      );
      const size = verdicts("FastProd", answers, [SIZE, NODES.slice(1)]);
      const extension = verdicts("extension", answers, [SIZE]);
      const expected = pools.map((each) => expectedOf(each));
      expect(pools.map((_, index) => size[index])).toEqual(expected.map(({ production }) => production));
      expect(pools.map((_, index) => extension[index])).toEqual(expected.map(({ extension }) => extension));
      // The sample has all verdicts in it.
      for (const each of [SIZE, `~${SIZE}`, NODES])
        expect(
          expected.some(({ production }) => production.includes(each)),
          each,
        ).toBe(true);
    });

    it("covers a published range by several together, and by nothing less", () => {
      const range = (least: number, most: number): fc.Arbitrary<string> =>
        fc
          .tuple(fc.integer({ min: 0, max: 2 ** 10 - 1 }), fc.integer({ min: least, max: most }))
          .map(([host, prefix]) => `10.0.${host >> 8}.${host & 255}/${prefix}`);
      const cases = [
        ...fc.sample(
          fc.tuple(
            fc.array(range(23, 30), { minLength: 1, maxLength: 8 }),
            fc.array(range(25, 32), { minLength: 1, maxLength: 2 }),
          ),
          {
            numRuns: 200,
            seed: 6,
          },
        ),
        [["10.0.0.0/25", "10.0.0.128/25"], ["10.0.0.0/24"]],
        [["10.0.0.128/25", "10.0.0.0/26", "10.0.0.64/26"], ["10.0.0.0/24"]],
        [["10.0.0.0/25", "10.0.0.129/32"], ["10.0.0.0/24"]],
        [["0.0.0.0/0"], ["10.0.0.0/24"]],
        [["10.0.0.7"], ["10.0.0.7/32"]],
        [["10.0.0.0/24", "2001:db8::/32"], ["10.0.1.0/24"]],
      ] as [string[], string[]][];
      const answers = Object.fromEntries(
        cases.map(([own, published], index) => [
          String(index),
          {
            ...answerWith({ apiServerAccessProfile: { authorizedIPRanges: own } }),
            others: { ...OTHERS, tags: { ipv4_cidrs: published } },
          },
        ]),
      );
      const found = verdicts("FastProd", answers, [RANGES]);
      const expected = cases.map(([own, published]) => {
        const parsed = own.flatMap((each) => parseCidr(each) ?? []);
        return published.every((each) => isCovered(parseCidr(each) as Cidr, parsed)) ? [] : [RANGES];
      });
      expect(cases.map((_, index) => found[index])).toEqual(expected);
      expect(new Set(expected.map(({ length }) => length))).toEqual(new Set([0, 1]));
    });

    it.each<[what: string, purpose: Purpose, properties: object, wrong: string[], rest?: object]>([
      [
        "a service tag among the ranges may let everybody in",
        "FastProd",
        { apiServerAccessProfile: { authorizedIPRanges: ["AzureCloud", "203.0.113.0/24"] } },
        [],
      ],
      [
        "ranges of a private cluster mean nothing",
        "FastProd",
        { apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: ["203.0.113.0/24"] } },
        ["~cluster_private"],
      ],
      [
        "ranges and a Basic load balancer",
        "FastProd",
        { apiServerAccessProfile: { authorizedIPRanges: ["0.0.0.0/0"] }, networkProfile: { loadBalancerSku: "Basic" } },
        ["cluster/authorized-ranges-standard-lb"],
      ],
      ["a version that is not listed", "DevTest", { currentKubernetesVersion: "1.30.1" }, [OLD]],
      ["a preview", "DevTest", { currentKubernetesVersion: "1.35.1" }, [OLD]],
      ["a minor version alone", "DevTest", { currentKubernetesVersion: "", kubernetesVersion: "1.34" }, []],
      [
        "a version of long-term support",
        "DevTest",
        { currentKubernetesVersion: "1.30.1", supportPlan: "AKSLongTermSupport" },
        [],
        { tier: "Premium" },
      ],
      [
        "a plan of long-term support without its tier",
        "DevTest",
        { currentKubernetesVersion: "1.30.1", supportPlan: "AKSLongTermSupport" },
        [OLD],
        { tier: "Standard" },
      ],
      [
        "node auto-provisioning",
        "FastProd",
        { nodeProvisioningProfile: { mode: "Auto" }, agentPoolProfiles: [{ vmSize: "Standard_D2s_v5", count: 1 }] },
        [],
      ],
      [
        "AKS Automatic",
        "FastProd",
        { agentPoolProfiles: [{ vmSize: "Standard_D2s_v5", count: 1 }] },
        [],
        { name: "Automatic" },
      ],
    ])("%s", (_, purpose, properties, wrong, sku = {}) => {
      expect(verdicts(purpose, { one: answerWith(properties, sku) })).toEqual({ one: wrong });
    });

    it("knows a cluster of another subscription", () => {
      const answer = { ...answerWith({}), id: ID.replace("000000000001", "000000000002") };
      expect(verdicts("FastProd", { answer })).toEqual({ answer: ["attachment/same-subscription"] });
    });
  },
);

/** A cluster that all holds of, with other properties. */
function answerWith(properties: object, sku: object = {}): Json {
  const good = {
    agentPoolProfiles: [
      {
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        mode: "System",
        vmSize: "Standard_D8s_v5",
        count: 3,
        enableAutoScaling: false,
      },
    ],
    currentKubernetesVersion: "1.34.4",
    kubernetesVersion: "1.34",
    networkProfile: { loadBalancerSku: "standard" },
    powerState: { code: "Running" },
  };
  return read(
    { location: "westeurope", sku: { name: "Base", tier: "Free", ...sku }, properties: { ...good, ...properties } },
    stacks.FastProd,
  );
}

const VALUES = ["null", "[]", '""', "absent"] as const;

/** The value with each part of it null, empty and left out, one at a time. */
function* mutations(value: Json, path = ""): Generator<{ readonly path: string; readonly value: Json }> {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    const withPart = (part: Json): Json =>
      Array.isArray(value)
        ? value.map((each, index) => (String(index) === key ? part : each))
        : { ...value, [key]: part };
    for (const [name, part] of [
      ["null", null],
      ["[]", []],
      ['""', ""],
    ] as const)
      yield { path: `${at} = ${name}`, value: withPart(part) };
    const { [key]: _, ...rest } = value;
    // What a data source has by its schema is there.
    if (!Array.isArray(value) && at.startsWith("output")) yield { path: `${at} = absent`, value: rest };
    for (const inner of mutations(value[key], at)) yield { path: inner.path, value: withPart(inner.value) };
  }
}

const SIZES = ["Standard_D2s_v5", "standard_d4s_v5", "Standard_D8s_v5"] as const;
const machine = (count: "count" | "minCount"): fc.Arbitrary<Json> =>
  fc.record({ size: fc.constantFrom(...SIZES), [count]: fc.integer({ min: 0, max: 3 }) });
const absent = fc.constant(undefined);

/** A pool as Azure answers it: mostly one that serves. */
const POOL: fc.Arbitrary<Json> = fc
  .record({
    type: fc.constantFrom("VirtualMachineScaleSets", "VirtualMachineScaleSets", "virtualMachines"),
    osType: fc.constantFrom("Linux", "Linux", "Linux", "Windows"),
    mode: fc.constantFrom("System", "User", "User", "User", "Gateway"),
    scaleSetPriority: fc.constantFrom(undefined, undefined, "Regular", "Spot"),
    nodeTaints: fc.constantFrom(
      undefined,
      [],
      [],
      ["CriticalAddonsOnly=true:NoSchedule"],
      ["ml.azure.com/amlarc=true:NoSchedule"],
      ["gpu=true:NoExecute", "ml.azure.com/amlarc=true:NoSchedule"],
      ["slow=true:PreferNoSchedule"],
    ),
    vmSize: fc.constantFrom(...SIZES, ...SIZES, "Standard_Z1"),
    count: fc.integer({ min: 0, max: 4 }),
    enableAutoScaling: fc.boolean(),
    minCount: fc.integer({ min: 0, max: 4 }),
    manual: fc.oneof(absent, fc.array(machine("count"), { maxLength: 2 })),
    autoscale: fc.oneof(absent, machine("minCount")),
    status: fc.oneof(absent, fc.array(machine("count"), { maxLength: 2 })),
  })
  .map(({ manual, autoscale, status, vmSize, count, ...pool }) =>
    JSON.parse(
      JSON.stringify(
        pool.type === "virtualMachines"
          ? {
              ...pool,
              vmSize: "",
              count: 0,
              virtualMachinesProfile: { scale: { manual, autoscale } },
              virtualMachineNodesStatus: status,
            }
          : { ...pool, vmSize, count },
      ),
    ),
  );

/**
 * The verdicts, computed in another way: the pools that serve, and what each has now and at least, or that it is not
 * known.
 */
function expectedOf(pools: readonly Json[]): { readonly production: string[]; readonly extension: string[] } {
  const keepsAway = ({ nodeTaints = [] }: Json): string[] =>
    nodeTaints.filter((taint: string) => !taint.endsWith(":PreferNoSchedule"));
  const isCritical = (pool: Json): boolean => keepsAway(pool).some((taint) => taint.startsWith("CriticalAddonsOnly"));
  const candidates = pools.filter(
    (pool) =>
      pool.osType === "Linux" &&
      pool.mode !== "Gateway" &&
      pool.scaleSetPriority !== "Spot" &&
      keepsAway(pool).every((taint) => /^(Critical|ml\.azure)/.test(taint)),
  );
  const free = candidates.filter((pool) => !isCritical(pool));
  const serving = free.length > 0 ? free : candidates;
  type Entry = { size: string; nodes: number };
  const parts = (pool: Json): { now: Entry[]; least: Entry[] } => {
    if (pool.type !== "virtualMachines") {
      const of = (nodes: number): Entry[] => [{ size: pool.vmSize, nodes }];
      return { now: of(pool.count), least: of(pool.enableAutoScaling ? pool.minCount : pool.count) };
    }
    const entries = (list: Json[]): Entry[] =>
      list.map(({ size, count, minCount }) => ({ size, nodes: count ?? minCount }));
    const { manual = [], autoscale } = pool.virtualMachinesProfile.scale;
    const least = entries([...manual, ...(autoscale ? [autoscale] : [])]);
    return { now: pool.virtualMachineNodesStatus?.length > 0 ? entries(pool.virtualMachineNodesStatus) : least, least };
  };
  const sums = (of: (size: string) => number | undefined): { now: number; least: number } => {
    const sum = (entries: Entry[]): number =>
      entries.length === 0
        ? Number.NaN
        : entries.reduce((total, { size, nodes }) => total + nodes * (of(size) ?? Number.NaN), 0);
    const each = serving
      .map(parts)
      .map(({ now, least }) => ({ now: Math.max(sum(now), sum(least)), least: sum(least) }));
    return {
      now: each.reduce((total, { now }) => total + now, 0),
      least: each.reduce((total, { least }) => total + least, 0),
    };
  };
  const [nodes, vCpus, memory] = [
    sums(() => 1),
    sums((size) => vmSize(size)?.vCpus),
    sums((size) => vmSize(size)?.memoryGiB),
  ];
  // What is not a number is not known, and less than nothing.
  const isShort = (needs: readonly [{ now: number; least: number }, number][], amount: "now" | "least"): boolean =>
    needs.some(([has, atLeast]) => has[amount] < atLeast);
  const verdict = (needs: readonly [{ now: number; least: number }, number][]): string[] =>
    isShort(needs, "now") ? [SIZE] : isShort(needs, "least") ? [`~${SIZE}`] : [];
  return {
    production: [...verdict([[vCpus, 12]]), ...(nodes.least < 3 ? [NODES] : [])].sort(
      (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b),
    ),
    extension: verdict([
      [vCpus, 4],
      [memory, 14],
    ]),
  };
}

/** As the conditions stand: what stops, then the check blocks. */
const ORDER = [SIZE, NODES, `~${SIZE}`];

describe.runIf(hasTerraform)("vCPUs and memory in the names of VM sizes", () => {
  it("are those of the table, for every size of it", () => {
    const sizes = vmSizes.sizes.map((line) => line.split(" ", 1)[0] as string);
    const plain = (size: string): string => size.toLowerCase().replace("standard_", "");
    const each = `[${vCpus("local.vcpus")?.("size")}, ${memory("local.memory")?.("size")}]`;
    const amounts = evaluate(`\${[for size in local.sizes : ${each}]}`, {
      "local.sizes": sizes.map(plain),
      "local.vcpus": vCpusUnlikeName(),
      "local.memory": memoryUnlikeName(),
    });
    const expected = sizes.map((name) => {
      const size = vmSize(name);
      return [size?.vCpus, Math.min(size?.memoryGiB ?? 0, EXTENSION_MEMORY_GIB)];
    });
    expect(amounts).toEqual(expected);
  });
});
