/**
 * Pages that the editor shows as rendered Markdown: the status, and what a rule says of itself. Their
 * texts come from the server.
 */
import * as vscode from "vscode";

import { type Condition, type ServerFacts, shown } from "./condition";
import type { Session } from "./session";

const SCHEME = "omnistack-page";
const STATUS = vscode.Uri.from({ scheme: SCHEME, path: "/OmniStack Status.md" });

/** Gives pages their texts. */
export class Pages implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly parts: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(private readonly session: Session) {
    this.parts = vscode.Disposable.from(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      session.onDidChange(() => this.changed.fire(STATUS)),
    );
  }

  dispose(): void {
    this.parts.dispose();
  }

  /** Shows how the server does. */
  async showStatus(): Promise<void> {
    this.changed.fire(STATUS);
    await show(STATUS);
  }

  /** Shows what a rule says of itself. */
  async showRule(rule: string): Promise<void> {
    await show(vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md`, query: rule }));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      if (uri.path === STATUS.path) {
        const { condition, server } = this.session;
        const told = server === undefined ? "" : await this.session.execute("omnistack.statusText");
        return statusPage(condition, server, typeof told === "string" ? told : "");
      }
      const told = await this.session.execute("omnistack.explain", uri.query);
      return typeof told === "string" ? told : "";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** The status: what the session knows, then what the server tells. */
export function statusPage(condition: Condition, server: ServerFacts | undefined, told: string): string {
  const { label } = shown(condition);
  const head = [
    "# OmniStack",
    "",
    `**${label[0]?.toUpperCase()}${label.slice(1)}.** ${condition.message ?? ""}`,
  ];
  if (server !== undefined) {
    const isBundled = server.origin === "bundled";
    head.push("", `The server ${isBundled ? "came with the extension" : `is \`${server.program}\``}.`);
  }
  const body = told.replace(/^# OmniStack\n/, "");
  return `${head.join("\n")}\n${body}`;
}

async function show(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  } catch {
    // The editor's own extension for Markdown can be turned off.
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}
