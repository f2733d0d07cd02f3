import { join } from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { small, temporaryFolder } from "../helpers.ts";
import { Editor } from "../language-server/client.ts";

it.each<[how: "exit" | "hang up", status: number]>([
  ["exit", 1],
  ["hang up", 1],
])("the exit status of the language server after %s, without a goodbye, is %i", async (how, status) => {
  const alone = await Editor.start();
  await alone.open(join(temporaryFolder(), "azureml-aks.yaml"), stringify(small()));
  expect(await alone.end(how)).toBe(status);
});
