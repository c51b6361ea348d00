/**
 * The editor under test: a code-server of its own, and a page of Chromium that shows it. Whatever is
 * done here waits until the page shows that it was done, however long the machine takes.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** Longer than anything may take, even on a busy machine. */
export const LIMIT = 180_000;

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Browser} Browser */

/** What every window starts with: nothing that moves, asks, or takes place. */
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Dark Modern",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.layoutControl.enabled": false,
  "workbench.editor.enablePreview": false,
  "workbench.editor.useModal": "off",
  "workbench.reduceMotion": "on",
  "chat.disableAIFeatures": true,
  "window.commandCenter": false,
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "editor.autoIndent": "none",
  "editor.minimap.enabled": false,
  "editor.hover.delay": 100,
  "editor.fontSize": 14,
  "editor.cursorBlinking": "solid",
  "editor.stickyScroll.enabled": false,
  "explorer.autoReveal": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.startupPrompt": "never",
};

/** A code-server with folders of its own. */
export class Editor {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #process;
  #log = "";

  /**
   * @param {string} entry The program's `entry.js`.
   * @param {string} folder Where it keeps what it writes.
   */
  constructor(entry, folder) {
    this.entry = entry;
    this.folder = folder;
    this.options = [
      "--user-data-dir",
      path.join(folder, "data"),
      "--extensions-dir",
      path.join(folder, "ext"),
    ];
  }

  /** @param {string} vsix */
  install(vsix) {
    const done = spawnSync(process.execPath, [this.entry, ...this.options, "--install-extension", vsix], {
      encoding: "utf8",
      env: this.#environment(),
    });
    if (done.status !== 0 || !done.stdout.includes("successfully installed")) {
      throw new Error(`cannot install ${vsix}: ${done.stdout}${done.stderr}`);
    }
  }

  /**
   * Writes the settings that it starts with. Those that name a program are the machine's: the user's
   * may be about another one.
   *
   * @param {Record<string, unknown>} settings
   */
  configure(settings) {
    /** @param {[string, unknown]} setting */
    const isOfMachine = ([name]) => name.startsWith("omnistack.server.");
    const all = Object.entries(settings);
    const of = { Machine: all.filter(isOfMachine), User: all.filter((it) => !isOfMachine(it)) };
    for (const [owner, own] of Object.entries(of)) {
      const file = path.join(this.folder, "data", owner, "settings.json");
      mkdirSync(path.dirname(file), { recursive: true });
      const quiet = owner === "User" ? QUIET : {};
      writeFileSync(file, JSON.stringify({ ...quiet, ...Object.fromEntries(own) }, undefined, 2));
    }
  }

  /**
   * Starts it; returns its address.
   *
   * @param {string[]} options
   * @returns {Promise<string>}
   */
  async start(options) {
    const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check"];
    const all = [this.entry, ...this.options, "--bind-addr", "127.0.0.1:0", ...quiet, ...options];
    const child = spawn(process.execPath, all, { env: this.#environment() });
    this.#process = child;
    this.#log = "";
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`code-server does not start:\n${this.#log}`)), LIMIT);
      /** @param {Buffer} data */
      const read = (data) => {
        this.#log += data.toString("utf8");
        const address = /HTTP server listening on (http:\S+)/.exec(this.#log)?.[1];
        if (address !== undefined) {
          clearTimeout(timer);
          resolve(address.replace(/\/$/, ""));
        }
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.on("exit", (code) => reject(new Error(`code-server ended (${code}):\n${this.#log}`)));
    });
  }

  /** What it has said. */
  get log() {
    return this.#log;
  }

  /** Ends it. */
  async stop() {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode === null) {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.removeAllListeners("exit");
      child.on("exit", () => undefined);
      child.kill();
      await Promise.race([ended, new Promise((resolve) => child.on("close", resolve))]);
    }
  }

  #environment() {
    // Nothing of the user's own settings, logs and certificates is to matter.
    const home = path.join(this.folder, "home");
    mkdirSync(home, { recursive: true });
    return { ...process.env, HOME: home, XDG_CONFIG_HOME: path.join(home, ".config"), CI: "" };
  }
}

/** A window of the editor. */
export class Window {
  /**
   * @param {Page} page
   * @param {string} screenshots The folder that they go to.
   */
  constructor(page, screenshots) {
    this.page = page;
    this.screenshots = screenshots;
  }

