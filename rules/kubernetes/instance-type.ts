import { asAttachment, DEFAULT_INSTANCE_TYPE, INSTANCE_TYPES, kubernetesComputesOf } from "../../model/attachment.ts";
import { clusterBehind } from "../../model/kubernetes.ts";
import type { Model, ResourceOrId } from "../../model/model.ts";
import { Capacity, type Workload } from "../../model/node-pools.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../model/value.ts";
import { jobsOf } from "../../model/workloads.ts";
import { cluster, example, extension, finds, kubernetesCompute, nodePool } from "../examples.ts";
import { type Problem, rule } from "../rule.ts";
import { extensionsAt, kubernetesComputesAt } from "../siblings.ts";

const NEEDED = ["cpu", "memory"];
const GPU = "nvidia.com/gpu";
/**
 * Amounts of Kubernetes that are more than nothing: 500m, 0.5, 16Gi.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
const QUANTITY = /^(?=.*[1-9])\d+(\.\d+)?([numkKMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** What the letters behind an amount of Kubernetes stand for. */
const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  ...Object.fromEntries(
    [..."KMGTPE"].flatMap((letter, index) => [
      [letter, 1000 ** (index + 1)],
      [`${letter}i`, 1024 ** (index + 1)],
    ]),
  ),
};

/** What holds instance types: a compute, or an object in the cluster, which is one. */
const holders = (model: Model): readonly Resource[] => [
  ...kubernetesComputesOf(model).map(({ resource }) => resource),
  ...manifestsOf(model),
];

const manifest = (resources: object): object => ({
  resource: {
    kubernetes_manifest: {
      gpu: {
        manifest: {
          apiVersion: "amlarc.azureml.com/v1alpha1",
          kind: "InstanceType",
          metadata: { name: "gpu" },
          spec: { resources },
        },
      },
    },
  },
});
const onCompute = (resources: object, rest: object = {}): object =>
  kubernetesCompute({ instanceTypes: { gpu: { resources } }, ...rest });
const onNodes = (nodeSelector: object, resources: object): object =>
  kubernetesCompute({ instanceTypes: { gpu: { nodeSelector, resources } } });
const CPU = { cpu: "4", memory: "16Gi" };

