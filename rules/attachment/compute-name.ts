import { isComputeName, RESERVED_COMPUTE_NAMES } from "../../azure/names.ts";
import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { CREATE_ATTACH } from "../sources.ts";

export default rule({
  id: "attachment/compute-name",
  level: "error",
  fact: "A compute name has 3 to 24 letters, digits and hyphens, a letter first, a letter or digit last, and is not a reserved word.",
  why: "azurerm does not check the name: Azure ML refuses it after the cluster was created.",
  source: CREATE_ATTACH,
  phases: ["synthesis", "plan"],
  isRefused: true,
  on: attachmentsOf,
  *check({ name, paths }) {
    if (name === undefined) return;
    const reserved = RESERVED_COMPUTE_NAMES.includes(name.toLowerCase());
    if (isComputeName(name) && !reserved) return;
    yield {
      attribute: paths.name,
      message: reserved
        ? `the compute name ${JSON.stringify(name)} is reserved by Azure ML`
        : `the compute name ${JSON.stringify(name)} (${name.length} character${name.length === 1 ? "" : "s"}) is not allowed`,
      advice: reserved
        ? "use another name"
        : "use 3 to 24 letters, digits and hyphens, a letter first, a letter or digit last",
      fix: () => {
        const allowed = name
          .replaceAll(/[^A-Za-z0-9-]+/g, "-")
          .replace(/^[^A-Za-z]+/, "")
          .slice(0, 24)
          .replace(/-+$/, "")
          .replace(/-(\d+)$/, "$1");
        return !reserved && isComputeName(allowed) ? { set: { [paths.name]: allowed } } : undefined;
      },
    };
  },
  configuration: {
    passing: { attachment: { computeName: "scoring-eu" } },
    failing: { attachment: { computeName: "my_aks" } },
  },
  get examples() {
    return {
      passing: [
        example("an ordinary name", attachment({ name: "scoring-eu" })),
        example("the longest name", attachment({ name: `a${"b".repeat(23)}` })),
      ],
      failing: [
        finds("name", example("a digit first", attachment({ name: "1scoring" }))),
        finds("name", example("an underscore", attachment({ name: "my_aks" }))),
        finds("name", example("a hyphen last", attachment({ name: "scoring-" }))),
        finds("name", example("25 characters", attachment({ name: "a".repeat(25) }))),
        finds("name", example("a reserved word", attachment({ name: "AmlCompute" }))),
      ],
      unknown: [example("a variable", attachment({ name: "${var.name}" }))],
    };
  },
});
