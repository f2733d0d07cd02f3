/**
 * What a network policy engine and a data plane need of the network plugin.
 * https://learn.microsoft.com/azure/aks/use-network-policies
 * https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium
 * https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/kubernetes_cluster#network_policy-1
 */
interface Needs {
  /** Network plugins that it works with. */
  readonly plugins: readonly string[];
  /** Data planes that it works with. */
  readonly dataPlanes: readonly string[];
}

/** By the name of the policy engine. */
export const NETWORK_POLICIES: ReadonlyMap<string, Needs> = new Map(
  Object.entries({
    azure: { plugins: ["azure"], dataPlanes: ["azure"] },
    calico: { plugins: ["azure", "kubenet"], dataPlanes: ["azure"] },
    cilium: { plugins: ["azure"], dataPlanes: ["cilium"] },
  }),
);

interface DataPlane {
  /** The one plugin that it works with. Default: any. */
  readonly plugin?: string;
  /** Whether pods need a range or a subnet of their own. */
  readonly needsPodAddresses: boolean;
}

/** By the name of the data plane. */
export const DATA_PLANES: ReadonlyMap<string, DataPlane> = new Map(
  Object.entries({
    azure: { needsPodAddresses: false },
    cilium: { plugin: "azure", needsPodAddresses: true },
  }),
);
