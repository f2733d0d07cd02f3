import type { Finding, Where } from "./finding.ts";
import { nearestTo } from "./nearest.ts";

/** A rule that is acknowledged, with a reason: its findings stay in the report, and no longer count. */
export interface Acknowledgement {
  /** The rule's id, for example `tls/internal-load-balancer`. */
  readonly rule: string;
  /** Why it does not matter here. */
  readonly reason: string;
  /** Last day on which it counts, as an ISO date. @default - always */
  readonly until?: string;
}

/** What of a rule decides whether it can be acknowledged. */
export interface AcknowledgeableRule {
  readonly id: string;
  /** False where no acknowledgement counts. Default: true. */
  readonly canBeAcknowledged?: boolean;
}

/** A finding, and the acknowledgement of it, also where its day has passed: then the finding counts. */
export interface Acknowledged {
  readonly finding: Finding;
  readonly acknowledgement?: Acknowledgement;
}

/** Acknowledges a finding by the first of those given that still counts; `today` is an ISO date. */
export function acknowledgeFinding(finding: Finding, given: readonly Acknowledgement[], today: string): Acknowledged {
  if (finding.canBeAcknowledged === false || finding.acknowledged) return { finding };
  const ofRule = given.filter(({ rule }) => rule === finding.rule);
  const counts = ({ until }: Acknowledgement): boolean => until === undefined || until >= today;
  const acknowledgement = ofRule.find(counts) ?? ofRule[0];
  if (!acknowledgement) return { finding };
  const { reason, until } = acknowledgement;
  return counts(acknowledgement)
    ? { finding: { ...finding, acknowledged: { reason, ...(until ? { until } : {}) } }, acknowledgement }
    : { finding: { ...finding, advice: `${finding.advice} (its acknowledgement ended on ${until})` }, acknowledgement };
}

/** The findings with what is acknowledged on the command line, and one for each acknowledgement of nothing. */
export function acknowledgeAll(
  findings: readonly Finding[],
  given: readonly Acknowledgement[],
  today: string,
): Finding[] {
  const acknowledged = findings.map((finding) => acknowledgeFinding(finding, given, today));
  const used = new Set(acknowledged.map(({ acknowledgement }) => acknowledgement));
  const unused = given.filter((acknowledgement) => !used.has(acknowledgement));
  return [
    ...acknowledged.map(({ finding }) => finding),
    ...unused.map(({ rule }) => unusedAcknowledgement(`--acknowledge ${rule}`, {})),
  ];
}

/** Says that an acknowledgement is of nothing: it would hide the next finding of its rule. */
export function unusedAcknowledgement(named: string, where: Where): Finding {
  return {
    rule: "acknowledgement/unused",
    verdict: "fail",
    level: "warning",
    message: `nothing is found that ${named} would acknowledge`,
    advice: "remove it, so that it hides nothing later",
    where,
  };
}

/** Why a rule cannot be acknowledged; undefined where it can. */
export function whyNotAcknowledged(
  id: string,
  rules: readonly AcknowledgeableRule[],
): Pick<Finding, "message" | "advice"> | undefined {
  const known = rules.find((rule) => rule.id === id);
  if (!known && isOfOthers(id, rules)) return undefined;
  if (!known) return { message: `there is no rule ${JSON.stringify(id)}`, advice: didYouMean(id, rules) };
  return known.canBeAcknowledged === false
    ? {
        message: `the rule ${id} cannot be acknowledged`,
        advice: "remove the acknowledgement, and fix what the rule finds",
      }
    : undefined;
}

/** Whether it is a rule of somebody's own, that only some runs have: nobody here has a name that begins like it. */
function isOfOthers(id: string, rules: readonly AcknowledgeableRule[]): boolean {
  const [own = "", name] = id.split("/");
  const prefixes = [...new Set(rules.map((rule) => rule.id.split("/", 1)[0] ?? ""))];
  return (
    /^[a-z][a-z\d-]*$/.test(own) &&
    name !== undefined &&
    !prefixes.includes(own) &&
    nearestTo(own, prefixes)?.isLikely !== true &&
    !rules.some((rule) => rule.id.endsWith(`/${name}`))
  );
}

/** The rule that somebody may have meant, and where the rules are listed. */
export function didYouMean(id: string, rules: readonly { readonly id: string }[]): string {
  const ids = rules.map((rule) => rule.id);
  // Often the folder is left out.
  const within = ids.find((each) => each.endsWith(`/${id.toLowerCase()}`));
  const nearest = nearestTo(id, ids);
  const meant = within ?? (nearest?.isLikely ? nearest.name : undefined);
  return `${meant ? `did you mean ${meant}? ` : ""}\`azureml-aks rules\` lists them`;
}
