import { NAME_RULES } from "../azure/names.ts";
import { normalizeResourceId, parseResourceId } from "../azure/resource-id.ts";
import { type AnyAttachment, attachmentsOf } from "../model/attachment.ts";
import { type Extension, extensionsOf } from "../model/extension.ts";
import type { Model } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { Found } from "./found.ts";

/** A cluster, whoever tells of it, and all that belongs to it. */
export interface Subject {
  /** Resource ID; undefined where the answer was projected without it. */
  readonly id: string | undefined;
  /** The cluster itself; undefined where others only name it. */
  readonly resource: Resource | undefined;
  /** Whether a state only reads it. */
  readonly isRead: boolean;
  readonly pools: readonly Resource[];
  readonly attachments: readonly AnyAttachment[];
  readonly extension: Extension | undefined;
  /** Workspaces that reach it by Trusted Access. */
  readonly trusted: readonly string[];
}

const CLUSTER = "Microsoft.ContainerService/managedClusters";
const ARC_CLUSTER = "Microsoft.Kubernetes/connectedClusters";
const WORKSPACE = "Microsoft.MachineLearningServices/workspaces";

/** Whether a cluster is Arc-enabled: no AKS cluster, whatever runs in it. */
export function isArc({ id }: Subject): boolean {
  return id !== undefined && normalizeResourceId(id, ARC_CLUSTER) !== undefined;
}

/** The clusters of a model, in the order in which they are told. */
export function subjectsOf(model: Model): Subject[] {
  const made = model.ofType("azurerm_kubernetes_cluster");
  const read = model.ofType("data.azurerm_kubernetes_cluster");
  const own = new Map([...read, ...made].map((resource) => [keyOf(resource), resource]));
  const attachments = attachmentsOf(model).filter(({ kind }) => kind !== "Compute");
  const extensions = extensionsOf(model);
  const bindings = model
    .ofType("azurerm_kubernetes_cluster_trusted_access_role_binding")
    .map((each) => new Found(each));
  const idAt = (resource: Resource, path: string): string | undefined => clusterId(new Found(resource).text(path));
  const ids = [
    ...attachments.map(({ resource, paths }) => idAt(resource, paths.clusterId)),
    ...extensions.map(({ resource, paths }) => idAt(resource, paths.clusterId)),
    ...bindings.map((binding) => clusterId(binding.text("kubernetes_cluster_id"))),
  ].filter((id) => id !== undefined);
  const keys = new Set([...own.keys(), ...ids.map((id) => id.toLowerCase())]);
  return [...keys].map((key): Subject => {
    const resource = own.get(key);
    const isOf = (id: string | undefined): boolean => id?.toLowerCase() === key;
    return {
      id: (resource && model.idOf(resource)) ?? ids.find(isOf),
      resource,
      isRead: resource?.parts.mode === "data",
      pools: model
        .ofType("azurerm_kubernetes_cluster_node_pool")
        .filter((pool) =>
          pool.parts.authored !== undefined && pool.parts.isInline
            ? pool.parts.authored === resource?.parts.authored
            : isOf(idAt(pool, "kubernetes_cluster_id")),
        ),
      attachments: attachments.filter((each) => isOf(idAt(each.resource, each.paths.clusterId))),
      extension: extensions.find((each) => isOf(idAt(each.resource, each.paths.clusterId))),
      trusted: bindings
        .filter((binding) => isOf(clusterId(binding.text("kubernetes_cluster_id"))))
        .flatMap((binding) => workspaceId(binding.text("source_resource_id")) ?? []),
    };
  });

  function keyOf(resource: Resource): string {
    return (model.idOf(resource) ?? `${resource.stack} ${resource.address}`).toLowerCase();
  }
}

/** The workspace of an attachment. */
export function workspaceOf({ resource, paths }: AnyAttachment): string | undefined {
  return workspaceId(new Found(resource).text(paths.workspaceId));
}

function clusterId(id: string | undefined): string | undefined {
  return id && (normalizeResourceId(id, CLUSTER) ?? (parseResourceId(id) && id));
}

/** Examples in Azure's documentation have names that Azure does not take. */
function workspaceId(id: string | undefined): string | undefined {
  const workspace = id && normalizeResourceId(id, WORKSPACE);
  return workspace && NAME_RULES.workspace.pattern.test(workspace.split("/").at(-1) ?? "") ? workspace : undefined;
}
