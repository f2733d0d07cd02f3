import { attachment, cluster, example } from "../examples.ts";
import { attachments, rule } from "../rule.ts";
import { DEPLOY_EXTENSION } from "../sources.ts";

const disabled = (local_account_disabled: unknown): object =>
  cluster({ local_account_disabled, azure_active_directory_role_based_access_control: { azure_rbac_enabled: true } });

export default rule({
  id: "cluster/local-accounts",
  level: "error",
  fact: "A cluster attached as AksCompute has its local accounts on.",
  why: "Azure ML signs in to it with the cluster's admin certificate. Trusted Access, which does without, is for KubernetesCompute only.",
  source: DEPLOY_EXTENSION,
  phases: ["S", "P"],
  on: attachments,
  *check({ cluster: { resource: target }, resource, paths }) {
    if (!target) return resource.missing(paths.clusterId);
    // The data source does not say it.
    if (target.parts.mode === "data") return target.missing("local_account_disabled");
    if (target.flag("local_account_disabled") !== true) return;
    yield {
      resource: target,
      attribute: "local_account_disabled",
      message: "local accounts are off, and Azure ML needs them to attach the cluster as AksCompute",
      advice: "leave local accounts on",
    };
  },
  configuration: { passing: {}, failing: { create: { entraId: { azureRbac: true, localAccountDisabled: true } } } },
  examples: {
    passing: [example("on, as by default", cluster(), attachment()), example("off, and not attached as AksCompute", disabled(true))],
    failing: [example("off", disabled(true), attachment())],
    unknown: [example("a variable", disabled("${var.disabled}"), attachment()), example("a cluster that is not in sight", attachment())],
  },
});
