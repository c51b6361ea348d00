/**
 * Packages the extension for a target, with the server's program for it:
 *
 *     npm run package -- --target linux-x64 --server path/to/omnistack-lsp [--out omnistack.vsix]
 *
 * Without a server the package works on every platform, and looks for one in the settings and on the
 * PATH: `npm run package -- --target universal`.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";

import { problemOf, TARGETS } from "./targets.mjs";

const folder = path.resolve(import.meta.dirname, "..");
const root = path.resolve(folder, "../..");
const { values } = parseArgs({
  options: { target: { type: "string" }, server: { type: "string" }, out: { type: "string" } },
});
const { target, server } = values;
const known = [...Object.keys(TARGETS), "universal"];
if (target === undefined || !known.includes(target)) {
  fail(`--target takes one of ${known.join(", ")}`);
}
if ((target === "universal") !== (server === undefined)) {
  fail("--server names the server's program for the target; only `universal` goes without");
}
const out = path.resolve(values.out ?? path.join(folder, "out", `omnistack-${target}.vsix`));
mkdirSync(path.dirname(out), { recursive: true });

const bundled = path.join(folder, "server");
rmSync(bundled, { recursive: true, force: true });
if (server !== undefined) {
  const wrong = problemOf(target, readFileSync(server).subarray(0, 4096));
  if (wrong !== undefined) {
    fail(`${server}: ${wrong}`);
  }
  mkdirSync(bundled);
  const program = path.join(bundled, target.startsWith("win32") ? "omnistack-lsp.exe" : "omnistack-lsp");
  copyFileSync(server, program);
  chmodSync(program, 0o755);
}
for (const licence of ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(path.join(root, licence), path.join(folder, licence));
}
await import("./build.mjs");
const vsce = path.join(folder, "node_modules/@vscode/vsce/vsce");
const options = target === "universal" ? [] : ["--target", target];
const packaged = spawnSync(
  process.execPath,
  [vsce, "package", "--no-dependencies", "--out", out, ...options],
  { cwd: folder, stdio: "inherit" },
);
rmSync(bundled, { recursive: true, force: true });
process.exit(packaged.status ?? 1);

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`package: ${message}`);
  process.exit(2);
}
