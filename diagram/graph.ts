import {
  AksCompute,
  type AnyAttachment,
  type Attachment,
  asAttachment,
  attachmentsOf,
  KubernetesCompute,
} from "../model/attachment.ts";
import { type Extension, extensionsOf } from "../model/extension.ts";
import { annotation, clusterBehind, FRONT_END, servicesOf } from "../model/kubernetes.ts";
import type { Model, ResourceOrId } from "../model/model.ts";
import { nodePools } from "../model/node-pools.ts";
import { shownText } from "../model/redaction.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";

export type NodeKind = "workspace" | "cluster" | "pool" | "attachment" | "public" | "internal" | "tls" | "secret";

/** What a plan does with a node: nothing for what is only read, or stays as it is. */
export type Fate = "create" | "update" | "replace" | "delete";

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** The first line names it. */
  readonly lines: readonly string[];
  /** The stack that makes it; none where it exists already. */
  readonly stack?: string;
  readonly fate?: Fate;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

/** Workspace, clusters, pools, attachments, load balancers and TLS, in the frames of their stacks. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly stacks: readonly string[];
  /** Which stack has to be applied before which. */
  readonly order: readonly { readonly first: string; readonly next: string }[];
  /** How many attachments and clusters are left out, because nobody could see them all. */
  readonly left: number;
}

/** More than this makes no picture. */
const MAX_SUBJECTS = 40;

/** Draws what a configuration or a plan leads to, from its resources; with what a plan removes, marked as such. */
export function graphOf(model: Model): Graph {
  return new Drawing(model).graph();
}

class Drawing {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges: GraphEdge[] = [];
  private readonly order = new Set<string>();

  constructor(private readonly model: Model) {}

  graph(): Graph {
    const removed = this.model.removed.flatMap((resource) => asAttachment(resource) ?? []);
    const attachments = byInterest([...attachmentsOf(this.model), ...removed], ({ resource }) => resource);
    const clusters = byInterest(
      [
        ...this.model.ofType("azurerm_kubernetes_cluster"),
        ...this.model.removed.filter(({ type }) => type === "azurerm_kubernetes_cluster"),
      ],
      (resource) => resource,
    );
    for (const attachment of attachments.slice(0, MAX_SUBJECTS)) this.drawAttachment(attachment);
    for (const cluster of clusters.slice(0, MAX_SUBJECTS)) this.drawCluster({ resource: cluster }, cluster.stack);
    for (const workspace of this.model.ofType("azurerm_machine_learning_workspace").slice(0, MAX_SUBJECTS))
      this.drawWorkspace({ resource: workspace }, workspace.stack);
    if (attachments.length <= MAX_SUBJECTS) this.drawKubernetes();
    const nodes = [...this.nodes.values()];
    return {
      nodes,
      edges: this.edges,
      stacks: [...new Set(nodes.flatMap(({ stack }) => stack ?? []))],
      order: [...this.order]
        .map((pair) => pair.split("\n") as [string, string])
        .map(([first, next]) => ({ first, next })),
      left: Math.max(0, attachments.length - MAX_SUBJECTS) + Math.max(0, clusters.length - MAX_SUBJECTS),
    };
  }

  private drawAttachment(attachment: AnyAttachment): void {
    const { resource } = attachment;
    const id = idOf(resource);
    if (this.nodes.has(id)) return;
    const detail = known(() =>
      attachment instanceof AksCompute
        ? attachment.purpose
        : attachment instanceof KubernetesCompute
          ? `in ${attachment.namespace}`
          : "",
    );
    this.add({
      id,
      kind: "attachment",
      lines: [attachment.kind, nameOf(resource), detail ?? ""],
      stack: resource.stack,
      fate: fateOf(resource),
    });
    const cluster = known(() => attachment.cluster);
    const workspace = known(() => attachment.workspace);
    this.connect(this.drawWorkspace(workspace ?? {}, resource.stack), id, undefined, resource.stack);
    const target = this.drawCluster(cluster ?? {}, resource.stack);
    this.connect(target, id, "attached as", resource.stack);
    if (attachment instanceof AksCompute) this.drawEndpoint(attachment, id);
    else for (const extension of cluster ? this.extensionsOf(cluster) : []) this.drawExtension(extension, id);
  }

  /** Load balancer and TLS of an AksCompute. */
  private drawEndpoint(attachment: AksCompute, id: string): void {
    const { resource, paths } = attachment;
    const type = known(() => attachment.loadBalancerType);
    const isInternal = type === "InternalLoadBalancer" || this.isMadeInternal(attachment);
    // An answer that leaves it out tells of neither.
    if (type === undefined && resource.isPart && !isInternal) return;
    const subnet = known(() => attachment.loadBalancerSubnet);
    this.drawBalancer(id, resource, isInternal, subnet === undefined ? "" : `in ${subnet}`);
    if (
      ![paths.leafDomainLabel, paths.cname, ...paths.certificate].some(
        (path) => known(() => resource.isSet(path)) === true,
      )
    )
      return;
    const [label, cname] = [paths.leafDomainLabel, paths.cname].map((path) => known(() => resource.text(path)));
    this.drawTls(
      id,
      resource,
      label !== undefined ? ["TLS: from Microsoft", label] : ["TLS: own certificate", cname ?? ""],
    );
  }

