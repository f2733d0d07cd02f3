import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    // Packs, installs and compiles: `npm run test:package`.
    exclude: ["__tests__/package.test.ts"],
    globalSetup: "__tests__/bundle.ts",
    testTimeout: 30_000,
    // cdktf takes longer to load than most tests to run.
    isolate: false,
    // Most of the time is spent in programs that are run: two at a time on the smallest machine.
    maxWorkers: 2,
  },
});
