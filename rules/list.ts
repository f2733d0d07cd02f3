import adopt from "./attachment/adopt.ts";
import computeName from "./attachment/compute-name.ts";
import computeNameFuture from "./attachment/compute-name-future.ts";
import computeNameUnique from "./attachment/compute-name-unique.ts";
import createBeforeDestroy from "./attachment/create-before-destroy.ts";
import devTestSize from "./attachment/dev-test-size.ts";
import devTestTraffic from "./attachment/dev-test-traffic.ts";
import legacy from "./attachment/legacy.ts";
import onePerCluster from "./attachment/one-per-cluster.ts";
import productionNodes from "./attachment/production-nodes.ts";
import productionSize from "./attachment/production-size.ts";
import purposeStated from "./attachment/purpose-stated.ts";
import region from "./attachment/region.ts";
import sameSubscription from "./attachment/same-subscription.ts";
import authorizedRangesAzureml from "./cluster/authorized-ranges-azureml.ts";
import authorizedRangesEgress from "./cluster/authorized-ranges-egress.ts";
import authorizedRangesPrivate from "./cluster/authorized-ranges-private.ts";
import authorizedRangesStandardLb from "./cluster/authorized-ranges-standard-lb.ts";
import autoscalingBounds from "./cluster/autoscaling-bounds.ts";
import costAnalysisTier from "./cluster/cost-analysis-tier.ts";
import dnsPrefix from "./cluster/dns-prefix.ts";
import inboundPublicIp from "./cluster/inbound-public-ip.ts";
import ipVersions from "./cluster/ip-versions.ts";
import kubenet from "./cluster/kubenet.ts";
import kubernetesVersion from "./cluster/kubernetes-version.ts";
import loadBalancerProfileSku from "./cluster/load-balancer-profile-sku.ts";
import localAccounts from "./cluster/local-accounts.ts";
import networkContributor from "./cluster/network-contributor.ts";
import networkMode from "./cluster/network-mode.ts";
import nodeImageChannel from "./cluster/node-image-channel.ts";
import outboundPath from "./cluster/outbound-path.ts";
import poolVersion from "./cluster/pool-version.ts";
import privateDnsIdentity from "./cluster/private-dns-identity.ts";
import privateDnsPrefix from "./cluster/private-dns-prefix.ts";
import privatePublicFqdn from "./cluster/private-public-fqdn.ts";
import rotationName from "./cluster/rotation-name.ts";
import serviceCidr from "./cluster/service-cidr.ts";
import servingPool from "./cluster/serving-pool.ts";
import spotFields from "./cluster/spot-fields.ts";
import standardLoadBalancer from "./cluster/standard-load-balancer.ts";
import systemPoolSize from "./cluster/system-pool-size.ts";
import vmSizeKnown from "./cluster/vm-size-known.ts";
import vmSizeRetired from "./cluster/vm-size-retired.ts";
import vnetSet from "./cluster/vnet-set.ts";
import workloadIdentityIssuer from "./cluster/workload-identity-issuer.ts";
import azuremlOwned from "./kubernetes/azureml-owned.ts";
import separateApply from "./kubernetes/separate-apply.ts";
import annotations from "./load-balancer/annotations.ts";
import internalFromTheStart from "./load-balancer/internal-from-the-start.ts";
import staticAddress from "./load-balancer/static-address.ts";
import subnetNeedsInternal from "./load-balancer/subnet-needs-internal.ts";
import type { Phase, Rule } from "./rule.ts";
import certificateComplete from "./tls/certificate-complete.ts";
import dnsRecord from "./tls/dns-record.ts";
import internalLoadBalancer from "./tls/internal-load-balancer.ts";
import keyByReference from "./tls/key-by-reference.ts";
import keyInState from "./tls/key-in-state.ts";
import leafDomainLabel from "./tls/leaf-domain-label.ts";
import material from "./tls/material.ts";
import microsoftRenewal from "./tls/microsoft-renewal.ts";
import oneSource from "./tls/one-source.ts";
import secretShape from "./tls/secret-shape.ts";
import writeOnlyRevision from "./tls/write-only-revision.ts";

/** Every rule, in the order in which they are listed. */
export const RULES: readonly Rule[] = [
  adopt,
  computeNameFuture,
  computeNameUnique,
  computeName,
  createBeforeDestroy,
  devTestSize,
  devTestTraffic,
  legacy,
  onePerCluster,
  productionNodes,
  productionSize,
  purposeStated,
  region,
  sameSubscription,
  authorizedRangesAzureml,
  authorizedRangesEgress,
  authorizedRangesPrivate,
  authorizedRangesStandardLb,
  autoscalingBounds,
  costAnalysisTier,
  dnsPrefix,
  inboundPublicIp,
  ipVersions,
  kubenet,
  kubernetesVersion,
  loadBalancerProfileSku,
  localAccounts,
  networkContributor,
  networkMode,
  nodeImageChannel,
  outboundPath,
  poolVersion,
  privateDnsIdentity,
  privateDnsPrefix,
  privatePublicFqdn,
  rotationName,
  serviceCidr,
  servingPool,
  spotFields,
  standardLoadBalancer,
  systemPoolSize,
  vmSizeKnown,
  vmSizeRetired,
  vnetSet,
  workloadIdentityIssuer,
  azuremlOwned,
  separateApply,
  annotations,
  internalFromTheStart,
  staticAddress,
  subnetNeedsInternal,
  certificateComplete,
  dnsRecord,
  internalLoadBalancer,
  keyByReference,
  keyInState,
  leafDomainLabel,
  material,
  microsoftRenewal,
  oneSource,
  secretShape,
  writeOnlyRevision,
];

/** The rules of a phase. */
export function rulesOf(phase: Phase): readonly Rule[] {
  return RULES.filter(({ phases }) => phases.includes(phase));
}
