import { DataAzurermSubnet } from "@cdktf/provider-azurerm/lib/data-azurerm-subnet/index.js";
import { Annotations } from "@cdktf/provider-kubernetes/lib/annotations/index.js";
import type { Construct } from "constructs";
import { ANNOTATION_PREFIX } from "../model/kubernetes.ts";
import { listOf } from "../rules/existing-cluster.ts";
import staticAddress from "../rules/load-balancer/static-address.ts";
import { conditionText } from "./condition.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { derive, isSet, type Keyed, keyed, orElse, type Traced, valueAt } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/** A Private Link Service in front of the load balancer. */
export interface PrivateLinkService {
  /** Name of the service. @default - made by AKS */
  readonly name?: string;
  /** Name of the subnet of its addresses. @default - the load balancer's */
  readonly subnet?: string;
  /** Addresses of the service, 1-8. @default 1 */
  readonly ipAddressCount?: number;
  /** Subscription IDs that may see it, or `*`. @default - only those with access to it */
  readonly visibility?: readonly string[];
  /** Subscription IDs whose connections are approved by themselves. @default - none */
  readonly autoApproval?: readonly string[];
}

/** @see https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/ */
export interface InternalLoadBalancerProps {
  /** Name of a subnet in the cluster's virtual network. @default - the cluster's own */
  readonly subnet?: string;
  /** A private address in the subnet that nothing else has. @default - Azure takes a free one */
  readonly ip?: string;
  /** Ranges in CIDR form that may call the endpoint. @default - all that reach the network */
  readonly allowedIpRanges?: readonly string[];
  /** A Private Link Service in front of the load balancer. @default - none */
  readonly privateLinkService?: PrivateLinkService;
  /** The cluster's virtual network: the plan then checks that the address lies in the subnet. @default - not checked */
  readonly network?: { readonly virtualNetworkName: string; readonly resourceGroupName: string };
  /** Namespace of Service azureml-fe. @default "default", where AksCompute puts it */
  readonly namespace?: string;
}

/** The annotations, by their names after the prefix. */
function annotationsOf({
  subnet,
  ip,
  allowedIpRanges,
  privateLinkService: link,
}: From): Readonly<Record<string, Traced<string | undefined>>> {
  return {
    "load-balancer-internal": derive(subnet, () => "true"),
    "load-balancer-internal-subnet": subnet,
    "load-balancer-ipv4": ip,
    "allowed-ip-ranges": derive(allowedIpRanges, (ranges) => ranges?.join(",")),
    "pls-create": derive(link, (given) => given && "true"),
    "pls-name": link.name,
    "pls-ip-configuration-subnet": link.subnet,
    "pls-ip-configuration-ip-address-count": derive(link.ipAddressCount, (count) => count?.toString()),
    "pls-visibility": derive(link.visibility, (subscriptions) => subscriptions?.join(" ")),
    "pls-auto-approval": derive(link.autoApproval, (subscriptions) => subscriptions?.join(" ")),
  };
}

/**
 * The annotations of an internal load balancer on Azure ML's own Service azureml-fe, which the attachment makes. They
 * equal what the attachment asked for, so that a plan shows when they were changed, and an apply puts them right.
 * @see https://learn.microsoft.com/azure/aks/internal-lb
 */
export class InternalLoadBalancer extends JudgedConstruct {
  /** The annotations themselves. */
  readonly resource: Annotations;

  constructor(scope: Construct, id: string, props: InternalLoadBalancerProps) {
    super(scope, id);
    const from = keyed(props);
    this.checkAddress(from);
    const annotations = Object.entries(annotationsOf(from)).map(([name, value]) => [
      `${ANNOTATION_PREFIX}${name}`,
      value,
    ]);
    this.resource = elementFrom(Annotations, this, "Resource", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "azureml-fe", namespace: orElse(from.namespace, "default") },
      annotations: derive(from.subnet, () => Object.fromEntries(annotations)),
      // Azure ML owns the Service, and has the field already.
      force: true,
    });
  }

  /** What the subnet spans is known to Azure alone. */
  private checkAddress({ network, subnet, ip }: From): void {
    if (!isSet(network) || !isSet(subnet) || !isSet(ip)) return;
    const address = valueAt(ip);
    const prefixes = listOf("self.address_prefixes");
    elementFrom(DataAzurermSubnet, this, "subnet", {
      virtualNetworkName: network.virtualNetworkName,
      resourceGroupName: network.resourceGroupName,
      name: subnet,
      lifecycle: {
        postcondition: [
          {
            // Each range, taken around the address, starts where the range starts; ranges of IPv6 cannot be.
            condition: `\${length(${prefixes}) == 0 || anytrue([for prefix in ${prefixes} : try(cidrhost(format("%s/%s", ${JSON.stringify(address)}, split("/", prefix)[1]), 0) == cidrhost(prefix, 0), false)])}`,
            errorMessage: conditionText(staticAddress, `${address} is not in the subnet ${valueAt(subnet)}.`),
          },
        ],
      },
    });
  }
}

type From = Keyed<InternalLoadBalancerProps>;
