import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    globalSetup: "__tests__/bundle.ts",
    testTimeout: 30_000,
    // cdktf takes longer to load than most tests to run.
    isolate: false,
  },
});
