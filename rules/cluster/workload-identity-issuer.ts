import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

export default rule({
  id: "cluster/workload-identity-issuer",
  level: "error",
  fact: "Workload identity is on only together with the OIDC issuer.",
  why: "azurerm finds it out at apply time: `oidc_issuer_enabled` must be set to `true` to enable Azure AD Workload Identity.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (target.flag("workload_identity_enabled") !== true || target.flag("oidc_issuer_enabled") === true) return;
    yield {
      attribute: "workload_identity_enabled",
      message: "workload identity is on, and the OIDC issuer is off",
      advice: { terraform: "set oidc_issuer_enabled to true", configuration: "set oidcIssuer to true" },
      fix: { set: { oidc_issuer_enabled: true } },
    };
  },
  configuration: {
    passing: { create: { workloadIdentity: true } },
    failing: { create: { workloadIdentity: true, oidcIssuer: false } },
  },
  get examples() {
    return {
      passing: [
        example("both", cluster({ workload_identity_enabled: true, oidc_issuer_enabled: true })),
        example("neither", cluster()),
      ],
      failing: [
        finds("workload_identity_enabled", example("the issuer is off", cluster({ workload_identity_enabled: true }))),
      ],
      unknown: [
        example("a variable", cluster({ workload_identity_enabled: true, oidc_issuer_enabled: "${var.issuer}" })),
      ],
    };
  },
});
