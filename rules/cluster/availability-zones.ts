import { hasZones, regionName } from "../../azure/regions.ts";
import { attributeOf } from "../../model/node-pools.ts";
import { cluster, example, finds, nodePool } from "../examples.ts";
import { allNodePools, rule } from "../rule.ts";

const zoned = (location: string, zones: unknown = ["1", "2", "3"]): object =>
  cluster({ location, default_node_pool: { zones } });

export default rule({
  id: "cluster/availability-zones",
  level: "warning",
  fact: "A pool with availability zones is in a region that has them.",
  why: "AKS refuses zones elsewhere, with AvailabilityZoneNotSupported. Regions get zones over time, so the table here may be older than Azure.",
  source: "https://learn.microsoft.com/azure/reliability/regions-list",
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: allNodePools,
  *check(pool) {
    const { resource } = pool;
    const attribute = attributeOf(pool, "zones");
    if ([...resource.items(attribute)].length === 0) return;
    const home =
      pool.path === ""
        ? resource.model.target(resource, "kubernetes_cluster_id", "azurerm_kubernetes_cluster").resource
        : resource;
    const location = home?.text("location");
    if (location === undefined) return resource.notKnownWithout("kubernetes_cluster_id", "its cluster");
    const region = regionName(location);
    const has = hasZones(region);
    if (has === undefined)
      return resource.notKnownBecause(
        attribute,
        `not judged, because it is not known whether the region ${region} has availability zones`,
      );
    if (!has)
      yield {
        attribute,
        message: `the region ${region} has no availability zones`,
        advice: "remove the zones, or use a region that has them",
        fix: { set: { [attribute]: null } },
      };
  },
  configuration: {
    passing: { create: { nodePool: { zones: ["1", "2", "3"] } } },
    failing: { create: { location: "westus", nodePool: { zones: ["1", "2", "3"] } } },
  },
  get examples() {
    return {
      passing: [
        example("a region with zones", zoned("westeurope")),
        example("no zones", zoned("westus", [])),
        example("a second pool in a region with zones", cluster(), nodePool({ zones: ["1"] })),
      ],
      failing: [
        finds("default_node_pool[0].zones", example("a region without zones", zoned("westus"))),
        finds("default_node_pool[0].zones", example("the same, by its other name", zoned("West US"))),
        finds("zones", example("a second pool", cluster({ location: "ukwest" }), nodePool({ zones: ["1"] }))),
      ],
      unknown: [
        example("the region is a variable", zoned("${var.location}")),
        example("a region that the table does not know", zoned("atlantis")),
      ],
    };
  },
});
