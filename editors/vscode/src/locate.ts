/**
 * Finds the server's program: the one that comes with the extension, then the one that the settings
 * name, then the one on the search path. In a workspace that is not trusted only the first counts,
 * since whoever wrote the workspace may have had a hand in the others.
 *
 * Nothing here knows the editor, so that all of it can be tested without one.
 */
import { accessSync, chmodSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Where a server came from. */
export type Origin = "bundled" | "setting" | "path";

/** A server's program. */
export interface Found {
  readonly kind: "found";
  readonly program: string;
  readonly origin: Origin;
  /** What the user should know of the choice; it goes to the log. */
  readonly note?: string;
}

/** Why there is no server, in a sentence or two that say what to do. */
export interface Missing {
  readonly kind: "missing";
  readonly message: string;
}

/** What the choice depends on. */
export interface Surroundings {
  /** The folder of the extension. */
  readonly extensionFolder: string;
  /** `omnistack.server.path`, whatever somebody wrote there. */
  readonly configuredPath: unknown;
  /** `omnistack.server.useBundled`, whatever somebody wrote there. */
  readonly useBundled: unknown;
  readonly isTrusted: boolean;
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly searchPath: string;
}

/** The name of the server's program on a platform. */
export function programName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "omnistack-lsp.exe" : "omnistack-lsp";
}

/** Where the extension keeps the server that comes with it. */
export function bundledProgram(extensionFolder: string, platform: NodeJS.Platform): string {
  return path.join(extensionFolder, "server", programName(platform));
}

/** Finds the server. */
export function locate(surroundings: Surroundings): Found | Missing {
  const { platform, architecture, isTrusted } = surroundings;
  const bundled = bundledProgram(surroundings.extensionFolder, platform);
  const hasBundled = isFile(bundled);
  if (!isTrusted) {
    if (hasBundled) {
      return { kind: "found", program: madeExecutable(bundled), origin: "bundled" };
    }
    return {
      kind: "missing",
      message:
        `This workspace is not trusted, so only the server that comes with the extension may run, and ` +
        `this build of the extension brings none for ${platform}-${architecture}. Trust the workspace, or ` +
        `install the extension's build for this platform.`,
    };
  }
  const { configuredPath, useBundled } = surroundings;
  if (useBundled !== undefined && typeof useBundled !== "boolean") {
    return wrongType("omnistack.server.useBundled", "true or false", useBundled);
  }
  if (configuredPath !== undefined && typeof configuredPath !== "string") {
    return wrongType("omnistack.server.path", "a path", configuredPath);
  }
  const configured = configuredPath?.trim() ?? "";
  if (hasBundled && useBundled !== false) {
    const note =
      configured === ""
        ? undefined
        : `"omnistack.server.path" is not used: the extension brings a server of its own. ` +
          `Set "omnistack.server.useBundled" to false to prefer the other.`;
    const program = madeExecutable(bundled);
    return { kind: "found", program, origin: "bundled", ...(note === undefined ? {} : { note }) };
  }
  if (configured !== "") {
    const program = withHome(configured);
    if (!path.isAbsolute(program)) {
      return {
        kind: "missing",
        message: `"omnistack.server.path" must be an absolute path; "${configured}" is not.`,
      };
    }
    if (!isFile(program)) {
      return {
        kind: "missing",
        message: `There is no file "${program}", which "omnistack.server.path" names.`,
      };
    }
    return { kind: "found", program, origin: "setting" };
  }
  const onPath = searched(surroundings.searchPath, platform);
  if (onPath !== undefined) {
    return { kind: "found", program: onPath, origin: "path" };
  }
  return {
    kind: "missing",
    message:
      `There is no omnistack-lsp: this build of the extension brings none for ${platform}-${architecture}, ` +
      `"omnistack.server.path" names none, and none is on the PATH. Install the extension's build for this ` +
      `platform, or install omnistack-lsp.`,
  };
}

function wrongType(setting: string, wanted: string, value: unknown): Missing {
  const message = `"${setting}" must be ${wanted}; ${JSON.stringify(value)} is not.`;
  return { kind: "missing", message };
}

function withHome(text: string): string {
  return text === "~" || /^~[\\/]/.test(text) ? path.join(homedir(), text.slice(1)) : text;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Some ways to install an extension lose the permission to run its programs. */
function madeExecutable(program: string): string {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    try {
      chmodSync(program, 0o755);
    } catch {
      // The folder cannot be written to: starting the program will say what is wrong.
    }
  }
  return program;
}

function searched(searchPath: string, platform: NodeJS.Platform): string | undefined {
  const delimiter = platform === "win32" ? ";" : ":";
  // A relative entry would mean a folder of the workspace.
  const folders = searchPath.split(delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, programName(platform))).find(isFile);
}
