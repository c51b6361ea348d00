//! `soak`: a long session of random edits, and what must hold of the daemon at its end.
//!
//! Real files of all languages lie in a scratch workspace. Random edits, openings, closings,
//! renames, saves, requests and cancellations go to one daemon. Now and then everything rests, and
//! what the daemon says of every open document is held against what a fresh daemon says of the same
//! texts: a stale or missing diagnostic shows as a difference. No panic may have been counted, and
//! once caches are full, memory has to stay what it is.

mod session;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::Scratch;
use crate::project::{Failure, Project, files_below, run_program};
use session::Session;
use text::Random;

/// Files of the workspace.
const FILES: usize = 64;
/// The daemon is held against a fresh one after so many steps.
const BETWEEN_CHECKS: u64 = 2_000;
/// So many steps fill the caches; memory counts from then on.
const WARM_UP: u64 = 30_000;
/// How much memory may grow after that.
const GROWTH: f64 = 1.1;

/// Runs so many random steps.
pub(crate) fn run(
    project: &Project,
    steps: u64,
    seed: u64,
    paths: Vec<PathBuf>,
) -> Result<(), Failure> {
    let mut build = project.cargo();
    run_program(build.args(["build", "--release", "--quiet", "--package", "omnistack-lsp"]))?;
    let scratch = Scratch::make(&project.path("target/soak"))?;
    // A copy: whoever builds meanwhile disturbs nothing.
    let program = scratch.path().join("omnistack-lsp");
    copy(&project.path("target/release/omnistack-lsp"), &program)?;
    let workspace = scratch.path().join("workspace");
    let mut random = Random::new(seed);
    let count = copy_files(project, paths, &workspace, &mut random)?;
    println!("soak: {steps} steps over {count} files, seed {seed}");
    let mut session = Session::start(&program, &workspace, random)?;
    let (mut warm, mut peak) = (0, 0);
    for step in 1..=steps {
        session.step()?;
        if step % BETWEEN_CHECKS == 0 || step == steps {
            let bytes = session.check(&program)?;
            if step <= WARM_UP {
                warm = warm.max(bytes);
            } else {
                peak = peak.max(bytes);
            }
            println!("soak: {step} steps, {} MB, {}", bytes >> 20, session.tally());
        }
    }
    session.end()?;
    if peak == 0 {
        println!("soak: too short to judge memory, which takes more than {WARM_UP} steps");
        return Ok(());
    }
    let growth = peak as f64 / warm.max(1) as f64;
    println!("soak: memory after the first {WARM_UP} steps grew by a factor of {growth:.2}");
    if growth > GROWTH {
        return Err(Failure::Told(format!("memory grew by a factor of {growth:.2}")));
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let failure = |source| Failure::File { verb: "copy", path: from.to_owned(), source };
    fs::copy(from, to).map(drop).map_err(failure)
}

/// Copies files of many languages into the workspace, each under a name of its own.
fn copy_files(
    project: &Project,
    paths: Vec<PathBuf>,
    folder: &Path,
    random: &mut Random,
) -> Result<usize, Failure> {
    let paths = if paths.is_empty() { vec![project.path("examples")] } else { paths };
    let mut found = Vec::new();
    for path in paths {
        found.extend(files_below(&path)?);
    }
    found.retain(|path| session::language(path).is_some());
    found.sort();
    fs::create_dir_all(folder).map_err(|source| Failure::File {
        verb: "make",
        path: folder.to_owned(),
        source,
    })?;
    let mut count = 0;
    while count < FILES && !found.is_empty() {
        let path = found.swap_remove(random.below(found.len()));
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if !(10..3_000).contains(&text.lines().count()) || text.contains('\r') {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let target = folder.join(format!("f{count}_{name}"));
        fs::write(&target, text).map_err(|source| Failure::File {
            verb: "write",
            path: target,
            source,
        })?;
        count += 1;
    }
    Ok(count)
}
