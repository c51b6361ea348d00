/**
 * The commands of the palette. Each asks the server for something and shows the answer; the server's
 * own commands have other names, which the client library registers.
 */
import * as vscode from "vscode";

import type { Pages } from "./pages";
import type { Session } from "./session";
import { knownRules } from "./settings";
import { type Account, address, addressProblem, refusalOf, SECRET, account } from "./team";

/** The server's command that dismisses a prediction. */
const DISMISS = "omnistack.dismissPrediction";

/** Registers the commands. */
export function registerCommands(
  context: vscode.ExtensionContext,
  session: Session,
  pages: Pages,
): vscode.Disposable {
  const commands: Record<string, () => Promise<void> | void> = {
    "omnistack.restartServer": () => session.start(),
    "omnistack.showStatus": () => pages.showStatus(),
    "omnistack.showOutput": () => session.showOutput(),
    "omnistack.fixAllSafe": () => fixAllSafe(session),
    "omnistack.explainRule": () => explainRule(context, pages),
    "omnistack.dismissPredictionHere": () => dismissPrediction(),
    "omnistack.scanWorkspace": () => scanWorkspace(session),
    "omnistack.showMetricsAddress": () => showMetricsAddress(session),
    "omnistack.signIn": () => signIn(context, session),
    "omnistack.signOut": () => signOut(context, session),
  };
  const register = ([name, run]: [string, () => Promise<void> | void]) =>
    vscode.commands.registerCommand(name, async () => {
      try {
        await run();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(`OmniStack: ${message}`);
      }
    });
  return vscode.Disposable.from(...Object.entries(commands).map(register));
}

async function fixAllSafe(session: Session): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    void vscode.window.showInformationMessage("OmniStack: open the file that is to be fixed.");
    return;
  }
  await session.execute("omnistack.fixAll", session.addressOf(editor.document.uri));
}

/** The findings where the cursor is. */
function findingsHere(editor: vscode.TextEditor): vscode.Diagnostic[] {
  const all = vscode.languages.getDiagnostics(editor.document.uri);
  const { selection } = editor;
  const here = all.filter(
    (it) => it.source === "omnistack" && it.range.intersection(selection) !== undefined,
  );
  const near = (it: vscode.Diagnostic) => it.range.start.line === selection.active.line;
  return here.length > 0 ? here : all.filter((it) => it.source === "omnistack" && near(it));
}

function ruleOf(finding: vscode.Diagnostic): string {
  const { code } = finding;
  return String(typeof code === "object" ? code.value : (code ?? ""));
}

async function explainRule(context: vscode.ExtensionContext, pages: Pages): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = new Set(
    editor === undefined
      ? []
      : findingsHere(editor)
          .map(ruleOf)
          .filter((it) => it.includes("/")),
  );
  const [only] = here;
  if (here.size === 1 && only !== undefined) {
    await pages.showRule(only);
    return;
  }
  const others = knownRules(context.extension.packageJSON).filter((it) => !here.has(it));
  const chosen = await vscode.window.showQuickPick([...here, ...others], {
    placeHolder: "The rule to explain",
  });
  if (chosen !== undefined) {
    await pages.showRule(chosen);
  }
}

async function dismissPrediction(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const finding = editor && findingsHere(editor).find((it) => ruleOf(it).startsWith("predict/"));
  if (editor === undefined || finding === undefined) {
    const message = "OmniStack: there is no prediction where the cursor is.";
    void vscode.window.showInformationMessage(message);
    return;
  }
  // What the server offers there says which prediction it is.
  const offered = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
    "vscode.executeCodeActionProvider",
    editor.document.uri,
    finding.range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const commands = offered.map((it) => (typeof it.command === "object" ? it.command : undefined));
  const dismissal = commands.find((it) => it?.command === DISMISS);
  if (dismissal === undefined) {
    void vscode.window.showInformationMessage("OmniStack: this prediction is not there any more.");
    return;
  }
  await vscode.commands.executeCommand(DISMISS, ...((dismissal.arguments ?? []) as unknown[]));
}

async function scanWorkspace(session: Session): Promise<void> {
  const progress = { location: vscode.ProgressLocation.Window, title: "OmniStack: scanning the workspace" };
  const told = await vscode.window.withProgress(progress, () => session.execute("omnistack.checkWorkspace"));
  const { files, findings } = told as { files: number; findings: number };
  const show = "Show Problems";
  const message = `OmniStack: ${count(findings, "finding")} in ${count(files, "file")}.`;
  if ((await vscode.window.showInformationMessage(message, show)) === show) {
    await vscode.commands.executeCommand("workbench.actions.view.problems");
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

async function showMetricsAddress(session: Session): Promise<void> {
  const told = (await session.execute("omnistack.status")) as { telemetry?: { metrics?: string | null } };
  const metrics = told.telemetry?.metrics;
  if (typeof metrics === "string") {
    const copy = "Copy";
    if ((await vscode.window.showInformationMessage(`OmniStack: metrics are at ${metrics}`, copy)) === copy) {
      await vscode.env.clipboard.writeText(metrics);
    }
    return;
  }
  const open = "Open Settings";
  const message = `OmniStack: metrics are off. "omnistack.telemetry.metrics-port" turns them on; 0 takes a free port.`;
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "omnistack.telemetry.metrics-port");
  }
}

async function signIn(context: vscode.ExtensionContext, session: Session): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      "OmniStack: a workspace has to be trusted before its code leaves the machine.",
    );
    return;
  }
  const known = await account(context.secrets);
  const title = "Sign In to the Team's Server";
  const url = await vscode.window.showInputBox({
    title,
    prompt: "The server's address",
    placeHolder: "https://omnistack.example.org",
    ignoreFocusOut: true,
    validateInput: addressProblem,
    ...(known === undefined ? {} : { value: known.url }),
  });
  if (url === undefined) {
    return;
  }
  const token = await vscode.window.showInputBox({
    title,
    prompt: "The token that you were given; it is kept in the editor's secret storage",
    password: true,
    ignoreFocusOut: true,
  });
  if (token === undefined || token.trim() === "") {
    return;
  }
  const wanted: Account = { url: address(url), token: token.trim() };
  const refused = await refusalOf(wanted, fetch);
  if (refused !== undefined) {
    void vscode.window.showErrorMessage(`OmniStack: ${refused}`);
    return;
  }
  await context.secrets.store(SECRET, JSON.stringify(wanted));
  await session.start();
  void vscode.window.showInformationMessage(`OmniStack: signed in to ${wanted.url}.`);
}

async function signOut(context: vscode.ExtensionContext, session: Session): Promise<void> {
  if ((await account(context.secrets)) === undefined) {
    void vscode.window.showInformationMessage("OmniStack: you are not signed in.");
    return;
  }
  await context.secrets.delete(SECRET);
  await session.start();
  void vscode.window.showInformationMessage("OmniStack: signed out; nothing leaves this machine.");
}
