import { createTwoFilesPatch } from "diff";
import { shownText } from "../model/redaction.ts";

/** What changed in files, as `diff -u` and git write it. A secret that stands beside a change is not shown. */
export function unifiedDiff(
  files: readonly { readonly file: string; readonly before: string; readonly after: string }[],
): string {
  const patches = files.map(({ file, before, after }) => {
    // A secret may go over more lines than the part around a change has.
    const [old, now] = [before, after].map(shownText) as [string, string];
    const name = file.replace(/^\/+/, "");
    return createTwoFilesPatch(`a/${name}`, `b/${name}`, old, now, undefined, undefined, { context: 3 });
  });
  return patches.map((patch) => patch.replace(/^=+\n/, "")).join("");
}
