/**
 * Names of environments and clusters become names of stacks, folders, state files and HCP Terraform workspaces
 * (at most 90 characters of letters, digits, - and _), so both are kept to what all of these bear.
 */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,36}[A-Za-z0-9]$|^[A-Za-z]$/;

export const NAME_RULE = "use 1 to 38 letters, digits, hyphens and underscores, a letter first, a letter or digit last";

export function isName(name: string): boolean {
  return NAME.test(name);
}

/** The stacks that a cluster may have. */
export const CLUSTER_STACKS = ["cluster", "attachment", "kubernetes", "manifests"] as const;

export type StackKind = "workspace" | (typeof CLUSTER_STACKS)[number];

export function stackName(kind: StackKind, environment: string, cluster?: string): string {
  return cluster === undefined ? `${environment}-${kind}` : `${environment}-${cluster}-${kind}`;
}
