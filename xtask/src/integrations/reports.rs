//! Our reports of the examples, read by sarif-tools and by a validator of reviewdog's format.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Bench, ends_with, must_say, text};
use crate::project::{Failure, read};

/// What is checked for a report: code with findings of every severity.
const CHECKED: [&str; 4] = ["check", "examples", "--select", "ALL"];

/// Writes a report, and gives its path.
fn report(bench: &Bench<'_>, format: &str) -> Result<PathBuf, Failure> {
    let path = bench.folder("reports")?.join(format!("examples.{format}"));
    let mut ours = bench.ours();
    ours.args(CHECKED).args(["--format", format, "--output"]).arg(&path);
    ends_with(&mut ours, 1)?;
    Ok(path)
}

fn in_json(path: &Path) -> Result<Value, Failure> {
    serde_json::from_str(&read(path)?)
        .map_err(|error| Failure::Told(format!("{} is no JSON: {error}", path.display())))
}

/// Every command of sarif-tools that reads a log takes ours, and counts what we count.
pub(super) fn sarif(bench: &Bench<'_>) -> Result<(), Failure> {
    let log = report(bench, "sarif")?;
    let ours = in_json(&report(bench, "json")?)?;
    let sarif = |arguments: &[&str]| {
        let mut command = bench.reader("sarif");
        command.args(arguments).arg(&log);
        command
    };
    let summary = ends_with(&mut sarif(&["summary"]), 0)?;
    let findings = ours.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
    for (level, severities) in
        [("error", &["error"][..]), ("warning", &["warning"]), ("note", &["information", "hint"])]
    {
        let is_of = |it: &&Value| {
            it.get("severity").and_then(Value::as_str).is_some_and(|it| severities.contains(&it))
        };
        must_say(&summary, &format!("{level}: {}", findings.iter().filter(is_of).count()))?;
    }
    let folder = bench.folder("reports")?;
    for (command, file) in
        [("csv", "x.csv"), ("html", "x.html"), ("codeclimate", "x.json"), ("word", "x.docx")]
    {
        let to = folder.join(file);
        ends_with(&mut sarif(&[command, "--output", &text(&to)]), 0)?;
        if fs::metadata(&to).map_or(0, |it| it.len()) < 1000 {
            return Err(Failure::Told(format!("`sarif {command}` took nothing from our report")));
        }
    }
    let difference = ends_with(sarif(&["diff", &text(&log)]).env("COLUMNS", "80"), 0)?;
    must_say(&difference, "all levels: +0 +0")
}

/// The validator finds no error and no field that reviewdog does not know.
pub(super) fn rdjson(bench: &Bench<'_>, node: &Path) -> Result<(), Failure> {
    let report = report(bench, "rdjson")?;
    let validator =
        node.join("node_modules/@umbrelladocs/rdformat-validator/bin/rdformat-validator.js");
    let mut command = bench.project.command("node");
    command.arg(validator).args(["--format", "json"]).arg(&report);
    let said = ends_with(&mut command, 0)?;
    must_say(&said.replace(' ', ""), "\"totalErrors\":0")
}
