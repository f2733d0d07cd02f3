import type { IConstruct } from "constructs";
import { formatResourceId } from "../azure/resource-id.ts";
import { type StackKind, stackName } from "../config/names.ts";
import type { AcknowledgementConfig, ClusterConfig, Config, EnvironmentConfig } from "../config/schema.ts";
import { acknowledge } from "../constructs/acknowledgement.ts";
import type { TerraformStack } from "../constructs/cdktf.ts";
import { App } from "./app.ts";
import { AttachmentStack } from "./attachment-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { ClusterStack } from "./cluster-stack.ts";
import { KubernetesStack, needsKubernetesStack } from "./kubernetes-stack.ts";
import { ManifestsStack, manifestsOf } from "./manifests-stack.ts";
import { targetOf } from "./target.ts";
import { withoutTraces } from "./without-traces.ts";
import { WorkspaceStack } from "./workspace-stack.ts";

/** What the configuration does not say. */
export interface BuildOptions {
  /** Folder of local state files as seen from the folder of a stack, with slashes. */
  readonly stateDirectory: string;
}

/** Config -> App: every environment's stacks, in the order of their dependence. */
export function build(config: Config, options: BuildOptions): App {
  return withoutTraces(() => appOf(config, options));
}

function appOf(config: Config, { stateDirectory }: BuildOptions): App {
  const app = new App();
  /** Stacks that install the extension of a cluster, and those that need it, by the cluster's ID. */
  const installing = new Map<string, TerraformStack>();
  const needing: [id: string, stack: TerraformStack][] = [];
  for (const [environmentName, environment] of Object.entries(escapeTemplates(config).environments)) {
    const { subscriptionId, backend, workspace } = environment;
    const shared = { subscriptionId, backend, stateDirectory };
    const environmentPath = ["environments", environmentName];
    const stacks: TerraformStack[] = [];
    // As they are written: a reason is for people, not for Terraform.
    const { acknowledge: acknowledgements, clusters } = config.environments[environmentName] as EnvironmentConfig;
    const stackOf = (kind: StackKind, cluster?: string): StackIdentity => ({
      name: stackName(kind, environmentName, cluster),
      environment: environmentName,
      cluster,
      kind,
    });
    const workspaceStack =
      workspace.create &&
      new WorkspaceStack(app, stackOf("workspace"), {
        ...shared,
        create: workspace.create,
        configPath: [...environmentPath, "workspace", "create"],
      });

    if (workspaceStack) stacks.push(workspaceStack);

    const created = new Map<string, TerraformStack>();
    for (const [name, cluster] of createdFirst(environment.clusters)) {
      const clusterPath = [...environmentPath, "clusters", name];
      const ofCluster: TerraformStack[] = [];
      const add = (stack: TerraformStack, after: readonly (TerraformStack | undefined)[]): void => {
        for (const before of after) if (before) stack.addDependency(before);
        ofCluster.push(stack);
      };
      const { create, attachment } = cluster;
      const id = formatResourceId(targetOf(cluster, subscriptionId, clusterPath).id).toLowerCase();
      if (create) {
        const region = workspace.create ?? workspace;
        const clusterStack = new ClusterStack(app, stackOf("cluster", name), {
          ...shared,
          create,
          attachment,
          workspaceRegion: region.location as string,
          workspaceRegionPath: [...environmentPath, "workspace", ...(workspace.create ? ["create"] : []), "location"],
          configPath: clusterPath,
        });
        created.set(id, clusterStack);
        add(clusterStack, []);
      }
      if (attachment) {
        const attached = { ...shared, cluster: { ...cluster, attachment }, clusterPath };
        const addKubernetes = (): void => {
          if (!needsKubernetesStack(attachment)) return;
          const before = ofCluster.at(-1) ?? created.get(id);
          add(new KubernetesStack(app, stackOf("kubernetes", name), attached), [before]);
        };
        // A KubernetesCompute and its extension find their objects in the cluster; an AksCompute makes its own there.
        if (attachment.kind === "KubernetesCompute") addKubernetes();
        const before = ofCluster.length > 0 ? ofCluster : [created.get(id)];
        const attachmentStack = new AttachmentStack(app, stackOf("attachment", name), {
          ...attached,
          workspace,
          environmentPath,
        });
        add(attachmentStack, [workspaceStack, ...before]);
        if (attachment.kind === "KubernetesCompute") {
          if (attachment.extension) installing.set(id, attachmentStack);
          else needing.push([id, attachmentStack]);
        }
        if (attachment.kind === "AksCompute") addKubernetes();
        if (Object.keys(manifestsOf(attachment)).length > 0) {
          // The extension makes their kind known.
          add(new ManifestsStack(app, stackOf("manifests", name), attached), [ofCluster.at(-1)]);
        }
      }
      acknowledgeFor(app, clusters[name]?.acknowledge, ofCluster, clusterPath);
      stacks.push(...ofCluster);
    }
    acknowledgeFor(app, acknowledgements, stacks, environmentPath);
  }
  for (const [id, stack] of needing) {
    const installs = installing.get(id);
    if (installs) stack.addDependency(installs);
  }
  acknowledgeFor(app, config.acknowledge, [app], []);
  return app;
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
