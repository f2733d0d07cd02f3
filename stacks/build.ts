import type { IConstruct } from "constructs";
import { stackName } from "../config/names.ts";
import type { AcknowledgementConfig, Config, EnvironmentConfig } from "../config/schema.ts";
import { acknowledge } from "../constructs/acknowledgement.ts";
import type { TerraformStack } from "../constructs/cdktf.ts";
import { App } from "./app.ts";
import { AttachmentStack } from "./attachment-stack.ts";
import { ClusterStack } from "./cluster-stack.ts";
import { KubernetesStack, needsKubernetesStack } from "./kubernetes-stack.ts";
import { WorkspaceStack } from "./workspace-stack.ts";

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
    const workspaceStack =
      workspace.create &&
      new WorkspaceStack(app, stackName("workspace", environmentName), {
        ...shared,
        create: workspace.create,
        configPath: [...environmentPath, "workspace", "create"],
      });

    if (workspaceStack) stacks.push(workspaceStack);

    for (const [name, cluster] of Object.entries(environment.clusters)) {
      const clusterPath = [...environmentPath, "clusters", name];
      const clusterStack = new ClusterStack(app, stackName("cluster", environmentName, name), {
        ...shared,
        cluster,
        workspaceRegion: (workspace.create ?? workspace).location as string,
        workspaceRegionPath: [...environmentPath, "workspace", ...(workspace.create ? ["create"] : []), "location"],
        configPath: clusterPath,
      });
      const attachmentStack = new AttachmentStack(app, stackName("attachment", environmentName, name), {
        ...shared,
        workspace,
        cluster,
        environmentPath,
        clusterPath,
      });
      if (workspaceStack) attachmentStack.addDependency(workspaceStack);
      attachmentStack.addDependency(clusterStack);
      const ofCluster: TerraformStack[] = [clusterStack, attachmentStack];
      if (needsKubernetesStack(cluster.attachment)) {
        const kubernetesStack = new KubernetesStack(app, stackName("kubernetes", environmentName, name), { ...shared, cluster, clusterPath });
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
