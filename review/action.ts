import { azureTypeOf } from "../model/action.ts";
import type { Meaning } from "../model/finding.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import { nameOf, type Reading } from "./reading.ts";

/** What azapi asks Azure to do, apart from creating and changing a resource. */
interface AzureAction {
  readonly resource: Resource;
  /** What it is asked of, for example `the AKS cluster aks-scoring`. */
  readonly target: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** `stop`; the method where there is no name. */
  readonly action: string;
}

interface Outcome {
  readonly meaning: Meaning;
  readonly says: (target: string) => string;
}

const CLUSTER: Readonly<Record<string, Outcome>> = {
  stop: {
    meaning: "other",
    says: (target) =>
      `Stops ${target}: every deployment on it is down until the cluster is started again. First tell all callers of its endpoints.`,
  },
  start: { meaning: "other", says: (target) => `Starts ${target}.` },
  rotateclustercertificates: {
    meaning: "rotate-nodes",
    says: (target) =>
      `Rotates the certificates of ${target}: all nodes are created again, the cluster is down for up to 30 minutes, and every kubeconfig becomes invalid. First announce it.`,
  },
  rotateserviceaccountsigningkeys: {
    meaning: "other",
    says: (target) =>
      `Rotates the signing keys of ${target}: pods must be restarted before their tokens become invalid.`,
  },
  delete: {
    meaning: "destroy-cluster",
    says: (target) =>
      `Deletes ${target}: every deployment on it ends, and cannot be restored. First move its models elsewhere and detach the cluster.`,
  },
};

const POOL: Readonly<Record<string, Outcome>> = {
  upgradenodeimageversion: {
    meaning: "rotate-nodes",
    says: (target) =>
      `Upgrades the node image of ${target}: its nodes are replaced one after another. First check that every model has a second replica.`,
  },
  deletemachines: {
    meaning: "scale",
    says: (target) => `Deletes nodes of ${target}: what runs there moves, or stays pending until there is room.`,
  },
  delete: {
    meaning: "scale",
    says: (target) => `Deletes ${target}: what runs there moves, or stays pending until there is room.`,
  },
};

const COMPUTE: Readonly<Record<string, Outcome>> = {
  delete: {
    meaning: "detach",
    says: (target) =>
      `Detaches or deletes ${target}, as its query parameter underlyingResourceAction says: nothing can be deployed to it any more. First move or remove what is served there, and check that it says Detach.`,
  },
};

const WORKSPACE: Readonly<Record<string, Outcome>> = {
  delete: {
    meaning: "destroy-workspace",
    says: (target) => `Deletes ${target}: its computes, endpoints and models are lost. First detach the clusters.`,
  },
};

interface Kind {
  readonly noun: string;
  readonly terraformType: string;
  /** By the name of the action, in lower case, or by the method where it has none. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const ML = "microsoft.machinelearningservices/workspaces";
const AKS = "microsoft.containerservice/managedclusters";

/** Types in Azure, in lower case. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  [AKS, { noun: "the AKS cluster", terraformType: "azurerm_kubernetes_cluster", outcomes: CLUSTER }],
  [
    `${AKS}/agentpools`,
    { noun: "the node pool", terraformType: "azurerm_kubernetes_cluster_node_pool", outcomes: POOL },
  ],
  [ML, { noun: "the workspace", terraformType: "azurerm_machine_learning_workspace", outcomes: WORKSPACE }],
  [`${ML}/computes`, { noun: "the compute", terraformType: "azapi_resource", outcomes: COMPUTE }],
]);

/** Names of actions that only read. */
const READS = /^(list|get|check|validate|diagnose)/;

/** What azapi asks Azure to do with a cluster, pool, compute or workspace: by a resource, or by an action of Terraform. */
export function asAzureAction(resource: Resource): AzureAction | undefined {
  const type = azureTypeOf(resource)?.toLowerCase();
  const kind = type === undefined ? undefined : KINDS.get(type);
  if (kind === undefined) return undefined;
  const text = (path: string): string | undefined => known(() => resource.text(path)) || undefined;
  const target = known(() => resource.model.target(resource, "resource_id", kind.terraformType));
  const name = target?.id?.split("/").at(-1) ?? (target?.resource && nameOf(target.resource));
  return {
    resource,
    target: name === undefined ? kind.noun : `${kind.noun} ${name}`,
    outcomes: kind.outcomes,
    action: text("action") ?? text("method") ?? "POST",
  };
}

/** What a plan asks Azure to do; undefined where nothing is asked, or only read. */
export function azureActionReading({ resource, target, outcomes, action }: AzureAction): Reading | undefined {
  const isOnDestroy = known(() => resource.text("when")) === "destroy";
  const asking = isOnDestroy ? ["delete"] : ["create", "update", "invoke"];
  const name = action.toLowerCase();
  if (!resource.actions.some((each) => asking.includes(each)) || READS.test(name)) return undefined;
  const outcome = Object.hasOwn(outcomes, name) ? outcomes[name] : undefined;
  return {
    meaning: outcome?.meaning ?? "other",
    because: [],
    consequence:
      outcome?.says(target) ?? `Asks Azure for ${action} of ${target}: check what it does before you apply it.`,
  };
}
