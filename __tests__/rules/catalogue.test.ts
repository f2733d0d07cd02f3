import { describe, expect, it } from "vitest";
import { azuremlAks } from "../helpers.ts";

/** The catalogue: every documented constraint that can be judged on synthesized Terraform. */
const CATALOGUE: Readonly<Record<string, string>> = {
  attachment:
    "adopt compute-name compute-name-future compute-name-unique create-before-destroy dev-test-size dev-test-traffic legacy namespace-unique one-per-cluster production-nodes production-size purpose-stated region same-subscription workspace-identity-roles",
  cluster:
    "authorized-ranges-azureml authorized-ranges-egress authorized-ranges-private authorized-ranges-standard-lb autoscaling-bounds cost-analysis-tier dns-prefix inbound-public-ip ip-versions kubenet load-balancer-profile-sku local-accounts managed-identity network-contributor network-mode node-image-channel outbound-path pool-version private-dns-identity private-dns-prefix private-public-fqdn rotation-name service-cidr serving-pool spot-fields standard-load-balancer system-pool-size vm-size-known vm-size-retired vnet-set workload-identity-issuer",
  kubernetes: "azureml-owned extension-once extension-settings instance-type separate-apply",
  "load-balancer": "annotations internal-from-the-start static-address subnet-needs-internal",
  tls: "certificate-complete dns-record internal-load-balancer key-by-reference key-in-state leaf-domain-label material microsoft-renewal one-source secret-shape write-only-revision",
};

describe("the catalogue", () => {
  it("is in what `rules` lists", () => {
    const rules = JSON.parse(azuremlAks(["rules", "--format", "json"]).stdout) as { id: string; phases: string[] }[];
    const expected = Object.entries(CATALOGUE).flatMap(([subject, names]) => names.split(" ").map((name) => `${subject}/${name}`));
    const listed = rules.filter(({ phases }) => phases.includes("synthesis")).map(({ id }) => id);
    // A rule that comes is in the list of rules alone; one that goes is missed here.
    expect(expected.filter((id) => !listed.includes(id))).toEqual([]);
    expect(expected.length).toBeGreaterThan(55);
  });
});
