import { describe, expect, it } from "vitest";
import { COUNT, checked, editor, many, opened, shown } from "../language-server/environments.ts";

describe("of many environments in the language server", () => {
  it("only the one that changed is judged, and the others move with their lines", async () => {
    const file = await opened(many());
    const from = editor.traces.length;
    editor.replace(file, "dnsPrefix: aks-\n", "dnsPrefix: aks\n          # here\n");
    const first = await editor.diagnostics(file, (found) => found.length > 0);
    expect(editor.traces.slice(from)).toEqual([`judged 1 of ${COUNT} environments of ${file}`]);
    await editor.until(() => editor.traces.length === from + 2);
    const last = await editor.diagnostics(file, () => true);
    expect(shown(last)).toEqual(checked(file));
    expect(shown(first)).toEqual(shown(last));
    editor.close(file);
  });
  it("what joins them shows when nothing is typed, and stays right", async () => {
    const file = await opened(many());
    editor.replace(file, "name: aks-env1\n", "name: aks-env0\n");
    const found = await editor.diagnostics(file, (all) =>
      all.some(({ code }) => code === "attachment/one-per-cluster"),
    );
    expect(shown(found)).toEqual(checked(file));
    editor.close(file);
  });
  it("what they share changes all of them", async () => {
    const file = await opened(many());
    const from = editor.traces.length;
    editor.replace(file, "team: ml", "team: ml, owner: me");
    await editor.diagnostics(file, (found) => found.length > 0);
    expect(editor.traces.slice(from)).toEqual([`judged the whole of ${file}`]);
    editor.close(file);
  });
});
