import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether pages can be tried in a browser; CHROMIUM names another one. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) process.stderr.write(`no ${CHROMIUM}: pages are not tried in a browser (CHROMIUM names another)\n`);

/** A browser that asks nobody for anything by itself. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
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
}

/** Contrast of every text with the page, as WCAG 2.2 computes it; runs in the page. */
export const CONTRASTS = `(() => {
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
