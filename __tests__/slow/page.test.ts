import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verdictOf } from "../../report/report.ts";
import { reviewOf } from "../../review/review.ts";
import { attachment, cluster } from "../../rules/examples.ts";
import { readPlan } from "../../sources/plan/json.ts";
import { today } from "../../sources/today.ts";
import { azuremlAks, type Json, temporaryFolder } from "../helpers.ts";
import { HOSTILE, stackOf } from "../html-report.ts";
import { planOf } from "../plan-of.ts";
import { CONTRASTS, hasChromium, startBrowser } from "./browser.ts";

const small = cluster({ default_node_pool: { vm_size: "Standard_DS2_v2" } });
const PLAN: Json = planOf(stackOf(small, attachment({ ssl: { cname: "www.contoso.com" } })), {
  before: stackOf(small, attachment()),
  replacing: { "azurerm_machine_learning_inference_cluster.attachment": ["ssl"] },
});
const STATE = {
  format_version: "1.0",
  terraform_version: "1.11.4",
  values: {
    root_module: {
      resources: [
        {
          address: "azurerm_kubernetes_cluster.old",
          mode: "managed",
          type: "azurerm_kubernetes_cluster",
          name: "old",
          values: { name: "aks-old", kubernetes_version: "1.20.9" },
          sensitive_values: {},
        },
      ],
    },
  },
};
const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(8)}\n-----END PRIVATE KEY-----`;

describe.skipIf(!hasChromium)("the page in a browser", () => {
  let browser: Browser;
  let page: Page;
  /** Whatever it says, breaks or asks for. */
  let said: string[];
  const folder = temporaryFolder();
  const file = join(folder, "review.html");
  const write = (name: string, content: string | Uint8Array | object): string => {
    const path = join(folder, name);
    const isText = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(path, isText ? content : JSON.stringify(content));
    return path;
  };
  const choose = async (...files: string[]): Promise<void> => {
    await page.setInputFiles("#files", files);
    await page.locator("body:is([data-state=shown], [data-state=empty]:has(#problems li))").waitFor();
  };
  beforeAll(async () => {
    expect(azuremlAks(["page", "--output", file]).status).toBe(0);
    browser = await startBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    said = [];
    page = await browser.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(file).href) said.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
  });
  afterEach(async () => {
    expect(said).toEqual([]);
    await page.close();
  });

  it("shows what review says of a plan, with the picture before and after", async () => {
    await choose(write("plan.json", PLAN));
    const report = reviewOf([{ name: "plan", file: "plan.json", plan: readPlan(PLAN) }], { today: today() });
    expect(await page.locator(".verdict").textContent()).toBe(verdictOf(report));
    expect(await page.title()).toBe(`azureml-aks: ${verdictOf(report)}`);
    expect(await page.locator("ol.findings > li:visible").count()).toBe(report.findings.length);
    expect(await page.locator("ol.changes > li").count()).toBe(report.changes.length);
    expect(await page.locator("figure:visible svg").count()).toBe(1);
    await page.locator('button[data-show="before"]').click();
    expect(await page.locator("#before").isVisible()).toBe(true);
    await page.locator("#search").fill("6 vCPUs");
    expect(await page.locator("ol.findings > li:visible strong").allTextContents()).toEqual([
      "attachment/production-size",
    ]);
  });
  it("takes files that are dropped, and takes others in their place", async () => {
    await choose(write("plan.json", PLAN));
    const data = await page.evaluateHandle(
      ([text]: string[]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text as string], "state.json"));
        return transfer;
      },
      [JSON.stringify(STATE)],
    );
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await page.getByText("state.json. Drop others").waitFor();
    expect(await page.locator(".verdict").count()).toBe(1);
    expect(await page.locator("ol.changes").count()).toBe(0);
    expect(await page.locator("figure svg").textContent()).toContain("aks-old");
  });
  it("takes JSON that is pasted", async () => {
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text", text);
      dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
    }, JSON.stringify(PLAN));
    await page.locator(".verdict").waitFor();
    expect(await page.locator("#status").textContent()).toContain("pasted.json");
  });
  it("shows plans and what is there beside each other, each with a filter of its own", async () => {
    await choose(write("plan.json.gz", gzipSync(JSON.stringify(PLAN))), write("state.json", STATE));
    expect(await page.locator("h2", { hasText: "What" }).allTextContents()).toEqual([
      "What the plans do",
      "What is there",
    ]);
    const [first, second] = [page.locator("#reports > section").nth(0), page.locator("#reports > section").nth(1)];
    const others = await second.locator("ol.findings > li:visible").count();
    await first.locator("#search").fill("nothing that is there");
    expect(await first.locator("ol.findings > li:visible").count()).toBe(0);
    expect(await second.locator("ol.findings > li:visible").count()).toBe(others);
  });
  it("says what is wrong with a file, in the words of the command", async () => {
    await choose(write("main.tf", 'resource "x" "y" {\n}\n'));
    expect(await page.locator("#problems li").allTextContents()).toEqual([
      expect.stringMatching(/^main\.tf is Terraform configuration: give /),
    ]);
    expect(await page.locator("#title").isVisible()).toBe(true);
  });
  it("runs nothing of a plan's, and shows no secret of it", async () => {
    const text = JSON.stringify(PLAN)
      .replaceAll("www.contoso.com", JSON.stringify(HOSTILE).slice(1, -1))
      .replaceAll('"scoring"', JSON.stringify(`${HOSTILE}${KEY}`));
    await choose(write(`${"<img src=x onerror=alert(1)>".replaceAll("/", "")}.json`, text));
    expect(await page.title()).toMatch(/^azureml-aks: /);
    const shown = await page.evaluate(
      "[...document.querySelectorAll('#reports section')].map(({ shadowRoot }) => shadowRoot.innerHTML).join('')",
    );
    expect(shown).not.toContain("MIIEvQ");
    expect(shown).not.toMatch(/<(img|script)/);
  });
  it("may not connect to anything", async () => {
    let answered = 0;
    page.on("response", () => answered++);
    const refused = await page.evaluate(async () => {
      const broken: string[] = [];
      addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
      await fetch("https://example.com/").catch(() => {});
      document.body.append(Object.assign(new Image(), { src: "https://example.com/x.png" }));
      document.body.append(Object.assign(document.createElement("script"), { textContent: "document.title = 'run'" }));
      document.body.insertAdjacentHTML("beforeend", "<iframe src='https://example.com/'></iframe>");
      await new Promise((resolve) => setTimeout(resolve, 300));
      return broken.sort();
    });
    expect(refused).toEqual(["connect-src", "frame-src", "img-src", "script-src-elem"]);
    expect(await page.title()).toBe("azureml-aks review");
    expect(answered).toBe(0);
    // The browser says so too.
    said = [];
  });
  it("is read in light and dark, wide and narrow", async () => {
    await choose(write("plan.json", PLAN));
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const contrasts: number[] = await page.evaluate(
        CONTRASTS.replaceAll(
          "document.querySelectorAll",
          "document.querySelector('#reports section').shadowRoot.querySelectorAll",
        ),
      );
      expect(contrasts.length).toBeGreaterThan(10);
      // WCAG 2.2 asks for 4.5.
      expect(Math.min(...contrasts), colorScheme).toBeGreaterThanOrEqual(4.5);
    }
    await page.setViewportSize({ width: 320, height: 700 });
    // Only the picture is wider, and scrolls by itself.
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
  });
  it("is used by keyboard", async () => {
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("files");
    expect(await page.locator("#files + label").evaluate((label) => getComputedStyle(label).outlineStyle)).toBe(
      "solid",
    );
  });
});
