import type { LoadedConfig } from "../config/load.ts";
import { CLUSTER_STACKS, stackName } from "../config/names.ts";
import { constructFinder, judgeStacks, type PlacedFinding, placeFindings } from "../constructs/judgement.ts";
import { configKeyOf } from "../constructs/origin.ts";
import { unusedAcknowledgement } from "../model/acknowledgement.ts";
import { byPlace, type Finding } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import { steps } from "../model/value.ts";
import { RULES } from "../rules/catalogue.ts";
import type { Circumstances, Rule } from "../rules/rule.ts";
import type { App } from "../stacks/app.ts";
import { build } from "../stacks/build.ts";
import { withLeanTokens } from "../stacks/lean-tokens.ts";
import { stateDirectory } from "../stacks/state-directory.ts";
import { type Proposal, proposalOf } from "./proposal.ts";

/** The stacks of a configuration, rendered and judged, and nothing written yet. */
export interface Assessment {
  /** The stacks, ready to be written. */
  readonly app: App;
  /** Ordered by place in the file, then by stack, address and rule. */
  readonly findings: readonly Finding[];
  /** How often a rule was asked about something. */
  readonly checked: number;
  /** The resources of all stacks, which were judged. */
  readonly model: Model;
  /** The rules that were asked about anything. */
  readonly asked: readonly Rule[];
  /** The edits that the remedy of a finding comes to; undefined where its keys cannot be told. */
  propose(finding: Finding): Proposal | undefined;
  /** The environment and cluster that a stack is made for; undefined where there is no such stack. */
  ownerOf(stack: string): StackOwner | undefined;
  /** Whether any attachment has a domain name of one's own. */
  readonly hasOwnCertificate: boolean;
}

/** What a stack is made for. */
export interface StackOwner {
  readonly environment: string;
  /** Absent for the stack of a workspace. */
  readonly cluster?: string;
}

/** Builds the stacks of a configuration for an output folder and asks every rule about all of them together. */
export function assess(
  loaded: LoadedConfig,
  outputDirectory: string,
  circumstances: Circumstances,
  rules: readonly Rule[] = RULES,
): Assessment {
  const app = build(loaded.config, { stateDirectory: stateDirectory(loaded.file, outputDirectory) });
  const { findings, checked, model, asked } = withLeanTokens(() => {
    app.needsNoPreparation();
    return judgeStacks(app.stacks, { ...circumstances, isConfiguration: true }, rules);
  });
  const located = [...findings.map((placed) => locate(placed, loaded)), ...unused(app, findings, loaded, rules)];
  const clusters = Object.values(loaded.config.environments).flatMap((environment) =>
    Object.values(environment.clusters),
  );
  return {
    app,
    findings: located.sort(byPlace),
    checked,
    model,
    asked,
    propose: proposer(app, loaded),
    ownerOf: owners(loaded),
    hasOwnCertificate: clusters.some(({ attachment }) => attachment?.tls?.cname !== undefined),
  };
}

function owners({ config }: LoadedConfig): Assessment["ownerOf"] {
  let known: Map<string, StackOwner> | undefined;
  return (stack) => {
    known ??= new Map(
      Object.entries(config.environments).flatMap(([environment, { clusters }]): [string, StackOwner][] => [
        [stackName("workspace", environment), { environment }],
        ...Object.keys(clusters).flatMap((cluster) =>
          CLUSTER_STACKS.map((kind): [string, StackOwner] => [
            stackName(kind, environment, cluster),
            { environment, cluster },
          ]),
        ),
      ]),
    );
    return known.get(stack);
  };
}

/** Gives findings on plans of a configuration's stacks their lines in it, and what is acknowledged there. */
export function locatePlanFindings(loaded: LoadedConfig, findings: readonly Finding[], today: string): Finding[] {
  const { stacks } = build(loaded.config, { stateDirectory: "." });
  return placeFindings(stacks, findings, today).map((placed) =>
    placed.construct ? locate(placed, loaded) : placed.finding,
  );
}

/** Adds the line that caused the finding. */
function locate({ finding, construct }: PlacedFinding, loaded: LoadedConfig): Finding {
  const key = construct && configKeyOf(construct, finding.where.attribute);
  return key
    ? { ...finding, where: { ...finding.where, ...loaded.locate(key) } }
    : { ...finding, where: { ...finding.where, file: loaded.file } };
}

/** Finds the keys that remedies are about. Most findings are never asked for them. */
function proposer(app: App, loaded: LoadedConfig): Assessment["propose"] {
  let find: ReturnType<typeof constructFinder> | undefined;
  return ({ remedy, where }) => {
    if (!remedy) return undefined;
    find ??= constructFinder(app.stacks);
    const at = find(where);
    const own = at && configKeyOf(at, where.attribute);
    const keyed = remedy.configuration
      ? Object.entries(remedy.configuration).map(([path, to]) => ({
          key: [...(own?.slice(0, 4) ?? []), ...steps(path)],
          to,
        }))
      : remedy.attributes.map((change) => {
          const construct = find?.(change);
          const key = construct && configKeyOf(construct, change.attribute);
          return { ...change, key: key && itemKey(key, change.attribute, loaded.config) };
        });
    return proposalOf(
      keyed.map(({ key, ...change }) => ({
        name: key?.slice(4).join(".") ?? "",
        change,
        edits: key && key.length > 4 ? loaded.edits(key, change) : undefined,
      })),
    );
  };
}

/** Of an item of a list that is made from one of the configuration: the key of the item there. */
function itemKey(key: readonly PropertyKey[], attribute: string, config: object): readonly PropertyKey[] {
  const index = steps(attribute).at(-1);
  const value = key.reduce<unknown>(
    (at, step) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[step],
    config,
  );
  return typeof index === "number" && Array.isArray(value) ? [...key, index] : key;
}

/** An acknowledgement of nothing hides the next finding of its rule: whoever wrote it should know. */
function unused(app: App, findings: readonly PlacedFinding[], loaded: LoadedConfig, rules: readonly Rule[]): Finding[] {
  const used = new Set(findings.map(({ acknowledgement }) => acknowledgement));
  // One that stands in `defaults` counts in every environment.
  const byPosition = new Map<string, { finding: Finding; isUsed: boolean }>();
  for (const [acknowledgement, path] of app.acknowledgements) {
    const position = loaded.locate(path);
    const key = `${position.line}:${position.column}`;
    const isUsed =
      used.has(acknowledgement) ||
      // A rule that this run does not have may find something in another.
      !rules.some(({ id }) => id === acknowledgement.rule) ||
      byPosition.get(key)?.isUsed === true ||
      (!loaded.isWhole && path.length === 2);
    const finding = unusedAcknowledgement(`the acknowledgement of ${acknowledgement.rule}`, position);
    byPosition.set(key, { finding, isUsed });
  }
  return [...byPosition.values()].filter(({ isUsed }) => !isUsed).map(({ finding }) => finding);
}
