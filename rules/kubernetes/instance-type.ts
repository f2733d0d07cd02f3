import { asAttachment, DEFAULT_INSTANCE_TYPE, INSTANCE_TYPES, kubernetesComputesOf } from "../../model/attachment.ts";
import { clusterBehind } from "../../model/kubernetes.ts";
import type { Model } from "../../model/model.ts";
import type { Resource } from "../../model/resource.ts";
import { example, finds, kubernetesCompute } from "../examples.ts";
import { type Problem, rule } from "../rule.ts";
import { kubernetesComputesAt } from "../siblings.ts";

const NEEDED = ["cpu", "memory"];
/** Amounts of Kubernetes that are more than nothing: 500m, 0.5, 16Gi. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
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
const holders = (model: Model): readonly Resource[] => [...kubernetesComputesOf(model).map(({ resource }) => resource), ...manifestsOf(model)];

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
const onCompute = (resources: object, rest: object = {}): object => kubernetesCompute({ instanceTypes: { gpu: { resources } }, ...rest });
const CPU = { cpu: "4", memory: "16Gi" };

export default rule({
  id: "kubernetes/instance-type",
  level: "error",
  fact: "An instance type has cpu and memory in its requests and its limits, each more than nothing and no more than its limit, and GPUs in its limits alone; the default is one of them.",
  why: "Azure ML refuses an instance type without them, and jobs and deployments that name it wait for ever.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types",
  phases: ["synthesis", "plan"],
  on: holders,
  *check(resource) {
    if (resource.type === "kubernetes_manifest") {
      yield* problems(resource, resource.text("manifest.metadata.name") ?? "", "manifest.spec.resources");
      return;
    }
    const own = resource.keys(INSTANCE_TYPES);
    for (const name of own) yield* problems(resource, name, `${INSTANCE_TYPES}["${name}"].resources`);
    const byDefault = resource.text(DEFAULT_INSTANCE_TYPE);
    if (byDefault === undefined || byDefault === "defaultinstancetype" || own.includes(byDefault)) return;
    const names = [...own, ...namesInCluster(resource)];
    // Where none is in sight, somebody else keeps them in the cluster.
    if (names.length > 0 && !names.includes(byDefault)) {
      yield {
        attribute: DEFAULT_INSTANCE_TYPE,
        message: `the default instance type ${byDefault} is not one of ${names.join(", ")}`,
        advice: "name one that is given here",
      };
    }
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
  examples: {
    passing: [
      example("with a GPU", onCompute({ requests: CPU, limits: { ...CPU, "nvidia.com/gpu": "1" } }, { defaultInstanceType: "gpu" })),
      example("an object in the cluster", manifest({ requests: { cpu: "700m", memory: "1500Mi" }, limits: { ...CPU, "nvidia.com/gpu": 1 } })),
      example("none", kubernetesCompute()),
    ],
    failing: [
      finds("body.properties.properties.instanceTypes.gpu.resources.limits", example("no memory", onCompute({ requests: CPU, limits: { cpu: "4" } }))),
      finds(
        ["body.properties.properties.instanceTypes.gpu.resources.requests", "body.properties.properties.instanceTypes.gpu.resources.requests"],
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
      finds("manifest.spec.resources.limits", example("an object without memory", manifest({ requests: CPU, limits: { cpu: "4" } }))),
    ],
    unknown: [
      example("a variable", onCompute({ requests: { ...CPU, cpu: "${var.cpu}" }, limits: CPU })),
      example("all of them are a variable", kubernetesCompute({ instanceTypes: "${var.types}" })),
    ],
  },
});

/** The instance types that are objects in a cluster. */
function manifestsOf(model: Model): Resource[] {
  return model.ofType("kubernetes_manifest").filter((resource) => resource.value("manifest.kind") === "InstanceType");
}

/** The names of those in the cluster of a compute. */
function namesInCluster(compute: Resource): string[] {
  const subject = asAttachment(compute);
  return manifestsOf(compute.model)
    .filter((manifest) => kubernetesComputesAt(compute.model, clusterBehind(manifest)).some((each) => each.resource === subject?.resource))
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
        advice: "give cpu and memory in requests and limits",
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
        };
      else if (!QUANTITY.test(value))
        yield {
          attribute,
          message: `the ${key} of the instance type ${name} is ${JSON.stringify(value)}`,
          advice: "give an amount of Kubernetes above nothing, such as 500m or 16Gi",
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
    if (request === undefined || limit === undefined || amount(request) <= amount(limit) || !QUANTITY.test(request) || !QUANTITY.test(limit)) continue;
    yield {
      attribute,
      message: `the instance type ${name} requests more ${key} than its limit: ${request} of ${limit}`,
      advice: "request the limit at most, or raise the limit",
    };
  }
}

/** 500m is 0.5, 1Ki is 1024. */
function amount(quantity: string): number {
  const number = quantity.replace(/[numkKMGTPE]i?$/, "");
  return Number(number) * (UNITS[quantity.slice(number.length)] ?? 1);
}

function* gpuProblems(name: string, part: string, key: string, value: string, attribute: string): Generator<Problem> {
  if (part === "requests")
    yield {
      attribute,
      message: `the instance type ${name} has ${key} in its requests`,
      advice: "give it in the limits alone",
    };
  else if (!/^[1-9]\d*$/.test(value))
    yield {
      attribute,
      message: `the ${key} of the instance type ${name} is ${JSON.stringify(value)}`,
      advice: "give a whole number of 1 or more",
    };
}
