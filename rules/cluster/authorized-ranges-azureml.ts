import { type Cidr, isCovered, parseCidr } from "../../azure/cidr.ts";
import { regionName, regionPair } from "../../azure/regions.ts";
import { azureMachineLearningTag, type RegionalTag, SERVICE_TAGS_DATE } from "../../azure/service-tags.ts";
import type { Resource } from "../../model/resource.ts";
import { azureMachineLearningTagsIn, RANGES } from "../azureml-tags.ts";
import { attachment, cluster, example, finds, kubernetesCompute, trustedAccess } from "../examples.ts";
import { authorizedRangesOf, coversRanges, isPrivate } from "../existing-cluster.ts";
import { createdClusters, rule } from "../rule.ts";
import { attachmentsTo, hasTrustedAccess } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

const ranges = (authorized_ip_ranges: unknown): object =>
  cluster({ api_server_access_profile: { authorized_ip_ranges } });
const tags = (...regions: string[]): object => ({
  data: {
    azurerm_network_service_tags: Object.fromEntries(
      regions.map((region) => [region, { location: region, service: "AzureMachineLearning", location_filter: region }]),
    ),
  },
});

export default rule({
  id: "cluster/authorized-ranges-azureml",
  level: "error",
  fact: "Authorized IP ranges include the AzureMachineLearning ranges of the workspace's region and of its pair.",
  why: "The control plane of Azure ML runs in both regions. If it cannot reach the API server, no model can be deployed. A KubernetesCompute with Trusted Access needs no range.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan", "apply"],
  isOfAzureMl: true,
  on: createdClusters,
  *check(target) {
    // What a private cluster has of them is another mistake.
    if (!target.isSet(RANGES) || target.flag("private_cluster_enabled") === true) return;
    const all = attachmentsTo(target);
    if (hasTrustedAccess(all)) return;
    const [attached] = all;
    if (!attached) return target.notKnownWithout(RANGES, "its attachment");
    const { resource, paths } = attached;
    const region =
      attached.workspace.resource?.text("location") ??
      resource.text(paths.location) ??
      resource.notKnown(paths.location);
    const pair = regionPair(regionName(region));
    if (!pair.known) return resource.notKnown(paths.location);
    const { filters } = azureMachineLearningTagsIn(target);
    for (const name of pair.pair === undefined ? [region] : [region, pair.pair]) {
      const tag = azureMachineLearningTag(name);
      if (!tag) {
        yield {
          attribute: RANGES,
          level: "note",
          message: `no AzureMachineLearning ranges of ${name} were published by ${SERVICE_TAGS_DATE}, so they cannot be added or checked`,
          advice: "ask Azure support which ranges its control plane uses",
        };
      } else if (
        !filters.some((filter) => filter === undefined || filter === tag.locationFilter) &&
        !holdsOne(target, tag)
      ) {
        yield {
          attribute: RANGES,
          message: `the AzureMachineLearning ranges of ${name} are missing, among them ${tag.ipv4Prefixes[0]}`,
          advice: {
            terraform: "add the ipv4_cidrs of data.azurerm_network_service_tags (AzureMachineLearning) of both regions",
            configuration: "set apiServer.includeAzureMachineLearning to true",
          },
          fix: { configuration: { "create.apiServer.includeAzureMachineLearning": true } },
        };
      }
    }
  },
  conditions: ({ cluster, kubernetesCompute, azureMachineLearningRanges }) => {
    const published = kubernetesCompute?.trustedAccess ? [] : azureMachineLearningRanges();
    if (published.length === 0) return [];
    return [
      {
        level: "error",
        expression: `${isPrivate(cluster)} || ${coversRanges(authorizedRangesOf(cluster), published)}`,
        wrong: "The authorized IP ranges of the cluster do not let Azure ML's control plane in.",
      },
    ];
  },
  configuration: {
    passing: { create: { apiServer: { authorizedIpRanges: ["203.0.113.0/24"], includeAzureMachineLearning: true } } },
    failing: { create: { apiServer: { authorizedIpRanges: ["203.0.113.0/24"] } } },
  },
  get examples() {
    return {
      passing: [
        example("no authorized ranges", cluster(), attachment()),
        example(
          "the ranges of both regions from their service tags",
          ranges(
            '${distinct(concat(["203.0.113.0/24"], data.azurerm_network_service_tags.westeurope.ipv4_cidrs, data.azurerm_network_service_tags.northeurope.ipv4_cidrs))}',
          ),
          tags("westeurope", "northeurope"),
          attachment(),
        ),
        example(
          "only ranges of one's own, with Trusted Access",
          ranges(["203.0.113.0/24"]),
          kubernetesCompute(),
          trustedAccess(),
        ),
        example("everything", ranges(["0.0.0.0/0"]), attachment()),
        example("a region without a pair", ranges(["0.0.0.0/0"]), attachment({ location: "italynorth" })),
      ],
      failing: [
        finds(
          ["api_server_access_profile[0].authorized_ip_ranges", "api_server_access_profile[0].authorized_ip_ranges"],
          example("only ranges of one's own", ranges(["203.0.113.0/24"]), attachment()),
        ),
        finds(
          ["api_server_access_profile[0].authorized_ip_ranges", "api_server_access_profile[0].authorized_ip_ranges"],
          example("only ranges of one's own, for a KubernetesCompute", ranges(["203.0.113.0/24"]), kubernetesCompute()),
        ),
        finds(
          "api_server_access_profile[0].authorized_ip_ranges",
          example(
            "those of the pair are missing",
            ranges(["203.0.113.0/24", ...(azureMachineLearningTag("westeurope")?.ipv4Prefixes ?? [])]),
            attachment(),
          ),
        ),
      ],
      unknown: [
        example("a variable", ranges("${var.ranges}"), attachment()),
        example(
          "a region that the table does not have",
          ranges(["203.0.113.0/24"]),
          attachment({ location: "atlantis" }),
        ),
        example("a cluster whose workspace is not in sight", ranges(["203.0.113.0/24"])),
      ],
    };
  },
});

/** Whether at least one of the ranges as published is in the list: they change over time, so not all of them may be. */
function holdsOne(target: Resource, tag: RegionalTag): boolean {
  const given: Cidr[] = [];
  // The known ones come first: where they suffice, an unknown rest does not matter.
  for (const text of target.items(RANGES)) {
    const range = parseCidr(text);
    if (range) given.push(range);
    if (tag.ipv4Prefixes.some((prefix) => isCovered(parseCidr(prefix) as Cidr, given))) return true;
  }
  return false;
}
