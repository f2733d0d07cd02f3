import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, azapiAttachment, example, finds, sslConfiguration } from "../examples.ts";
import { rule } from "../rule.ts";
import { isInternal, levelIfTakenOver } from "../siblings.ts";
import { CREATE_ATTACH } from "../sources.ts";

const INTERNAL = { loadBalancerType: "InternalLoadBalancer", loadBalancerSubnet: "snet" };
const OWN = { cert: "${var.certificate}", key: "${var.key}" };

export default rule({
  id: "tls/internal-load-balancer",
  level: "error",
  fact: "TLS does not end at an internal load balancer, unless you take responsibility for a certificate of your own there.",
  why: "The same private address may exist in another network, where the certificate could be misused. A certificate from Microsoft is for a public name and never works. For one of your own, the article of 2021 says no and the current one yes.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  on: aksComputesOf,
  *check(subject) {
    const { resource, paths } = subject;
    const isMicrosoft = resource.isSet(paths.leafDomainLabel);
    if (!isMicrosoft && !resource.isSet(paths.cname) && !subject.hasCertificate) return;
    if (!isInternal(subject)) return;
    yield isMicrosoft
      ? {
          attribute: paths.leafDomainLabel,
          canBeAcknowledged: false,
          ...levelIfTakenOver([subject]),
          message: "a certificate from Microsoft does not work on an internal load balancer, whose name is not public",
          advice: "use a certificate of your own, or a public load balancer",
        }
      : {
          attribute: paths.tls,
          message: "TLS ends at an internal load balancer",
          advice:
            "acknowledge this with the reason why the private address is used only by you, or use a public load balancer",
        };
  },
  configuration: {
    passing: { attachment: { tls: { cname: "scoring.contoso.com", certificate: { variables: true } } } },
    failing: {
      attachment: {
        loadBalancer: { type: "InternalLoadBalancer", subnet: "snet-aks" },
        tls: { cname: "scoring.contoso.com", certificate: { variables: true } },
      },
    },
  },
  get examples() {
    return {
      passing: [
        example("TLS at a public load balancer", attachment({ ssl: { leaf_domain_label: "contoso" } })),
        example("an internal one without TLS", azapiAttachment(INTERNAL)),
      ],
      failing: [
        finds(
          "body.properties.properties.sslConfiguration.leafDomainLabel",
          example(
            "Microsoft's certificate",
            azapiAttachment(...sslConfiguration({ leafDomainLabel: "contoso" }, undefined, INTERNAL)),
          ),
        ),
        finds(
          "body.properties.properties.sslConfiguration",
          example(
            "one's own certificate",
            azapiAttachment(...sslConfiguration({ cname: "www.contoso.com" }, OWN, INTERNAL)),
          ),
        ),
      ],
      unknown: [
        example(
          "the type is a variable",
          azapiAttachment(...sslConfiguration({ cname: "www.contoso.com" }, OWN, { loadBalancerType: "${var.type}" })),
        ),
      ],
    };
  },
});
