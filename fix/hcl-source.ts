import { type HclOptions, hclProposer, hclReader, reportOfHcl, shownFile } from "../assess/assess-hcl.ts";
import type { Rule } from "../rules/rule.ts";
import type { Source } from "./source.ts";

/** Folders and files of Terraform. `today` is an ISO date. */
export async function hclSource(options: HclOptions, today: string, rules?: readonly Rule[]): Promise<Source> {
  const read = await hclReader(options);
  return {
    judge(changed) {
      const folders = read(changed);
      return {
        report: reportOfHcl(folders, today, rules),
        texts: new Map(folders.flatMap(({ texts }) => [...texts])),
        nameOf: shownFile,
        propose: hclProposer(folders),
      };
    },
  };
}
