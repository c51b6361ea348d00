/**
 * What a user does, one story each. Every story has a window and a copy of the examples of its own.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { eventually } from "./workbench.mjs";

/** @typedef {import("./workbench.mjs").Window} Window */
/** @typedef {{ workspace: string, scratch: string, editor: import("./workbench.mjs").Editor }} Surroundings */
/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} what
 * @property {boolean} [isTrusted]
 * @property {(surroundings: Surroundings) => Promise<Record<string, unknown>> | Record<string, unknown>} [prepare]
 *   The user's settings.
 * @property {(window: Window, surroundings: Surroundings) => Promise<void>} run
 */

/** A rule's finding in `python/reports.py`, and what is left when it is turned off. */
const SORTED = "the result of `sorted` is thrown away";

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  {
    name: "findings",
    what: "findings, why, a fix, a dismissal, the status, the scan",
    prepare({ workspace }) {
      // What is dismissed is kept beside the settings.
      writeFileSync(path.join(workspace, "omnistack.toml"), 'profile = "recommended"\n');
      return {};
    },
    async run(window, { workspace }) {
      const { page } = window;
      await window.openFile("python/orders.py");
      await window.showProblems();
      await window.problem("`mine.quantity` is compared with itself").waitFor();
      await window.waitForStatus("ready");
      await window.goTo(65, 16);
      await window.screenshot("problems");
      await window.command("View: Close All Editors");

      // Why, and how sure.
      await window.openFile("javascript/parcels.js");
      const prediction = window.problem("`parcels` looks wrong here");
      await prediction.waitFor();
      const hover = page
        .locator(".monaco-hover:not(.hidden)", { hasText: "predict/variable-misuse" })
        .first();
      await eventually("the hover", async () => {
        await page.mouse.move(5, 5);
        await page.locator(".editor-group-container.active .squiggly-warning").first().hover({ force: true });
        await hover.waitFor({ timeout: 5_000 });
      });
      assert.match(await hover.innerText(), /\d+ %/, "the hover says how sure it is");
      await window.screenshot("hover");
      await page.mouse.move(5, 5);

      // A fix, and what it mends is gone.
      await window.goToProblem("`parcels` looks wrong here");
      const menu = await window.quickFixes();
      const fix = menu.locator(".monaco-list-row", { hasText: "Replace `parcels` by `i`" }).first();
      await fix.waitFor();
      await window.screenshot("quick-fix");
      await fix.click();
      await prediction.waitFor({ state: "hidden" });
      await page.locator(".view-line", { hasText: "i < parcels.length" }).first().waitFor();
      await window.screenshot("fixed");

      // The user says that a prediction is none.
      await window.openFile("python/labels.py");
      await window.problem("expected `name`").waitFor();
      await window.goToProblem("expected `count`");
      await window.command("OmniStack: Dismiss Prediction at the Cursor");
      await window.problem("expected `count`").waitFor({ state: "hidden" });
      await window.problem("expected `name`").waitFor();
      const dismissed = path.join(workspace, ".omnistack/dismissed.json");
      await eventually("the file of dismissals", () => assert.ok(existsSync(dismissed)));
      assert.match(readFileSync(dismissed, "utf8"), /predict\/variable-misuse/);
      await window.screenshot("dismissed");

      // The status view is a click away.
      await window.hidePanel();
      await page.locator('[id*="omnistack.status"]').first().click();
      const status = page.locator(".tab.active", { hasText: "OmniStack Status" });
      await status.waitFor();
      await markdown(window, "Caches");
      await window.screenshot("status");

      // A rule explains itself.
      await window.openFile("python/reports.py");
      await window.showProblems();
      await window.problem("the default of `totals`").waitFor();
      await window.goToProblem("the default of `totals`");
      await window.command("OmniStack: Explain Rule");
      await markdown(window, "bug/mutable-default-argument");
      await window.screenshot("rule");

      // All files, those that are not open too.
      await window.command("OmniStack: Scan Workspace");
      await window.notification("findings in").waitFor();
      await window.showProblems();
      await window.problem("labels.c").waitFor();
      await window.screenshot("scan");
    },
  },
  {
    name: "settings",
    what: "settings hold as soon as they are changed, and wrong ones are told of",
    async run(window) {
      const { page } = window;
      await window.openFile("python/reports.py");
      await window.showProblems();
      await window.problem(SORTED).waitFor();
      await window.editSettings({ "omnistack.ignore": ["bug/unused-result"] });
      await window.problem(SORTED).waitFor({ state: "hidden" });
      await window.screenshot("settings-live");
      await window.editSettings({ "omnistack.limits.lines": "many" });
      await window.notification("limits.lines").waitFor();
      await window.screenshot("settings-wrong");
      await window.command("Preferences: Open Settings (UI)");
      await page.locator(".settings-editor .search-container .monaco-editor").first().click();
      await page.keyboard.insertText("@ext:omnistack.omnistack predict");
      await page
        .locator(".settings-editor .setting-item-contents", { hasText: "network is asked" })
        .first()
        .waitFor();
      await window.screenshot("settings-editor");
    },
  },
  {
    name: "fix-all",
    what: "all safe fixes at once",
    async run(window, { workspace }) {
      writeFileSync(
        path.join(workspace, "plain.py"),
        "total = 1  # omnistack: ignore[bug/self-comparison]\n",
      );
      await window.openFile("plain.py");
      await window.showProblems();
      await window.problem("omnistack").waitFor();
      await window.command("OmniStack: Fix All Safe Findings");
      await window.problem("practice/unused-suppression").waitFor({ state: "hidden" });
      await eventually("the fixed line", async () => {
        const text = await window.page.locator(".editor-group-container.active .view-lines").innerText();
        assert.ok(!text.includes("ignore["), text);
      });
    },
  },
  {
    name: "untrusted",
    what: "in a workspace that is not trusted only the bundled server runs",
    isTrusted: false,
    prepare({ workspace, scratch }) {
      mkdirSync(path.join(workspace, ".vscode"));
      const settings = {
        "omnistack.server.useBundled": false,
        "omnistack.server.path": foreign(scratch),
      };
      writeFileSync(path.join(workspace, ".vscode/settings.json"), JSON.stringify(settings));
      return {};
    },
    async run(window, { scratch }) {
      await window.openFile("python/reports.py");
      await window.showProblems();
      await window.problem(SORTED).waitFor();
      await window.waitForStatus("ready");
      await window.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
      await window.screenshot("untrusted");
      assert.ok(!existsSync(path.join(scratch, "was-run")), "the workspace's program was run");
    },
  },
  {
    name: "large",
    what: "a workspace with 100,000 files is looked at as far as it goes, and says so",
    prepare({ workspace }) {
      for (let folder = 0; folder < 100; folder += 1) {
        const inner = path.join(workspace, `many/part${folder}`);
        mkdirSync(inner, { recursive: true });
        for (let file = 0; file < 1000; file += 1) {
          writeFileSync(path.join(inner, `f${file}.py`), "");
        }
      }
      return {};
    },
    async run(window) {
      await window.openFile("python/reports.py");
      await window.showProblems();
      await window.problem(SORTED).waitFor();
      await window.waitForStatus("files are left out");
      await window.screenshot("large");
    },
  },
  {
    name: "missing",
    what: "a server that is not there is told of",
    prepare: () => ({
      "omnistack.server.useBundled": false,
      "omnistack.server.path": "/nowhere/omnistack-lsp",
    }),
    async run(window) {
      await window.openFile("python/reports.py");
      await window.notification('There is no file "/nowhere/omnistack-lsp"').waitFor();
      await window.waitForStatus("off");
      await window.screenshot("missing");
    },
  },
  {
    name: "crashing",
    what: "a server that crashes again and again is started later each time, then no more",
    prepare: ({ scratch }) => ({
      "omnistack.server.useBundled": false,
      "omnistack.server.path": foreign(scratch),
    }),
    async run(window, { scratch }) {
      await window.openFile("python/reports.py");
      await window.notification("has crashed 5 times").waitFor();
      await window.waitForStatus("off");
      await window.screenshot("crashing");
      assert.equal(readFileSync(path.join(scratch, "was-run"), "utf8").trim().split("\n").length, 5);
    },
  },
];

/**
 * A program that says the right version, and crashes when it is to serve.
 *
 * @param {string} folder
 */
function foreign(folder) {
  const program = path.join(folder, "omnistack-lsp");
  const note = path.join(folder, "was-run");
  const version = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const known = String(/"version": "([^"]+)"/.exec(version)?.[1]);
  const text = `#!/bin/sh
if [ "$1" = --version ]; then echo "omnistack-lsp ${known}"; exit; fi
echo run >> '${note}'
echo 'something is very wrong' >&2
exit 3
`;
  writeFileSync(program, text);
  chmodSync(program, 0o755);
  return program;
}

/**
 * Waits for a page of Markdown to show a text: it is drawn in a frame within a frame.
 *
 * @param {Window} window
 * @param {string} text
 */
async function markdown(window, text) {
  await eventually(`a page that says ${text}`, async () => {
    for (const frame of window.page.frames()) {
      const shown = await frame
        .locator("body")
        .innerText({ timeout: 1_000 })
        .catch(() => "");
      if (frame !== window.page.mainFrame() && shown.includes(text)) {
        return;
      }
    }
    throw new Error("it is not shown");
  });
}
