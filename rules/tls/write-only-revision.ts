import { secretsOf } from "../../model/kubernetes.ts";
import { example, finds, kubernetesSecret } from "../examples.ts";
import { rule } from "../rule.ts";

const DATA = { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" };

export default rule({
  id: "tls/write-only-revision",
  level: "error",
  fact: "A secret with write-only data has a revision of 1 or more.",
  why: "Without it the kubernetes provider ignores the data and creates an empty secret.",
  source: "https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs/resources/secret_v1",
  phases: ["synthesis", "plan"],
  on: secretsOf,
  *check({ resource }) {
    for (const data of ["data_wo", "binary_data_wo"]) {
      const attribute = `${data}_revision`;
      if (!resource.isSet(data)) continue;
      const revision = resource.number(attribute);
      if (revision !== undefined && revision >= 1) continue;
      yield {
        attribute,
        message: revision === undefined ? `${data} is set without a revision` : `${attribute} is ${revision}`,
        advice: `set ${attribute} to 1, and raise it to write the data again`,
        fix: { set: { [attribute]: 1 } },
      };
    }
  },
  configuration: "A secret is synthesized with its revision.",
  get examples() {
    return {
      passing: [
        example("a revision", kubernetesSecret({ data_wo: DATA, data_wo_revision: 1 })),
        example("ordinary data", kubernetesSecret({ data: DATA })),
      ],
      failing: [
        finds("data_wo_revision", example("none", kubernetesSecret({ data_wo: DATA }))),
        finds("data_wo_revision", example("nought", kubernetesSecret({ data_wo: DATA, data_wo_revision: 0 }))),
      ],
      unknown: [example("a variable", kubernetesSecret({ data_wo: DATA, data_wo_revision: "${var.revision}" }))],
    };
  },
});
