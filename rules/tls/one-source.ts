import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, azapiAttachment, example, finds, sslConfiguration } from "../examples.ts";
import { rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

export default rule({
  id: "tls/one-source",
  level: "error",
  fact: "The certificate is Microsoft's or your own, not both.",
  why: "All endpoints of a cluster have one certificate, and Azure ML refuses two sources for it.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: aksComputesOf,
  *check({ resource, paths, hasCertificate, hasKey }) {
    const isOwn = resource.isSet(paths.cname) || hasCertificate || hasKey;
    if (!isOwn) return;
    for (const [attribute, name] of [
      [paths.leafDomainLabel, "a leaf domain label"],
      [paths.overwriteExistingDomain, "overwriteExistingDomain"],
    ] as const) {
      if (resource.isSet(attribute)) {
        yield {
          attribute,
          message: `${name}, which is for Microsoft's certificate, is set together with a certificate of your own`,
          advice: "remove one of the two",
          fix: { set: { [attribute]: null } },
        };
        return;
      }
    }
  },
  configuration: {
    passing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
    failing: {
      attachment: {
        tls: { cname: "scoring.contoso.com", certificate: { variables: true }, leafDomainLabel: "contoso" },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("Microsoft's", attachment({ ssl: { leaf_domain_label: "contoso", overwrite_existing_domain: true } })),
        example(
          "one's own",
          attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "${var.key}" } }),
        ),
      ],
      failing: [
        finds(
          "ssl[0].leaf_domain_label",
          example("both", attachment({ ssl: { leaf_domain_label: "contoso", cname: "www.contoso.com" } })),
        ),
        finds(
          "body.properties.properties.sslConfiguration.leafDomainLabel",
          example(
            "both through azapi",
            azapiAttachment(...sslConfiguration({ leafDomainLabel: "contoso", cname: "www.contoso.com" })),
          ),
        ),
      ],
      unknown: [],
    };
  },
});
