import { regionName } from "../../azure/regions.ts";
import { attachmentsOf } from "../../model/attachment.ts";
import type { Resource } from "../../model/resource.ts";
import { attachment, cluster, example, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";
import { SECURE_INFERENCING_VNET } from "../sources.ts";

const workspace = (changes: object = {}): object => ({
  resource: {
    azurerm_machine_learning_workspace: {
      workspace: { name: "mlw", resource_group_name: "rg", location: "westeurope", ...changes },
    },
  },
});

export default rule({
  id: "attachment/region",
  level: "note",
  fact: "The cluster is in the region of the workspace. For an AksCompute this is required if the workspace has a private endpoint.",
  why: "Azure ML allows another region, at the cost of latency and traffic between regions, but not for AksCompute together with a private endpoint.",
  source: SECURE_INFERENCING_VNET,
  phases: ["synthesis", "plan"],
  on: attachmentsOf,
  *check(subject) {
    const { resource, paths } = subject;
    const [{ resource: target }, { resource: home }] = [subject.cluster, subject.workspace];
    if (!target) return resource.notKnown(paths.clusterId);
    const clusterRegion = target.text("location") ?? target.notKnown("location");
    const workspaceRegion =
      home?.text("location") ?? resource.text(paths.location) ?? resource.notKnown(paths.location);
    if (regionName(clusterRegion) === regionName(workspaceRegion)) return;
    const isPrivate = subject.kind === "AksCompute" && home !== undefined && hasPrivateEndpoint(home);
    yield {
      resource: target,
      attribute: "location",
      level: isPrivate ? "error" : "note",
      message: `the cluster is in ${clusterRegion}, the workspace in ${workspaceRegion}${isPrivate ? ", and the workspace is private" : ""}`,
      advice: isPrivate
        ? "put the cluster into the region of the workspace"
        : "put both into one region, or accept the latency",
    };
  },
  configuration: { passing: {}, failing: { create: { location: "uksouth" } } },
  get examples() {
    return {
      passing: [
        example("one region", cluster(), attachment()),
        example("one region in two spellings", cluster({ location: "West Europe" }), attachment()),
      ],
      failing: [
        finds("location", example("another region", cluster({ location: "uksouth" }), attachment())),
        finds(
          "location",
          example("another region for a KubernetesCompute", cluster({ location: "uksouth" }), kubernetesCompute()),
        ),
        finds(
          "location",
          example(
            "another region, and a private workspace",
            cluster({ location: "uksouth" }),
            attachment({ machine_learning_workspace_id: "${azurerm_machine_learning_workspace.workspace.id}" }),
            workspace({ public_network_access_enabled: false }),
          ),
        ),
      ],
      unknown: [example("the region is a variable", cluster({ location: "${var.location}" }), attachment())],
    };
  },
});

function hasPrivateEndpoint(home: Resource): boolean {
  if (home.flag("public_network_access_enabled") === false) return true;
  const endpoints = home.model.ofType("azurerm_private_endpoint");
  return endpoints.some((endpoint) =>
    endpoint
      .references("private_service_connection[0].private_connection_resource_id")
      .some((reference) => home.model.referenced(endpoint.stack, reference) === home),
  );
}
