//! `bench lsp`: how the daemon does beside `ruff server`, in one run on this machine.
//!
//! Both servers get the same documents, the same edits and the same requests, section by section in
//! turn, so that what else the machine does meets both. What is printed are times; what goes to
//! `docs/benchmarks.md` are ratios.

pub(crate) mod client;
mod measures;
mod probes;
mod report;
pub(crate) mod server;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use client::LanguageServer;
use measures::{Contender, Place};
use report::Figures;

use crate::project::{Failure, Project, empty_folder, run_program};
use crate::{ecosystem, setup};

/// Lines of the documents; the last one shows what size costs.
const SIZES: [usize; 4] = [500, 1_000, 5_000, 50_000];
const FILES: usize = 50;

/// Measures both servers and writes the table.
pub(crate) fn lsp(project: &Project) -> Result<(), Failure> {
    let sources = ecosystem::sources(project)?.join("python");
    let ruff = setup::rivals(project)?.join("ruff");
    let mut build = project.cargo();
    run_program(build.args(["build", "--release", "--quiet", "--package", "omnistack-lsp"]))?;
    let contenders = [
        ours(project, json!({"predict": {"enabled": false}})),
        Contender { name: "ruff", program: ruff, arguments: &["server"], options: json!({}) },
    ];
    let folder = Scratch::make(&project.path("target/bench"))?;
    let mut all = [Figures::default(), Figures::default()];
    for size in SIZES {
        let text = sources::text(&sources, size)?;
        for (contender, figures) in contenders.iter().zip(&mut all) {
            println!("bench: edits in {size} lines, {}", contender.name);
            let place = Place { folder: folder.path(), contender };
            figures.edits.push(place.edits(&text)?);
        }
    }
    let text = sources::text(&sources, SIZES[1])?;
    let files = sources::files(&sources, FILES)?;
    for (contender, figures) in contenders.iter().zip(&mut all) {
        println!("bench: start, burst, requests and probes, {}", contender.name);
        let place = Place { folder: folder.path(), contender };
        (figures.greeting, figures.first) = place.cold_start(&text)?;
        (figures.burst, figures.backwards) = place.burst(&text)?;
        (figures.hover, figures.action) = place.requests(&text)?;
        figures.probes = probe(contender, folder.path());
    }
    // With the network, on a folder of its own for each: what lies there is read.
    let predicting = ours(project, json!({}));
    for (contender, figures) in [&predicting, &contenders[1]].into_iter().zip(&mut all) {
        println!("bench: memory, {}", contender.name);
        figures.memory = Place { folder: folder.path(), contender }.memory(&files)?;
    }
    println!("bench: predictions, {}", predicting.name);
    all[0].prediction =
        Some(Place { folder: folder.path(), contender: &predicting }.predictions(&text)?);
    let [ours, ruff] = &all;
    let rows = report::rows(ours, ruff, &SIZES);
    report::print(&rows);
    report::write(project, &rows)
}

fn ours(project: &Project, options: Value) -> Contender {
    Contender {
        name: "omnistack-lsp",
        program: project.path("target/release/omnistack-lsp"),
        arguments: &[],
        options,
    }
}

/// The probes that a server does not survive.
fn probe(contender: &Contender, folder: &Path) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for (name, in_session, check) in probes::PROBES {
        let mut command = Command::new(&contender.program);
        command.args(contender.arguments).current_dir(folder);
        let held = LanguageServer::start(command).and_then(|mut server| {
            if in_session {
                server.initialize(folder, &contender.options)?;
            }
            check(&mut server, folder)
        });
        // A server that ended has not survived.
        if !held.unwrap_or(false) {
            failed.push(name);
        }
    }
    failed
}

/// A folder that goes away with this.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder, empty.
    pub(crate) fn make(path: &Path) -> Result<Self, Failure> {
        empty_folder(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left in `target` is in nobody's way.
        let _ = fs::remove_dir_all(&self.0);
    }
}
