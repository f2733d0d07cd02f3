import { kubernetesComputesOf } from "../../model/attachment.ts";
import { cluster, example, extension, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";
import { extensionsAt } from "../siblings.ts";

const TYPE = "identity[0].type";
const IDENTITY = { identity: { type: "SystemAssigned" } };

export default rule({
  id: "attachment/compute-identity",
  level: "warning",
  fact: "A KubernetesCompute on which jobs are trained has an identity.",
  why: "Jobs use the identity of their compute to reach the storage account and the container registry of the workspace. Without one they stay queued, or fail to mount the datastore.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute",
  phases: ["synthesis", "plan"],
  on: kubernetesComputesOf,
  *check(subject) {
    const { resource } = subject;
    const type = resource.text(TYPE);
    if (type !== undefined && type !== "None") return;
    const extensions = extensionsAt(resource.model, subject.cluster);
    if (extensions.length === 0) return resource.notKnownWithout("identity", "the cluster's extension");
    if (!extensions.some((each) => each.flag("enableTraining"))) return;
    yield {
      attribute: "identity",
      message: "the compute has no identity, and training is on in its cluster",
      advice: {
        terraform:
          'add identity { type = "SystemAssigned" }, and assign it Storage Blob Data Contributor and AcrPull where the jobs need them',
        configuration:
          "set identity.systemAssigned to true, and assign it Storage Blob Data Contributor and AcrPull where the jobs need them",
      },
      fix: {
        set: { [TYPE]: "SystemAssigned" },
        configuration: { "attachment.identity.systemAssigned": true },
      },
    };
  },
  configuration: {
    passing: {
      attachment: {
        kind: "KubernetesCompute",
        namespace: "ml",
        extension: { enableTraining: true },
        identity: { systemAssigned: true },
      },
    },
    failing: { attachment: { kind: "KubernetesCompute", namespace: "ml", extension: { enableTraining: true } } },
  },
  get examples() {
    return {
      passing: [
        example("an identity of its own", cluster(), kubernetesCompute({}, IDENTITY), extension()),
        example(
          "a user-assigned identity",
          cluster(),
          kubernetesCompute({}, { identity: { type: "UserAssigned", identity_ids: ["${var.identity_id}"] } }),
          extension(),
        ),
        example("inference alone", cluster(), kubernetesCompute(), extension({ enableTraining: "False" })),
      ],
      failing: [
        finds("identity", example("no identity", cluster(), kubernetesCompute(), extension())),
        finds(
          "identity",
          example("the identity None", cluster(), kubernetesCompute({}, { identity: { type: "None" } }), extension()),
        ),
      ],
      unknown: [
        example("the extension is not in sight", kubernetesCompute()),
        example(
          "whether it trains is a variable",
          cluster(),
          kubernetesCompute(),
          extension({ enableTraining: "${var.training}" }),
        ),
      ],
    };
  },
});