export default rule({
  id: "kubernetes/instance-type",
  level: "error",
  fact: "An instance type has cpu and memory in its requests and its limits, each more than nothing and no more than its limit, and GPUs in its limits alone; the default is one of them; and a node pool of the cluster has its labels, tolerated taints only, and nodes that are large enough.",
  why: "Azure ML refuses an instance type without them. Jobs and deployments whose instance type fits no node stay pending.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: holders,
  *check(resource) {
    if (resource.type === "kubernetes_manifest") {
      const name = resource.text("manifest.metadata.name") ?? "";
      yield () => problems(resource, name, "manifest.spec.resources");
      yield () => nodesFor(resource, name, "manifest.spec", known(() => clusterBehind(resource)) ?? {});
      return;
    }
    const own = resource.keys(INSTANCE_TYPES);
    for (const name of own) {
      const path = `${INSTANCE_TYPES}[${JSON.stringify(name)}]`;
      yield () => problems(resource, name, `${path}.resources`);
      yield () => nodesFor(resource, name, path, asAttachment(resource)?.cluster ?? {});
    }
    yield () => byDefault(resource, own);
  },
  configuration: {
    passing: {
      attachment: {
        kind: "KubernetesCompute",
        clusterPurpose: null,
        namespace: "ml",
        instanceTypes: { cpu: { requests: CPU, limits: CPU } },
      },
    },
    failing: {
      attachment: {
        kind: "KubernetesCompute",
        clusterPurpose: null,
        namespace: "ml",
        instanceTypes: { cpu: { requests: CPU, limits: { cpu: "4" } } },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "with a GPU",
          onCompute({ requests: CPU, limits: { ...CPU, "nvidia.com/gpu": "1" } }, { defaultInstanceType: "gpu" }),
        ),
        example(
          "an object in the cluster",
          manifest({ requests: { cpu: "700m", memory: "1500Mi" }, limits: { ...CPU, "nvidia.com/gpu": 1 } }),
        ),
        example("no GPU", onCompute({ requests: CPU, limits: { ...CPU, "nvidia.com/gpu": 0 } })),
        example(
          "a pool with the label",
          cluster(),
          nodePool({ node_labels: { purpose: "gpu" } }),
          extension(),
          onNodes({ purpose: "gpu" }, { requests: CPU, limits: CPU }),
        ),
        example(
          "a pool with GPUs, by the label that AKS gives it, and a taint that the settings tolerate",
          cluster(),
          nodePool({ vm_size: "Standard_NC24ads_A100_v4", node_taints: ["sku=gpu:NoSchedule"] }),
          extension({ "workLoadToleration[0].key": "sku", "workLoadToleration[0].operator": "Exists" }),
          onNodes({ accelerator: "nvidia" }, { requests: CPU, limits: { ...CPU, "nvidia.com/gpu": 1 } }),
        ),
        example("none", kubernetesCompute()),
      ],
      failing: [
        finds(
          "body.properties.properties.instanceTypes.gpu.resources.limits",
          example("no memory", onCompute({ requests: CPU, limits: { cpu: "4" } })),
        ),
        finds(
          [
            "body.properties.properties.instanceTypes.gpu.resources.requests",
            "body.properties.properties.instanceTypes.gpu.resources.requests",
          ],
          example("no requests", onCompute({ limits: CPU })),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.resources.requests.cpu",
          example("nothing of it", onCompute({ requests: { ...CPU, cpu: "0" }, limits: CPU })),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.resources.requests.cpu",
          example("more than the limit", onCompute({ requests: { ...CPU, cpu: "4500m" }, limits: CPU })),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.resources.requests.cpu",
          example("a number", onCompute({ requests: { ...CPU, cpu: 4 }, limits: CPU })),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.resources.requests.memory",
          example("an amount that there is not", onCompute({ requests: { ...CPU, memory: "16 GB" }, limits: CPU })),
        ),
        finds(
          'body.properties.properties.instanceTypes.gpu.resources.requests["nvidia.com/gpu"]',
          example("a GPU in the requests", onCompute({ requests: { ...CPU, "nvidia.com/gpu": "1" }, limits: CPU })),
        ),
        finds(
          'body.properties.properties.instanceTypes.gpu.resources.limits["nvidia.com/gpu"]',
          example("half a GPU", onCompute({ requests: CPU, limits: { ...CPU, "nvidia.com/gpu": "0.5" } })),
        ),
        finds(
          "body.properties.properties.defaultInstanceType",
          example("another default", onCompute({ requests: CPU, limits: CPU }, { defaultInstanceType: "cpu" })),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.nodeSelector",
          example(
            "a label that no pool has",
            cluster(),
            extension(),
            onNodes({ purpose: "gpu" }, { requests: CPU, limits: CPU }),
          ),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.nodeSelector",
          example(
            "GPUs that no pool has",
            cluster(),
            extension(),
            onNodes({}, { requests: CPU, limits: { ...CPU, "nvidia.com/gpu": 1 } }),
          ),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.nodeSelector",
          example(
            "more memory than a node has",
            cluster(),
            extension(),
            onNodes({}, { requests: { cpu: "4", memory: "64Gi" }, limits: { cpu: "4", memory: "64Gi" } }),
          ),
        ),
        finds(
          "body.properties.properties.instanceTypes.gpu.nodeSelector",
          example(
            "a taint that the settings do not tolerate",
            cluster(),
            nodePool({ name: "gpu", vm_size: "Standard_NC24ads_A100_v4", node_taints: ["sku=gpu:NoSchedule"] }),
            extension(),
            onNodes({ agentpool: "gpu" }, { requests: CPU, limits: { ...CPU, "nvidia.com/gpu": 1 } }),
          ),
        ),
        finds(
          "manifest.spec.resources.limits",
          example("an object without memory", manifest({ requests: CPU, limits: { cpu: "4" } })),
        ),
      ],
      unknown: [
        example("a variable", onCompute({ requests: { ...CPU, cpu: "${var.cpu}" }, limits: CPU })),
        example(
          "the labels of a pool are a variable",
          cluster(),
          nodePool({ node_labels: "${var.labels}" }),
          extension(),
          onNodes({ purpose: "gpu" }, { requests: CPU, limits: CPU }),
        ),
        example("all of them are a variable", kubernetesCompute({ instanceTypes: "${var.types}" })),
      ],
    };
  },
});

function* byDefault(resource: Resource, own: readonly string[]): Generator<Problem> {
  const name = resource.text(DEFAULT_INSTANCE_TYPE);
  if (name === undefined || name === "defaultinstancetype" || own.includes(name)) return;
  const names = [...own, ...namesInCluster(resource)];
  // Where none is in sight, somebody else keeps them in the cluster.
  if (names.length > 0 && !names.includes(name)) {
    yield {
      attribute: DEFAULT_INSTANCE_TYPE,
      message: `the default instance type ${name} is not one of ${names.join(", ")}`,
      advice: "use one of these",
      ...(names.length === 1 && names[0] !== undefined ? { fix: { set: { [DEFAULT_INSTANCE_TYPE]: names[0] } } } : {}),
    };
  }
}

/**
 * Whether a pool of the cluster runs an instance type: its labels, what it tolerates, and what it needs of one node.
 */
