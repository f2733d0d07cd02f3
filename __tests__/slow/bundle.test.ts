import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT, temporaryFolder } from "../helpers.ts";

it("a changed source is never ignored, even when its time goes back", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "tools"));
  for (const file of ["run.mjs", "page-plugin.mjs", "shared-chunks.mjs"])
    copyFileSync(join(ROOT, "tools", file), join(folder, "tools", file));
  copyFileSync(join(ROOT, "package-lock.json"), join(folder, "package-lock.json"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  cpSync(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
  const run = (text: string): string => {
    writeFileSync(join(folder, "say.ts"), `import { word } from "./word.ts";\nconsole.log(word);\n`);
    writeFileSync(join(folder, "word.ts"), `export const word: string = "${text}";\n`);
    utimesSync(
      join(folder, "word.ts"),
      new Date(2020, 0, text.charCodeAt(0)),
      new Date(2020, 0, 200 - text.charCodeAt(0)),
    );
    return spawnSync(process.execPath, ["tools/run.mjs", "say"], { cwd: folder, encoding: "utf8" }).stdout.trim();
  };
  expect([run("a"), run("b"), run("a")]).toEqual(["a", "b", "a"]);
});
