import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, cluster, example, finds, kubernetesCompute, trustedAccess, workspaceId } from "../examples.ts";
import { rule } from "../rule.ts";
import { DEPLOY_EXTENSION } from "../sources.ts";

const disabled = (local_account_disabled: unknown): object =>
  cluster({ local_account_disabled, azure_active_directory_role_based_access_control: { azure_rbac_enabled: true } });

export default rule({
  id: "cluster/local-accounts",
  level: "error",
  fact: "A cluster attached as AksCompute has its local accounts enabled. One attached as KubernetesCompute may have them disabled, with Trusted Access for the workspace.",
  why: "Azure ML signs in with the admin certificate of the cluster. Trusted Access, which needs no certificate, is for KubernetesCompute only.",
  source: DEPLOY_EXTENSION,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: attachmentsOf,
  *check(subject) {
    if (subject.kind === "KubernetesCompute" && subject.hasTrustedAccess) return;
    const { resource, paths } = subject;
    const { resource: target } = subject.cluster;
    if (!target) return resource.notKnown(paths.clusterId);
    // The data source does not say it.
    if (target.parts.mode === "data") return target.notKnown("local_account_disabled");
    if (target.flag("local_account_disabled") !== true) return;
    yield {
      resource: target,
      attribute: "local_account_disabled",
      message: `local accounts are disabled, and Azure ML needs them to attach the cluster as ${subject.kind}${subject.kind === "AksCompute" ? "" : " without Trusted Access"}`,
      advice:
        subject.kind === "AksCompute"
          ? "enable local accounts"
          : {
              terraform:
                "add an azurerm_kubernetes_cluster_trusted_access_role_binding for the workspace, or enable local accounts",
              configuration: "set trustedAccess to true, or enable local accounts",
            },
      fix:
        subject.kind === "AksCompute"
          ? { set: { local_account_disabled: false } }
          : { configuration: { "attachment.trustedAccess": true } },
    };
  },
  configuration: { passing: {}, failing: { create: { entraId: { azureRbac: true, localAccountDisabled: true } } } },
  get examples() {
    return {
      passing: [
        example("on, as by default", cluster(), attachment()),
        example("off, and not attached", disabled(true)),
        example("off, with Trusted Access", disabled(true), kubernetesCompute(), trustedAccess()),
      ],
      failing: [
        finds("local_account_disabled", example("off", disabled(true), attachment())),
        finds("local_account_disabled", example("off, for a KubernetesCompute", disabled(true), kubernetesCompute())),
        finds(
          "local_account_disabled",
          example(
            "off, with Trusted Access for another workspace",
            disabled(true),
            kubernetesCompute(),
            trustedAccess({ source_resource_id: workspaceId("other") }),
          ),
        ),
        finds(
          "local_account_disabled",
          example("off, and Trusted Access does not help an AksCompute", disabled(true), attachment(), trustedAccess()),
        ),
      ],
      unknown: [
        example("a variable", disabled("${var.disabled}"), attachment()),
        example("a cluster that is not in sight", attachment()),
      ],
    };
  },
});
