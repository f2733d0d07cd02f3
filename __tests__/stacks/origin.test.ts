import { describe, expect, it } from "vitest";
import { tryKeys, unwrittenKeys } from "./origin.ts";

describe("every key of the configuration", () => {
  it("is written in __tests__/full.yaml", () => expect(unwrittenKeys()).toEqual([]));
});

describe("a key of a cluster, one that is created and one that is attached", () => {
  // Those of all others: `npm run test:slow`.
  tryKeys(([, , , cluster]) => ["production", "manifests"].includes(cluster ?? ""));
});
