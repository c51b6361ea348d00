//! Runs the checker over a language's packages, and measures it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use serde::Deserialize;

use super::packages::{Package, folder};
use crate::project::{Failure, Project, output_of, read, start_failure};

/// A rule as `rules --format json` shows it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) profile: String,
    pub(super) languages: Vec<String>,
}

/// A finding as `check --format json` shows it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Finding {
    pub(super) path: String,
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) line: usize,
    pub(super) fingerprint: String,
}

#[derive(Debug, Deserialize)]
struct Report {
    findings: Vec<Finding>,
    summary: Summary,
}

#[derive(Debug, Deserialize)]
struct Summary {
    files: u64,
    lines: u64,
}

/// What checking one language's packages came to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) language: String,
    pub(super) packages: usize,
    pub(super) files: u64,
    pub(super) lines: u64,
    pub(super) cpu: Duration,
    pub(super) memory_kib: u64,
    /// Findings of all rules, with paths relative to the language's folder.
    pub(super) findings: Vec<Finding>,
}

/// All rules.
pub(super) fn rules(project: &Project) -> Result<Vec<Rule>, Failure> {
    project.build_programs()?;
    let mut command = project.command(&project.built("debug", "omnistack-lsp").to_string_lossy());
    let output = output_of(command.args(["rules", "--format", "json"]))?;
    serde_json::from_slice(&output).map_err(|error| not_understood("rules", &error))
}

fn not_understood(what: &str, error: &serde_json::Error) -> Failure {
    Failure::Told(format!("cannot understand what `omnistack-lsp {what}` printed: {error}"))
}

/// Checks the packages of one language with all rules.
pub(super) fn check(
    project: &Project,
    packages: &[Package],
    language: &str,
) -> Result<Outcome, Failure> {
    let folder = folder(project, language);
    let output = project.path("target/ecosystem").join(format!("{language}.json"));
    let mut command = project.command(&project.built("release", "omnistack-lsp").to_string_lossy());
    command.current_dir(&folder);
    command.args(["check", "--select", "ALL", "--format", "json", "--exit-zero", "--output"]);
    command.arg(&output).arg(".").stdout(Stdio::null());
    let mut child = command.spawn().map_err(|source| start_failure(&command, source))?;
    let process = Path::new("/proc").join(child.id().to_string());
    let (mut cpu, mut memory_kib) = (Duration::ZERO, 0);
    let started = Instant::now();
    let status = loop {
        cpu = cpu_time(&process).unwrap_or(cpu);
        memory_kib = peak_memory(&process).unwrap_or(0).max(memory_kib);
        let ended = child.try_wait().map_err(|source| start_failure(&command, source))?;
        if let Some(status) = ended {
            break status;
        }
        thread::sleep(Duration::from_millis(10));
    };
    if !status.success() {
        let after = started.elapsed();
        return Err(Failure::Told(format!(
            "checking {language} failed ({status}) after {after:?}"
        )));
    }
    let report: Report =
        serde_json::from_str(&read(&output)?).map_err(|error| not_understood("check", &error))?;
    Ok(Outcome {
        language: language.to_owned(),
        packages: packages.iter().filter(|package| package.language == language).count(),
        files: report.summary.files,
        lines: report.summary.lines,
        cpu,
        memory_kib,
        findings: report.findings,
    })
}

/// Processor time that a process took so far; the kernel counts it in hundredths of a second.
fn cpu_time(process: &Path) -> Option<Duration> {
    let text = fs::read_to_string(process.join("stat")).ok()?;
    // The second field, the program's name, may hold spaces; it ends with the last parenthesis.
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

fn peak_memory(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
