import type { Report } from "./report.ts";

export interface RenderOptions {
  /** Whether the text goes to a terminal that takes colours. */
  readonly colour: boolean;
  /** The longest that Markdown may get, in characters. @default 65536, what a comment on GitHub holds */
  readonly maxLength?: number;
}

export type Renderer = (report: Report, options: RenderOptions) => string | Promise<string>;

/** Every format, loaded when it is asked for. */
const FORMATS: Readonly<Record<string, () => Promise<Renderer>>> = {
  text: async () => (await import("./text.ts")).renderText,
  json: async () => (await import("./json.ts")).renderJson,
  markdown: async () => (await import("./markdown.ts")).renderMarkdown,
  sarif: async () => (await import("./sarif.ts")).renderSarif,
  html: async () => (await import("./html.ts")).renderHtml,
  junit: async () => (await import("./junit.ts")).renderJunit,
  github: async () => (await import("./github.ts")).renderGithub,
  "azure-devops": async () => (await import("./azure-devops.ts")).renderAzureDevops,
};

export const FORMAT_NAMES = Object.keys(FORMATS);

export async function rendererOf(format: string): Promise<Renderer> {
  const load = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (!load) throw new RangeError(`there is no format ${JSON.stringify(format)}`);
  return load();
}
