import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** The package as it is published: packed, installed into an empty folder, and used as a library. */
export default defineConfig({ test: { ...config.test, include: ["__tests__/package.test.ts"], exclude: [] } });
