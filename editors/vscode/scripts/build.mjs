/** Bundles the extension with all it needs into `dist/extension.js`. */
import * as path from "node:path";

import { build } from "esbuild";

await build({
  absWorkingDir: path.resolve(import.meta.dirname, ".."),
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  external: ["vscode"],
  format: "cjs",
  platform: "node",
  // What the oldest editor that we support runs.
  target: "node20",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
});
