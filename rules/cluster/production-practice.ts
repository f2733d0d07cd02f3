import { hasZones, regionName } from "../../azure/regions.ts";
import { nodePools } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import {
  attachment,
  cluster,
  example,
  extension,
  finds,
  kubernetesCompute,
  nodePool,
  WHOLE_RESOURCE,
} from "../examples.ts";
import { type Advice, createdClusters, endpoints, rule } from "../rule.ts";

/** What is asked of a practice. */
interface Situation {
  readonly target: Resource;
  readonly isAksCompute: boolean;
}

/** A decision that a production cluster needs, with Azure's default. */
interface Practice {
  readonly attribute: string;
  readonly what: string;
  readonly advice: Exclude<Advice, string>;
  applies(situation: Situation): boolean;
}

const PRACTICES: readonly Practice[] = [
  {
    attribute: "sku_tier",
    what: "the pricing tier (Free has no uptime SLA)",
    advice: { terraform: "set sku_tier to Standard", configuration: "set tier to Standard" },
    applies: () => true,
  },
  {
    attribute: "automatic_upgrade_channel",
    what: "upgrades (the Kubernetes version goes out of support)",
    advice: {
      terraform: "set automatic_upgrade_channel, for example to patch",
      configuration: "set automaticUpgrade, for example to patch",
    },
    applies: () => true,
  },
  {
    attribute: "default_node_pool[0].zones",
    what: "availability zones (all nodes stop with one data centre)",
    advice: {
      terraform: 'set zones, for example to ["1", "2", "3"]',
      configuration: 'set nodePool.zones, for example to ["1", "2", "3"]',
    },
    applies: ({ target }) => hasUnusedZones(target),
  },
  {
    attribute: "default_node_pool[0].only_critical_addons_enabled",
    what: "a system pool of its own (models and jobs run beside what the cluster itself needs)",
    advice: {
      terraform: "set only_critical_addons_enabled to true, and add a node pool for them",
      configuration: "set nodePool.criticalAddonsOnly to true, and add a pool to nodePools for them",
    },
    applies: () => true,
  },
  {
    attribute: "local_account_disabled",
    what: "local accounts (the admin certificate gives all rights to whoever has it)",
    advice: {
      terraform: "set local_account_disabled to true, with Entra ID, and give the workspace Trusted Access",
      configuration: "set localAccountDisabled to true, with entraId, and trustedAccess to true",
    },
    applies: ({ isAksCompute }) => !isAksCompute,
  },
];

/** Whether the region has availability zones, and no pool is in any. */
function hasUnusedZones(target: Resource): boolean {
  if (nodePools(target).some((pool) => pool.resource.isSet(pool.at("zones")))) return false;
  const location = target.value("location");
  return typeof location === "string" && hasZones(regionName(location)) === true;
}

const PRACTICED = {
  sku_tier: "Standard",
  automatic_upgrade_channel: "patch",
  default_node_pool: { zones: ["1", "2", "3"], only_critical_addons_enabled: true },
};

export default rule({
  id: "cluster/production-practice",
  level: "note",
  fact: "A cluster for production sets its pricing tier, availability zones, upgrades, system pool and local accounts.",
  why: "Azure's defaults are for a first try: no uptime SLA, one data centre, no upgrades, models on the nodes of the system pool, and a shared administrator account.",
  source: "https://learn.microsoft.com/azure/well-architected/service-guides/azure-kubernetes-service",
  phases: ["synthesis", "plan"],
  on: endpoints,
  *check(subject) {
    if (!subject.isProduction) return;
    const { resource: target } = subject.cluster;
    if (!target) {
      const { model } = subject.resource;
      const mayBeOne = createdClusters(model).some((each) => model.idOf(each) === undefined);
      return mayBeOne ? subject.resource.notKnown(subject.clusterPath) : undefined;
    }
    if (!target.isMade || target.parts.mode === "data") return;
    // An AksCompute needs local accounts.
    const isAksCompute = "kind" in subject;
    const asked = PRACTICES.filter(({ applies }) => applies({ target, isAksCompute }));
    const open = asked.filter(({ attribute }) => !target.isSetByAuthor(attribute));
    // What a variable decides may be null, which decides nothing.
    yield function* () {
      for (const { attribute } of asked)
        if (!open.some((each) => each.attribute === attribute)) target.exists(attribute);
    };
    if (open.length === 0) return;
    const adviceIn = (words: "terraform" | "configuration"): string =>
      `${open.map(({ advice }) => advice[words]).join("; ")}; or acknowledge this, if you want the defaults`;
    yield {
      resource: target,
      message: `not set for production: ${open.map(({ what }) => what).join("; ")}`,
      advice: { terraform: adviceIn("terraform"), configuration: adviceIn("configuration") },
    };
  },
  configuration: {
    passing: {
      create: {
        tier: "Standard",
        automaticUpgrade: "patch",
        nodePool: { zones: ["1", "2", "3"], criticalAddonsOnly: true },
        nodePools: { cpu: { vmSize: "Standard_D4s_v5", nodeCount: 3, zones: ["1", "2", "3"] } },
      },
    },
    failing: { create: { tier: null, automaticUpgrade: null } },
  },
  get examples() {
    return {
      passing: [
        example("all of it is decided", cluster(PRACTICED), attachment()),
        example(
          "it is decided otherwise",
          cluster({
            ...PRACTICED,
            sku_tier: "Free",
            default_node_pool: { zones: ["1"], only_critical_addons_enabled: false },
          }),
          attachment(),
        ),
        example(
          "another pool is in zones",
          cluster({ ...PRACTICED, default_node_pool: { only_critical_addons_enabled: true } }),
          nodePool({ zones: ["1", "2"] }),
          attachment(),
        ),
        example(
          "a region without zones",
          cluster({ ...PRACTICED, location: "westus", default_node_pool: { only_critical_addons_enabled: true } }),
          attachment(),
        ),
        example("development and test", cluster(), attachment({ cluster_purpose: "DevTest" })),
        example("a cluster that nothing attaches", cluster()),
      ],
      failing: [
        finds(WHOLE_RESOURCE, example("nothing is said", cluster(), attachment())),
        finds(
          WHOLE_RESOURCE,
          example(
            "local accounts, where Azure ML does without",
            cluster(PRACTICED),
            extension({ clusterPurpose: "FastProd" }),
            kubernetesCompute(),
          ),
        ),
      ],
      unknown: [],
    };
  },
});
