/**
 * The language server's process and the client that talks to it: started when a workspace has
 * something to look at, started again after a crash, told apart from one that the user has stopped.
 *
 * Whatever starts or stops the server waits for what came before, so that there is never more than
 * one. What the client library would do by itself after a crash is turned off: the library cannot wait
 * between two attempts, and says less.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ExecuteCommandParams,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  type StaticFeature,
} from "vscode-languageclient/node";

import { Backoff } from "./backoff";
import { type Condition, conditionOf, type ServerFacts } from "./condition";
import { documentSelector, refusal } from "./documents";
import { locate } from "./locate";
import { probe } from "./probe";
import { explicitSettings, SECTION, serverSettings } from "./settings";
import { account, variables } from "./team";

/** What the server says when what it is at changes. */
const STATUS_NOTIFICATION = "omnistack/didChangeStatus";
/** How long a server may take to end when it is asked to. */
const STOP_MILLISECONDS = 2_000;
/** How much of what a server says before it crashes is repeated. */
const LAST_WORDS = 300;

/** A server that runs. */
interface Running {
  readonly client: LanguageClient;
  readonly process: ChildProcessWithoutNullStreams;
  readonly facts: ServerFacts;
}

/** The session of a window. */
export class Session implements vscode.Disposable {
  private readonly backoff = new Backoff();
  private readonly changed = new vscode.EventEmitter<Condition>();
  private readonly output: vscode.OutputChannel;
  private readonly trace: vscode.OutputChannel;
  private current: Condition = { kind: "off", message: "The server was not started yet." };
  private running: Running | undefined;
  private queue: Promise<void> = Promise.resolve();
  private retry: NodeJS.Timeout | undefined;
  private isDisposed = false;

  /** Fires when what the server is at changes. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.output = vscode.window.createOutputChannel("OmniStack");
    this.trace = vscode.window.createOutputChannel("OmniStack Trace");
  }

  /** What the server is at. */
  get condition(): Condition {
    return this.current;
  }

  /** The server that runs, if one does. */
  get server(): ServerFacts | undefined {
    return this.running?.facts;
  }

  /** Starts the server, or starts it anew, because of the user. */
  async start(): Promise<void> {
    this.backoff.forget();
    await this.restart();
  }

  /** Shows the log. */
  showOutput(): void {
    this.output.show();
  }

  /** Has the server execute a command of its own. */
  async execute(command: string, ...args: unknown[]): Promise<unknown> {
    const running = this.running;
    if (running === undefined) {
      throw new Error(this.current.message ?? "The OmniStack server is not running.");
    }
    const params: ExecuteCommandParams = { command, arguments: args };
    return await running.client.sendRequest(ExecuteCommandRequest.type, params);
  }

  /** A document's address, as the server knows it. */
  addressOf(uri: vscode.Uri): string {
    return this.running?.client.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.enqueue(() => this.stopNow());
    this.changed.dispose();
    this.output.dispose();
    this.trace.dispose();
  }

