import { attachment, example, finds } from "../examples.ts";
import { endpoints, rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

export default rule({
  id: "tls/dns-record",
  level: "note",
  fact: "The DNS record of a domain of your own points at the scoring endpoint.",
  why: "Azure makes records only for the names that it gives itself.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis", "plan"],
  on: endpoints,
  *check({ resource, cnamePath }) {
    if (!resource.isSet(cnamePath)) return;
    yield {
      attribute: cnamePath,
      message: `${resource.text(cnamePath)} needs a DNS record of yours`,
      advice: "after the first apply, point it at the address of Service azureml-fe",
    };
  },
  configuration: {
    passing: { attachment: { tls: { leafDomainLabel: "contoso" } } },
    failing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
  },
  examples: {
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
  },
});