  /** Load balancer and TLS that the extension gives to every KubernetesCompute of its cluster. */
  private drawExtension(extension: Extension, id: string): void {
    const { resource } = extension;
    const type = known(() => extension.loadBalancerType);
    if (type === undefined || type === "None") return;
    const endpoint = idOf(resource);
    this.drawBalancer(endpoint, resource, type === "InternalLoadBalancer", "of the extension", id);
    if (known(() => resource.isSet(extension.cnamePath)) === true)
      this.drawTls(endpoint, resource, ["TLS: own certificate", known(() => resource.text(extension.cnamePath)) ?? ""]);
  }

  private drawBalancer(id: string, resource: Resource, isInternal: boolean, detail: string, from = id): void {
    const kind = isInternal ? "internal" : "public";
    this.add({
      id: `${id} balancer`,
      kind,
      lines: [`${kind} load balancer`, detail],
      stack: resource.stack,
      fate: fateOf(resource),
    });
    this.edges.push({ from, to: `${id} balancer` });
  }

  private drawTls(id: string, resource: Resource, lines: readonly string[]): void {
    if (this.nodes.has(`${id} tls`)) return;
    this.add({ id: `${id} tls`, kind: "tls", lines, stack: resource.stack, fate: fateOf(resource) });
    this.edges.push({ from: `${id} balancer`, to: `${id} tls` });
  }

  /** The node of a cluster; one of which only the ID is known stands outside of the stacks. */
  private drawCluster({ resource: found, id: azureId }: ResourceOrId, asking: string): string {
    const resource = found ?? (azureId === undefined ? undefined : this.model.removedWithId(azureId));
    if (!resource) return this.outside("cluster", "AKS cluster", azureId, asking);
    const id = idOf(resource);
    if (this.nodes.has(id)) return id;
    const fate = fateOf(resource);
    const version = known(() => resource.text("kubernetes_version"));
    const isPrivate = known(() => resource.flag("private_cluster_enabled")) === true;
    const details = [
      version === undefined ? "" : `Kubernetes ${version}`,
      isPrivate ? "private" : "",
      resource.parts.mode === "data" ? "exists already" : "",
    ];
    this.add({
      id,
      kind: "cluster",
      lines: ["AKS cluster", nameOf(resource), details.filter(Boolean).join(", ")],
      stack: stackOf(resource),
      fate,
    });
    for (const pool of known(() => nodePools(resource)) ?? []) {
      const poolId = `${idOf(pool.resource)} ${pool.resource.parts.isInline ? nameOf(pool.resource) : pool.path}`;
      const at = (name: string): string => (pool.path === "" ? name : `${pool.path}.${name}`);
      const text = (name: string): string | undefined => known(() => pool.resource.text(at(name)));
      const size = text("vm_size") ?? "";
      const count = known(() => pool.resource.text(pool.countPath));
      const most = known(() => pool.resource.flag(at("auto_scaling_enabled"))) === true ? text("max_count") : undefined;
      const nodes = count === undefined ? "" : `${count}${most === undefined ? "" : ` to ${most}`} x `;
      this.add({
        id: poolId,
        kind: "pool",
        lines: [`pool ${text("name") ?? ""}`, `${nodes}${size}`],
        stack: stackOf(pool.resource),
        fate: poolFate(pool.resource, fate),
      });
      this.edges.push({ from: id, to: poolId });
    }
    return id;
  }

  private drawWorkspace({ resource, id: azureId }: ResourceOrId, asking: string): string {
    if (!resource) return this.outside("workspace", "workspace", azureId, asking);
    const id = idOf(resource);
    this.add({
      id,
      kind: "workspace",
      lines: ["workspace", nameOf(resource), resource.parts.mode === "data" ? "exists already" : ""],
      stack: stackOf(resource),
      fate: fateOf(resource),
    });
    return id;
  }

  private outside(kind: NodeKind, title: string, azureId: string | undefined, asking: string): string {
    const id = azureId?.toLowerCase() ?? `${asking} ${kind}`;
    this.add({ id, kind, lines: [title, azureId?.split("/").at(-1) ?? "not known yet"] });
    return id;
  }

