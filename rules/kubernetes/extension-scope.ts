import { EXTENSION_NAMESPACE } from "../../azure/azureml-extension.ts";
import { extensionsOf } from "../../model/extension.ts";
import { example, extension, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { DEPLOY_EXTENSION } from "../sources.ts";

/** Where each provider keeps the namespace of an extension that is of one namespace. */
const PATHS = ["target_namespace", "body.properties.scope.namespace.targetNamespace"];

export default rule({
  id: "kubernetes/extension-scope",
  level: "error",
  fact: "The Azure ML extension is installed for the whole cluster, and not for one namespace.",
  why: "It supports the scope cluster only: the Azure CLI refuses any other. Installed into a target namespace, it lacks its namespace azureml.",
  source: DEPLOY_EXTENSION,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: extensionsOf,
  *check({ resource }) {
    for (const attribute of PATHS) {
      if (!resource.isSetByAuthor(attribute)) continue;
      const namespace = resource.text(attribute);
      if (!namespace) continue;
      yield {
        attribute,
        message: `the extension is installed for the namespace ${namespace} only`,
        advice: "remove target_namespace, and set release_namespace to azureml",
        ...(attribute === "target_namespace"
          ? { fix: { set: { target_namespace: null, release_namespace: EXTENSION_NAMESPACE } } }
          : {}),
      };
    }
  },
  configuration: "The extension is synthesized for the whole cluster.",
  get examples() {
    return {
      passing: [
        example("no target namespace", extension()),
        example("a namespace for its release", extension({}, { release_namespace: "azureml" })),
        example("another extension", extension({}, { extension_type: "microsoft.flux", target_namespace: "flux" })),
      ],
      failing: [finds("target_namespace", example("a target namespace", extension({}, { target_namespace: "ml" })))],
      unknown: [example("a variable", extension({}, { target_namespace: "${var.namespace}" }))],
    };
  },
});
