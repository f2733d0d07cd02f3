import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest/index.js";
import type { Construct } from "constructs";
import { JudgedConstruct } from "./judged-construct.ts";
import { type Keyed, keyed } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/** @see https://learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types */
export interface InstanceType {
  /** Labels of the nodes. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** What a pod is sure to get: `cpu` and `memory`, as Kubernetes quantities (`500m`, `16Gi`). */
  readonly requests: Readonly<Record<string, string>>;
  /** What a pod gets at most: `cpu` and `memory`, and whole GPUs such as `nvidia.com/gpu`. */
  readonly limits: Readonly<Record<string, string>>;
}

/** The same in the words of Azure and of Kubernetes. */
export function instanceTypeSpec({ nodeSelector, requests, limits }: Keyed<InstanceType>) {
  return { nodeSelector, resources: { requests, limits } };
}

/** An instance type with its name. */
export interface InstanceTypeManifestProps extends InstanceType {
  /** Name of the instance type. */
  readonly name: string;
}

/**
 * An instance type as an object in the cluster, for every compute of it. The Azure ML extension makes its kind known,
 * and the provider asks for the kind when it plans: it belongs into a stack that is planned after the extension is
 * applied.
 */
export class InstanceTypeManifest extends JudgedConstruct {
  /** The object itself. */
  readonly resource: Manifest;

  constructor(scope: Construct, id: string, props: InstanceTypeManifestProps) {
    super(scope, id);
    const from = keyed(props);
    this.resource = elementFrom(Manifest, this, "Resource", {
      manifest: {
        apiVersion: "amlarc.azureml.com/v1alpha1",
        kind: "InstanceType",
        metadata: { name: from.name },
        spec: instanceTypeSpec(from),
      },
    });
  }
}
