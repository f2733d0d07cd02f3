import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, change, example, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";

const MODE = "managed_network[0].isolation_mode";

const ID = "${azurerm_machine_learning_workspace.workspace.id}";
const aksCompute = attachment({ machine_learning_workspace_id: ID });

const workspace = (isolation_mode?: string): object => ({
  resource: {
    azurerm_machine_learning_workspace: {
      workspace: {
        name: "mlw",
        resource_group_name: "rg",
        location: "westeurope",
        ...(isolation_mode === undefined ? {} : { managed_network: { isolation_mode } }),
      },
    },
  },
});

export default rule({
  id: "attachment/managed-network",
  level: "error",
  fact: "A workspace with a managed virtual network has no AKS cluster attached to it.",
  why: "Kubernetes computes are not supported there. They must be detached before a workspace gets a managed virtual network.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-managed-network#limitations",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: attachmentsOf,
  *check(subject) {
    const { resource: home } = subject.workspace;
    // No data source reads it.
    if (!home || home.parts.mode === "data" || home.blocks("managed_network").length === 0) return;
    const mode = home.text(MODE);
    if (mode === undefined || mode === "Disabled") return;
    yield {
      attribute: subject.paths.workspaceId,
      message: `the workspace ${home.address} has a managed virtual network (isolation_mode ${mode}), and no AKS cluster can be attached to it`,
      advice:
        "attach the cluster to a workspace without one, or remove managed_network and secure the workspace in a virtual network of your own",
    };
  },
  configuration: "The key managedNetwork of a new workspace, which stands beside the clusters.",
  get examples() {
    return {
      passing: [
        example("a workspace without one", workspace(), aksCompute),
        example("isolation is off", workspace("Disabled"), aksCompute),
        example("a workspace that is not in sight", attachment()),
      ],
      failing: [
        finds(
          "machine_learning_workspace_id",
          example("a managed virtual network", workspace("AllowInternetOutbound"), aksCompute),
        ),
        finds(
          "parent_id",
          example(
            "a KubernetesCompute",
            workspace("AllowOnlyApprovedOutbound"),
            kubernetesCompute({}, { parent_id: ID }),
          ),
        ),
        finds(
          "machine_learning_workspace_id",
          change(
            "the workspace of an attachment gets one",
            [workspace(), aksCompute],
            [workspace("AllowInternetOutbound"), aksCompute],
          ),
        ),
      ],
      unknown: [example("the mode is a variable", workspace("${var.mode}"), aksCompute)],
    };
  },
});
