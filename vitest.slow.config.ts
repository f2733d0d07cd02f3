import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** Runs that are killed, and runs at the same time: a minute or two, and more than once they would say the same. */
export default defineConfig({
  test: {
    ...config.test,
    include: ["__tests__/slow/**/*.test.ts"],
    exclude: [],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
