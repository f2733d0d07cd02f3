import type { LoadedConfig } from "../config/load.ts";
import { judgeStacks, type PlacedFinding, placeFindings } from "../constructs/judgement.ts";
import { configKeyOf } from "../constructs/origin.ts";
import { unusedAcknowledgement } from "../model/acknowledgement.ts";
import { byPlace, type Finding } from "../model/finding.ts";
import type { Model } from "../model/model.ts";
import type { Circumstances, Rule } from "../rules/rule.ts";
import type { App } from "../stacks/app.ts";
import { build } from "../stacks/build.ts";
import { withLeanTokens } from "../stacks/lean-tokens.ts";
import { stateDirectory } from "../stacks/state-directory.ts";

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
  /** Whether any attachment has a domain name of one's own. */
  readonly hasOwnCertificate: boolean;
}

/** Builds the stacks of a configuration for an output folder and asks every rule about all of them together. */
export function assess(loaded: LoadedConfig, outputDirectory: string, circumstances: Circumstances): Assessment {
  const app = build(loaded.config, { stateDirectory: stateDirectory(loaded.file, outputDirectory) });
  const { findings, checked, model, asked } = withLeanTokens(() => {
    app.prepare();
    return judgeStacks(app.stacks, { ...circumstances, isConfiguration: true });
  });
  const located = [...findings.map((placed) => locate(placed, loaded)), ...unused(app, findings, loaded)];
  const clusters = Object.values(loaded.config.environments).flatMap((environment) =>
    Object.values(environment.clusters),
  );
  return {
    app,
    findings: located.sort(byPlace),
    checked,
    model,
    asked,
    hasOwnCertificate: clusters.some(({ attachment }) => attachment?.tls?.cname !== undefined),
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

/** An acknowledgement of nothing hides the next finding of its rule: whoever wrote it should know. */
function unused(app: App, findings: readonly PlacedFinding[], loaded: LoadedConfig): Finding[] {
  const used = new Set(findings.map(({ acknowledgement }) => acknowledgement));
  // One that stands in `defaults` counts in every environment.
  const byPosition = new Map<string, { finding: Finding; isUsed: boolean }>();
  for (const [acknowledgement, path] of app.acknowledgements) {
    const position = loaded.locate(path);
    const key = `${position.line}:${position.column}`;
    const isUsed =
      used.has(acknowledgement) || byPosition.get(key)?.isUsed === true || (!loaded.isWhole && path.length === 2);
    const finding = unusedAcknowledgement(`the acknowledgement of ${acknowledgement.rule}`, position);
    byPosition.set(key, { finding, isUsed });
  }
  return [...byPosition.values()].filter(({ isUsed }) => !isUsed).map(({ finding }) => finding);
}
