import type { Log, ReportingDescriptor, Result, Fix as SarifFix } from "sarif";
import type { Finding } from "../model/finding.ts";
import type { Fix } from "../model/fix.ts";
import { harmlessJson, visible } from "../model/harmless.ts";
import { adviceOf, countedAs, type Report, type RuleInformation } from "./report.ts";
import { TOOL } from "./tool.ts";

/**
 * For code scanning: SARIF 2.1.0, with the rules and their help, the place in the configuration, and the Terraform
 * address. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(report: Report): string {
  const rules = report.rules ?? [];
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: TOOL.name,
            version: TOOL.version,
            semanticVersion: TOOL.version,
            rules: rules.map(descriptor),
          },
        },
        columnKind: "utf16CodeUnits",
        results: report.findings.map((finding) => ({
          ...result(finding, indices.get(finding.rule)),
          ...(report.hasBaseline ? { baselineState: finding.isInBaseline ? "unchanged" : "new" } : {}),
        })),
      },
    ],
  };
  return `${harmlessJson(log)}\n`;
}

function descriptor({ id, level, fact, why, source }: RuleInformation): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: fact },
    fullDescription: { text: `${fact} ${why}` },
    help: { text: `${why} ${source}`, markdown: `${why} [Source](${source})` },
    helpUri: source,
    defaultConfiguration: { level },
  };
}

function result(finding: Finding, ruleIndex: number | undefined): Result {
  const { rule, level, message, verdict, fix, acknowledged } = finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    // Not known is neither a failure nor a pass; SARIF then wants no level.
    ...(verdict === "unknown" ? { kind: "open", level: "none" } : { kind: "fail", level }),
    message: {
      text: plain(
        [message, countedAs(finding) === "acknowledged" ? undefined : adviceOf(finding)].filter(Boolean).join(". "),
      ),
    },
    locations: [location(finding.where)],
    ...(fix ? { fixes: [sarifFix(fix)] } : {}),
    ...(acknowledged ? { suppressions: [{ kind: "external", justification: acknowledged.reason }] } : {}),
  };
}

/** Changes by file. Section 3.55 of the specification. */
function sarifFix({ description, edits }: Fix): SarifFix {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: { text: plain(description) },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits
        .filter((edit) => edit.file === file)
        .map(({ line, column, endLine, endColumn, text }) => ({
          deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
          ...(text === "" ? {} : { insertedContent: { text } }),
        })),
    })),
  };
}

/**
 * Text that is no link to a viewer, and holds nothing to be filled in. Section 3.11.5 and 3.11.6 of the specification.
 */
function plain(text: string): string {
  return visible(text).replaceAll(/[{}]/g, "$&$&").replaceAll("](", "] (");
}

function location({
  file,
  line,
  column,
  stack,
  address,
  attribute,
}: Finding["where"]): NonNullable<Result["locations"]>[number] {
  return {
    ...(file === undefined
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uriOf(file) },
            ...(line === undefined ? {} : { region: { startLine: line, startColumn: column } }),
          },
        }),
    ...(address === undefined
      ? {}
      : {
          logicalLocations: [
            {
              name: attribute ?? address,
              fullyQualifiedName: [stack, address, attribute].filter(Boolean).join("/"),
              kind: "resource",
            },
          ],
        }),
  };
}

/** A path as the user gave it: relative ones stay relative to where the program ran, as code scanning wants. */
function uriOf(file: string): string {
  const path = file
    .replaceAll(/\p{Surrogate}/gu, "\ufffd")
    .replaceAll("\\", "/")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
  return path.startsWith("/") ? `file://${path}` : path.replace(/^\.\//, "");
}
