/**
 * Asks a server's program for its version before it is trusted with the session: a program that does
 * not start, that is another one, or that is of another version gets a message of its own, instead of
 * a client that waits for answers.
 */
import { execFile } from "node:child_process";

/** How long a program may take to say its version, even on a busy machine. */
const PATIENCE_MILLISECONDS = 15_000;

/** What a program said of itself. */
export type Probe =
  { readonly kind: "fits"; readonly version: string } | { readonly kind: "unfit"; readonly message: string };

/** Starts a program with `--version`, and judges what it says. */
export async function probe(program: string, wanted: string): Promise<Probe> {
  return await new Promise((resolve) => {
    const options = { timeout: PATIENCE_MILLISECONDS, windowsHide: true, encoding: "utf8" } as const;
    execFile(program, ["--version"], options, (error, stdout, stderr) => {
      if (error === null) {
        resolve(judge(program, stdout, wanted));
        return;
      }
      resolve({ kind: "unfit", message: failure(program, error, stderr) });
    });
  });
}

/** Whether what a program prints for `--version` is what this extension works with. */
export function judge(program: string, printed: string, wanted: string): Probe {
  const version = /^omnistack-lsp (\d+\.\d+\.\d+\S*)/.exec(printed.trim())?.[1];
  if (version === undefined) {
    const said = printed.trim().split("\n")[0]?.slice(0, 80) ?? "";
    const message = `"${program}" is not omnistack-lsp: asked for its version, it says "${said}".`;
    return { kind: "unfit", message };
  }
  if (isCompatible(version, wanted)) {
    return { kind: "fits", version };
  }
  return {
    kind: "unfit",
    message:
      `"${program}" is omnistack-lsp ${version}, and this extension works with ${series(wanted)}. ` +
      `Update the ${isOlder(version, wanted) ? "server" : "extension"}.`,
  };
}

/** Versions of one series understand each other; before 1.0 a series is a minor version. */
function isCompatible(version: string, wanted: string): boolean {
  return series(version) === series(wanted);
}

function series(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return major === "0" ? `${major}.${minor}.x` : `${major}.x`;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

interface Failed {
  readonly code?: number | string | null;
  readonly killed?: boolean;
  readonly signal?: string | null;
  readonly message: string;
}

/** Why a program could not be asked. */
export function failure(program: string, error: Failed, stderr: string): string {
  if (error.code === "ENOENT") {
    return `"${program}" cannot be started: the file, or the loader that it needs, is not there.`;
  }
  if (error.code === "EACCES" || error.code === "EPERM") {
    return `"${program}" cannot be started: it may not be run. Give it the permission to (chmod +x).`;
  }
  if (error.killed === true) {
    return `"${program}" does not say its version within ${PATIENCE_MILLISECONDS / 1000} seconds.`;
  }
  const end = error.signal ? `signal ${error.signal}` : `code ${error.code ?? "unknown"}`;
  const said = stderr.trim().split("\n")[0]?.slice(0, 200) ?? "";
  return `"${program}" fails at its start (${end})${said === "" ? "" : `: ${said}`}.`;
}
