import { mkdirSync } from "node:fs";
import { synthesizePlain } from "./plain.ts";

/** Many environments in one app of plain cdktf, by hand: `environments COUNT FOLDER`. */
const [count, folder = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
synthesizePlain(
  Array.from({ length: Number(count) }, (_, index) => `env${index}`),
  folder,
);
