import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

export default rule({
  id: "tls/microsoft-renewal",
  level: "warning",
  fact: "A certificate from Microsoft is renewed manually.",
  why: "Since SDK v1 is deprecated, nothing renews it automatically. A renewal takes about five hours, and an expired certificate stops every client.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check({ resource, paths }) {
    if (!resource.isSet(paths.leafDomainLabel)) return;
    yield {
      attribute: paths.leafDomainLabel,
      message: "the certificate from Microsoft is not renewed automatically",
      advice: "set a reminder for its expiry, or use a certificate of your own",
    };
  },
  configuration: {
    passing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
    failing: { attachment: { tls: { leafDomainLabel: "contoso" } } },
  },
  get examples() {
    return {
      passing: [
        example(
          "one's own",
          attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "${var.key}" } }),
        ),
      ],
      failing: [
        finds(
          "ssl[0].leaf_domain_label",
          example("Microsoft's", attachment({ ssl: { leaf_domain_label: "contoso" } })),
        ),
      ],
      unknown: [],
    };
  },
});