  /** Annotations of the front end, and secrets: what is in the cluster, beside what Azure ML makes there. */
  private drawKubernetes(): void {
    for (const service of servicesOf(this.model)) {
      const { resource } = service;
      if (known(() => service.name) !== FRONT_END) continue;
      const cluster = known(() => clusterBehind(resource));
      if (!cluster) continue;
      const isInternal = known(() => annotation(service, "load-balancer-internal")) === "true";
      const subnet = known(() => annotation(service, "load-balancer-internal-subnet"));
      const lines = [`annotations: ${isInternal ? "internal" : "public"}`, subnet === undefined ? "" : `in ${subnet}`];
      this.add({
        id: idOf(resource),
        kind: isInternal ? "internal" : "public",
        lines,
        stack: resource.stack,
        fate: fateOf(resource),
      });
      this.connect(this.drawCluster(cluster, resource.stack), idOf(resource), undefined, resource.stack);
      // Azure ML makes the front end when the cluster is attached.
      for (const { kind, resource: maker } of this.attachmentsOf(cluster))
        if (kind === "AksCompute") this.putFirst(maker.stack, resource.stack);
    }
    for (const resource of [...this.model.ofType("kubernetes_secret"), ...this.model.ofType("kubernetes_secret_v1")]) {
      const cluster = known(() => clusterBehind(resource));
      if (!cluster || fateOf(resource) === "delete") continue;
      const name = known(() => resource.text("metadata[0].name")) ?? resource.address;
      this.add({
        id: idOf(resource),
        kind: "secret",
        lines: ["secret", name],
        stack: resource.stack,
        fate: fateOf(resource),
      });
      // The extension reads it when it is installed.
      for (const extension of this.extensionsOf(cluster))
        if (known(() => extension.sslSecret) === name) this.putFirst(resource.stack, extension.resource.stack);
      this.connect(this.drawCluster(cluster, resource.stack), idOf(resource), undefined, resource.stack);
    }
  }

  private isMadeInternal(attachment: AksCompute): boolean {
    return servicesOf(this.model).some((service) => {
      if (
        known(() => service.name) !== FRONT_END ||
        known(() => annotation(service, "load-balancer-internal")) !== "true"
      )
        return false;
      const behind = known(() => clusterBehind(service.resource));
      return (
        behind !== undefined && this.attachmentsOf(behind).some(({ resource }) => resource === attachment.resource)
      );
    });
  }

  private attachmentsOf(cluster: ResourceOrId): Attachment[] {
    return attachmentsOf(this.model).filter((attachment) => isOf(cluster, attachment));
  }

  private extensionsOf(cluster: ResourceOrId): Extension[] {
    return extensionsOf(this.model).filter((extension) => isOf(cluster, extension));
  }

  private add(node: GraphNode): void {
    if (!this.nodes.has(node.id))
      this.nodes.set(node.id, { ...node, lines: node.lines.filter((line) => line !== "").map(shownText) });
  }

  /** An edge; where it crosses from stack to stack, what it comes from is applied first. */
  private connect(from: string, to: string, label: string | undefined, stack: string): void {
    this.edges.push({ from, to, label });
    this.putFirst(this.nodes.get(from)?.stack, stack);
  }

  private putFirst(first: string | undefined, next: string): void {
    if (first !== undefined && first !== next) this.order.add(`${first}\n${next}`);
  }
}

function isOf(cluster: ResourceOrId, subject: { readonly cluster: ResourceOrId }): boolean {
  const target = known(() => subject.cluster);
  return target !== undefined && (target.resource ?? target.id) === (cluster.resource ?? cluster.id);
}

/** What changes first: the picture of many shows that. */
function byInterest<T>(subjects: readonly T[], resource: (subject: T) => Resource): T[] {
  const isQuiet = (subject: T): number => (fateOf(resource(subject)) === undefined ? 1 : 0);
  return [...subjects].sort((a, b) => isQuiet(a) - isQuiet(b));
}

function fateOf({ actions, parts }: Resource): Fate | undefined {
  if (parts.mode !== "managed") return undefined;
  const [creates, deletes] = [actions.includes("create"), actions.includes("delete")];
  if (creates && deletes) return "replace";
  if (creates) return "create";
  // What is forgotten stays where it is.
  if (deletes) return "delete";
  return actions.includes("update") ? "update" : undefined;
}

/** A pool in its cluster's resource is changed only where one of its attributes is. */
function poolFate(resource: Resource, fate: Fate | undefined): Fate | undefined {
  if (resource.type !== "azurerm_kubernetes_cluster") return fateOf(resource);
  if (fate !== "update") return fate;
  return resource.parts.change?.changed.some((path) => path.startsWith("default_node_pool")) ? "update" : undefined;
}

function stackOf({ stack, parts }: Resource): string | undefined {
  return parts.mode === "managed" ? stack : undefined;
}

function nameOf(resource: Resource): string {
  return known(() => resource.text("name")) ?? resource.address;
}

function idOf({ stack, address, parts }: Resource): string {
  return `${stack} ${address}${parts.change?.isDeposed ? " deposed" : ""}`;
}
