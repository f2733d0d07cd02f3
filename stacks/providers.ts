import type { ProvidersConfig } from "../config/schema.ts";

/** Terraform JSON of a stack, as far as it is read here. */
interface StackJson {
  readonly terraform?: { readonly required_providers?: Record<string, { version?: string }> };
  readonly provider?: { readonly azurerm?: readonly Record<string, unknown>[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
}

/**
 * What azurerm 5 asks for and azurerm 4 takes as given, by resource type.
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide
 */
const REQUIRED_BY_AZURERM_5: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  azurerm_kubernetes_cluster: { node_provisioning_profile: [{ mode: "Manual" }] },
  azurerm_key_vault: { rbac_authorization_enabled: false },
};

/** Resource providers of Azure, by the beginning of the Terraform types that need them. */
const RESOURCE_PROVIDERS: readonly (readonly [types: RegExp, name: string])[] = [
  [/^azurerm_kubernetes_cluster$/, "Microsoft.ContainerService"],
  [/^azurerm_machine_learning_/, "Microsoft.MachineLearningServices"],
  [/^azurerm_kubernetes_cluster_extension$/, "Microsoft.KubernetesConfiguration"],
  [/^azurerm_storage_account$/, "Microsoft.Storage"],
  [/^azurerm_key_vault$/, "Microsoft.KeyVault"],
  [/^azurerm_application_insights$/, "Microsoft.Insights"],
];

/** Lays over a stack which versions of its providers are used, and what azurerm 5 needs where it is one of them. */
export function withProviders(json: unknown, providers: ProvidersConfig): void {
  const { terraform, provider, resource = {} } = json as StackJson;
  for (const [name, required] of Object.entries(terraform?.required_providers ?? {}))
    required.version = providers[name as keyof ProvidersConfig] ?? required.version;
  if (!isAzurerm5(providers.azurerm)) return;
  for (const [type, required] of Object.entries(REQUIRED_BY_AZURERM_5)) {
    for (const attributes of Object.values(resource[type] ?? {}))
      for (const [name, value] of Object.entries(required)) attributes[name] ??= value;
  }
  // It registers nothing by itself.
  const types = Object.keys(resource);
  const needed = RESOURCE_PROVIDERS.filter(([pattern]) => types.some((type) => pattern.test(type)));
  for (const azurerm of provider?.azurerm ?? []) {
    const registered = (azurerm.resource_providers_to_register ?? []) as readonly string[];
    const names = [...new Set([...registered, ...needed.map(([, name]) => name)])].sort();
    if (names.length > 0) azurerm.resource_providers_to_register = names;
  }
}

/** By the lowest version that a constraint allows. */
function isAzurerm5(constraint: string | undefined): boolean {
  return Number(/\d+/.exec(constraint ?? "")?.[0] ?? 0) >= 5;
}
