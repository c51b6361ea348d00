/**
 * What the server can look at: files on the disk of the machine that the extension runs on, and texts
 * that have no file yet. What it cannot is refused here, in words.
 */

/** The languages, as the editor names them. */
export const LANGUAGES = [
  "python",
  "javascript",
  "javascriptreact",
  "typescript",
  "typescriptreact",
  "rust",
  "go",
  "java",
  "c",
  "cpp",
] as const;

/** Schemes of documents that the server takes. */
export const SCHEMES = ["file", "untitled"] as const;

/** Cells of notebooks. */
export const NOTEBOOK_CELLS = "vscode-notebook-cell";

/** The documents that the client tells the server of. */
export function documentSelector(): { scheme?: string; language?: string; pattern?: string }[] {
  const sources = SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language })));
  return [...sources, { scheme: "file", pattern: "**/omnistack.toml" }];
}

/** Why a workspace cannot be looked at; nothing if some of it can. */
export function refusal(schemes: readonly string[]): string | undefined {
  if (schemes.length === 0 || schemes.includes("file")) {
    return undefined;
  }
  const named = [...new Set(schemes)].map((scheme) => `"${scheme}"`).join(", ");
  return (
    `This workspace is on a virtual file system (${named}). OmniStack looks at files on a disk: ` +
    `clone the repository, or open it on the machine that holds it, to have it analysed.`
  );
}

/** Why a document has no findings; nothing if it is one that the server looks at. */
export function exemption(scheme: string): string | undefined {
  if (scheme === NOTEBOOK_CELLS) {
    return "Cells of notebooks are not analysed: a cell alone does not show what its names mean.";
  }
  return undefined;
}
