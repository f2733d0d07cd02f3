import { readFileSync, writeFileSync } from "node:fs";
import regions from "../azure/data/regions.json" with { type: "json" };
import tags from "../azure/data/service-tags.json" with { type: "json" };
import sizes from "../azure/data/vm-sizes.json" with { type: "json" };
import { regionsFromLocations, sizesFromGo, tagsFromServiceTags } from "./azure-data.ts";

/**
 * npm run refresh-azure-data -- sizes [SOURCE] | regions [SOURCE] | tags SOURCE DATE
 * Refreshes a table of azure/data from its public source: an address, or a file that was downloaded before.
 */
const USAGE = `usage: npm run refresh-azure-data -- sizes [SOURCE]
                                    regions [SOURCE]
                                    tags SOURCE DATE
SOURCE is an address or a file. Service tags are at https://www.microsoft.com/download/details.aspx?id=56519; DATE is the file's, such as 2025-07-25.
`;

const SIZES =
  "https://raw.githubusercontent.com/kubernetes/autoscaler/master/cluster-autoscaler/cloudprovider/azure/azure_instance_types.go";
const REGIONS =
  "https://raw.githubusercontent.com/Azure/terraform-azurerm-avm-utl-regions/main/modules/cached-data/locations.tf.json";

const [table, source, date] = process.argv.slice(2);
try {
  if (table === "sizes") {
    const { sizes: lines, ...head } = sizesFromGo(await read(source ?? SIZES), sizes);
    // A line for each size, so that a change shows as one.
    write(
      "vm-sizes",
      JSON.stringify({ ...head, sizes: lines }, null, 0)
        .replace('"sizes":[', '"sizes":[\n')
        .replaceAll('","', '",\n"')
        .replace("]}", "\n]}"),
    );
  } else if (table === "regions")
    write("regions", JSON.stringify(regionsFromLocations(JSON.parse(await read(source ?? REGIONS)), regions), null, 1));
  else if (table === "tags" && source && date && /^\d{4}-\d\d-\d\d$/.test(date)) {
    write(
      "service-tags",
      JSON.stringify({ source: tags.source, ...tagsFromServiceTags(JSON.parse(await read(source)), date) }, null, 1),
    );
  } else {
    process.stderr.write(USAGE);
    process.exitCode = 2;
  }
} catch (error) {
  process.stderr.write(`${source ?? table}: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

async function read(from: string): Promise<string> {
  if (!/^https?:/.test(from)) return readFileSync(from, "utf8");
  const response = await fetch(from);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.text();
}

function write(name: string, text: string): void {
  const file = `azure/data/${name}.json`;
  writeFileSync(file, `${text}\n`);
  process.stdout.write(`${file} written: compare it with \`git diff\`, and bring its \`source\` up to date\n`);
}