  /**
   * Opens a folder, and waits for the editor to be there.
   *
   * @param {Browser} browser
   * @param {string} address
   * @param {string} folder
   * @param {string} screenshots
   */
  static async open(browser, address, folder, screenshots) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" });
    page.setDefaultTimeout(LIMIT);
    await page.goto(`${address}/?folder=${encodeURIComponent(folder)}`, {
      waitUntil: "domcontentloaded",
    });
    await page.locator(".monaco-workbench").waitFor();
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    return new Window(page, screenshots);
  }

  /** @param {string} name */
  async screenshot(name) {
    await this.page.screenshot({ path: path.join(this.screenshots, `${name}.png`) });
    console.log(`  screenshot ${name}.png`);
  }

  /**
   * Types into the quick input, and takes the row that shows.
   *
   * @param {string} key
   * @param {string} text
   * @param {string} row
   */
  async pick(key, text, row) {
    const input = this.page.locator(".quick-input-widget");
    // A key that comes while the window is still loading is lost.
    await eventually(`the quick input for ${text}`, async () => {
      await this.page.keyboard.press(key);
      await input.locator("input").first().waitFor({ state: "visible", timeout: 2_000 });
    });
    await input.locator("input").first().fill(text);
    await input.locator(".quick-input-list .monaco-list-row", { hasText: row }).first().click();
    await input.waitFor({ state: "hidden" }).catch(() => undefined);
  }

  /** @param {string} title */
  async command(title) {
    await this.pick("F1", `>${title}`, title);
  }

  /** @param {string} name The file's path in the workspace. */
  async openFile(name) {
    await this.pick("Control+P", name, path.basename(name));
    await this.page
      .locator(".tab.active", { hasText: path.basename(name) })
      .first()
      .waitFor();
    await this.page.locator(".editor-group-container.active .view-lines .view-line").first().waitFor();
  }

  /**
   * Puts the cursor somewhere.
   *
   * @param {number} line
   * @param {number} column
   */
  async goTo(line, column) {
    await eventually("the box for line and column", async () => {
      await this.page.keyboard.press("Control+g");
      await this.page
        .locator(".quick-input-widget input")
        .first()
        .waitFor({ state: "visible", timeout: 2_000 });
    });
    await this.page.locator(".quick-input-widget input").first().fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Shows the Problems panel. */
  async showProblems() {
    const panel = this.page.locator(".markers-panel");
    if (!(await panel.isVisible())) {
      await this.page.keyboard.press("Control+Shift+M");
      await panel.waitFor();
    }
  }

  /** Hides the panel, with what is in it. */
  async hidePanel() {
    await eventually("the panel to go", async () => {
      await this.page.keyboard.press("Control+J");
      await this.page.locator(".markers-panel").waitFor({ state: "hidden", timeout: 3_000 });
    });
  }

  /** @param {string} text The row that is wanted. */
  problem(text) {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text }).first();
  }

  /**
   * Writes the user's settings as a user does: in the editor, and saves them.
   *
   * @param {Record<string, unknown>} settings
   */
  async editSettings(settings) {
    await this.command("Preferences: Open User Settings (JSON)");
    const tab = this.page.locator(".tab.active", { hasText: "settings.json" }).first();
    await tab.waitFor();
    await this.page.locator(".editor-group-container.active .monaco-editor.focused").first().waitFor();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(JSON.stringify({ ...settings, ...QUIET }, undefined, 2));
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active:not(.dirty)", { hasText: "settings.json" }).first().waitFor();
  }

  /**
   * Puts the cursor where a problem is.
   *
   * @param {string} text
   */
  async goToProblem(text) {
    // Its middle may be the link to the rule's page.
    await this.problem(text).dblclick({ position: { x: 60, y: 10 } });
    await this.page.locator(".editor-group-container.active .monaco-editor.focused").first().waitFor();
  }

  /** What the status item says to those who cannot see it. */
  async status() {
    const item = this.page
      .locator('[id="omnistack.omnistack.omnistack.status"], [id*="omnistack.status"]')
      .first();
    return (await item.getAttribute("aria-label")) ?? (await item.innerText());
  }

  /** @param {string} text */
  async waitForStatus(text) {
    await eventually(`the status "${text}"`, async () => {
      const status = await this.status();
      if (!status.includes(text)) {
        throw new Error(`it says "${status}"`);
      }
    });
  }

  /** @param {string} text */
  notification(text) {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
  }

  async dismissNotifications() {
    await this.command("Notifications: Clear All Notifications");
  }

  /**
   * Opens the menu of quick fixes at the cursor.
   *
   * @returns {Promise<import("playwright-core").Locator>} the menu
   */
  async quickFixes() {
    const menu = this.page.locator(".action-widget");
    await eventually("the menu of quick fixes", async () => {
      await this.page.keyboard.press("Control+.");
      await menu.locator(".monaco-list-row").first().waitFor({ timeout: 5_000 });
    });
    return menu;
  }
}

/**
 * Tries until it works, or the limit is over.
 *
 * @param {string} what
 * @param {() => Promise<void> | void} attempt
 */
export async function eventually(what, attempt) {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`waited in vain for ${what}: ${why}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
