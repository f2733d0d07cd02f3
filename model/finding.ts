import type { Fix, Remedy } from "./fix.ts";

/**
 * The one currency of the project: configuration errors, findings on synthesized Terraform and findings on plans
 * are of this type, go through the same reports and decide the same exit status.
 */
export interface Finding {
  /** The rule's id, for example `attachment/compute-name`; `config/invalid` for a configuration error. */
  readonly rule: string;
  /** `unknown` means that Terraform learns the answer later: reported, never counted as a failure or as a pass. */
  readonly verdict: "fail" | "unknown";
  /** How much the rule matters. */
  readonly level: Level;
  /** What is wrong, in the user's terms, with the value given. */
  readonly message: string;
  /** What is allowed, or what to change. */
  readonly advice?: string;
  /** Public address of the document that says so. */
  readonly source?: string;
  /** Where it is. */
  readonly where: Where;
  /** False where no acknowledgement acknowledges it, though its rule can be acknowledged. */
  readonly canBeAcknowledged?: boolean;
  /** Of a verdict that is not known: what would have to be. */
  readonly missing?: Missing;
  /** What its rule says would resolve it. */
  readonly remedy?: Remedy;
  /** A fix that is proven. */
  readonly fix?: Fix;
  /** Whether it was there when a baseline was written: it does not count. Default: false. */
  readonly isInBaseline?: boolean;
  /** Given where somebody acknowledged the rule here: the finding keeps its level and does not count. */
  readonly acknowledged?: { readonly reason: string; readonly until?: string };
}

/** Something that a rule needs, and that is not known. */
export interface Missing {
  /** What it comes from, where that is known, or else the attribute with its address. */
  readonly what: string;
  /** Why it is not known, where that is not because Terraform learns it later. */
  readonly reason?: string;
}

/** `error` stops a synthesis; `warning` and `note` are reported. */
export type Level = "error" | "warning" | "note";

/** Meanings that end or interrupt what is served, the most serious first. */
export const SERIOUS_MEANINGS = [
  "destroy-cluster",
  "rebuild-cluster",
  "destroy-workspace",
  "remove-extension",
  "reattach",
  "detach",
] as const;

/** What a change of a plan can mean for the attachment, the most serious first. */
export const MEANINGS = [
  ...SERIOUS_MEANINGS,
  "rotate-nodes",
  "upgrade",
  "change-load-balancer",
  "change-tls",
  "scale",
  "update-attachment",
  "attach",
  "install-extension",
  "create-cluster",
  "create-workspace",
  "other",
] as const;

/** What a change of a plan means for the attachment. */
export type Meaning = (typeof MEANINGS)[number];

/** A change of a plan that matters to the attachment. */
export interface PlanChange {
  /** Name of the stack. */
  readonly stack: string;
  /** The plan's file, where several are reviewed. */
  readonly plan?: string;
  /** Terraform address of the resource that changes. */
  readonly address: string;
  /** Terraform's actions, for example `["delete", "create"]`. */
  readonly actions: readonly string[];
  /** What it means for the attachment. */
  readonly meaning: Meaning;
  /** Paths of the attributes that cause it; none where the resource comes, goes, or is replaced on demand. */
  readonly because: readonly string[];
  /** What happens, and what to do first. */
  readonly consequence: string;
}

/** A place in a file. */
export interface Place {
  /** The file, as the user named it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** Where a finding is, as far as it is known. */
export interface Where extends Partial<Place> {
  /** Name of the stack. */
  readonly stack?: string;
  /** The plan's file, where several are reviewed. */
  readonly plan?: string;
  /** Terraform address, for example `azurerm_kubernetes_cluster.cluster`. */
  readonly address?: string;
  /** Terraform path in the resource, for example `default_node_pool[0].vm_size`. */
  readonly attribute?: string;
  /** Path of the key in the configuration file, for example `environments.dev.workspace`. */
  readonly configPath?: string;
}

/** The order of a report: by line, then stack and address, then rule. */
export function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.where.file, b.where.file) ||
    (a.where.line ?? 0) - (b.where.line ?? 0) ||
    (a.where.column ?? 0) - (b.where.column ?? 0) ||
    compare(a.where.stack, b.where.stack) ||
    compare(a.where.address, b.where.address) ||
    compare(a.rule, b.rule)
  );
}

/** By code units: the order must not depend on the machine's language. */
function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
