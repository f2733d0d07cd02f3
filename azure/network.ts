/**
 * The range of Kubernetes services that AKS takes where none is given.
 * https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning
 */
export const DEFAULT_SERVICE_CIDR = "10.0.0.0/16";

/**
 * Addresses of every subnet that Azure keeps for itself: the first four, and the last one.
 * https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
 */
export const RESERVED_FIRST = 4;
export const RESERVED_LAST = 1;