function* nodesFor(resource: Resource, name: string, path: string, cluster: ResourceOrId): Generator<Problem> {
  const selector = `${path}.nodeSelector`;
  if (!cluster.resource) {
    // A cluster whose name is not known may be this one.
    const other = resource.model
      .ofType("azurerm_kubernetes_cluster")
      .find((each) => resource.model.idOf(each) === undefined);
    if (other) other.notKnown("name", other.references("name"));
    return;
  }
  const [extension] = extensionsAt(resource.model, cluster);
  // Without its settings, what they tolerate may be anything.
  const base: Workload = extension ? jobsOf(extension) : { tolerations: [{ operator: "Exists" }] };
  const own = Object.fromEntries(
    resource.keys(selector).map((label) => [label, resource.text(`${selector}[${JSON.stringify(label)}]`) ?? ""]),
  );
  const capacity = new Capacity(cluster.resource, {
    ...base,
    nodeSelector: { ...base.nodeSelector, ...own },
    needs: needsOf(resource, `${path}.resources`),
  });
  if (!capacity.isNone) return;
  yield {
    attribute: resource.isSet(selector) ? selector : `${path}.resources`,
    level: "warning",
    message: `the instance type ${name} fits no node pool: ${capacity.whyNot}`,
    advice:
      "change the instance type, or add a pool that fits; the settings of the extension must tolerate the taints (workLoadToleration)",
  };
}

function needsOf(resource: Resource, path: string): NonNullable<Workload["needs"]> {
  const amountAt = (part: string, key: string): number => {
    const text = resource.keys(`${path}.${part}`).includes(key)
      ? resource.text(`${path}.${part}[${JSON.stringify(key)}]`)
      : undefined;
    return text !== undefined && QUANTITY.test(text) ? amount(text) : 0;
  };
  return {
    vCpus: amountAt("requests", "cpu"),
    memoryGiB: amountAt("requests", "memory") / 1024 ** 3,
    gpus: amountAt("limits", GPU),
  };
}

/** The instance types that are objects in a cluster. */
function manifestsOf(model: Model): Resource[] {
  return model.ofType("kubernetes_manifest").filter((resource) => resource.value("manifest.kind") === "InstanceType");
}

/** The names of those in the cluster of a compute. */
function namesInCluster(compute: Resource): string[] {
  const subject = asAttachment(compute);
  return manifestsOf(compute.model)
    .filter((manifest) =>
      kubernetesComputesAt(compute.model, clusterBehind(manifest)).some(({ resource }) =>
        subject?.resource.is(resource),
      ),
    )
    .map((manifest) => manifest.text("manifest.metadata.name") ?? "");
}

function* problems(resource: Resource, name: string, resources: string): Generator<Problem> {
  for (const part of ["requests", "limits"]) {
    const path = `${resources}.${part}`;
    const given = resource.keys(path);
    for (const key of NEEDED.filter((each) => !given.includes(each))) {
      yield {
        attribute: path,
        message: `the instance type ${name} has no ${key} in its ${part}`,
        advice: "set cpu and memory in requests and limits",
        fix: () => {
          const other = resource.text(`${resources}.${part === "limits" ? "requests" : "limits"}["${key}"]`);
          return other === undefined ? undefined : { set: { [`${path}["${key}"]`]: other } };
        },
      };
    }
    for (const key of given) {
      const attribute = `${path}["${key}"]`;
      const value = resource.text(attribute) ?? "";
      if (!NEEDED.includes(key)) yield* gpuProblems(name, part, key, value, attribute);
      else if (typeof resource.value(attribute) !== "string")
        yield {
          attribute,
          message: `the ${key} of the instance type ${name} is ${value}, not text`,
          advice: `write "${value}", in quotation marks`,
          fix: { set: { [attribute]: value } },
        };
      else if (!QUANTITY.test(value))
        yield {
          attribute,
          message: `the ${key} of the instance type ${name} is ${JSON.stringify(value)}`,
          advice: "use a positive Kubernetes quantity, such as 500m or 16Gi",
        };
    }
  }
  yield* excess(resource, name, resources);
}

/** Requests above their limits, where both are amounts: Kubernetes refuses the pod. */
function* excess(resource: Resource, name: string, resources: string): Generator<Problem> {
  for (const key of NEEDED) {
    const attribute = `${resources}.requests["${key}"]`;
    const [request, limit] = [resource.text(attribute), resource.text(`${resources}.limits["${key}"]`)];
    if (
      request === undefined ||
      limit === undefined ||
      amount(request) <= amount(limit) ||
      !QUANTITY.test(request) ||
      !QUANTITY.test(limit)
    )
      continue;
    yield {
      attribute,
      message: `the instance type ${name} requests more ${key} than its limit: ${request} of ${limit}`,
      advice: "lower the request, or raise the limit",
      fix: { set: { [attribute]: limit } },
    };
  }
}

/** 500m is 0.5, 1Ki is 1024. */
function amount(quantity: string): number {
  const number = quantity.replace(/[numkKMGTPE]i?$/, "");
  return Number(number) * (UNITS[quantity.slice(number.length)] ?? 1);
}

function* gpuProblems(name: string, part: string, key: string, value: string, attribute: string): Generator<Problem> {
  // None is none, wherever it stands.
  if (value === "0") return;
  if (part === "requests")
    yield {
      attribute,
      message: `the instance type ${name} has ${key} in its requests`,
      advice: "set it in the limits only",
      fix: { set: { [attribute]: null } },
    };
  else if (!/^[1-9]\d*$/.test(value))
    yield {
      attribute,
      message: `the ${key} of the instance type ${name} is ${JSON.stringify(value)}`,
      advice: "use a whole number",
    };
}
