import { bodyOf, enhance, STYLE } from "../report/html-body.ts";
import { type Report, verdictOf } from "../report/report.ts";
import { TOOL } from "../report/tool.ts";
import { type GivenFile, judgeFiles } from "./judge.ts";

const style = new CSSStyleSheet();
style.replaceSync(STYLE);
document.adoptedStyleSheets = [style];

/** What page/review.html has by that name. */
const at = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const drop = at("drop");
const status = at("status");
const problems = at("problems");
const reports = at("reports");

/** Judges the files together, and shows what comes of it in the place of what was shown before. */
async function show(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  document.body.dataset.state = "busy";
  status.textContent = `Reading ${files.map(({ name }) => name).join(", ")} ...`;
  problems.replaceChildren();
  reports.replaceChildren();
  // The sentence is seen before the work begins.
  await new Promise((resolve) => setTimeout(resolve, 20));
  try {
    const { given, unreadable } = await read(files);
    const judged = judgeFiles(given, new Date().toISOString().slice(0, 10));
    problems.replaceChildren(...[...unreadable, ...judged.problems].map(itemOf));
    const found = [judged.review, judged.audit].filter((report) => report !== undefined);
    for (const report of found) await append(report, found.length > 1);
    status.textContent = found.length > 0 ? `${judged.read.join(", ")}. Drop others in their place.` : "";
    document.title = found.length > 0 ? `azureml-aks: ${found.map(verdictOf).join("; ")}` : "azureml-aks review";
    document.body.dataset.state = found.length > 0 ? "shown" : "empty";
  } catch (error) {
    status.textContent = "";
    problems.replaceChildren(itemOf("This is a bug in azureml-aks. Please report it with the lines in the console."));
    document.body.dataset.state = "empty";
    console.error(error);
  }
}

async function read(files: readonly File[]): Promise<{ given: GivenFile[]; unreadable: string[] }> {
  const given: GivenFile[] = [];
  const unreadable: string[] = [];
  for (const file of files) {
    try {
      given.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      unreadable.push(`${file.name} cannot be read: give files, and no folders`);
    }
  }
  return { given, unreadable };
}

/** Each report has a tree of its own, in which its names mean what they mean in a report of its own. */
async function append(report: Report, isOneOfTwo: boolean): Promise<void> {
  if (isOneOfTwo) {
    const title = document.createElement("h2");
    title.textContent = report.origin === "what-is-there" ? "What is there" : "What the plans do";
    reports.append(title);
  }
  const section = document.createElement("section");
  const root = section.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  // Every name in it comes from the outside, and is escaped there.
  root.innerHTML = await bodyOf(report);
  reports.append(section);
  enhance(root);
}

function itemOf(sentence: string): HTMLLIElement {
  const item = document.createElement("li");
  item.textContent = sentence;
  return item;
}

const picker = at("files") as HTMLInputElement;
picker.addEventListener("change", async () => {
  await show([...(picker.files ?? [])]);
  // The same file can be chosen again, when it has changed.
  picker.value = "";
});
for (const type of ["dragenter", "dragover"])
  addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
for (const type of ["dragleave", "drop"]) addEventListener(type, () => drop.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  void show([...(event.dataTransfer?.files ?? [])]);
});
addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text") ?? "";
  const files = [...(event.clipboardData?.files ?? [])];
  void show(files.length > 0 || text === "" ? files : [new File([text], "pasted.json")]);
});
at("version").textContent = `${TOOL.name} ${TOOL.version}`;
