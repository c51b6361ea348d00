import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { bundledProgram, locate, type Surroundings } from "../../src/locate";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "omnistack-locate-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function program(...parts: string[]): string {
  const file = path.join(folder, ...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
  return file;
}

function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    extensionFolder: path.join(folder, "extension"),
    configuredPath: "",
    useBundled: true,
    isTrusted: true,
    platform: "linux",
    architecture: "x64",
    searchPath: "",
    ...changes,
  };
}

describe("finding the server", () => {
  it("takes the one that comes with the extension before all others", () => {
    const bundled = program("extension/server/omnistack-lsp");
    const configuredPath = program("own/omnistack-lsp");
    const searchPath = path.dirname(program("bin/omnistack-lsp"));
    const found = locate(surroundings({ configuredPath, searchPath }));
    expect(found).toMatchObject({ kind: "found", program: bundled, origin: "bundled" });
    // Nobody is left to wonder why a setting has no effect.
    expect(found).toHaveProperty("note", expect.stringContaining("omnistack.server.useBundled"));
    expect(locate(surroundings())).not.toHaveProperty("note");
  });

  it("takes the setting's, then the search path's", () => {
    const configuredPath = program("own/omnistack-lsp");
    const onPath = program("bin/omnistack-lsp");
    const searchPath = ["relative", "/nowhere", path.dirname(onPath)].join(":");
    expect(locate(surroundings({ configuredPath, searchPath }))).toEqual({
      kind: "found",
      program: configuredPath,
      origin: "setting",
    });
    expect(locate(surroundings({ searchPath }))).toEqual({ kind: "found", program: onPath, origin: "path" });
  });

  it("leaves the bundled one out where that is wanted", () => {
    program("extension/server/omnistack-lsp");
    const configuredPath = program("own/omnistack-lsp");
    const found = locate(surroundings({ configuredPath, useBundled: false }));
    expect(found).toMatchObject({ origin: "setting", program: configuredPath });
  });

  it("takes only the bundled one in a workspace that is not trusted", () => {
    const configuredPath = program("own/omnistack-lsp");
    const searchPath = path.dirname(program("bin/omnistack-lsp"));
    const untrusted = surroundings({ configuredPath, searchPath, useBundled: false, isTrusted: false });
    expect(locate(untrusted)).toMatchObject({
      kind: "missing",
      message: expect.stringMatching(/not trusted.*linux-x64/) as string,
    });
    const bundled = program("extension/server/omnistack-lsp");
    expect(locate(untrusted)).toEqual({ kind: "found", program: bundled, origin: "bundled" });
  });

  it("gives back a permission that was lost on the way", () => {
    const bundled = program("extension/server/omnistack-lsp");
    chmodSync(bundled, 0o644);
    expect(locate(surroundings()).kind).toBe("found");
    expect(statSync(bundled).mode & 0o111).not.toBe(0);
  });

  it("says what is wrong with a setting", () => {
    const message = (changes: Partial<Surroundings>) => {
      const found = locate(surroundings(changes));
      return found.kind === "missing" ? found.message : "found";
    };
    expect(message({ configuredPath: 7 })).toBe('"omnistack.server.path" must be a path; 7 is not.');
    expect(message({ useBundled: "yes" })).toBe(
      '"omnistack.server.useBundled" must be true or false; "yes" is not.',
    );
    expect(message({ configuredPath: "bin/lsp" })).toContain("must be an absolute path");
    expect(message({ configuredPath: "/nowhere/lsp" })).toContain('no file "/nowhere/lsp"');
    expect(message({ configuredPath: folder })).toContain("There is no file");
    expect(message({})).toMatch(/none is on the PATH.*install omnistack-lsp/);
  });

  it("knows the program's name on Windows", () => {
    expect(path.basename(bundledProgram("x", "win32"))).toBe("omnistack-lsp.exe");
  });
});
