import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * What takes long: runs that are killed or meet another, random input, growth, cdktf's own command line, conditions
 * that Terraform evaluates for every recorded cluster, and all of what `npm test` tries a part of. Minutes, not seconds.
 */
export default defineConfig({
  plugins: config.plugins,
  test: {
    ...config.test,
    include: [
      "__tests__/slow/**/*.test.ts",
      "__tests__/fuzz/*.test.ts",
      // Properties, with all inputs.
      "__tests__/{audit,config/merge,rules/rules,stacks/lean-tokens}.test.ts",
    ],
    env: { AZUREML_AKS_ALL_RUNS: "1" },
    exclude: [],
    // The processor's time is a process's: growth is measured with nothing else in it.
    pool: "forks",
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
