//! `compare`: how fast ours checks Python beside other programs that do, on this machine and in one
//! run, so that only ratios matter.
//!
//! Processor time is counted, not time on the clock: what else the machine does changes it little.
//! Every program works on one thread, without a cache, over the same packages of `ecosystem`. The
//! ratios go to `docs/benchmarks.md`, between two marks.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::page::replace_between_marks;
use crate::project::{
    Failure, Project, files_below, processor_time, run_program, show_command, start_failure,
};
use crate::{ecosystem, setup};

const PAGE: &str = "docs/benchmarks.md";

/// The packages that all programs check: the slowest of them takes minutes for these.
const PACKAGES: [&str; 5] = ["celery", "flask", "requests", "rich", "scrapy"];

/// A program to measure.
struct Contender {
    name: &'static str,
    /// What of it runs, for the table.
    runs: &'static str,
    /// How often it is measured; the least counts.
    rounds: u32,
    command: fn(&Place) -> Command,
}

/// Where things are.
struct Place<'a> {
    project: &'a Project,
    programs: PathBuf,
    /// Paths of the packages, relative to `sources`.
    packages: Vec<String>,
    sources: PathBuf,
}

impl Place<'_> {
    fn command(&self, program: &Path) -> Command {
        let mut command = self.project.command(&program.to_string_lossy());
        command.current_dir(&self.sources).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn rival(&self, program: &str) -> Command {
        self.command(&self.programs.join(program))
    }
}

const CONTENDERS: [Contender; 4] = [
    Contender {
        name: "omnistack-lsp",
        runs: "all rules (`check --select ALL`)",
        rounds: 3,
        command: |place| {
            let mut command = place.command(&place.project.path("target/release/omnistack-lsp"));
            command.args(["check", "--select", "ALL", "--threads", "1", "--statistics"]);
            command.arg("--exit-zero").args(&place.packages);
            command
        },
    },
    Contender {
        name: "ruff",
        runs: "all rules (`check --select ALL --no-cache`)",
        rounds: 3,
        command: |place| {
            let mut command = place.rival("ruff");
            command.env("RAYON_NUM_THREADS", "1");
            command.args(["check", "--select", "ALL", "--no-cache", "--isolated", "--quiet"]);
            command.args(["--statistics", "--exit-zero"]).args(&place.packages);
            command
        },
    },
    Contender {
        name: "semgrep",
        runs: "what of ours a pattern can say, 77 rules ([semgrep.yml](../xtask/compare/semgrep.yml))",
        rounds: 1,
        command: |place| {
            let mut command = place.rival("semgrep");
            command.args(["scan", "--metrics=off", "--disable-version-check", "--jobs", "1"]);
            command.args(["--no-git-ignore", "--quiet", "--json", "--config"]);
            command.arg(place.project.path("xtask/compare/semgrep.yml"));
            // What is named file by file is not left out for being a test.
            command
                .args(place.packages.iter().flat_map(|it| python_files(&place.sources.join(it))));
            command
        },
    },
    Contender {
        name: "pylint",
        runs: "its usual rules, without `duplicate-code`",
        rounds: 1,
        command: |place| {
            let mut command = place.rival("pylint");
            command.args(["--jobs", "1", "--recursive", "y", "--disable", "duplicate-code"]);
            command.arg("--exit-zero").args(&place.packages);
            command
        },
    },
];

/// Measures all, and writes the ratios.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let sources = ecosystem::sources(project)?.join("python");
    let programs = setup::rivals(project)?;
    let mut build = project.cargo();
    run_program(build.args(["build", "--release", "--quiet", "--package", "omnistack-lsp"]))?;
    let place = Place { project, programs, packages: packages(&sources)?, sources };
    let lines = lines(&place)?;
    println!("compare: {lines} lines of {}", place.packages.join(", "));
    let mut times = Vec::new();
    for contender in &CONTENDERS {
        let mut least = Duration::MAX;
        for _ in 0..contender.rounds {
            least = least.min(time_of(&mut (contender.command)(&place))?);
        }
        let speed = lines as f64 / least.as_secs_f64().max(0.01);
        println!("compare: {}: {speed:.0} lines a CPU second", contender.name);
        times.push(least);
    }
    let table = table(&place.packages, lines, &times);
    replace_between_marks(&project.path(PAGE), "cargo xtask compare", &table)?;
    println!("compare: wrote {PAGE}");
    Ok(())
}

/// The folders of the compared packages, which bear their versions.
fn packages(sources: &Path) -> Result<Vec<String>, Failure> {
    let failure = |source| Failure::File { verb: "list", path: sources.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(sources).map_err(failure)? {
        let name = entry.map_err(failure)?.file_name().to_string_lossy().into_owned();
        if name.rsplit_once('-').is_some_and(|(package, _)| PACKAGES.contains(&package)) {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = files_below(folder).unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    files
}

fn lines(place: &Place<'_>) -> Result<usize, Failure> {
    let mut lines = 0;
    for path in place.packages.iter().flat_map(|it| python_files(&place.sources.join(it))) {
        // Some test files are not in UTF-8; their lines count all the same.
        let failure = |source| Failure::File { verb: "read", path: path.clone(), source };
        let text = fs::read(&path).map_err(failure)?;
        lines += text.split(|byte| *byte == b'\n').count() - 1;
    }
    Ok(lines)
}

/// Processor time that a command and all it starts take.
fn time_of(command: &mut Command) -> Result<Duration, Failure> {
    let before = children_time()?;
    let status = command.status().map_err(|source| start_failure(command, source))?;
    let after = children_time()?;
    if !status.success() {
        let shown: String = show_command(command).chars().take(200).collect();
        return Err(Failure::Ended { command: shown, status });
    }
    Ok(after.saturating_sub(before))
}

/// Processor time of all our children that ended.
fn children_time() -> Result<Duration, Failure> {
    processor_time("/proc/self/stat", [13, 14])
}

fn table(packages: &[String], lines: usize, times: &[Duration]) -> String {
    let mut text = format!(
        "Over {} thousand lines of Python ({}):\n\n| program | what runs | ours checks, in the same \
         processor time |\n|---|---|---|\n",
        lines / 1000,
        packages.join(", ")
    );
    let ours = times.first().map_or(0.01, Duration::as_secs_f64).max(0.01);
    for (contender, time) in CONTENDERS.iter().zip(times) {
        let Contender { name, runs, .. } = contender;
        let _ = writeln!(text, "| {name} | {runs} | {} |", shown(time.as_secs_f64() / ours));
    }
    text
}

/// A ratio with two digits, as a factor of lines.
fn shown(ratio: f64) -> String {
    match ratio {
        it if it >= 9.95 => format!("{it:.0} times the lines"),
        it if it >= 0.995 => format!("{it:.1} times the lines"),
        it => format!("{it:.2} of the lines"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_two_digits() {
        let shown = [0.417, 0.99, 1.0, 9.94, 97.3].map(shown);
        let said = shown.each_ref().map(|it| it.split(' ').next().unwrap());
        assert_eq!(said, ["0.42", "0.99", "1.0", "9.9", "97"]);
    }

    #[test]
    fn ours_is_the_measure_of_all() {
        let times = [1, 2, 30, 400].map(Duration::from_secs);
        let table = table(&["rich-1".to_owned()], 5000, &times);
        assert!(table.starts_with("Over 5 thousand lines of Python (rich-1):"), "{table}");
        assert!(table.contains("| ruff |") && table.ends_with("| 400 times the lines |\n"));
    }
}
