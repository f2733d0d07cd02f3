import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** As the bundler does it: a WebAssembly module is its bytes. */
const wasmAsBytes = {
  name: "wasm-as-bytes",
  enforce: "pre" as const,
  load(id: string) {
    if (!id.endsWith(".wasm")) return undefined;
    return `export default Uint8Array.from(Buffer.from("${readFileSync(id).toString("base64")}", "base64"));`;
  },
};

export default defineConfig({
  plugins: [wasmAsBytes],
  test: {
    include: ["__tests__/**/*.test.ts"],
    // Packs, installs and compiles, and all that takes long: `npm run test:package` and `npm run test:slow`.
    exclude: ["__tests__/package.test.ts", "__tests__/slow/**", "__tests__/fuzz/**"],
    // Node cannot import it, and the plugin above can.
    server: { deps: { inline: [/\.wasm$/] } },
    globalSetup: "__tests__/bundle.ts",
    testTimeout: 30_000,
    // cdktf takes longer to load than most tests to run.
    isolate: false,
    // A part of the time is spent in programs that are run: two at a time on the smallest machine.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
