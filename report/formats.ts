import { type Report, withoutSecrets } from "./report.ts";

export interface RenderOptions {
  /** Whether the text goes to a terminal that takes colours. */
  readonly colour: boolean;
  /** The longest that Markdown may get, in characters. @default 65536, what a comment on GitHub holds */
  readonly maxLength?: number;
}

export type Renderer = (report: Report, options: RenderOptions) => string | Promise<string>;

interface Format {
  /** How the name of its file ends. */
  readonly extension: string;
  /** Loads it when it is asked for. */
  load(): Promise<Renderer>;
}

const FORMATS: Readonly<Record<string, Format>> = {
  text: { extension: "txt", load: async () => (await import("./text.ts")).renderText },
  json: { extension: "json", load: async () => (await import("./json.ts")).renderJson },
  markdown: { extension: "md", load: async () => (await import("./markdown.ts")).renderMarkdown },
  sarif: { extension: "sarif", load: async () => (await import("./sarif.ts")).renderSarif },
  html: { extension: "html", load: async () => (await import("./html.ts")).renderHtml },
  junit: { extension: "xml", load: async () => (await import("./junit.ts")).renderJunit },
  github: { extension: "txt", load: async () => (await import("./github.ts")).renderGithub },
  "azure-devops": { extension: "txt", load: async () => (await import("./azure-devops.ts")).renderAzureDevops },
};

export const FORMAT_NAMES = Object.keys(FORMATS);

/** What renders a format. Whatever a finding or a change quotes, nothing that looks like a secret is in it. */
export async function rendererOf(format: string): Promise<Renderer> {
  const render = await formatOf(format).load();
  return (report, options) => render(withoutSecrets(report), options);
}

/** Those that show how to fix a finding. */
export const FORMATS_WITH_FIXES: readonly string[] = ["json", "markdown", "sarif", "github"];

/** A name for a file of a format. */
export function fileNameOf(format: string): string {
  return `report.${formatOf(format).extension}`;
}

function formatOf(name: string): Format {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw new RangeError(`there is no format ${JSON.stringify(name)}`);
  return format;
}
