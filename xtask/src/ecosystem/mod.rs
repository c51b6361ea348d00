//! `ecosystem`: what the rules say about well-known code that we did not write.
//!
//! Packages are named and pinned in `xtask/ecosystem/packages.tsv` and downloaded from their
//! registries into `target/ecosystem` ([`packages`]); each language's packages are checked by the
//! release build in one process ([`run`]); a report with samples to read goes to
//! `target/ecosystem/report.md`, and the figures, without anybody's source text, to
//! `docs/precision.md` ([`report`]). Whoever reads a sample notes in
//! `xtask/ecosystem/labels.jsonl` whether the finding was true ([`labels`]).

mod labels;
mod packages;
mod report;
mod run;

use std::path::PathBuf;

use crate::project::{Failure, Project, run_program, write};

/// Downloads what is missing, checks it, and writes the reports.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let packages = fetched(project)?;
    let mut build = project.cargo();
    run_program(build.args(["build", "--release", "--quiet", "--package", "omnistack-lsp"]))?;
    let rules = run::rules(project)?;
    let mut outcomes = Vec::new();
    for language in packages::languages(&packages) {
        let outcome = run::check(project, &packages, language)?;
        let speed = outcome.lines as f64 / outcome.cpu.as_secs_f64().max(0.01);
        println!("ecosystem: {language}: {} lines, {speed:.0} a CPU second", outcome.lines);
        outcomes.push(outcome);
    }
    let labels = labels::read_all(project)?;
    let samples = report::samples(project, &rules, &outcomes, &labels);
    write(&project.path("target/ecosystem/report.md"), &samples)?;
    let table = report::table(&packages, &rules, &outcomes, &labels);
    write(&project.path("docs/precision.md"), &table)?;
    println!("ecosystem: wrote target/ecosystem/report.md and docs/precision.md");
    labels::judge(&rules, &labels)
}

/// The packages, downloaded.
fn fetched(project: &Project) -> Result<Vec<packages::Package>, Failure> {
    let packages = packages::listed(project)?;
    for package in &packages {
        package.fetch(project)?;
    }
    Ok(packages)
}

/// The folder with the packages' sources, a folder for each language, downloaded where missing.
pub(crate) fn sources(project: &Project) -> Result<PathBuf, Failure> {
    fetched(project)?;
    Ok(project.path(packages::SOURCES))
}

/// Checks, without a network, that the labels are well-formed and that no rule they find wanting
/// is on by default.
pub(crate) fn check_labels(project: &Project) -> Result<(), Failure> {
    let labels = labels::read_all(project)?;
    labels::judge(&run::rules(project)?, &labels)
}
