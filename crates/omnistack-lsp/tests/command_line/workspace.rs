//! A folder to run the binary in, and what a run gave.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// One finding, `bug/self-comparison`.
pub(crate) const FAULTY: &str = "def f(x):\n    return x <= x\n";
/// One finding with an unsafe fix, `bug/mutable-default-argument`.
pub(crate) const MENDABLE: &str =
    "def add(item, items=[]):\n    items.append(item)\n    return items\n";
/// One finding with a safe fix, `practice/unused-suppression`.
pub(crate) const SAFELY_MENDABLE: &str =
    "def f(x):\n    return x  # omnistack: ignore[bug/self-comparison] old\n";
pub(crate) const CLEAN: &str = "def f(x):\n    return x\n";

pub(crate) struct Workspace {
    folder: TempDir,
}

pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary, with predictions off: what they say is up to the weights.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_omnistack-lsp"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    // Which environment is active must not depend on where the tests run.
    command.env_remove("CI").env_remove("OMNISTACK_ENVIRONMENT");
    command.env("OMNISTACK_PREDICT_ENABLED", "false");
    command
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn with(path: &str, text: impl AsRef<[u8]>) -> Self {
        let workspace = Self::new();
        workspace.write(path, text);
        workspace
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.path(path)).unwrap()
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path)).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    /// With more variables in the environment.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = binary();
        command.current_dir(self.root()).args(arguments);
        command.envs(variables.iter().copied());
        Run::of(&command.output().unwrap())
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut child = binary()
            .current_dir(self.root())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
        Run::of(&child.wait_with_output().unwrap())
    }

    /// `check --format json` with more arguments.
    pub(crate) fn check(&self, arguments: &[&str]) -> Run {
        self.run(&[&["check", "--format", "json"], arguments].concat())
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .current_dir(self.root())
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(arguments)
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    }
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// The report; it must fit the published schema.
    pub(crate) fn report(&self) -> Value {
        let report = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr));
        let schema = include_str!("../../../../docs/schemas/check.schema.json");
        let schema = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        report
    }

    pub(crate) fn findings(&self) -> Vec<Value> {
        self.report()["findings"].as_array().unwrap().clone()
    }

    /// `path:line:column rule` of each finding.
    pub(crate) fn places(&self) -> Vec<String> {
        let findings = self.findings();
        let text = |it: &Value| {
            format!(
                "{}:{}:{} {}",
                it["path"].as_str().unwrap(),
                it["line"],
                it["column"],
                it["rule"].as_str().unwrap()
            )
        };
        findings.iter().map(text).collect()
    }

    /// Path and reason of each file left out.
    pub(crate) fn skipped(&self) -> Vec<(String, String)> {
        let report = self.report();
        let skipped = report["summary"]["skipped"].as_array().unwrap().iter();
        let text = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
        skipped.map(|it| (text(it, "path"), text(it, "reason"))).collect()
    }
}
