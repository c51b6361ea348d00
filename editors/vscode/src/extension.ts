/**
 * The extension's entry: it makes the session, what shows it and what commands it, and leaves the rest
 * to the language server. It sends no telemetry.
 */
import * as vscode from "vscode";

import { registerCommands } from "./commands";
import type { Condition } from "./condition";
import { showIndicators } from "./indicators";
import { Pages } from "./pages";
import { Session } from "./session";

/** What other extensions and tests can see of this one. */
export interface Api {
  /** Done when the first attempt to start the server is, however it went. */
  readonly started: Promise<void>;
  /** What the server is at. */
  readonly condition: () => Condition;
  readonly onDidChange: vscode.Event<Condition>;
}

/** Settings that take another process. */
const OF_THE_PROCESS = ["omnistack.server.path", "omnistack.server.useBundled"];

/** Called by the editor when something of ours is wanted; the server starts meanwhile. */
export function activate(context: vscode.ExtensionContext): Api {
  const session = new Session(context);
  const pages = new Pages(session);
  const restart = () => void session.start();
  context.subscriptions.push(
    pages,
    showIndicators(session),
    registerCommands(context, session, pages),
    // Trust given later is trust from the start of a new session.
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (OF_THE_PROCESS.some((it) => event.affectsConfiguration(it))) {
        restart();
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      // The first folder that can be looked at has come.
      if (session.server === undefined && session.condition.isFailure !== true) {
        restart();
      }
    }),
    { dispose: () => void session.dispose() },
  );
  current = session;
  return { started: session.start(), condition: () => session.condition, onDidChange: session.onDidChange };
}

let current: Session | undefined;

/** Called by the editor at its end: it waits for the server's. */
export async function deactivate(): Promise<void> {
  await current?.dispose();
}
