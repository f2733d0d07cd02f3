import type { Fate, Graph } from "../diagram/graph.ts";
import type { Finding, PlanChange } from "../model/finding.ts";
import { withReferences } from "../model/harmless.ts";
import { adviceOf, countedAs, isSerious, placeOf, type Report, signOf, summarize, verdictOf } from "./report.ts";
import { TOOL } from "./tool.ts";

const KINDS = ["error", "warning", "note", "unknown", "acknowledged", "baseline"] as const;

/** What a page shows of a report: the verdict, the picture before and after, what changes, and what is found. */
export async function bodyOf(report: Report): Promise<string> {
  return [
    `<header class="${verdictKind(report)}"><h1>azureml-aks</h1><p class="verdict">${text(verdictOf(report))}</p></header>`,
    "<main>",
    await pictures(report),
    changes(report),
    findings(report),
    "</main>",
    `<footer>azureml-aks ${text(TOOL.version)}${report.date === undefined ? "" : `, judged for ${text(report.date)}`}</footer>`,
  ].join("\n");
}

function verdictKind(report: Report): string {
  const { error, warning } = summarize(report);
  return error > 0 ? "error" : warning > 0 || (report.changes ?? []).some(isSerious) ? "warning" : "good";
}

async function pictures({ draw }: Report): Promise<string> {
  const pictures = draw?.();
  if (!pictures || pictures.after.nodes.length + (pictures.before?.nodes.length ?? 0) === 0) return "";
  // Graphviz is loaded where it is needed.
  const { toSvg } = await import("../diagram/svg.ts");
  const { before, after } = pictures;
  const drawn =
    before && before.nodes.length > 0
      ? [["before", "Before", before] as const, ["after", "After", after] as const]
      : [["after", "", after] as const];
  const tabs =
    drawn.length > 1
      ? `<p class="tabs" hidden>${drawn.map(([id, title]) => `<button type="button" data-show="${id}" aria-pressed="${id === "after"}">${title}</button>`).join("")}</p>`
      : "";
  const figures = await Promise.all(
    drawn.map(
      async ([id, title, graph]) =>
        `<figure id="${id}">${title ? `<figcaption>${title}</figcaption>` : ""}<div class="scroll" tabindex="0">${await toSvg(graph)}</div></figure>`,
    ),
  );
  return `<section aria-labelledby="h-picture"><h2 id="h-picture">Picture</h2>${tabs}${figures.join("\n")}${legend(drawn.map(([, , graph]) => graph))}</section>`;
}

/** Explains what is in the pictures, and nothing else. */
function legend(graphs: readonly Graph[]): string {
  const fates = new Set(graphs.flatMap(({ nodes }) => nodes.map(({ fate }) => fate)));
  const sentences = [
    graphs.some(({ order }) => order.length > 0) ? "A dashed arrow leads to the stack that is applied later." : "",
    ...LEGEND.flatMap(([fate, colour, word]) => (fates.has(fate) ? [`<span class="k ${colour}">${word}</span>`] : [])),
  ].filter(Boolean);
  return sentences.length > 0 ? `<p class="hint">${sentences.join(" ")}</p>` : "";
}

const LEGEND: readonly (readonly [fate: Fate, colour: string, word: string])[] = [
  ["create", "create", "created"],
  ["update", "update", "changed"],
  ["replace", "replace", "replaced"],
  ["delete", "replace", "removed"],
];

function changes({ changes }: Report): string {
  if (!changes) return "";
  const inner =
    changes.length === 0
      ? "<p>The plan changes no AKS cluster and nothing of Azure ML.</p>"
      : `<ol class="changes">\n${changes.map(change).join("\n")}\n</ol>`;
  return `<section aria-labelledby="h-changes"><h2 id="h-changes">Changes</h2>${inner}</section>`;
}

function change(each: PlanChange): string {
  const because =
    each.because.length > 0
      ? ` <span class="because">because of <code>${text(each.because.join(", "))}</code></span>`
      : "";
  return `<li class="${isSerious(each) ? "serious" : "calm"}"><p class="head"><strong>${text(each.meaning)}</strong> <code>${text(signOf(each))} ${text(placeOf(each))}</code>${because}</p><p>${text(each.consequence)}</p></li>`;
}

function findings(report: Report): string {
  if (report.findings.length === 0)
    return `<section aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2><p>None.</p></section>`;
  const summary = summarize(report);
  const boxes = KINDS.filter((kind) => (summary[kind] ?? 0) > 0).map(
    (kind) =>
      `<label class="k ${kind}"><input type="checkbox" value="${kind}" checked> ${kind} (${summary[kind]})</label>`,
  );
  return `<section aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>
<div class="filter" hidden role="group" aria-label="Filter">${boxes.join(" ")} <label>containing <input type="search" id="search" autocomplete="off"></label> <span id="count" role="status"></span></div>
<ol class="findings">
${[...report.findings]
  .sort((a, b) => KINDS.indexOf(countedAs(a)) - KINDS.indexOf(countedAs(b)))
  .map(finding)
  .join("\n")}
</ol></section>`;
}

