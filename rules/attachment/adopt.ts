import { AksCompute, attachmentsOf } from "../../model/attachment.ts";
import { attachment, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/adopt",
  level: "note",
  fact: "A compute that exists already is imported, not created.",
  why: "Creating and attaching are not idempotent: where a compute of this name exists, Azure and azurerm refuse to make it again.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: attachmentsOf,
  *check(subject) {
    const { resource, paths } = subject;
    const { isImported, change } = resource.parts;
    const actions = change?.actions ?? ["create"];
    const tls =
      subject instanceof AksCompute && resource.type === "azurerm_machine_learning_inference_cluster"
        ? subject.paths.tls
        : undefined;
    if (isImported && tls !== undefined && resource.isSet(tls)) {
      yield {
        attribute: tls,
        level: "error",
        message:
          "azurerm never reads TLS back: it would replace the imported compute at once, and its endpoints would be down",
        advice: {
          terraform: "import it into an azapi_resource",
          configuration: "set attachWith to azapi",
        },
        fix: { configuration: { "attachment.attachWith": "azapi" } },
      };
    }
    if (isImported || !actions.includes("create") || actions.includes("delete")) return;
    yield {
      attribute: paths.name,
      message: "this creates a new compute, and stops if one of this name exists",
      advice: {
        terraform: "if it exists, import it with an import block",
        configuration: "if it exists, set adopt to true",
      },
    };
  },
  configuration: { passing: { attachment: { adopt: true } }, failing: {} },
  get examples() {
    return {
      passing: [
        example("an import", attachment(), {
          import: [
            {
              to: "azurerm_machine_learning_inference_cluster.attachment",
              id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw/computes/scoring",
            },
          ],
        }),
      ],
      failing: [finds("name", example("a new one", attachment()))],
      unknown: [],
    };
  },
});
