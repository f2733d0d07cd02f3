// For esbuild: an import of page/review.html gives that page as text, with its script bundled for browsers in it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/**
 * `onBundled` is told what went into the script, as esbuild's metafile; what it returns stands in the page as a
 * comment.
 */
export function pagePlugin(root, onBundled) {
  return {
    name: "page",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]page[\\/][^\\/]+\.html$/ }, async ({ path }) => {
        const { outputFiles, metafile } = await build({
          absWorkingDir: root,
          entryPoints: [join(dirname(path), "app.ts")],
          outfile: "page.js",
          bundle: true,
          platform: "browser",
          target: "es2022",
          format: "esm",
          minify: true,
          legalComments: "inline",
          metafile: true,
          write: false,
          logLevel: "error",
          // The package of that name, and not Node's.
          alias: { "node:buffer": "buffer/", "node:zlib": join(root, "page/zlib.ts") },
          inject: [join(root, "page/globals.ts")],
        });
        const script = outputFiles[0].text;
        const notices = onBundled(metafile) ?? "";
        return { contents: pageOf(readFileSync(path, "utf8"), script, notices), loader: "text" };
      });
    },
  };
}

function pageOf(template, script, notices) {
  const style = /<style>(.*?)<\/style>/s.exec(template)[1];
  // Graphviz is WebAssembly. Nothing may be loaded, sent or evaluated.
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}' 'wasm-unsafe-eval'`,
    `style-src '${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts = { policy, script, notices: notices && `<!--\n${notices.replaceAll("--", "- -")}\n-->` };
  return template.replaceAll(/\$(policy|script|notices)/g, (_, name) => parts[name]);
}

function hash(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
