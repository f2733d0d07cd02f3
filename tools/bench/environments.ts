import { mkdirSync } from "node:fs";
import { stringify } from "yaml";
import { assess } from "../../assess/assess.ts";
import { parseConfig } from "../../config/load.ts";
import { RULES } from "../../rules/catalogue.ts";
import { today } from "../../sources/today.ts";
import { write } from "../../stacks/write.ts";
import { synthesizePlain } from "./plain.ts";

/** Many environments in one app: `environments ours|plain COUNT FOLDER`. */
const [which, count, folder = ""] = process.argv.slice(2);
const names = Array.from({ length: Number(count) }, (_, index) => `env${index}`);

const configuration = (): string =>
  stringify({
    defaults: {
      subscriptionId: "00000000-0000-0000-0000-000000000000",
      location: "westeurope",
      tags: { team: "ml-platform" },
    },
    environments: Object.fromEntries(
      names.map((name) => [
        name,
        {
          workspace: { resourceGroup: "rg-ml-dev", name: "mlw-dev" },
          clusters: {
            scoring: {
              create: {
                resourceGroup: "rg-ml-dev",
                name: `aks-${name}`,
                nodePool: { vmSize: "Standard_D2s_v5", nodeCount: 1 },
              },
              attachment: {
                kind: "AksCompute",
                computeName: name,
                clusterPurpose: "DevTest",
                tls: { leafDomainLabel: "contoso" },
              },
            },
          },
        },
      ]),
    ),
  });

mkdirSync(folder, { recursive: true });
if (which === "ours") {
  const result = parseConfig(configuration(), "azureml-aks.yaml", { rules: RULES });
  if (!result.ok) throw new Error(JSON.stringify(result.findings[0]));
  write(assess(result.loaded, folder, { today: today() }).app, { outputDirectory: folder, removeStale: false });
} else synthesizePlain(names, folder);
