import { attachment, example, finds } from "../examples.ts";
import { endpoints, rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

export default rule({
  id: "tls/dns-record",
  level: "note",
  fact: "The DNS record of your own domain points to the scoring endpoint.",
  why: "Azure creates records only for its own names.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis", "plan"],
  on: endpoints,
  *check({ resource, cnamePath }) {
    if (!resource.isSet(cnamePath)) return;
    yield {
      attribute: cnamePath,
      message: `${resource.text(cnamePath)} needs a DNS record`,
      advice: "after the first apply, create one for the address of the Service azureml-fe",
    };
  },
  configuration: {
    passing: { attachment: { tls: { leafDomainLabel: "contoso" } } },
    failing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
  },
  get examples() {
    return {
      passing: [example("a name of Microsoft's", attachment({ ssl: { leaf_domain_label: "contoso" } }))],
      failing: [
        finds(
          "ssl[0].cname",
          example(
            "a name of one's own",
            attachment({ ssl: { cname: "www.contoso.com", cert: "${var.certificate}", key: "${var.key}" } }),
          ),
        ),
      ],
      unknown: [example("a variable", attachment({ ssl: { cname: "${var.cname}" } }))],
    };
  },
});
