import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderHtml } from "../report/html.ts";
import type { Report } from "../report/report.ts";
import { reviewOf } from "../review/review.ts";
import { attachment, cluster, example } from "../rules/examples.ts";
import { readPlan } from "../sources/plan/json.ts";
import { today } from "../sources/today.ts";
import { type Json, temporaryFolder } from "./helpers.ts";
import { planOf } from "./plan-of.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium)
  process.stderr.write(`no ${CHROMIUM}: the HTML report is not tried in a browser (CHROMIUM names another)\n`);

const stackOf = (...parts: object[]): Json => example("", ...parts).stacks.stack;
const HOSTILE = `"><img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

function report(): Report {
  const plan = planOf(
    stackOf(
      cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" }, tags: { x: "y" } }),
      attachment({ ssl: { cname: "www.contoso.com" } }),
    ),
    {
      before: stackOf(cluster(), attachment()),
      replacing: { "azurerm_machine_learning_inference_cluster.attachment": ["ssl"] },
    },
  );
  const reviewed = reviewOf([{ name: HOSTILE, file: "plan.json", plan: readPlan(plan) }], { today: today() });
  return {
    ...reviewed,
    findings: [
      ...reviewed.findings,
      { rule: "plan/check", verdict: "fail", level: "warning", message: HOSTILE, where: { address: HOSTILE } },
    ],
  };
}

/** Contrast of every text with the page, as WCAG 2.2 computes it; runs in the page. */
const CONTRASTS = `(() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("p, .k, a, footer")].map((element) => {
    const text = luminance(getComputedStyle(element).color);
    return (Math.max(page, text) + 0.05) / (Math.min(page, text) + 0.05);
  });
})()`;

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

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  let page: Page;
  const said: string[] = [];
  const file = join(temporaryFolder(), "report.html");
  beforeAll(async () => {
    writeFileSync(file, await renderHtml(report()));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) said.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
  }, 60_000);
  afterAll(() => browser?.close());
  const shown = (): Promise<string[]> => page.locator("ol.findings > li:visible strong").allTextContents();

  it("breaks no policy of its own, loads nothing, and runs nothing of a plan's", async () => {
    expect(said).toEqual([]);
    expect(await page.title()).toMatch(/^azureml-aks: 2 errors/);
    // The style counts: without it the header has no border.
    expect(await page.evaluate(`getComputedStyle(document.querySelector("header")).borderLeftWidth`)).not.toBe("0px");
  });
  it("filters findings by level and by text", async () => {
    const all = await shown();
    expect(all[0]).toBe("attachment/production-size");
    await page.locator('input[value="warning"]').uncheck();
    expect((await shown()).length).toBeLessThan(all.length);
    await page.locator('input[value="warning"]').check();
    await page.locator("#search").fill("6 vCPUs");
    expect(await shown()).toEqual(["attachment/production-size"]);
    expect(await page.locator("#count").textContent()).toBe(`1 of ${all.length}`);
    await page.locator("#search").fill("");
    expect(await shown()).toEqual(all);
  });
  it("shows the picture after the plan, and the one before, by keyboard", async () => {
    expect(await page.locator("figure:visible").count()).toBe(1);
    expect(await page.locator("figcaption:visible").count()).toBe(0);
    expect(await page.locator("#after").textContent()).toContain("-/+ replaced");
    await page.locator('button[data-show="before"]').focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#before").isVisible()).toBe(true);
    expect(await page.locator("#after").isVisible()).toBe(false);
    expect(await page.locator("#before").textContent()).not.toContain("replaced");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.locator("#after").isVisible()).toBe(true);
  });
  it("follows light and dark, with text that can be read", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const contrasts: number[] = await page.evaluate(CONTRASTS);
      // WCAG 2.2 asks for 4.5.
      expect(Math.min(...contrasts), colorScheme).toBeGreaterThanOrEqual(4.5);
    }
  });
  it("prints all of it", async () => {
    await page.locator("#search").fill("vCPUs");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("ol.findings > li:visible").count()).toBe(await page.locator("ol.findings > li").count());
    expect(await page.locator("figure:visible").count()).toBe(2);
    expect(await page.locator("figcaption:visible").allTextContents()).toEqual(["Before", "After"]);
    await page.emulateMedia({ media: "screen" });
  });
  it("shows all of it without JavaScript too", async () => {
    const still = await browser.newPage({ javaScriptEnabled: false });
    await still.goto(pathToFileURL(file).href);
    expect(await still.locator("figure:visible").count()).toBe(2);
    expect(await still.locator(".filter:visible, .tabs:visible").count()).toBe(0);
    await still.close();
  });
});
