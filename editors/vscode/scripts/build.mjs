/** Bundles the extension with all it needs into `dist/extension.js`. */
import { build } from "esbuild";

await build({
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
