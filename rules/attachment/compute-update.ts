import { kubernetesComputesOf } from "../../model/attachment.ts";
import { change, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";

const ADDRESS = "azapi_resource.compute";
/** What Azure ML keeps of a compute from the moment that it is attached. */
const KEPT = "body.properties";

export default rule({
  id: "attachment/compute-update",
  level: "warning",
  fact: "An attached KubernetesCompute is changed by detaching and attaching it again.",
  why: "Azure ML does not update it: the apply reports success, and the namespace, the instance types and the description stay as they were.",
  source:
    "https://github.com/MicrosoftDocs/azure-docs/blob/main/articles/machine-learning/known-issues/inferencing-updating-kubernetes-compute-appears-to-succeed.md",
  phases: ["plan"],
  on: kubernetesComputesOf,
  *check({ resource, paths }) {
    const changed = (resource.actions.includes("update") ? (resource.parts.change?.changed ?? []) : []).filter((path) =>
      path.startsWith(KEPT),
    );
    // Another cluster behind a compute is a matter of its own.
    if (changed.length === 0 || changed.includes(paths.clusterId)) return;
    yield {
      attribute: changed[0],
      // What is taken over may differ in no more than how Azure answers.
      ...(resource.parts.isImported ? { level: "note" } : {}),
      message: `Azure ML does not update a KubernetesCompute: this change of ${changed.map((path) => resource.writtenAs(path)).join(", ")} has no effect`,
      advice: `detach it and attach it again, with the same name and namespace: set replace_triggers_refs to ["properties"], or run terraform apply -replace=${resource.address}`,
    };
  },
  configuration: "A change of a KubernetesCompute is synthesized as a replacement: it is detached, and attached again.",
  get examples() {
    return {
      passing: [
        change("nothing changes", [kubernetesCompute()], [kubernetesCompute()]),
        change("tags", [kubernetesCompute()], [kubernetesCompute({}, { tags: { team: "ml" } })]),
        change("it is detached and attached again", [kubernetesCompute()], [kubernetesCompute({ namespace: "ml" })], {
          [ADDRESS]: ["body"],
        }),
      ],
      failing: [
        finds(
          "body.properties.properties.namespace",
          change("another namespace", [kubernetesCompute()], [kubernetesCompute({ namespace: "ml" })]),
        ),
        finds(
          "body.properties.properties.instanceTypes",
          change(
            "an instance type",
            [kubernetesCompute()],
            [kubernetesCompute({ instanceTypes: { small: { resources: { limits: { cpu: "1" } } } } })],
          ),
        ),
      ],
      unknown: [],
    };
  },
});