function finding(each: Finding): string {
  const kind = countedAs(each);
  const todo = adviceOf(each);
  const rule = each.source ? `<a href="${text(each.source)}" rel="noreferrer">${text(each.rule)}</a>` : text(each.rule);
  return `<li data-kind="${kind}"><p class="head"><span class="k ${kind}">${kind}</span> <strong>${rule}</strong> <code>${text(placeOf(each.where))}</code>${each.where.file === undefined || each.where.attribute === undefined ? "" : ` <code>${text(each.where.attribute)}</code>`}</p><p>${text(each.message)}</p>${todo ? `<p class="todo">${text(todo)}</p>` : ""}</li>`;
}

/** Text as HTML shows it, also in an attribute. */
export function text(value: string): string {
  return withReferences(value.replaceAll(/[\r\n]+/g, " ")).replaceAll('"', "&quot;");
}

/** How it looks, in light and dark, and on paper. */
export const STYLE = `
:root { --page: #ffffff; --text: #1f2328; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa; --error: #b3202c; --warning: #8a5a00; --note: #1f5fbf; --unknown: #7a3ea8; --acknowledged: #1a6f37; --good: #1a6f37; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --panel: #151b23; --error: #ff8a80; --warning: #e3b341; --note: #79b8ff; --unknown: #d2a8ff; --acknowledged: #6fdd8b; --good: #6fdd8b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
header { border-left: .4rem solid; padding: .2rem 1rem; background: var(--panel); }
header.error { border-color: var(--error); } header.warning { border-color: var(--warning); } header.good { border-color: var(--good); }
h1 { font-size: 1rem; margin: 0; color: var(--soft); } .verdict { font-size: 1.35rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
p { margin: .2rem 0; overflow-wrap: break-word; } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; } li { border: 1px solid var(--line); border-left-width: .3rem; border-radius: .3rem; padding: .5rem .8rem; margin: .5rem 0; }
li.serious { border-left-color: var(--error); } li.calm { border-left-color: var(--note); }
li[data-kind=error] { border-left-color: var(--error); } li[data-kind=warning] { border-left-color: var(--warning); } li[data-kind=note] { border-left-color: var(--note); } li[data-kind=unknown] { border-left-color: var(--unknown); } li[data-kind=acknowledged], li[data-kind=baseline] { border-left-color: var(--acknowledged); }
.k { font-weight: 600; } .k.error, .k.replace { color: var(--error); } .k.warning, .k.update { color: var(--warning); } .k.note { color: var(--note); } .k.unknown { color: var(--unknown); } .k.acknowledged, .k.baseline, .k.create { color: var(--acknowledged); }
.todo:before { content: "\\2192\\00a0"; } .todo, .because, .hint, footer { color: var(--soft); } a { color: var(--note); }
.filter { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; } .filter[hidden], .tabs[hidden], [hidden] { display: none; }
input, button { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .4rem; }
button[aria-pressed=true] { background: var(--text); color: var(--page); } button + button { margin-left: .3rem; }
:focus-visible { outline: .15rem solid var(--note); outline-offset: .1rem; }
figure { margin: .5rem 0; } figcaption { color: var(--soft); } .scroll { overflow: auto; border: 1px solid var(--line); border-radius: .3rem; padding: .5rem; background: var(--panel); } svg { max-width: max(100%, 50rem); height: auto; }
.picture > polygon { fill: none; } .stack text, .edge text { fill: var(--text); } .edge path, .edge polygon { stroke: var(--soft); } .edge polygon { fill: var(--soft); } .stack > path, .stack > polygon { stroke: var(--line); fill: none; }
footer { margin-top: 2rem; font-size: .9rem; }
@media print { body { max-width: none; } .filter, .tabs { display: none; } li { break-inside: avoid; } figure[hidden], figcaption[hidden], li[hidden] { display: block; } .scroll { overflow: visible; border: 0; } }
`;

/** Brings filter and tabs of a page to life. Reports hold its text as their script: it uses nothing around it. */
export function enhance(page: Document | ShadowRoot): void {
  const list = [...page.querySelectorAll<HTMLElement>("ol.findings > li")];
  const filter = page.querySelector<HTMLElement>(".filter");
  const search = page.querySelector<HTMLInputElement>("#search");
  const count = page.querySelector("#count");
  if (filter && search && count) {
    const boxes = [...filter.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
    const apply = (): void => {
      const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const words = search.value.toLowerCase();
      for (const item of list)
        item.hidden = !kinds.has(item.dataset.kind ?? "") || !item.textContent?.toLowerCase().includes(words);
      count.textContent = `${list.filter((item) => !item.hidden).length} of ${list.length}`;
    };
    filter.addEventListener("input", apply);
    filter.hidden = false;
    apply();
  }
  const tabs = page.querySelector<HTMLElement>(".tabs");
  if (tabs) {
    const buttons = [...tabs.querySelectorAll<HTMLElement>("button")];
    const show = (id: string): void => {
      for (const button of buttons) {
        const isShown = button.dataset.show === id;
        button.setAttribute("aria-pressed", String(isShown));
        const figure = page.getElementById(button.dataset.show ?? "");
        if (figure) figure.hidden = !isShown;
      }
    };
    for (const button of buttons) button.addEventListener("click", () => show(button.dataset.show ?? ""));
    tabs.hidden = false;
    // The buttons say the same; on paper there are none.
    for (const caption of page.querySelectorAll<HTMLElement>("figcaption")) caption.hidden = true;
    show("after");
  }
}
