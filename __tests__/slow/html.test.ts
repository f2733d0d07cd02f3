import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderHtml } from "../../report/html.ts";
import { temporaryFolder } from "../helpers.ts";
import { report } from "../html-report.ts";
import { CONTRASTS, hasChromium, startBrowser } from "./browser.ts";

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser;
  let page: Page;
  const said: string[] = [];
  const file = join(temporaryFolder(), "report.html");
  beforeAll(async () => {
    writeFileSync(file, await renderHtml(report()));
    browser = await startBrowser();
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