  private async restart(): Promise<void> {
    await this.enqueue(async () => {
      await this.stopNow();
      if (!this.isDisposed) {
        await this.startNow();
      }
    });
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  private become(condition: Condition): void {
    this.current = condition;
    if (!this.isDisposed) {
      this.changed.fire(condition);
    }
  }

  private async startNow(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const refused = refusal(folders.map((folder) => folder.uri.scheme));
    if (refused !== undefined) {
      this.log(refused);
      this.become({ kind: "off", message: refused });
      return;
    }
    this.become({ kind: "starting" });
    const settings = vscode.workspace.getConfiguration();
    const found = locate({
      extensionFolder: this.context.extensionPath,
      configuredPath: settings.get("omnistack.server.path"),
      useBundled: settings.get("omnistack.server.useBundled"),
      isTrusted: vscode.workspace.isTrusted,
      platform: process.platform,
      architecture: process.arch,
      searchPath: process.env["PATH"] ?? "",
    });
    if (found.kind === "missing") {
      this.fail(found.message);
      return;
    }
    if (found.note !== undefined) {
      this.log(found.note);
    }
    const wanted = (this.context.extension.packageJSON as { version: string }).version;
    const probed = await probe(found.program, wanted);
    if (probed.kind === "unfit") {
      this.fail(probed.message);
      return;
    }
    this.log(`Starting ${found.program} (${found.origin}, ${probed.version})`);
    await this.launch({ program: found.program, origin: found.origin, version: probed.version });
  }

  private async launch(facts: ServerFacts): Promise<void> {
    // Who is not trusted learns nothing of the team's server.
    const team = vscode.workspace.isTrusted ? await account(this.context.secrets) : undefined;
    const env = { ...process.env, ...variables(team) };
    const child = spawn(facts.program, [], { env, windowsHide: true });
    const client = new QuietClient("omnistack", "OmniStack", () => Promise.resolve(child), this.options());
    client.registerFeature(announcements);
    const running: Running = { client, process: child, facts };
    this.running = running;
    let lastWords = "";
    child.stderr.on("data", (data: Buffer) => {
      lastWords = (lastWords + data.toString("utf8")).slice(-LAST_WORDS);
    });
    // Of a process that could not be started there is no exit.
    child.on("error", (error) => this.crashed(running, error.message, lastWords));
    child.on("exit", (code, signal) => {
      this.crashed(running, signal === null ? `code ${code}` : `signal ${signal}`, lastWords);
    });
    client.onNotification(STATUS_NOTIFICATION, (told: unknown) => {
      if (this.running === running) {
        this.become(conditionOf(told));
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.log(`The session did not begin: ${error instanceof Error ? error.message : String(error)}`);
      if (this.running === running) {
        // It lives and does not answer as it should: end it, and its end is dealt with as a crash.
        child.kill();
      }
      return;
    }
    if (this.running === running && this.current.kind === "starting") {
      this.become({ kind: "ready" });
    }
  }

  private crashed(of: Running, how: string, lastWords: string): void {
    if (this.running !== of || this.isDisposed) {
      return;
    }
    this.running = undefined;
    void discard(of.client);
    const said = lastWords.trim().split("\n").at(-1) ?? "";
    this.log(`The server ended by itself (${how})${said === "" ? "" : `: ${said}`}`);
    const decision = this.backoff.crashed();
    if (decision.action === "stop") {
      this.fail(
        `The OmniStack server has crashed ${decision.crashes} times within three minutes (${how}) and is not ` +
          `started again by itself.`,
      );
      return;
    }
    const seconds = decision.delay / 1_000;
    this.become({
      kind: "off",
      isFailure: true,
      message: `The server ended by itself (${how}); it is started again in ${seconds} s (attempt ${decision.attempt}).`,
    });
    this.retry = setTimeout(() => void this.restart(), decision.delay);
  }

  private async stopNow(): Promise<void> {
    clearTimeout(this.retry);
    const running = this.running;
    this.running = undefined;
    if (running !== undefined) {
      await discard(running.client);
      running.process.kill();
      this.become({ kind: "off", message: "The server was stopped." });
    }
  }

  private fail(message: string): void {
    this.log(message);
    this.become({ kind: "off", isFailure: true, message });
    void this.offerHelp(message);
  }

  private async offerHelp(message: string): Promise<void> {
    const [again, log, settings] = ["Start Again", "Show Log", "Open Settings"] as const;
    const chosen = await vscode.window.showErrorMessage(`OmniStack: ${message}`, again, log, settings);
    if (chosen === again) {
      await this.start();
    } else if (chosen === log) {
      this.showOutput();
    } else if (chosen === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "omnistack.server");
    }
  }

  private log(message: string): void {
    if (this.isDisposed) {
      return;
    }
    this.output.appendLine(`[${new Date().toISOString()}] ${message}`);
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: documentSelector() as LanguageClientOptions["documentSelector"] & object,
      initializationOptions: { trusted: vscode.workspace.isTrusted },
      outputChannel: this.output,
      traceOutputChannel: this.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
      middleware: this.middleware(),
    };
  }

  /** The server gets what somebody has set, not what the editor fills in. */
  private middleware(): Middleware {
    const names = serverSettings(this.context.extension.packageJSON);
    return {
      workspace: {
        configuration: (params) =>
          params.items.map((item) => {
            if (item.section !== SECTION) {
              return null;
            }
            const scope = item.scopeUri === undefined ? null : vscode.Uri.parse(item.scopeUri);
            return explicitSettings(names, vscode.workspace.getConfiguration(undefined, scope));
          }),
        didChangeConfiguration: async () => {
          // It asks for what it wants to know.
          const params = { settings: null };
          await this.running?.client.sendNotification("workspace/didChangeConfiguration", params);
        },
      },
    };
  }
}

/**
 * Announces that the client follows what the server is at, and that it is told of findings: where it
 * asks for them itself, it keeps those of a file that was closed.
 */
const announcements: StaticFeature = {
  fillClientCapabilities(capabilities) {
    const experimental = (capabilities.experimental ?? {}) as Record<string, unknown>;
    capabilities.experimental = { ...experimental, omnistackStatus: true };
    delete capabilities.textDocument?.diagnostic;
    delete capabilities.workspace?.diagnostics;
  },
  initialize() {
    // There is nothing to set up.
  },
  getState: () => ({ kind: "static" }),
  clear() {
    // There is nothing to forget.
  },
};

/** A client whose troubles go to the log: the session tells the user of them, once and with a way out. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Ends a client, whatever state it is in. */
async function discard(client: LanguageClient): Promise<void> {
  try {
    await client.dispose(STOP_MILLISECONDS);
  } catch {
    // Its server is gone, or never came.
  }
}
