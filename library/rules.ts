/** The rules, what judges Terraform by them, and what reviews plans. Needs no cdktf. */

export { type HclOptions, readHclFolders, reportOfHcl } from "../assess/assess-hcl.ts";
export { UserError } from "../errors/user-error.ts";
export type { Acknowledgement } from "../model/acknowledgement.ts";
export { attachmentsOf } from "../model/attachment.ts";
export type { Finding, Level, Meaning, PlanChange, Where } from "../model/finding.ts";
export { secretsOf, servicesOf } from "../model/kubernetes.ts";
export { Model } from "../model/model.ts";
export { Resource } from "../model/resource.ts";
export type { Report } from "../report/report.ts";
export { type AuditOptions, auditOf } from "../review/audit.ts";
export { type PlanOfFile, type Review, type ReviewOptions, reviewOf } from "../review/review.ts";
export { RULES, rulesOf } from "../rules/catalogue.ts";
export { WHOLE_RESOURCE } from "../rules/examples.ts";
export type { ExistingAttachment, PlanCondition } from "../rules/existing-cluster.ts";
export { type Judgement, judge } from "../rules/judge.ts";
export {
  allNodePools,
  allResources,
  type Circumstances,
  type ConfigurationPart,
  createdClusters,
  type Example,
  type FailingExample,
  kubernetesResources,
  nodePoolResources,
  type Phase,
  type Problem,
  type Rule,
  rule,
  type Subject,
} from "../rules/rule.ts";
export { loadHclParser } from "../sources/hcl/grammar.ts";
export { type HclFolder, type ReadFolder, type ReadHcl, readHcl } from "../sources/hcl/hcl.ts";
export {
  fromInventories,
  type Inventory,
  type NamedInventory,
  readInventory,
  readInventoryFile,
} from "../sources/inventory/inventory.ts";
export { readPlanFile } from "../sources/plan/file.ts";
export { readPlan } from "../sources/plan/json.ts";
export { fromPlan, type NamedPlan } from "../sources/plan/plan.ts";
export { fromSynthesis } from "../sources/synthesis.ts";
