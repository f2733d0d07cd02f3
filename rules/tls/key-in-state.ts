import { SSL_KEY } from "../../azure/azureml-extension.ts";
import { AksCompute, aksComputesOf } from "../../model/attachment.ts";
import { Extension, extensionsOf } from "../../model/extension.ts";
import { type Secret, secretsOf } from "../../model/kubernetes.ts";
import type { Model } from "../../model/model.ts";
import type { Resource } from "../../model/resource.ts";
import {
  attachment,
  azapiAttachment,
  example,
  extension,
  finds,
  kubernetesSecret,
  sslConfiguration,
} from "../examples.ts";
import { type Advice, rule } from "../rule.ts";

/** Keys under which a Secret holds a private key. */
const KEYS = ["key.pem", "tls.key"];

const holders = (model: Model): readonly (AksCompute | Extension | Secret)[] => [
  ...aksComputesOf(model),
  ...extensionsOf(model),
  ...secretsOf(model),
];

export default rule({
  id: "tls/key-in-state",
  level: "warning",
  fact: "The private key reaches neither the plan nor the state.",
  why: "Both store it in clear text, and azurerm does not even mark the key of an attachment as sensitive: everybody who reads a plan reads it.",
  source: "https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only",
  phases: ["synthesis", "plan"],
  on: holders,
  *check(subject) {
    for (const attribute of keysOf(subject)) {
      yield {
        attribute,
        message: "the private key is stored in clear text in plan and state",
        advice: adviceFor(subject),
        ...(subject instanceof AksCompute ? { fix: { configuration: { "attachment.attachWith": "azapi" } } } : {}),
      };
    }
  },
  configuration: {
    passing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
    failing: {
      attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } }, attachWith: "azurerm" },
    },
  },
  get examples() {
    return {
      passing: [
        example(
          "sensitive_body",
          azapiAttachment(
            ...sslConfiguration({ cname: "www.contoso.com" }, { cert: "${var.certificate}", key: "${var.key}" }),
          ),
        ),
        example(
          "data_wo",
          kubernetesSecret({
            data_wo: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" },
            data_wo_revision: 1,
          }),
        ),
        example("an extension that reads a secret", extension()),
        example("no key", attachment({ ssl: { leaf_domain_label: "contoso" } })),
      ],
      failing: [
        finds(
          "ssl[0].key",
          example(
            "azurerm",
            attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "${var.key}" } }),
          ),
        ),
        finds(
          "sensitive_body.properties.properties.sslConfiguration.key",
          example(
            "the cluster's own secret, read by a data source",
            azapiAttachment(
              ...sslConfiguration(
                { cname: "www.contoso.com" },
                {
                  cert: '${data.kubernetes_secret_v1.tls.data["cert.pem"]}',
                  key: '${data.kubernetes_secret_v1.tls.data["key.pem"]}',
                },
              ),
            ),
          ),
        ),
        finds(
          'configuration_protected_settings["scoringFe.sslKey"]',
          example(
            "protected settings of the extension",
            extension(
              {},
              {
                configuration_protected_settings: {
                  "scoringFe.sslCert": "${base64encode(var.certificate)}",
                  "scoringFe.sslKey": "${base64encode(var.key)}",
                },
              },
            ),
          ),
        ),
        finds(
          'data["key.pem"]',
          example(
            "a secret's data",
            kubernetesSecret({ data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" } }),
          ),
        ),
      ],
      unknown: [],
    };
  },
});

function keysOf(subject: AksCompute | Extension | Secret): string[] {
  const { resource } = subject;
  if (subject instanceof AksCompute)
    return subject.paths.key.filter((path) => resource.isSet(path) && isKept(resource, path));
  if (subject instanceof Extension) return subject.protectedPaths(SSL_KEY).filter((path) => isKept(resource, path));
  const kept = subject.paths.data.filter((path) => !path.endsWith("_wo"));
  return kept.flatMap((path) => KEYS.map((key) => `${path}["${key}"]`)).filter((path) => resource.isSet(path));
}

/** What is only sent is kept nowhere, unless it comes from a data source, which is kept. */
function isKept(resource: Resource, path: string): boolean {
  return (
    !path.startsWith("sensitive_body") || resource.references(path).some((reference) => reference.startsWith("data."))
  );
}

function adviceFor(subject: AksCompute | Extension | Secret): Advice {
  if (subject instanceof AksCompute)
    return {
      terraform:
        "read the key from a key vault with an ephemeral resource, and set it in sensitive_body of an azapi_resource, which stores it nowhere",
      configuration: "put the certificate into a key vault, and set attachWith to azapi, which stores the key nowhere",
    };
  if (subject instanceof Extension)
    return {
      terraform:
        "pass the certificate by a Kubernetes secret (sslSecret) with write-only data, which is stored nowhere",
      configuration: "set tls.certificate.passedBy to secret, whose key is stored nowhere",
    };
  return "set the data of the secret by data_wo from an ephemeral resource or variable, which is stored nowhere";
}
