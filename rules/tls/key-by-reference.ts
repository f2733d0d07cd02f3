import { attachment, example, extension, finds, kubernetesSecret } from "../examples.ts";
import { allResources, rule } from "../rule.ts";

/** Where a private key stands, whatever it looks like. */
const KEY_ATTRIBUTES = /(^ssl(\[0\])?\.key|\.sslConfiguration\.key|\["(key\.pem|tls\.key|scoringFe\.sslKey)"\])$/;

export default rule({
  id: "tls/key-by-reference",
  level: "error",
  fact: "No private key is a literal.",
  why: "A literal is in version control, in the plan, in the state and in every log that shows them. Whoever reads it can impersonate your endpoint.",
  source: "https://developer.hashicorp.com/terraform/language/manage-sensitive-data",
  phases: ["synthesis", "plan"],
  canBeAcknowledged: false,
  on: allResources,
  *check(resource) {
    for (const { path, isPrivateKey } of resource.secretLiterals()) {
      if (!KEY_ATTRIBUTES.test(path) && !isPrivateKey) continue;
      yield {
        // Synthesized JSON writes a block of which there is one at most as an object.
        attribute: path.replace(/^ssl\.key$/, "ssl[0].key"),
        message: "a private key is written here as a literal",
        advice: "read it from a key vault or an ephemeral variable, and replace the certificate: this key is exposed",
      };
    }
  },
  configuration: "The configuration has no key for a private key.",
  get examples() {
    return {
      passing: [
        example(
          "a reference",
          attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "${var.key}" } }),
        ),
        example(
          "a secret from references",
          kubernetesSecret({ data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" } }),
        ),
      ],
      failing: [
        finds(
          "ssl[0].key",
          example(
            "a literal in the attachment",
            attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "the text of a key" } }),
          ),
        ),
        finds(
          'configuration_protected_settings["scoringFe.sslKey"]',
          example(
            "a literal for the extension",
            extension(
              {},
              {
                configuration_protected_settings: { "scoringFe.sslCert": "a certificate", "scoringFe.sslKey": "a key" },
              },
            ),
          ),
        ),
        finds(
          'data["key.pem"]',
          example(
            "a literal in a secret",
            kubernetesSecret({ data: { "cert.pem": "the text of a certificate", "key.pem": "the text of a key" } }),
          ),
        ),
      ],
      unknown: [],
    };
  },
});
