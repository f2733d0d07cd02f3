import { aksComputesOf } from "../../model/attachment.ts";
import { attachment, azapiAttachment, example, finds, sslConfiguration } from "../examples.ts";
import { rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

/** Azure's DNS labels have up to 63 characters, and it adds six of its own. */
const LABEL = /^[a-z][a-z0-9-]{0,55}[a-z0-9]$/;

const label = (leaf_domain_label: string): object => attachment({ ssl: { leaf_domain_label } });

export default rule({
  id: "tls/leaf-domain-label",
  level: "error",
  fact: "A leaf domain label has 2 to 57 lower-case letters, digits and hyphens, a letter first, a letter or digit last, without the characters that Azure adds.",
  why: "It becomes a public name, <label>######.<region>.cloudapp.azure.com, in which Azure adds six characters.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: aksComputesOf,
  *check({ resource, paths }) {
    const given = resource.text(paths.leafDomainLabel);
    if (given === undefined || LABEL.test(given)) return;
    yield {
      attribute: paths.leafDomainLabel,
      message: `the leaf domain label ${JSON.stringify(given)} is not allowed`,
      advice: given.includes(".")
        ? "use its first part only, as in contoso"
        : "use 2 to 57 lower-case letters, digits and hyphens, a letter first, a letter or digit last",
      fix: () => {
        const parts = given.toLowerCase().split(".");
        const label = (parts[0] === "www" ? parts[1] : parts[0])
          ?.replaceAll(/[^a-z0-9-]+/g, "-")
          .replace(/^[^a-z]+/, "")
          .slice(0, 57)
          .replace(/-+$/, "");
        return label !== undefined && LABEL.test(label) ? { set: { [paths.leafDomainLabel]: label } } : undefined;
      },
    };
  },
  configuration: {
    passing: { attachment: { tls: { leafDomainLabel: "contoso" } } },
    failing: { attachment: { tls: { leafDomainLabel: "www.contoso.com" } } },
  },
  get examples() {
    return {
      passing: [
        example("a label", label("contoso")),
        example("a label through azapi", azapiAttachment(...sslConfiguration({ leafDomainLabel: "contoso-2" }))),
      ],
      failing: [
        finds("ssl[0].leaf_domain_label", example("a whole name", label("contoso.westeurope.cloudapp.azure.com"))),
        finds("ssl[0].leaf_domain_label", example("capitals", label("Contoso"))),
        finds("ssl[0].leaf_domain_label", example("a digit first", label("1contoso"))),
        finds("ssl[0].leaf_domain_label", example("a hyphen last", label("contoso-"))),
      ],
      unknown: [example("a variable", label("${var.label}"))],
    };
  },
});
