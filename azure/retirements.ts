/** What Microsoft retires, and when. Dates are ISO dates. */
export interface Retirement {
  /** What it is, as the start of a sentence. */
  readonly what: string;
  readonly date: string;
  /** What to take in its place. */
  readonly instead: string;
}

/** https://learn.microsoft.com/azure/aks/upgrade-options#retirements and the pages of each */
export const RETIREMENTS = {
  azureLinux2: {
    what: "Azure Linux 2, which nodes of Kubernetes 1.31 and older have,",
    date: "2025-11-30",
    instead: "upgrade the pool to Kubernetes 1.32 or newer",
  },
  ubuntu2204: {
    what: "Ubuntu 22.04",
    date: "2027-06-30",
    instead: "use the OS SKU Ubuntu, whose release follows the Kubernetes version",
  },
  kubenet: {
    what: "kubenet",
    date: "2028-03-31",
    instead: "use the network plugin azure with mode overlay, which needs as few addresses",
  },
  azureNetworkPolicies: {
    what: "Azure's network policy engine on Linux",
    date: "2028-09-30",
    instead: "use the network policy cilium with its data plane, or calico",
  },
  azureNetworkPoliciesOnWindows: {
    what: "Azure's network policy engine on Windows",
    date: "2026-09-30",
    instead: "use the network policy calico, or security groups",
  },
  openServiceMesh: {
    what: "the Open Service Mesh add-on",
    date: "2027-09-30",
    instead: "use the Istio add-on (service_mesh_profile)",
  },
  availabilitySets: {
    what: "the pool type AvailabilitySet",
    date: "2025-09-30",
    instead: "make the cluster with pools of type VirtualMachineScaleSets",
  },
  basicLoadBalancer: {
    what: "the Basic load balancer",
    date: "2025-09-30",
    instead: "use the Standard load balancer",
  },
  applicationRoutingNginx: {
    what: "the NGINX of the application routing add-on",
    date: "2026-11-30",
    instead: "plan the move to the Gateway API; until then the add-on gets security patches only",
  },
} as const satisfies Readonly<Record<string, Retirement>>;

/** `retires on 2028-03-31`, or `retired on 2025-09-30`. */
export function retires({ date }: Retirement, today: string): string {
  return date < today ? `retired on ${date}` : `retires on ${date}`;
}
