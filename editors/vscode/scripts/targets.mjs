/**
 * The platforms that the extension is packaged for, and what a program for each looks like: a package
 * with another platform's server would be found out by its users only.
 */

/** @typedef {{ format: "elf" | "mach-o" | "pe", machine: number, isStatic?: boolean }} Target */

/** @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  "linux-x64": { format: "elf", machine: 62 },
  "linux-arm64": { format: "elf", machine: 183 },
  "alpine-x64": { format: "elf", machine: 62, isStatic: true },
  "alpine-arm64": { format: "elf", machine: 183, isStatic: true },
  "darwin-x64": { format: "mach-o", machine: 0x01000007 },
  "darwin-arm64": { format: "mach-o", machine: 0x0100000c },
  "win32-x64": { format: "pe", machine: 0x8664 },
  "win32-arm64": { format: "pe", machine: 0xaa64 },
};

/**
 * Why a program is not for a target; nothing if it is.
 *
 * @param {string} name
 * @param {Buffer} head The program's first 4096 bytes.
 * @returns {string | undefined}
 */
export function problemOf(name, head) {
  const target = TARGETS[name];
  if (target === undefined) {
    return `there is no target ${name}`;
  }
  const found = describe(head);
  if (found === undefined) {
    return "it is no program of a known kind";
  }
  if (found.format !== target.format || found.machine !== target.machine) {
    return `it is ${found.format} for machine ${found.machine}, not ${target.format} for ${target.machine}`;
  }
  if (target.isStatic === true && found.loader !== undefined && !found.loader.includes("musl")) {
    return `it needs the loader ${found.loader}, which ${name} does not have`;
  }
  return undefined;
}

/**
 * @param {Buffer} head
 * @returns {{ format: string, machine: number, loader?: string } | undefined}
 */
function describe(head) {
  if (head.length < 64) {
    return undefined;
  }
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const loader = /\/lib[^\0]*\/ld-[^\0]+/.exec(head.toString("latin1"))?.[0];
    return { format: "elf", machine: head.readUInt16LE(18), ...(loader === undefined ? {} : { loader }) };
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    return { format: "mach-o", machine: head.readUInt32LE(4) };
  }
  const at = head.readUInt32LE(60);
  if (head.toString("latin1", 0, 2) === "MZ" && at + 6 <= head.length) {
    return { format: "pe", machine: head.readUInt16LE(at + 4) };
  }
  return undefined;
}
