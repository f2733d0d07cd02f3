import { createHash } from "node:crypto";
import { bodyOf, enhance, STYLE, text } from "./html-body.ts";
import { type Report, verdictOf } from "./report.ts";

const SCRIPT = `(${enhance})(document);`;

/**
 * A page of its own for a reviewer: the verdict, the picture before and after, changes with their consequences, and
 * findings with a filter. It needs no network and runs under a strict Content-Security-Policy; without JavaScript all
 * of it is there, unfiltered.
 */
export async function renderHtml(report: Report): Promise<string> {
  const policy = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>azureml-aks: ${text(verdictOf(report))}</title>
<style>${STYLE}</style>
</head>
<body>
${await bodyOf(report)}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hash(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
