import { DataAzurermSubnet } from "@cdktf/provider-azurerm/lib/data-azurerm-subnet/index.js";
import { Annotations } from "@cdktf/provider-kubernetes/lib/annotations/index.js";
import { Construct } from "constructs";
import { listOf } from "../rules/existing-cluster.ts";
import staticAddress from "../rules/load-balancer/static-address.ts";
import { conditionText } from "./condition.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

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

const PREFIX = "service.beta.kubernetes.io/azure";

/** Annotation, after the prefix, to the prop that it comes from and its value. */
function annotationsOf({
  subnet,
  ip,
  allowedIpRanges,
  privateLinkService: link,
}: InternalLoadBalancerProps): [name: string, prop: string, value: string | undefined][] {
  return [
    ["load-balancer-internal", "subnet", "true"],
    ["load-balancer-internal-subnet", "subnet", subnet],
    ["load-balancer-ipv4", "ip", ip],
    ["allowed-ip-ranges", "allowedIpRanges", allowedIpRanges?.join(",")],
    ["pls-create", "privateLinkService", link && "true"],
    ["pls-name", "privateLinkService", link?.name],
    ["pls-ip-configuration-subnet", "privateLinkService", link?.subnet],
    ["pls-ip-configuration-ip-address-count", "privateLinkService", link?.ipAddressCount?.toString()],
    ["pls-visibility", "privateLinkService", link?.visibility?.join(" ")],
    ["pls-auto-approval", "privateLinkService", link?.autoApproval?.join(" ")],
  ];
}

/**
 * The annotations of an internal load balancer on Azure ML's own Service azureml-fe, which the attachment makes. They
 * equal what the attachment asked for, so that a plan shows when they were changed, and an apply puts them right.
 * @see https://learn.microsoft.com/azure/aks/internal-lb
 */
export class InternalLoadBalancer extends Construct {
  /** The annotations themselves. */
  readonly resource: Annotations;

  constructor(scope: Construct, id: string, props: InternalLoadBalancerProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    if (props.network && props.subnet !== undefined && props.ip !== undefined)
      this.checkAddress(props.network, props.subnet, props.ip);
    const given = annotationsOf(props).filter(([, , value]) => value !== undefined);
    this.resource = new Annotations(this, "Resource", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "azureml-fe", namespace: props.namespace ?? "default" },
      annotations: Object.fromEntries(given.map(([name, , value]) => [`${PREFIX}-${name}`, value as string])),
      // Azure ML owns the Service, and has the field already.
      force: true,
    });
    comesFrom(this.resource, {
      "metadata.namespace": "namespace",
      annotations: "subnet",
      ...Object.fromEntries(given.map(([name, prop]) => [`annotations.${PREFIX}-${name}`, prop])),
    });
  }

  /** What the subnet spans is known to Azure alone. */
  private checkAddress(network: NonNullable<InternalLoadBalancerProps["network"]>, subnet: string, ip: string): void {
    const prefixes = listOf("self.address_prefixes");
    const data = new DataAzurermSubnet(this, "subnet", {
      ...network,
      name: subnet,
      lifecycle: {
        postcondition: [
          {
            // Each range, taken around the address, starts where the range starts; ranges of IPv6 cannot be.
            condition: `\${length(${prefixes}) == 0 || anytrue([for prefix in ${prefixes} : try(cidrhost(format("%s/%s", ${JSON.stringify(ip)}, split("/", prefix)[1]), 0) == cidrhost(prefix, 0), false)])}`,
            errorMessage: conditionText(staticAddress, `${ip} is not in the subnet ${subnet}.`),
          },
        ],
      },
    });
    comesFrom(data, { name: "subnet", virtual_network_name: "network", resource_group_name: "network" });
  }
}
