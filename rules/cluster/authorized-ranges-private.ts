import { formatCidr, parseCidr } from "../../azure/cidr.ts";
import type { Resource } from "../../model/resource.ts";
import { azureMachineLearningTagsIn, RANGES } from "../azureml-tags.ts";
import { cluster, example, finds } from "../examples.ts";
import { createdClusters, type Problem, rule } from "../rule.ts";
import { AUTHORIZED_RANGES } from "../sources.ts";

const MOST_RANGES = 200;

const guarded = (authorized_ip_ranges: unknown, changes: object = {}): object =>
  cluster({ api_server_access_profile: { authorized_ip_ranges }, ...changes });

export default rule({
  id: "cluster/authorized-ranges-private",
  level: "error",
  fact: "Authorized IP ranges are at most 200 IPv4 ranges, each on its network address, and not those of a private cluster.",
  why: "azurerm checks none of this: the apply fails when AKS refuses the cluster.",
  source: AUTHORIZED_RANGES,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (!target.isSet(RANGES)) return;
    yield function* () {
      if (target.flag("private_cluster_enabled") !== true) return;
      yield {
        attribute: RANGES,
        message: "authorized IP ranges do not apply to a private cluster: its API server is not public",
        advice: "remove the ranges, or make the cluster public",
        fix: {
          set: { [RANGES]: null },
          configuration: {
            "create.apiServer.authorizedIpRanges": null,
            "create.apiServer.includeAzureMachineLearning": null,
          },
        },
      };
    };
    yield () => ranges(target);
  },
  configuration: {
    passing: { create: { apiServer: { authorizedIpRanges: ["203.0.113.0/24"] } } },
    failing: { create: { apiServer: { private: true, authorizedIpRanges: ["203.0.113.0/24"] } } },
  },
  get examples() {
    return {
      passing: [
        example("a range and an address", guarded(["203.0.113.0/24", "198.51.100.7"])),
        example("a private cluster without ranges", cluster({ private_cluster_enabled: true })),
      ],
      failing: [
        finds(
          "api_server_access_profile[0].authorized_ip_ranges",
          example("ranges on a private cluster", guarded(["203.0.113.0/24"], { private_cluster_enabled: true })),
        ),
        finds(
          "api_server_access_profile[0].authorized_ip_ranges[0]",
          example("not on the network address", guarded(["203.0.113.7/24"])),
        ),
        finds("api_server_access_profile[0].authorized_ip_ranges[0]", example("IPv6", guarded(["2001:db8::/32"]))),
        finds(
          "api_server_access_profile[0].authorized_ip_ranges",
          example("201 ranges", guarded(Array.from({ length: 201 }, (_, index) => `203.0.113.${index}`))),
        ),
      ],
      unknown: [
        example("a variable", guarded("${var.ranges}")),
        example(
          "private or not is a variable",
          guarded(["203.0.113.0/24"], { private_cluster_enabled: "${var.private}" }),
        ),
      ],
    };
  },
});

function* ranges(target: Resource): Generator<Problem> {
  let count = 0;
  // What Azure publishes for a region is well-formed and short.
  for (const text of azureMachineLearningTagsIn(target).areAll ? target.knownItems(RANGES) : target.items(RANGES)) {
    const attribute = `${RANGES}[${count}]`;
    count++;
    const range = parseCidr(text);
    if (!range) {
      yield {
        attribute,
        message: `${JSON.stringify(text)} is not an IPv4 range`,
        advice: "use IPv4 ranges such as 203.0.113.0/24; AKS accepts no IPv6 here",
      };
    } else if (!range.isNetworkAddress) {
      yield {
        attribute,
        message: `${text} does not start on its network address`,
        advice: `use ${formatCidr(range)}`,
        fix: { set: { [attribute]: formatCidr(range) } },
      };
    }
    if (count === MOST_RANGES + 1) {
      yield {
        attribute: RANGES,
        message: `there are more than ${MOST_RANGES} ranges`,
        advice: "merge adjacent ranges into larger ones",
      };
    }
  }
}
