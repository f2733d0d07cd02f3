/** The rules, and what judges Terraform by them. Needs no cdktf. */
export type { Finding, Level, Where } from "../finding.ts";
export { RULES, rulesOf } from "../rules/catalogue.ts";
export { type Judgement, judge } from "../rules/judge.ts";
export {
  allNodePools,
  allResources,
  attachments,
  type Circumstances,
  type ConfigurationPart,
  createdClusters,
  type Example,
  kubernetesResources,
  nodePoolResources,
  type Phase,
  type Problem,
  type Rule,
  rule,
  type Subjects,
  secrets,
  services,
} from "../rules/rule.ts";
export { fromPlan } from "../terraform/from-plan.ts";
export { fromSynthesis } from "../terraform/from-synthesis.ts";
export { Picture } from "../terraform/picture.ts";
export { readPlanFile } from "../terraform/plan-file.ts";
export { InvalidPlanError, readPlan } from "../terraform/plan-json.ts";
export { Resource } from "../terraform/resource.ts";
