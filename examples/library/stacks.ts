import { createdClusters, type Finding, judge, RULES, rule } from "cdktf-azureml-aks/rules";
import { assess, loadConfig, write } from "cdktf-azureml-aks/stacks";

/** A rule of one's own, beside those of the package. */
const costCentre = rule({
  id: "contoso/cost-centre",
  level: "error",
  fact: "Every cluster has the tag costCentre.",
  why: "Nobody pays for it otherwise.",
  source: "https://intranet.contoso.com/azure/tags",
  phases: ["synthesis", "plan"],
  on: createdClusters,
  *check(cluster) {
    if (!cluster.exists("tags.costCentre"))
      yield { attribute: "tags", message: "the tag costCentre is missing", advice: "add it to the environment's tags" };
  },
  configuration: "the tags of an environment",
  examples: { passing: [], failing: [], unknown: [] },
});

const [file = "azureml-aks.yaml", outputDirectory = "cdktf.out"] = process.argv.slice(2);
const result = loadConfig(file, { rules: RULES });
if (!result.ok) stop(result.findings);
else {
  const today = new Date().toISOString().slice(0, 10);
  const { app, findings, model } = assess(result.loaded, outputDirectory, { today });
  const own = judge(model, [costCentre], { today }).findings;
  const errors = [...findings, ...own].filter(
    ({ level, verdict, acknowledged }) => level === "error" && verdict === "fail" && !acknowledged,
  );
  if (errors.length > 0) stop(errors);
  else write(app, { outputDirectory, removeStale: true });
}

function stop(findings: readonly Finding[]): void {
  for (const { rule, message, advice, where } of findings)
    console.error(`${where.stack ?? where.file}: ${rule}: ${message}; ${advice}`);
  process.exitCode = 1;
}
