/**
 * Settings as the server wants them: only what somebody has set. Editors hand out defaults as if they
 * were set, and those would hold over what `omnistack.toml` says.
 */

/** The section of the settings that is ours. */
export const SECTION = "omnistack";

/** Settings that are for the extension itself; the server does not know them. */
const OWN = ["omnistack.server.", "omnistack.trace."];

/** What the editor knows of a setting. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** The editor's settings, for one folder. */
export interface Settings {
  inspect(key: string): Inspected | undefined;
  get(key: string): unknown;
}

interface Contributing {
  readonly contributes?: {
    readonly configuration?: readonly { readonly properties?: Readonly<Record<string, unknown>> }[];
  };
}

/** The names of the server's settings, as the extension's manifest lists them. */
export function serverSettings(manifest: unknown): string[] {
  const { contributes } = manifest as Contributing;
  const names = (contributes?.configuration ?? []).flatMap((it) => Object.keys(it.properties ?? {}));
  return names.filter((name) => !OWN.some((own) => name.startsWith(own)));
}

/** The names that a setting for lists of rules takes, as the manifest lists them. */
export function knownRules(manifest: unknown): string[] {
  const rules = new Set<string>();
  const open: unknown[] = [manifest];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string" && /^[a-z]+\/[a-z0-9-]+$/.test(value)) {
      rules.add(value);
    } else if (Array.isArray(value)) {
      open.push(...(value as unknown[]));
    } else if (typeof value === "object" && value !== null) {
      const {
        contributes,
        configuration,
        properties,
        items,
        anyOf,
        enum: names,
        ...rest
      } = value as Record<string, unknown>;
      const inner = [contributes, configuration, properties, items, anyOf, names];
      // The settings themselves stand under names of their own.
      const own = Object.entries(rest).flatMap(([key, it]) => (key.startsWith("omnistack.") ? [it] : []));
      open.push(...[...inner, ...own].filter((it) => it !== undefined && it !== null));
    }
  }
  return [...rules].sort();
}

/** What somebody has set, as the tables that the server's schema has. */
export function explicitSettings(names: readonly string[], settings: Settings): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const name of names) {
    const inspected = settings.inspect(name);
    const { globalValue, workspaceValue, workspaceFolderValue } = inspected ?? {};
    const isSet = [globalValue, workspaceValue, workspaceFolderValue].some((it) => it !== undefined);
    if (!isSet) {
      continue;
    }
    // The editor merges what the user and the workspace say; of a text, the innermost holds.
    const value = settings.get(name);
    if (value === null || value === undefined) {
      continue;
    }
    place(sent, name.slice(SECTION.length + 1).split("."), value);
  }
  return sent;
}

function place(table: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) {
    return;
  }
  if (rest.length === 0) {
    table[key] = value;
    return;
  }
  const inner = (table[key] ??= {}) as Record<string, unknown>;
  place(inner, rest, value);
}
