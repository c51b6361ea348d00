import { describe, expect, it } from "vitest";

import { conditionOf, shown } from "../../src/condition";
import { documentSelector, exemption, LANGUAGES, refusal } from "../../src/documents";

describe("what the server is at", () => {
  it("is read from what it tells", () => {
    expect(conditionOf({ kind: "indexing", message: "Reading the workspace" })).toEqual({
      kind: "indexing",
      message: "Reading the workspace",
    });
    expect(conditionOf({ kind: "predicting", message: null })).toEqual({ kind: "predicting" });
  });

  it("works when the server says something that is not known yet", () => {
    for (const told of [{ kind: "dreaming" }, { kind: 7 }, { kind: "toString" }, {}, null, "ready"]) {
      expect(conditionOf(told)).toEqual({ kind: "ready" });
    }
  });

  it("is shown by a word, a picture and a colour", () => {
    const kinds = ["starting", "ready", "indexing", "predicting", "remote", "degraded", "off"] as const;
    const all = kinds.map((kind) => shown({ kind }));
    expect(new Set(all.map((it) => it.label)).size).toBe(kinds.length);
    expect(all.map((it) => it.severity)).toEqual([
      ...Array<string>(5).fill("information"),
      "warning",
      "warning",
    ]);
    expect(all.map((it) => it.isBusy)).toEqual([true, false, true, true, false, false, false]);
    expect(shown({ kind: "off", isFailure: true }).severity).toBe("error");
  });

  it("tells of a workspace that is too large to know all of it", () => {
    const message = "The workspace is too large to know all of it: 50000 files are left out";
    const { tooltip } = shown(conditionOf({ kind: "ready", message }), {
      program: "/x/omnistack-lsp",
      origin: "bundled",
      version: "0.1.0",
    });
    expect(tooltip).toContain("50000 files are left out");
    expect(tooltip).toContain("Server 0.1.0 (bundled)");
  });
});

describe("documents", () => {
  it("on a virtual file system are refused in words", () => {
    expect(refusal(["vscode-vfs"])).toMatch(/"vscode-vfs".*files on a disk/);
    expect(refusal(["vscode-vfs", "memfs", "memfs"])).toContain('"vscode-vfs", "memfs"');
  });

  it("on a disk are looked at, also beside others and without a workspace", () => {
    expect(refusal(["file"])).toBeUndefined();
    expect(refusal(["vscode-vfs", "file"])).toBeUndefined();
    expect(refusal([])).toBeUndefined();
  });

  it("that are cells of notebooks are refused in words", () => {
    expect(exemption("vscode-notebook-cell")).toContain("Cells of notebooks are not analysed");
    expect(exemption("file")).toBeUndefined();
    expect(documentSelector().some((it) => it.scheme === "vscode-notebook-cell")).toBe(false);
  });

  it("are selected by each language, saved or not, and the settings' file with them", () => {
    const selector = documentSelector();
    expect(selector).toHaveLength(LANGUAGES.length * 2 + 1);
    expect(selector).toContainEqual({ scheme: "untitled", language: "typescriptreact" });
    expect(selector).toContainEqual({ scheme: "file", pattern: "**/omnistack.toml" });
  });
});
