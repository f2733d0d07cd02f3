import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, azapiAttachment, change, cluster, example, finds, kubernetesCompute } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

const ADDRESS = "azurerm_machine_learning_inference_cluster.attachment";
const tls = { ssl: { leaf_domain_label: "contoso" } };

/** What else there is to know of each kind. */
const NEXT = {
  AksCompute:
    ", with the certificate and key at hand; if attaching fails, remove what azureml-fe left in the namespace default. Through azapi_resource, an attachment is changed in place",
  KubernetesCompute:
    " and jobs, and deploy again what does not come back; or undo what forces this, and attach another name or workspace beside it",
  Compute: "",
} as const;

export default rule({
  id: "attachment/replacement",
  level: "warning",
  fact: "An attachment is changed in place, not replaced.",
  why: "A replacement detaches the cluster and attaches it again: its endpoints are down meanwhile. For AksCompute, leftovers of azureml-fe can block the new attachment, and the certificate and key are needed again.",
  source: CREATE_ATTACH,
  phases: ["plan"],
  on: attachmentsOf,
  *check({ resource, kind }) {
    if (!resource.isReplaced) return;
    const [attribute] = resource.parts.change?.replacing ?? [];
    yield {
      attribute,
      message: `this detaches the cluster and attaches it again${attribute === undefined ? "" : ` because of ${resource.replacing.join(", ")}`}: its endpoints are down meanwhile`,
      advice: `apply it when nobody needs the endpoints${NEXT[kind]}`,
    };
  },
  configuration: "Only a plan knows what exists and what is replaced.",
  get examples() {
    return {
      passing: [
        change(
          "an update through azapi",
          [cluster(), azapiAttachment()],
          [cluster(), azapiAttachment({ clusterPurpose: "DenseProd" })],
        ),
        example("a new attachment", cluster(), attachment()),
        change("nothing changes", [kubernetesCompute()], [kubernetesCompute()]),
      ],
      failing: [
        finds(
          "ssl",
          change("TLS through azurerm", [cluster(), attachment()], [cluster(), attachment(tls)], {
            [ADDRESS]: ["ssl"],
          }),
        ),
        finds(
          "name",
          change(
            "a KubernetesCompute under another name",
            [kubernetesCompute()],
            [kubernetesCompute({}, { name: "ml" })],
            {
              "azapi_resource.compute": ["name"],
            },
          ),
        ),
      ],
      unknown: [],
    };
  },
});
