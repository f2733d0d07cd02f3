import type { IConstruct } from "constructs";
import { type StackKind, stackName } from "../config/names.ts";
import type { AcknowledgementConfig, Config, EnvironmentConfig } from "../config/schema.ts";
import { acknowledge } from "../constructs/acknowledgement.ts";
import type { TerraformStack } from "../constructs/cdktf.ts";
import { App } from "./app.ts";
import { AttachmentStack } from "./attachment-stack.ts";
import type { StackIdentity } from "./backend.ts";
import { ClusterStack } from "./cluster-stack.ts";
import { KubernetesStack, needsKubernetesStack } from "./kubernetes-stack.ts";
import { WorkspaceStack } from "./workspace-stack.ts";

/** What the configuration does not say. */
export interface BuildOptions {
  /** Folder of local state files as seen from the folder of a stack, with slashes. */
  readonly stateDirectory: string;
}

/** Config -> App: every environment's stacks, in the order of their dependence. */
export function build(config: Config, { stateDirectory }: BuildOptions): App {
  const app = new App();
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

    for (const [name, cluster] of Object.entries(environment.clusters)) {
      const clusterPath = [...environmentPath, "clusters", name];
      const ofCluster: TerraformStack[] = [];
      const { create, attachment } = cluster;
      if (create) {
        const region = workspace.create ?? workspace;
        ofCluster.push(
          new ClusterStack(app, stackOf("cluster", name), {
            ...shared,
            create,
            attachment,
            workspaceRegion: region.location as string,
            workspaceRegionPath: [...environmentPath, "workspace", ...(workspace.create ? ["create"] : []), "location"],
            configPath: clusterPath,
          }),
        );
      }
      const attachmentStack = new AttachmentStack(app, stackOf("attachment", name), { ...shared, workspace, cluster, environmentPath, clusterPath });
      for (const stack of [workspaceStack, ...ofCluster]) if (stack) attachmentStack.addDependency(stack);
      ofCluster.push(attachmentStack);
      if (needsKubernetesStack(attachment)) {
        const kubernetesStack = new KubernetesStack(app, stackOf("kubernetes", name), { ...shared, cluster, clusterPath });
        // Azure ML makes the Service in the cluster when it attaches.
        kubernetesStack.addDependency(attachmentStack);
        ofCluster.push(kubernetesStack);
      }
      waive(app, clusters[name]?.acknowledge, ofCluster, clusterPath);
      stacks.push(...ofCluster);
    }
    waive(app, acknowledgements, stacks, environmentPath);
  }
  waive(app, config.acknowledge, [app], []);
  return app;
}

function waive(app: App, acknowledgements: readonly AcknowledgementConfig[] = [], scopes: readonly IConstruct[], owner: readonly string[]): void {
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
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [escapeTemplates(key), escapeTemplates(item)])) as T;
}
