import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { parseConfig } from "../config/load.ts";
import { RULES } from "../rules/catalogue.ts";
import { assess } from "../stacks/assess.ts";
import { write } from "../stacks/write.ts";
import { synthesizePlain } from "./plain.ts";

/**
 * npm run bench
 * Every figure is a ratio of two things that are measured in turn in this process; the median of the pairs.
 */
const ENVIRONMENTS = 1000;
const PAIRS = 10;

const names = Array.from({ length: ENVIRONMENTS }, (_, index) => `env${index}`);
const folder = mkdtempSync(join(tmpdir(), "azureml-aks-bench-"));

const configuration = stringify({
  defaults: { subscriptionId: "00000000-0000-0000-0000-000000000000", location: "westeurope", tags: { team: "ml-platform" } },
  environments: Object.fromEntries(
    names.map((name) => [
      name,
      {
        workspace: { resourceGroup: "rg-ml-dev", name: "mlw-dev" },
        clusters: {
          scoring: {
            create: { resourceGroup: "rg-ml-dev", name: `aks-${name}`, nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 1 } },
            attachment: { kind: "AksCompute", computeName: name, clusterPurpose: "DevTest", tls: { leafDomainLabel: "contoso" } },
          },
        },
      },
    ]),
  ),
});

function ours(): void {
  const result = parseConfig(configuration, "azureml-aks.yaml", { rules: RULES });
  if (!result.ok) throw new Error(JSON.stringify(result.findings[0]));
  write(assess(result.loaded, outputFolder()).app, { outputDirectory: outputFolder(), removeStale: false });
}

let outputs = 0;

function outputFolder(): string {
  const output = join(folder, String(outputs));
  mkdirSync(output, { recursive: true });
  return output;
}

/** Milliseconds, in a new folder that is removed afterwards. */
function time(run: () => void): number {
  outputs++;
  const start = process.hrtime.bigint();
  run();
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  rmSync(outputFolder(), { recursive: true });
  return milliseconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

const plain = (): void => synthesizePlain(names, outputFolder());
for (const run of [ours, plain]) time(run);
const pairs = Array.from({ length: PAIRS }, () => [time(ours), time(plain)] as const);
rmSync(folder, { recursive: true });

const ratio = median(pairs.map(([mine, theirs]) => mine / theirs));
process.stdout.write(
  `${ENVIRONMENTS} environments, read, built, rendered, judged by ${RULES.length} rules and written, against plain cdktf with the same resources\n`,
);
process.stdout.write(
  `  ours ${median(pairs.map(([mine]) => mine)).toFixed(0)} ms, plain cdktf ${median(pairs.map(([, theirs]) => theirs)).toFixed(0)} ms, ratio ${ratio.toFixed(2)}\n`,
);
