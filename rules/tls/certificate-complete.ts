import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, azapiAttachment, example, finds, sslConfiguration } from "../examples.ts";
import { rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

export default rule({
  id: "tls/certificate-complete",
  level: "error",
  fact: "A domain name, a certificate and its private key are set together, or none of them.",
  why: "The provider accepts only some of them, and Azure ML then refuses the attachment, or serves no TLS.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: aksComputesOf,
  *check({ resource, paths, hasCertificate, hasKey }) {
    const parts = {
      "the domain name (cname)": resource.isSet(paths.cname),
      "the certificate": hasCertificate,
      "the private key": hasKey,
    };
    const names = Object.keys(parts) as (keyof typeof parts)[];
    const missing = names.filter((name) => !parts[name]);
    if (missing.length === 0 || missing.length === names.length) return;
    yield {
      attribute: paths.tls,
      message: `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`,
      advice: "set the domain name, the certificate and its key together, or none of them",
    };
  },
  configuration: {
    passing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
    failing: { attachment: { tls: { cname: "scoring.contoso.com" } } },
  },
  get examples() {
    return {
      passing: [
        example(
          "all three",
          attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "${var.key}" } }),
        ),
        example(
          "all three through azapi",
          azapiAttachment(
            ...sslConfiguration({ cname: "www.contoso.com" }, { cert: "${var.certificate}", key: "${var.key}" }),
          ),
        ),
        example("none", attachment()),
      ],
      failing: [
        finds("ssl", example("a domain name alone", attachment({ ssl: { cname: "www.contoso.com" } }))),
        finds("ssl", example("no domain name", attachment({ ssl: { cert: "${var.certificate}", key: "${var.key}" } }))),
        finds(
          "body.properties.properties.sslConfiguration",
          example(
            "a domain name alone through azapi",
            azapiAttachment(...sslConfiguration({ cname: "www.contoso.com" })),
          ),
        ),
      ],
      unknown: [],
    };
  },
});
