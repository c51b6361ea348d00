import { describe, expect, it } from "vitest";

import { problemOf, TARGETS } from "../../scripts/targets.mjs";

function elf(machine: number, loader = ""): Buffer {
  const head = Buffer.alloc(256);
  head.writeUInt32BE(0x7f454c46, 0);
  head.writeUInt16LE(machine, 18);
  head.write(`${loader}\0`, 100, "latin1");
  return head;
}

function machO(machine: number): Buffer {
  const head = Buffer.alloc(256);
  head.writeUInt32LE(0xfeedfacf, 0);
  head.writeUInt32LE(machine, 4);
  return head;
}

function pe(machine: number): Buffer {
  const head = Buffer.alloc(256);
  head.write("MZ", 0, "latin1");
  head.writeUInt32LE(128, 60);
  head.writeUInt16LE(machine, 132);
  return head;
}

describe("a server's program", () => {
  it("fits its own target, and no other but the same one", () => {
    const programs = {
      "linux-x64": elf(62, "/lib64/ld-linux-x86-64.so.2"),
      "linux-arm64": elf(183, "/lib/ld-linux-aarch64.so.1"),
      "alpine-x64": elf(62),
      "alpine-arm64": elf(183, "/lib/ld-musl-aarch64.so.1"),
      "darwin-x64": machO(0x01000007),
      "darwin-arm64": machO(0x0100000c),
      "win32-x64": pe(0x8664),
      "win32-arm64": pe(0xaa64),
    };
    expect(Object.keys(programs)).toEqual(Object.keys(TARGETS));
    for (const [of, program] of Object.entries(programs)) {
      const fitting = Object.keys(TARGETS).filter((target) => problemOf(target, program) === undefined);
      // One that needs no loader runs on every Linux.
      const also = of.startsWith("alpine-") ? [of.replace("alpine", "linux")] : [];
      expect(fitting.sort()).toEqual([of, ...also].sort());
    }
  });

  it("that is none is told of", () => {
    expect(problemOf("linux-x64", Buffer.from("#!/bin/sh"))).toContain("no program of a known kind");
    expect(problemOf("alpine-x64", elf(62, "/lib64/ld-linux-x86-64.so.2"))).toContain(
      "loader /lib64/ld-linux",
    );
    expect(problemOf("plan9-x64", elf(62))).toBe("there is no target plan9-x64");
  });
});
