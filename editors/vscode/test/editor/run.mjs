/**
 * The extension in the real editor: installs the package into code-server, drives it with Chromium,
 * and does what a user does. Screenshots of each step stay behind.
 *
 *     npm run test:editor
 *
 * Variables: OMNISTACK_VSIX (the package), OMNISTACK_CODE_SERVER (its `entry.js`),
 * OMNISTACK_CHROMIUM (the browser), OMNISTACK_SCREENSHOTS (the folder for screenshots), and
 * OMNISTACK_SCENARIOS (names with commas; all by default).
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { chromium } from "playwright-core";

import { SCENARIOS } from "./scenarios.mjs";
import { Editor, Window } from "./workbench.mjs";

const root = path.resolve(import.meta.dirname, "../../../..");
const vsix = process.env["OMNISTACK_VSIX"] ?? path.join(root, "editors/vscode/out/omnistack-linux-x64.vsix");
const entry =
  process.env["OMNISTACK_CODE_SERVER"] ??
  path.join(root, "target/tools/code-server/node_modules/code-server/out/node/entry.js");
const screenshots = process.env["OMNISTACK_SCREENSHOTS"] ?? path.join(root, "target/screenshots/vscode");
const wanted = process.env["OMNISTACK_SCENARIOS"]?.split(",");
for (const file of [vsix, entry]) {
  assert.ok(existsSync(file), `${file} is not there: run \`cargo xtask editors vscode\``);
}
mkdirSync(screenshots, { recursive: true });

const scratch = mkdtempSync(path.join(tmpdir(), "omnistack-vscode-"));
const browser = await chromium.launch({
  executablePath: process.env["OMNISTACK_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
});
const editor = new Editor(entry, path.join(scratch, "editor"));
let failed = 0;
try {
  editor.install(vsix);
  for (const scenario of SCENARIOS.filter((it) => wanted?.includes(it.name) ?? true)) {
    const workspace = path.join(scratch, scenario.name, "examples");
    cpSync(path.join(root, "examples"), workspace, { recursive: true });
    const began = Date.now();
    console.log(`${scenario.name}: ${scenario.what}`);
    /** @type {Window | undefined} */
    let window;
    try {
      const surroundings = { workspace, scratch: path.join(scratch, scenario.name), editor };
      editor.configure((await scenario.prepare?.(surroundings)) ?? {});
      const address = await editor.start(scenario.isTrusted === false ? [] : ["--disable-workspace-trust"]);
      window = await Window.open(browser, address, workspace, screenshots);
      await scenario.run(window, surroundings);
      console.log(`  ok in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    } catch (error) {
      failed += 1;
      console.error(`  FAILED: ${error instanceof Error ? error.stack : String(error)}`);
      await window?.screenshot(`failed-${scenario.name}`).catch(() => undefined);
      showLogs();
    } finally {
      await window?.page.close();
      await editor.stop();
    }
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
console.log(failed === 0 ? "all scenarios passed" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The newest log of the extension. */
function showLogs() {
  const copy = path.join(screenshots, "code-server.log");
  writeFileSync(copy, editor.log);
  console.error(`  the editor's log is in ${copy}, of ${readFileSync(copy).length} bytes`);
}
