import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, clusterId, example, finds, workspaceId } from "../examples.ts";
import { rule } from "../rule.ts";
import { namesOf, siblings } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

const sameNameAndWorkspace = siblings(attachmentsOf, ({ name, workspace }) => ({
  target: workspace,
  name: name?.toLowerCase(),
}));
const other = attachment({ kubernetes_cluster_id: clusterId("aks-other") }, "other");

export default rule({
  id: "attachment/compute-name-unique",
  level: "error",
  fact: "The names of the computes of a workspace are unique.",
  why: "The second attachment fails because a compute of its name exists, or overwrites it.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: attachmentsOf,
  *check(subject) {
    const twins = sameNameAndWorkspace(subject);
    if (twins.length === 0) return;
    yield {
      attribute: subject.paths.name,
      message: `the compute name ${JSON.stringify(subject.name)} is used in this workspace by ${namesOf(twins)} too`,
      advice: "give each compute of a workspace a name of its own",
    };
  },
  configuration: {
    passing: {
      second: {
        create: { resourceGroup: "rg", name: "aks-other", nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } },
        attachment: { kind: "AksCompute", computeName: "other", clusterPurpose: "FastProd" },
      },
    },
    failing: {
      second: {
        create: { resourceGroup: "rg", name: "aks-other", nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3 } },
        attachment: { kind: "AksCompute", computeName: "scoring", clusterPurpose: "FastProd" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("two names in one workspace", attachment(), other, attachment({ name: "batch" }, "other")),
        example(
          "one name in two workspaces",
          attachment(),
          other,
          attachment({ machine_learning_workspace_id: workspaceId("second") }, "other"),
        ),
      ],
      failing: [
        finds(
          ["name", "name"],
          example("one name twice, in other casing", attachment(), other, attachment({ name: "SCORING" }, "other")),
        ),
      ],
      unknown: [
        example("the name of one is a variable", attachment(), other, attachment({ name: "${var.name}" }, "other")),
      ],
    };
  },
});
