/**
 * What the server is at, and how it is shown: in the status bar, and beside the language of a
 * document. The server says it by itself (`omnistack/didChangeStatus`); what it cannot say, because
 * it is not there, the session says in its place.
 */

/** In a word. */
export type Kind = "starting" | "ready" | "indexing" | "predicting" | "remote" | "degraded" | "off";

/** What the server is at. */
export interface Condition {
  readonly kind: Kind;
  /** In a sentence, where there is more to say. */
  readonly message?: string;
  /** Whether something is wrong, rather than as somebody wants it. */
  readonly isFailure?: boolean;
}

/** What is known of the server beside what it is at. */
export interface ServerFacts {
  readonly program: string;
  readonly origin: string;
  readonly version: string;
}

/** How a condition is shown. */
export interface Shown {
  readonly text: string;
  readonly label: string;
  readonly tooltip: string;
  readonly severity: "information" | "warning" | "error";
  readonly isBusy: boolean;
}

const KINDS: Readonly<Record<Kind, { icon: string; label: string }>> = {
  starting: { icon: "sync~spin", label: "starting" },
  ready: { icon: "pass", label: "ready" },
  indexing: { icon: "sync~spin", label: "indexing" },
  predicting: { icon: "loading~spin", label: "predicting" },
  remote: { icon: "cloud", label: "ready, with the team's server" },
  degraded: { icon: "warning", label: "degraded" },
  off: { icon: "circle-slash", label: "off" },
};

/** Reads what the server tells; a word that is not known yet means that it works. */
export function conditionOf(told: unknown): Condition {
  const { kind, message } = (told ?? {}) as { kind?: unknown; message?: unknown };
  const isKnown = typeof kind === "string" && Object.hasOwn(KINDS, kind);
  return {
    kind: isKnown ? (kind as Kind) : "ready",
    ...(typeof message === "string" && message !== "" ? { message } : {}),
  };
}

/** How a condition is shown. */
export function shown(condition: Condition, server?: ServerFacts): Shown {
  const { icon, label } = KINDS[condition.kind];
  const lines = [`OmniStack: ${label}`];
  if (condition.message !== undefined) {
    lines.push(condition.message);
  }
  if (server !== undefined) {
    lines.push(`Server ${server.version} (${server.origin})`);
  }
  lines.push("Click for the status.");
  const isFailure = condition.isFailure === true;
  const isWarning = condition.kind === "degraded" || condition.kind === "off";
  return {
    text: `$(${icon}) OmniStack`,
    label,
    tooltip: lines.join("\n\n"),
    severity: isFailure ? "error" : isWarning ? "warning" : "information",
    isBusy: ["starting", "indexing", "predicting"].includes(condition.kind),
  };
}
