import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { configSource } from "../../fix/config-source.ts";
import { hclSource } from "../../fix/hcl-source.ts";
import { fixAll, withFixes } from "../../fix/prove.ts";
import type { Source } from "../../fix/source.ts";
import { RULES } from "../../rules/catalogue.ts";
import { exampleConfiguration } from "../../rules/examples.ts";
import { TODAY } from "../rules/outcome.ts";
import { expectProven, FORMS, folders, once, tryFixes } from "./proven.ts";

// In Terraform JSON: `npm run test:slow`.
tryFixes("Terraform's language");

it("the fixes of many resources are proven together", async () => {
  const resource = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`c${index}`, { name: `aks${index}`, dns_prefix: "aks-" }]),
  );
  const stacks = { stack: { resource: { azurerm_kubernetes_cluster: resource } } };
  const source = await hclSource({ paths: folders({ shows: "many", stacks }, FORMS["Terraform JSON"]) }, TODAY);
  let count = 0;
  const counting: Source = {
    judge(changed) {
      count++;
      return source.judge(changed);
    },
  };
  const { findings } = withFixes(counting, counting.judge());
  expect(findings.filter(({ rule, fix }) => rule === "cluster/dns-prefix" && fix)).toHaveLength(60);
  expect(count).toBeLessThan(10);
});

describe("a fix of a configuration", () => {
  const configured = RULES.flatMap((rule) => {
    if (typeof rule.configuration === "string") return [];
    const text = stringify(exampleConfiguration(rule.configuration.failing));
    const source = once(configSource("a.yaml", text, { today: TODAY }));
    return source.judge().report.findings.some((finding) => finding.rule === rule.id && finding.remedy)
      ? [[rule.id, rule, source] as const]
      : [];
  });
  it.each(configured)("of %s: passes with it, and no other rule fails", (id, rule, source) => {
    const result = fixAll(source, (finding) => finding.rule === id);
    expectProven(source, result, rule);
  });
});
