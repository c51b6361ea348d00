import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { failure, judge, probe } from "../../src/probe";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "omnistack-probe-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(text: string, mode = 0o755): string {
  const file = path.join(folder, "omnistack-lsp");
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode });
  return file;
}

describe.skipIf(process.platform === "win32")("a program that is asked for its version", () => {
  it("fits when it is of the same series", async () => {
    const program = script('[ "$1" = --version ] && echo "omnistack-lsp 0.1.7"');
    expect(await probe(program, "0.1.0")).toEqual({ kind: "fits", version: "0.1.7" });
  });

  it("is told of when it crashes at its start", async () => {
    const program = script("echo 'no such thing' >&2; exit 3");
    expect(await probe(program, "0.1.0")).toEqual({
      kind: "unfit",
      message: `"${program}" fails at its start (code 3): no such thing.`,
    });
  });

  it("is told of when a signal ends it", async () => {
    const program = script("kill -SEGV $$");
    expect(await probe(program, "0.1.0")).toHaveProperty(
      "message",
      expect.stringContaining("(signal SIGSEGV)"),
    );
  });

  it("is told of when it is not there, or may not be run", async () => {
    expect(await probe("/nowhere/lsp", "0.1.0")).toHaveProperty(
      "message",
      expect.stringContaining("is not there"),
    );
    expect(await probe(script("true", 0o644), "0.1.0")).toHaveProperty(
      "message",
      expect.stringContaining("chmod +x"),
    );
  });
});

describe("a version", () => {
  const message = (printed: string, wanted: string) => {
    const judged = judge("lsp", printed, wanted);
    return judged.kind === "unfit" ? judged.message : "fits";
  };

  it("must be of the extension's series", () => {
    expect(message("omnistack-lsp 0.1.0\n", "0.1.9")).toBe("fits");
    expect(message("omnistack-lsp 2.3.4", "2.0.0")).toBe("fits");
    expect(message("omnistack-lsp 0.1.0-beta.1", "0.1.0")).toBe("fits");
  });

  it("of another series is told of, with what to update", () => {
    expect(message("omnistack-lsp 0.9.0", "0.10.1")).toMatch(
      /0\.9\.0.*works with 0\.10\.x.*Update the server/,
    );
    expect(message("omnistack-lsp 3.0.0", "2.9.0")).toMatch(/works with 2\.x.*Update the extension/);
  });

  it("of another program is no version", () => {
    expect(message("ruff 0.17.6", "0.1.0")).toContain('it says "ruff 0.17.6"');
    expect(message("", "0.1.0")).toContain("is not omnistack-lsp");
  });
});

it("a program that does not answer is told of", () => {
  expect(failure("lsp", { message: "", killed: true }, "")).toContain("within 15 seconds");
});
