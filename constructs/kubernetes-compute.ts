import type { Construct } from "constructs";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import { AzapiResource } from "./azapi/resource.ts";
import type { ITerraformDependable } from "./cdktf.ts";
import { azapiImportId, COMPUTE_TYPE, type ComputeIdentityProps, DETACH, identityOf } from "./compute.ts";
import type { TerraformCondition } from "./condition.ts";
import { ImportBlock } from "./import-block.ts";
import { type InstanceType, instanceTypeSpec } from "./instance-type.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { each, keyed, orElse } from "./keyed.ts";
import { elementFrom, layOver, type Overrides } from "./origin.ts";

/** @see https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace */
export interface KubernetesComputeProps extends ComputeIdentityProps {
  /** Name of the compute in the workspace. */
  readonly computeName: string;
  /** Resource ID of the Azure Machine Learning workspace. */
  readonly workspaceId: string;
  /** Region of the workspace. */
  readonly location: string;
  /** The cluster that is attached; it has the Azure ML extension. */
  readonly cluster: IAksCluster;
  /** Kubernetes namespace of the workloads; it must exist. @default "default" */
  readonly namespace?: string;
  /** Free text. @default - none */
  readonly description?: string;
  /** Azure tags of the compute. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Sizes that jobs and deployments choose from, by name. @default - Azure ML's own defaultinstancetype */
  readonly instanceTypes?: Readonly<Record<string, InstanceType>>;
  /** Name of the instance type of what names none. @default "defaultinstancetype" */
  readonly defaultInstanceType?: string;
  /**
   * Resource ID of a compute that exists already and is taken over, instead of failing.
   * @default - a new one is made
   */
  readonly adoptComputeId?: string;
  /** What must be there before: the extension, and the roles of the workspace's identity. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** What must hold before, where only Azure knows. @default - nothing */
  readonly preconditions?: readonly TerraformCondition[];
  /** Attributes in Terraform's own names, laid over what the props make, deep; null takes one away. @default - none */
  readonly overrides?: Overrides;
}

/**
 * Attaches an AKS cluster to a workspace as KubernetesCompute. azurerm has no resource for it. Azure ML does not update
 * one that is attached, so a change of its namespace, instance types or description detaches and attaches it under the
 * same name. Destroying it detaches, and leaves the cluster and the extension running.
 */
export class KubernetesCompute extends JudgedConstruct {
  /** The compute itself. */
  readonly resource: AzapiResource;

  constructor(scope: Construct, id: string, props: KubernetesComputeProps) {
    super(scope, id);
    const from = keyed(props);
    const { preconditions = [], dependsOn = [] } = props;
    this.resource = elementFrom(AzapiResource, this, "Resource", {
      type: COMPUTE_TYPE,
      name: from.computeName,
      parentId: from.workspaceId,
      location: from.location,
      identity: identityOf(from),
      tags: from.tags,
      body: {
        properties: {
          computeType: "Kubernetes",
          resourceId: from.cluster.clusterId,
          description: orElse(from.description, ""),
          properties: {
            namespace: orElse(from.namespace, "default"),
            defaultInstanceType: from.defaultInstanceType,
            instanceTypes: each(from.instanceTypes, instanceTypeSpec),
          },
        },
      },
      // What is taken over is as Azure answers it, which may differ from the configuration in nothing that matters.
      ...(props.adoptComputeId === undefined ? { replaceTriggersRefs: ["properties"] } : {}),
      deleteQueryParameters: DETACH,
      dependsOn: dependsOn.length > 0 ? dependsOn : undefined,
      lifecycle: preconditions.length > 0 ? { precondition: preconditions } : undefined,
    });
    layOver(this.resource, from.overrides);
    if (props.adoptComputeId !== undefined)
      new ImportBlock(this, "import", { to: addressOf(this.resource), id: azapiImportId(props.adoptComputeId) });
  }

  /** Resource ID of the compute. */
  get computeId(): string {
    return this.resource.id;
  }
}
