import { cluster, example, finds } from "../examples.ts";
import { createdClusters, rule } from "../rule.ts";
import { AZURERM_CLUSTER } from "../sources.ts";

export default rule({
  id: "cluster/node-image-channel",
  level: "error",
  fact: "With the upgrade channel node-image, the channel of node images is NodeImage.",
  why: "azurerm finds it out at apply time: `node_os_upgrade_channel` must be set to `NodeImage` if `automatic_upgrade_channel` is `node-image`.",
  source: AZURERM_CLUSTER,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: createdClusters,
  *check(target) {
    if (target.text("automatic_upgrade_channel") !== "node-image") return;
    const channel = target.text("node_os_upgrade_channel") ?? "NodeImage";
    if (channel === "NodeImage") return;
    yield {
      attribute: "node_os_upgrade_channel",
      message: `the upgrade channel is node-image, and the channel of node images is ${channel}`,
      advice: "use the channel NodeImage for node images, or another upgrade channel",
      fix: { set: { node_os_upgrade_channel: "NodeImage" } },
    };
  },
  configuration: {
    passing: { create: { automaticUpgrade: "node-image" } },
    failing: { create: { automaticUpgrade: "node-image", nodeOsUpgrade: "SecurityPatch" } },
  },
  get examples() {
    return {
      passing: [
        example("NodeImage, as by default", cluster({ automatic_upgrade_channel: "node-image" })),
        example(
          "another channel",
          cluster({ automatic_upgrade_channel: "patch", node_os_upgrade_channel: "SecurityPatch" }),
        ),
      ],
      failing: [
        finds(
          "node_os_upgrade_channel",
          example(
            "SecurityPatch",
            cluster({ automatic_upgrade_channel: "node-image", node_os_upgrade_channel: "SecurityPatch" }),
          ),
        ),
      ],
      unknown: [
        example(
          "a variable",
          cluster({ automatic_upgrade_channel: "node-image", node_os_upgrade_channel: "${var.channel}" }),
        ),
      ],
    };
  },
});
