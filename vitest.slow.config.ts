import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** Runs that are killed, runs at the same time, and everything that may turn out otherwise: minutes, not seconds. */
export default defineConfig({
  test: {
    ...config.test,
    include: ["__tests__/slow/**/*.test.ts"],
    exclude: [],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
