import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What packages hold, as the bundler takes it: a WebAssembly module is its bytes. */
const packages = {
  name: "packages",
  enforce: "pre" as const,
  load(id: string) {
    // It names sources that its package does not hold.
    if (/@actions\/workflow-parser\/.*\.js$/.test(id))
      return readFileSync(id, "utf8").replaceAll(/^\/\/# sourceMappingURL=.*$/gm, "");
    if (!id.endsWith(".wasm")) return undefined;
    return `export default Uint8Array.from(Buffer.from("${readFileSync(id).toString("base64")}", "base64"));`;
  },
};

export default defineConfig({
  plugins: [packages],
  test: {
    include: ["__tests__/**/*.test.ts"],
    // Packs, installs and compiles, and all that takes long: `npm run test:package` and `npm run test:slow`.
    exclude: ["__tests__/package.test.ts", "__tests__/slow/**", "__tests__/fuzz/**"],
    // Node cannot import WebAssembly, and the plugin above can; nor JSON as that package imports it.
    server: { deps: { inline: [/\.wasm$/, /@actions\/workflow-parser/] } },
    globalSetup: "__tests__/bundle.ts",
    setupFiles: ["__tests__/repeatable.ts"],
    testTimeout: 30_000,
    // cdktf takes longer to load than most tests to run, and a process longer to start than a thread.
    isolate: false,
    pool: "threads",
    // A part of the time is spent in programs that are run: two at a time on the smallest machine.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
