import type { IConstruct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import { clusterIdOf } from "../config/cluster-id.ts";
import { type StackKind, stackName } from "../config/names.ts";
import type {
  AcknowledgementConfig,
  AttachmentConfig,
  ClusterConfig,
  Config,
  CreateConfig,
  EnvironmentConfig,
} from "../config/schema.ts";
import { acknowledge } from "../constructs/acknowledgement.ts";
import type { TerraformStack } from "../constructs/cdktf.ts";
import { keyOf, valueAt } from "../constructs/keyed.ts";
import { App } from "./app.ts";
import { AttachmentStack } from "./attachment-stack.ts";
import type { AzureStackProps } from "./azure-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { ClusterStack } from "./cluster-stack.ts";
import { KubernetesStack, needsKubernetesStack } from "./kubernetes-stack.ts";
import { withLeanTokens } from "./lean-tokens.ts";
import { ManifestsStack, manifestsOf } from "./manifests-stack.ts";
import { namedWorkspace } from "./named-workspace.ts";
import { WorkspaceStack } from "./workspace-stack.ts";

/** What the configuration does not say. */
export interface BuildOptions {
  /** Folder of local state files as seen from the folder of a stack, with slashes. */
  readonly stateDirectory: string;
}

/** Config -> App: every environment's stacks, in the order of their dependence. */
export function build(config: Config, options: BuildOptions): App {
  return withLeanTokens(() => appOf(config, options));
}

function appOf(config: Config, options: BuildOptions): App {
  const app = new App();
  const order = new ExtensionOrder();
  for (const [name, environment] of Object.entries(config.environments)) {
    // As they are written: a reason is for people, not for Terraform.
    const { acknowledge: acknowledgements, clusters } = environment;
    const builder = new EnvironmentBuilder(app, name, escapeTemplates(environment), options, order);
    const stacks = builder.build((cluster) => clusters[cluster]?.acknowledge);
    acknowledgeFor(app, acknowledgements, stacks, builder.path);
  }
  order.apply();
  acknowledgeFor(app, config.acknowledge, [app], []);
  return app;
}

/** Attachments without an extension of their own come after the stack that installs it in their cluster. */
class ExtensionOrder {
  private readonly installing = new Map<string, TerraformStack>();
  private readonly needing: [clusterId: string, stack: TerraformStack][] = [];

  add(clusterId: string, attachment: AttachmentConfig, stack: TerraformStack): void {
    if (attachment.kind !== "KubernetesCompute") return;
    if (attachment.extension) this.installing.set(clusterId, stack);
    else this.needing.push([clusterId, stack]);
  }

  apply(): void {
    for (const [clusterId, stack] of this.needing) {
      const installs = this.installing.get(clusterId);
      if (installs) stack.addDependency(installs);
    }
  }
}

/** The stacks of an environment, in the order of their dependence. */
class EnvironmentBuilder {
  readonly path: readonly string[];
  /** Stacks of new clusters, by the cluster's ID. */
  private readonly created = new Map<string, TerraformStack>();
  private readonly shared: AzureStackProps;
  private workspaceStack: TerraformStack | undefined;

  constructor(
    private readonly app: App,
    private readonly name: string,
    private readonly environment: EnvironmentConfig,
    { stateDirectory }: BuildOptions,
    private readonly order: ExtensionOrder,
  ) {
    const { subscriptionId, backend, providers } = environment;
    this.shared = { subscriptionId, backend, providers, stateDirectory };
    this.path = ["environments", name];
  }

  /** Builds them, and acknowledges for each cluster what is said there. */
  build(acknowledgementsOf: (cluster: string) => readonly AcknowledgementConfig[] | undefined): TerraformStack[] {
    this.workspaceStack = this.buildWorkspace();
    const ofClusters = createdFirst(this.environment.clusters).flatMap(([name, cluster]) => {
      const stacks = this.buildCluster(name, cluster);
      acknowledgeFor(this.app, acknowledgementsOf(name), stacks, this.pathOf(name));
      return stacks;
    });
    return [...(this.workspaceStack ? [this.workspaceStack] : []), ...ofClusters];
  }

  private buildWorkspace(): WorkspaceStack | undefined {
    const { create } = this.environment.workspace;
    if (!create) return undefined;
    return new WorkspaceStack(this.app, this.identity("workspace"), {
      ...this.shared,
      create,
      configPath: [...this.path, "workspace", "create"],
    });
  }

  private buildCluster(name: string, cluster: ClusterConfig): TerraformStack[] {
    const { create, attachment } = cluster;
    const id = formatResourceId(clusterIdOf(cluster, this.shared.subscriptionId)).toLowerCase();
    const stacks: TerraformStack[] = [];
    const add = (stack: TerraformStack, after: readonly (TerraformStack | undefined)[]): void => {
      for (const before of after) if (before) stack.addDependency(before);
      stacks.push(stack);
    };
    if (create) {
      const stack = this.newClusterStack(name, create, attachment);
      this.created.set(id, stack);
      add(stack, []);
    }
    if (!attachment) return stacks;

    const attached = { ...this.shared, cluster: { ...cluster, attachment }, clusterPath: this.pathOf(name) };
    const addKubernetes = (): void => {
      if (!needsKubernetesStack(attachment)) return;
      const before = stacks.at(-1) ?? this.created.get(id);
      add(new KubernetesStack(this.app, this.identity("kubernetes", name), attached), [before]);
    };
    // A KubernetesCompute and its extension find their objects in the cluster; an AksCompute makes its own there.
    if (attachment.kind === "KubernetesCompute") addKubernetes();
    const before = stacks.length > 0 ? stacks.slice() : [this.created.get(id)];
    const { workspace } = this.environment;
    const attachmentProps = { ...attached, workspace, environmentPath: this.path };
    const attachmentStack = new AttachmentStack(this.app, this.identity("attachment", name), attachmentProps);
    add(attachmentStack, [this.workspaceStack, ...before]);
    this.order.add(id, attachment, attachmentStack);
    if (attachment.kind === "AksCompute") addKubernetes();
    if (Object.keys(manifestsOf(attachment)).length > 0) {
      // The extension makes their kind known.
      add(new ManifestsStack(this.app, this.identity("manifests", name), attached), [stacks.at(-1)]);
    }
    return stacks;
  }

  private newClusterStack(name: string, create: CreateConfig, attachment: AttachmentConfig | undefined): ClusterStack {
    const { location } = namedWorkspace(this.environment.workspace, [...this.path, "workspace"]);
    return new ClusterStack(this.app, this.identity("cluster", name), {
      ...this.shared,
      create,
      attachment,
      workspaceRegion: valueAt(location),
      workspaceRegionPath: keyOf(location),
      configPath: this.pathOf(name),
    });
  }

  private identity(kind: StackKind, cluster?: string): StackIdentity {
    return { name: stackName(kind, this.name, cluster), environment: this.name, cluster, kind };
  }

  private pathOf(cluster: string): readonly string[] {
    return [...this.path, "clusters", cluster];
  }
}

/** A cluster that one entry creates and another attaches too is there before the other asks for it. */
function createdFirst(clusters: EnvironmentConfig["clusters"]): [name: string, cluster: ClusterConfig][] {
  const entries = Object.entries(clusters);
  return [...entries.filter(([, { create }]) => create), ...entries.filter(([, { create }]) => !create)];
}

function acknowledgeFor(
  app: App,
  acknowledgements: readonly AcknowledgementConfig[] = [],
  scopes: readonly IConstruct[],
  owner: readonly string[],
): void {
  for (const [index, acknowledgement] of acknowledgements.entries()) {
    app.acknowledgements.set(acknowledgement, [...owner, "acknowledge", index]);
    for (const scope of scopes) acknowledge(scope, acknowledgement);
  }
}

/** The configuration is data: `${` and `%{` in it are text, not Terraform. */
function escapeTemplates<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll(/[$%](?=\{)/g, "$&$&") as T;
  if (Array.isArray(value)) return value.map(escapeTemplates) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [escapeTemplates(key), escapeTemplates(item)]),
  ) as T;
}
