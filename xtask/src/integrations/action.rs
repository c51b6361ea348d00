//! The steps of our GitHub action, run by bash with what GitHub's runner would set.
//!
//! Its YAML is read, and each step that is a script is run with its variables filled in; steps that are
//! actions of others are left out, as if their caches were empty. The release comes from a folder,
//! packed as `cargo xtask dist` packs it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Bench, must_say, text};
use crate::dist;
use crate::project::{Failure, output_of, read, write};

const FAULTY: &str = "def f(x):\n    return x <= x\n";
/// What the runner calls this machine.
const TARGET: &str = "x86_64-unknown-linux-musl";

/// Runs the action on code with a bug, without, and with what is wrong in its inputs.
pub(super) fn check(bench: &Bench<'_>) -> Result<(), Failure> {
    let version = dist::version(bench.project)?;
    let folder = bench.folder("action")?;
    let releases = make_release(bench, &folder, &version)?;
    let sums = read(&releases.join(format!("download/v{version}/SHA256SUMS")))?;
    let steps = steps(bench)?;
    let mut runner = Runner { bench, steps, folder, releases, inputs: BTreeMap::new() };
    let workspace = runner.folder.join("workspace");
    write(&workspace.join("a.py"), FAULTY)?;
    write(&workspace.join("b.py"), "x = 1\n")?;

    runner.inputs = BTreeMap::from([("version", version.clone())]);
    let (code, said) = runner.run("finding")?;
    must_be(code, 1, &said)?;
    must_say(&said, "::error file=a.py,line=2,col=12")?;
    let sarif = read(&runner.folder.join("finding/omnistack/omnistack.sarif"))?;
    must_say(&sarif, "\"ruleId\": \"bug/self-comparison\"")?;

    runner.inputs.insert("fail-on-findings", "false".to_owned());
    must_be(runner.run("tolerant")?.0, 0, "with fail-on-findings: false")?;
    runner.inputs.remove("fail-on-findings");
    runner.inputs.insert("paths", "b.py".to_owned());
    must_be(runner.run("clean")?.0, 0, "without a finding")?;
    runner.inputs.insert("changed-since", "no-such-revision".to_owned());
    let (code, said) = runner.run("wrong")?;
    must_be(code, 2, &said)?;
    must_say(&said, "no-such-revision")?;

    runner.inputs = BTreeMap::from([("version", "1;2".to_owned())]);
    let (code, said) = runner.run("version")?;
    must_be(code, 2, &said)?;
    must_say(&said, "::error::There is no release `1;2`")?;
    let sums = sums.replace(|it: char| it.is_ascii_digit(), "0");
    write(&runner.releases.join(format!("download/v{version}/SHA256SUMS")), &sums)?;
    runner.inputs = BTreeMap::from([("version", version)]);
    let (code, said) = runner.run("tampered")?;
    must_be(code, 2, &said)?;
    must_say(&said, "is not what its checksum says")
}

fn must_be(code: i32, expected: i32, what: &str) -> Result<(), Failure> {
    if code == expected {
        return Ok(());
    }
    Err(Failure::Told(format!("the action ended with {code}, not {expected}: {what}")))
}

/// A folder laid out like the releases page, with the program at hand.
fn make_release(bench: &Bench<'_>, folder: &Path, version: &str) -> Result<PathBuf, Failure> {
    let name = format!("omnistack-lsp-{version}-{TARGET}");
    let content = folder.join("content");
    write(&content.join("README.md"), "")?;
    fs::copy(&bench.program, content.join("omnistack-lsp")).map_err(|source| Failure::File {
        verb: "copy",
        path: bench.program.clone(),
        source,
    })?;
    let releases = folder.join("releases");
    let download = releases.join(format!("download/v{version}"));
    write(&download.join("note"), "")?;
    let archive = download.join(format!("{name}.tar.gz"));
    dist::archive::pack(&content, &name, &archive)?;
    dist::archive::write_checksums(&download, &[archive])?;
    Ok(releases)
}

/// The action's inputs and steps, as JSON.
fn steps(bench: &Bench<'_>) -> Result<Value, Failure> {
    let convert = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let mut python = bench.reader("python");
    let json = output_of(python.args(["-c", convert]).arg(bench.project.path("action.yml")))?;
    serde_json::from_slice(&json)
        .map_err(|error| Failure::Told(format!("action.yml is no YAML: {error}")))
}

/// What stands for GitHub's runner.
struct Runner<'a> {
    bench: &'a Bench<'a>,
    steps: Value,
    folder: PathBuf,
    releases: PathBuf,
    inputs: BTreeMap<&'static str, String>,
}

impl Runner<'_> {
    /// Runs the steps in a new temporary folder. Gives the code of the first that failed, and what all
    /// said.
    fn run(&self, name: &str) -> Result<(i32, String), Failure> {
        let temporary = self.bench.folder(&format!("action/{name}"))?;
        let mut outputs: BTreeMap<String, String> = BTreeMap::new();
        let mut said = String::new();
        let steps = self.steps.pointer("/runs/steps").and_then(Value::as_array);
        for step in steps.into_iter().flatten() {
            let Some(script) = step.get("run").and_then(Value::as_str) else { continue };
            let file = temporary.join("outputs");
            write(&file, "")?;
            let mut bash = self.bench.project.command("bash");
            // As GitHub runs `shell: bash`.
            bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]);
            bash.current_dir(self.folder.join("workspace"));
            bash.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64").env("GITHUB_OUTPUT", &file);
            bash.env("RUNNER_TEMP", &temporary).env("OMNISTACK_PREDICT_ENABLED", "false");
            bash.env("GITHUB_ACTION_PATH", self.bench.project.root());
            for (key, value) in step.get("env").and_then(Value::as_object).into_iter().flatten() {
                bash.env(key, self.filled(value.as_str().unwrap_or_default(), &outputs)?);
            }
            let output =
                bash.output().map_err(|source| crate::project::start_failure(&bash, source))?;
            said += &String::from_utf8_lossy(&output.stdout);
            said += &String::from_utf8_lossy(&output.stderr);
            let id = step.get("id").and_then(Value::as_str).unwrap_or_default();
            for line in read(&file)?.lines() {
                let Some((key, value)) = line.split_once('=') else { continue };
                outputs.insert(format!("steps.{id}.outputs.{key}"), value.to_owned());
            }
            if !output.status.success() {
                return Ok((output.status.code().unwrap_or(-1), said));
            }
        }
        Ok((0, said))
    }

    /// A value with its `${{ … }}` replaced.
    fn filled(&self, value: &str, outputs: &BTreeMap<String, String>) -> Result<String, Failure> {
        let Some(name) = value.strip_prefix("${{ ").and_then(|it| it.strip_suffix(" }}")) else {
            return Ok(value.to_owned());
        };
        if name == "inputs.download-url" {
            return Ok(format!("file://{}", text(&self.releases)));
        }
        if let Some(input) = name.strip_prefix("inputs.") {
            let default = self.steps.pointer(&format!("/inputs/{input}/default"));
            let default = default.and_then(Value::as_str).map(str::to_owned);
            let given = self.inputs.get(input).cloned().or(default);
            return given.ok_or_else(|| Failure::Told(format!("the action has no input {input}")));
        }
        let output = outputs.get(name).cloned();
        output.ok_or_else(|| Failure::Told(format!("no step of the action sets {name}")))
    }
}
