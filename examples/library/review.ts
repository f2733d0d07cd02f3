import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { readPlan, readPlanFile, reviewOf } from "cdktf-azureml-aks/rules";

const plans = process.argv.slice(2).map((file) => ({
  name: basename(file, ".json"),
  file,
  plan: readPlan(readPlanFile(readFileSync(file))),
}));
const { changes, findings } = reviewOf(plans, {
  today: new Date().toISOString().slice(0, 10),
  acknowledgements: [{ rule: "attachment/legacy", reason: "SDK v1 stays until the migration", until: "2027-06-30" }],
});
for (const { stack, address, meaning, consequence } of changes)
  console.log(`${stack} ${address}: ${meaning}: ${consequence}`);
for (const { rule, verdict, message } of findings) console.log(`${rule}: ${verdict}: ${message}`);
if (findings.some(({ level, verdict, acknowledged }) => level === "error" && verdict === "fail" && !acknowledged))
  process.exitCode = 1;
