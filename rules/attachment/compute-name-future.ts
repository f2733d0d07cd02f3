import { endsInHyphenDigits } from "../../azure/names.ts";
import { attachmentsOf } from "../../model/attachment.ts";
import { attachment, example, finds } from "../examples.ts";
import { rule } from "../rule.ts";

export default rule({
  id: "attachment/compute-name-future",
  level: "warning",
  fact: "A compute name does not end in a hyphen and digits.",
  why: "API version 2025-12-01 and later refuse such a name, so the compute could not be updated with them.",
  source:
    "https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices/2025-12-01/workspaces/computes",
  phases: ["synthesis", "plan"],
  on: attachmentsOf,
  *check({ name, paths }) {
    if (name === undefined || !endsInHyphenDigits(name)) return;
    yield {
      attribute: paths.name,
      message: `the compute name ${JSON.stringify(name)} ends in a hyphen and digits`,
      advice: `use ${name.replace(/-(\d+)$/, "$1")}, or a name that ends in a letter`,
      fix: { set: { [paths.name]: name.replace(/-(\d+)$/, "$1") } },
    };
  },
  configuration: {
    passing: { attachment: { computeName: "scoring1" } },
    failing: { attachment: { computeName: "scoring-1" } },
  },
  get examples() {
    return {
      passing: [
        example("digits without a hyphen", attachment({ name: "scoring1" })),
        example("a hyphen and digits inside", attachment({ name: "scoring-1-eu" })),
      ],
      failing: [finds("name", example("a numbered name", attachment({ name: "scoring-1" })))],
      unknown: [example("a variable", attachment({ name: "${var.name}" }))],
    };
  },
});
