/**
 * When a server that has crashed is started again: later each time, and not at all once it has
 * crashed too often, since a server that cannot run should not keep the machine busy.
 */

/** After so many crashes within the window nobody tries again. */
export const MOST_CRASHES = 5;
/** What counts as "lately". */
export const WINDOW_MILLISECONDS = 3 * 60_000;
const FIRST_DELAY_MILLISECONDS = 1_000;

/** What to do after a crash. */
export type Decision =
  | { readonly action: "restart"; readonly delay: number; readonly attempt: number }
  | { readonly action: "stop"; readonly crashes: number };

/** Remembers crashes. */
export class Backoff {
  private crashes: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /** The server has crashed. */
  crashed(): Decision {
    const now = this.now();
    this.crashes = [...this.crashes.filter((at) => now - at < WINDOW_MILLISECONDS), now];
    const attempt = this.crashes.length;
    if (attempt >= MOST_CRASHES) {
      return { action: "stop", crashes: attempt };
    }
    return { action: "restart", delay: FIRST_DELAY_MILLISECONDS * 2 ** (attempt - 1), attempt };
  }

  /** The user wants it to be tried anew. */
  forget(): void {
    this.crashes = [];
  }
}
