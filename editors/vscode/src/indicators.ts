/**
 * Where the user sees what the server is at: in the status bar, and beside the language of a document
 * that it looks at, or does not look at.
 */
import * as vscode from "vscode";

import { shown } from "./condition";
import { documentSelector, exemption, NOTEBOOK_CELLS } from "./documents";
import type { Session } from "./session";

const SEVERITIES = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/** Shows what the server is at, from now on. */
export function showIndicators(session: Session): vscode.Disposable {
  const command = { command: "omnistack.showStatus", title: "Show Status" };
  const item = vscode.window.createStatusBarItem("omnistack.status", vscode.StatusBarAlignment.Left);
  item.name = "OmniStack";
  item.command = command.command;
  const status = vscode.languages.createLanguageStatusItem("omnistack.status", documentSelector());
  status.name = "OmniStack";
  status.command = command;
  const notebooks = vscode.languages.createLanguageStatusItem("omnistack.notebooks", {
    scheme: NOTEBOOK_CELLS,
  });
  notebooks.name = "OmniStack";
  notebooks.text = "OmniStack: not analysed";
  notebooks.detail = exemption(NOTEBOOK_CELLS) ?? "";
  const update = () => {
    const { condition, server } = session;
    const how = shown(condition, server);
    item.text = how.text;
    item.tooltip = new vscode.MarkdownString(how.tooltip);
    const said = condition.message === undefined ? "" : `. ${condition.message}`;
    item.accessibilityInformation = { label: `OmniStack: ${how.label}${said}` };
    const background = how.severity === "information" ? undefined : `statusBarItem.${how.severity}Background`;
    item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    status.text = `OmniStack: ${how.label}`;
    status.detail = condition.message ?? "";
    status.severity = SEVERITIES[how.severity];
    status.busy = how.isBusy;
  };
  update();
  item.show();
  return vscode.Disposable.from(item, status, notebooks, session.onDidChange(update));
}
