import { isReplaced } from "../changes.ts";
import { attachment, azapiAttachment, change, cluster, example } from "../examples.ts";
import { attachments, rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const ADDRESS = "azurerm_machine_learning_inference_cluster.attachment";
const tls = { ssl: { leaf_domain_label: "contoso" } };

export default rule({
  id: "attachment/replacement",
  level: "warning",
  fact: "An attachment is changed in place, not replaced.",
  why: "Replacing detaches the cluster and attaches it again: its endpoints are down meanwhile, what azureml-fe leaves behind can stop the new attachment, and the certificate and key must be given again.",
  source: CREATE_ATTACH,
  phases: ["P"],
  on: attachments,
  *check({ resource }) {
    if (!isReplaced(resource)) return;
    const [attribute] = resource.parts.change?.replacing ?? [];
    yield {
      attribute,
      message: `this detaches the cluster and attaches it again${attribute === undefined ? "" : ` because of ${resource.parts.change?.replacing.join(", ")}`}: its endpoints are down meanwhile`,
      advice:
        "apply it when nobody needs the endpoints, with the certificate and key at hand, and remove what azureml-fe left in the namespace default if attaching stops; azapi changes an attachment in place (attachWith: azapi)",
    };
  },
  configuration: "Only a plan knows what exists and what is replaced.",
  examples: {
    passing: [
      change("an update through azapi", [cluster(), azapiAttachment()], [cluster(), azapiAttachment({ clusterPurpose: "DenseProd" })]),
      example("a new attachment", cluster(), attachment()),
    ],
    failing: [change("TLS through azurerm", [cluster(), attachment()], [cluster(), attachment(tls)], { [ADDRESS]: ["ssl"] })],
    unknown: [],
  },
});
