import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * Broken inputs of every kind, for as long as AZUREML_AKS_FUZZ_SECONDS says: for nights. What breaks something is made
 * as small as can be and goes into the corpus, which every run of the tests tries first.
 */
export default defineConfig({
  plugins: config.plugins,
  test: {
    ...config.test,
    include: ["__tests__/fuzz/*.test.ts"],
    exclude: [],
    setupFiles: [],
    env: { AZUREML_AKS_FUZZ_SECONDS: process.env.AZUREML_AKS_FUZZ_SECONDS ?? "600" },
  },
});
