import { attachment, cluster, example, finds, kubernetesCompute, trustedAccess } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { attachmentsTo, hasTrustedAccess } from "../siblings.ts";
import { SECURE_INFERENCING_VNET } from "../sources.ts";

const ZONE = "private_dns_zone_id";
const PUBLIC_NAME = "private_cluster_public_fqdn_enabled";

export default rule({
  id: "cluster/private-public-fqdn",
  level: "error",
  fact: "A private cluster has a private DNS zone, and no public name.",
  why: "Azure ML does not support a private cluster whose API server has a public fully qualified domain name, unless it is attached as KubernetesCompute alone, with Trusted Access. Without a private DNS zone there is no other name.",
  source: SECURE_INFERENCING_VNET,
  phases: ["synthesis", "plan"],
  isOfAzureMl: true,
  on: createdClusters,
  *check(target) {
    if (target.flag("private_cluster_enabled") !== true) return;
    // Any other value is a zone, also one that is made beside it.
    const hasNoZone = target.exists(ZONE) && target.value(ZONE) === "None";
    if (!hasNoZone && target.flag(PUBLIC_NAME) !== true) return;
    const attached = attachmentsTo(target);
    if (hasTrustedAccess(attached)) return;
    if (hasNoZone) {
      yield {
        attribute: ZONE,
        ...(attached.length > 0 ? {} : { level: "note" }),
        message: "this private cluster has no private DNS zone: only a public name leads to its API server",
        advice: {
          terraform: "set private_dns_zone_id to System, or to a zone of your own",
          configuration: "set apiServer.privateDnsZone to system, or to a zone of your own",
        },
        fix: { set: { [ZONE]: "System" }, configuration: { "create.apiServer.privateDnsZone": "system" } },
      };
      return;
    }
    yield {
      attribute: PUBLIC_NAME,
      message: "this private cluster has a public name",
      advice: `set ${PUBLIC_NAME} to false`,
      fix: { set: { [PUBLIC_NAME]: false } },
    };
  },
  configuration: {
    passing: { create: { apiServer: { private: true, privateDnsZone: "system" } } },
    failing: { create: { apiServer: { private: true, privateDnsZone: "none" } } },
  },
  get examples() {
    return {
      passing: [
        example("private", cluster({ private_cluster_enabled: true, [PUBLIC_NAME]: false })),
        example("public", cluster(), attachment()),
        example(
          "of a cluster that has nothing to do with Azure ML",
          cluster({ private_cluster_enabled: true, [PUBLIC_NAME]: true }),
        ),
        example(
          "with a public name, and Trusted Access",
          cluster({ private_cluster_enabled: true, [PUBLIC_NAME]: true }),
          kubernetesCompute(),
          trustedAccess(),
        ),
      ],
      failing: [
        finds(
          "private_dns_zone_id",
          example(
            "private without a zone",
            cluster({ private_cluster_enabled: true, private_dns_zone_id: "None" }),
            attachment(),
          ),
        ),
        finds(
          "private_cluster_public_fqdn_enabled",
          example(
            "private with a public name",
            cluster({ private_cluster_enabled: true, [PUBLIC_NAME]: true }),
            attachment(),
          ),
        ),
      ],
      unknown: [
        example("a variable", cluster({ private_cluster_enabled: true, [PUBLIC_NAME]: "${var.public}" }), attachment()),
      ],
    };
  },
});
