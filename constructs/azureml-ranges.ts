import { DataAzurermNetworkServiceTags } from "@cdktf/provider-azurerm/lib/data-azurerm-network-service-tags/index.js";
import type { Construct } from "constructs";
import { regionPair } from "../azure/regions.ts";
import { azureMachineLearningTag } from "../azure/service-tags.ts";
import { addressOf } from "./address.ts";
import { derive, keyed } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/**
 * The IPv4 ranges of Azure ML's control plane in a workspace's region and its pair, as Azure publishes them on the day
 * of the plan. The data sources say that they come from the prop `azureMachineLearningRegion` of the scope.
 * @see https://learn.microsoft.com/azure/machine-learning/v1/how-to-create-attach-kubernetes
 */
export function azureMachineLearningRanges(
  scope: Construct,
  workspaceRegion: string,
): { readonly address: string; readonly ipv4Cidrs: string[] }[] {
  const pair = regionPair(workspaceRegion);
  const prop = keyed(workspaceRegion, ["azureMachineLearningRegion"]);
  // The region is set by one key, and whether it is asked about by another.
  const region = keyed(workspaceRegion, ["azureMachineLearningRegion", "location"]);
  const regions = { azureml_ranges: workspaceRegion, azureml_pair_ranges: pair.known ? pair.pair : undefined };
  return Object.entries(regions).flatMap(([id, name]) => {
    // A tag that was not published fails the plan; of a region that is not known, Terraform may know more than we do.
    const locationFilter =
      name === undefined ? undefined : pair.known ? azureMachineLearningTag(name)?.locationFilter : name;
    if (locationFilter === undefined) return [];
    const tags = elementFrom(DataAzurermNetworkServiceTags, scope, id, {
      location: region,
      service: derive(prop, () => "AzureMachineLearning"),
      locationFilter: derive(region, () => locationFilter),
    });
    return [{ address: addressOf(tags), ipv4Cidrs: tags.ipv4Cidrs }];
  });
}
