/**
 * The one currency of the project: configuration errors, findings on synthesized Terraform and findings on plans
 * are of this type, go through the same reports and decide the same exit status.
 */
export interface Finding {
  /** The rule's id, for example `attachment/compute-name`; `config/invalid` for a configuration error. */
  readonly rule: string;
  /** `unknown` means that Terraform learns the answer later: reported, never counted as a failure or as a pass. */
  readonly verdict: "fail" | "unknown";
  readonly level: Level;
  /** What is wrong, in the user's terms, with the value given. */
  readonly message: string;
  /** What is allowed, or what to change. */
  readonly advice?: string;
  /** Public address of the document that says so. */
  readonly source?: string;
  readonly where: Where;
  /** False where no acknowledgement waives it, though its rule can be waived. */
  readonly waivable?: boolean;
  /** Given where somebody waived the rule here: the finding keeps its level and does not count. */
  readonly acknowledged?: { readonly reason: string; readonly until?: string };
}

export type Level = "error" | "warning" | "note";

/** Holds what is known of the place. */
export interface Where {
  readonly stack?: string;
  /** Terraform address, for example `azurerm_kubernetes_cluster.cluster`. */
  readonly address?: string;
  /** Terraform path in the resource, for example `default_node_pool[0].vm_size`. */
  readonly attribute?: string;
  /** Path of the key in the configuration file, for example `environments.dev.workspace`. */
  readonly configPath?: string;
  /** The configuration file, as the user named it. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}
