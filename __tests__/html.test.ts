import { describe, expect, it } from "vitest";
import { renderHtml } from "../report/html.ts";
import { reviewOf } from "../review/review.ts";
import { cluster } from "../rules/examples.ts";
import { readPlan } from "../sources/plan/json.ts";
import { today } from "../sources/today.ts";
import { report, stackOf } from "./html-report.ts";
import { planOf } from "./plan-of.ts";

describe("the page", () => {
  it("is whole: nothing in it is loaded from anywhere", async () => {
    const html = await renderHtml(report());
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi))
      expect(tag).not.toMatch(/^<(link|img|iframe|object|embed)\b|\s(on\w+|src|style)=|javascript:/i);
    expect(html).not.toMatch(/@import|url\(/);
    expect(html).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'/);
    expect(html.match(/<svg /g)).toHaveLength(2);
  });
  it("explains what is in its pictures, and nothing else", async () => {
    const html = await renderHtml(report());
    expect(html).toContain(
      '<p class="hint"><span class="k update">changed</span> <span class="k replace">replaced</span></p>',
    );
    const stack = stackOf(cluster());
    const quiet = reviewOf([{ name: "quiet", file: "plan.json", plan: readPlan(planOf(stack, { before: stack })) }], {
      today: today(),
    });
    const still = await renderHtml(quiet);
    expect(still).toContain("<svg ");
    expect(still).not.toContain('class="hint"');
    expect(still).toContain("<title>0 attachments, 1 cluster and 0 workspaces in 1 stack</title>");
  });
  it("is the same each time", async () => {
    expect(await renderHtml(report())).toBe(await renderHtml(report()));
  });
});
