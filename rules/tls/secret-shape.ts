import { example, kubernetesSecret } from "../examples.ts";
import { rule, secrets } from "../rule.ts";

const NAME = "azuremlfessl";
const NEEDED = ["cert.pem", "key.pem"];
const DATA = ["data", "data_wo", "binary_data", "binary_data_wo"];

const named = (changes: object): object => kubernetesSecret({ metadata: { name: NAME, namespace: "default" }, ...changes });

export default rule({
  id: "tls/secret-shape",
  level: "error",
  fact: "A secret that Azure ML reads is Opaque and has cert.pem and key.pem.",
  why: "It reads no kubernetes.io/tls secret with tls.crt and tls.key: the endpoints then have no certificate.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint",
  phases: ["S", "P"],
  on: secrets,
  *check({ resource, name }) {
    if (name !== NAME) return;
    const type = resource.text("type") ?? "Opaque";
    if (type !== "Opaque") yield { attribute: "type", message: `the secret ${NAME} is of type ${type}`, advice: "make it Opaque" };
    const given = DATA.flatMap((path) => (resource.isGiven(path) ? resource.keys(path) : []));
    const missing = NEEDED.filter((key) => !given.includes(key));
    if (missing.length > 0) {
      yield {
        attribute: "data",
        message: `the secret ${NAME} has no ${missing.join(" and no ")}`,
        advice: `give it ${NEEDED.join(" and ")}, each in PEM form`,
      };
    }
  },
  configuration: "A secret is synthesized in the shape that Azure ML reads.",
  examples: {
    passing: [
      example("Opaque, with both", named({ data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" } })),
      example("another secret", kubernetesSecret({ type: "kubernetes.io/tls", data: { "tls.crt": "${var.certificate}", "tls.key": "${var.key}" } })),
    ],
    failing: [
      example("kubernetes.io/tls", named({ type: "kubernetes.io/tls", data: { "tls.crt": "${var.certificate}", "tls.key": "${var.key}" } })),
      example("no key", named({ data: { "cert.pem": "${var.certificate}" } })),
    ],
    unknown: [example("the data is a variable", named({ data: "${var.data}" }))],
  },
});
