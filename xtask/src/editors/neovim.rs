//! The plug-in for Neovim in real Neovims: the one that all tests use, and, where they can be had, an
//! older one without `vim.lsp.config` and the newest.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::debian::Unpacked;
use super::{empty_folder, lua, server};
use crate::project::{Failure, Project, files_below, output_of};
use crate::setup;

/// Debian's releases whose Neovims are tried: 0.10, and the newest (0.12 or later).
const RELEASES: [&str; 2] = ["trixie", "sid"];

/// A Neovim.
struct Neovim {
    version: String,
    command: Vec<OsString>,
    runtime: Option<PathBuf>,
}

/// Checks the Lua, and runs every test in every Neovim.
pub(super) fn run(project: &Project) -> Result<(), Failure> {
    let server = server(project)?;
    setup::run(project, false)?;
    lua::check(project)?;
    let neovims = neovims(project)?;
    let tests: Vec<PathBuf> = files_below(&project.path("editors/neovim/tests"))?
        .into_iter()
        .filter(|it| it.parent().is_some_and(|it| it.ends_with("tests")))
        .filter(|it| it.extension().is_some_and(|it| it == "lua"))
        .collect();
    let work: Vec<(&Neovim, &PathBuf)> =
        neovims.iter().flat_map(|neovim| tests.iter().map(move |test| (neovim, test))).collect();
    let start = Instant::now();
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let interpreter = project.python_tools().join("bin/nvim");
    std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                while let Some((neovim, test)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Err(failure) = try_one(project, neovim, test, &server, &interpreter) else {
                        continue;
                    };
                    if let Ok(mut problems) = problems.lock() {
                        problems.push(failure.to_string());
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap_or_default();
    let (count, seconds) = (work.len(), start.elapsed().as_secs());
    println!("editors: {count} tests in Neovim, {} failed, in {seconds} s", problems.len());
    if problems.is_empty() {
        return Ok(());
    }
    Err(Failure::Told(problems.join("\n")))
}

/// Sessions wait more than they work.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(4, usize::from).clamp(4, 8)
}

fn neovims(project: &Project) -> Result<Vec<Neovim>, Failure> {
    let mut found = vec![Neovim {
        version: String::new(),
        command: vec![project.python_tools().join("bin/nvim").into()],
        runtime: None,
    }];
    for release in RELEASES {
        match Unpacked::fetch(project, release, "neovim") {
            Ok(package) => found.push(unpacked(&package)),
            Err(failure) => println!("editors: a Neovim is left out: {failure}"),
        }
    }
    for neovim in &mut found {
        let Some((program, arguments)) = neovim.command.split_first() else { continue };
        let mut command = project.command(&program.to_string_lossy());
        command.args(arguments).args(["--headless", "--version"]);
        let text = output_of(&mut command)?;
        let text = String::from_utf8_lossy(&text);
        let first = text.lines().next().unwrap_or_default();
        first.trim_start_matches("NVIM ").clone_into(&mut neovim.version);
    }
    let versions: Vec<&str> = found.iter().map(|it| it.version.as_str()).collect();
    println!("editors: Neovim {}", versions.join(", "));
    Ok(found)
}

/// A Neovim that does not lie where it was built for.
fn unpacked(package: &Unpacked) -> Neovim {
    let mut command = package.program("usr/bin/nvim");
    // Its parsers.
    let path = format!("set rtp+={}", package.path("usr/lib/nvim").display());
    command.extend(["--cmd".into(), path.into()]);
    let runtime = Some(package.path("usr/share/nvim/runtime"));
    Neovim { version: String::new(), command, runtime }
}

fn try_one(
    project: &Project,
    neovim: &Neovim,
    test: &Path,
    server: &Path,
    interpreter: &Path,
) -> Result<(), Failure> {
    let name = test.file_stem().unwrap_or_default().to_string_lossy();
    let folder = empty_folder(project, &format!("neovim-{}-{name}", neovim.version))?;
    let Some((program, arguments)) = neovim.command.split_first() else { return Ok(()) };
    let mut command = project.command(&program.to_string_lossy());
    command.args(arguments).args(["--headless", "-i", "NONE", "-u"]).arg(test);
    command
        .env("PLUGIN", project.path("editors/neovim"))
        .env("SERVER", server)
        .env("INTERPRETER", interpreter)
        .env("FOLDER", &folder)
        .env_remove("NVIM")
        .stdout(Stdio::null());
    if let Some(runtime) = &neovim.runtime {
        command.env("VIMRUNTIME", runtime);
    }
    for kind in ["CONFIG", "DATA", "STATE", "CACHE"] {
        command.env(format!("XDG_{kind}_HOME"), folder.join("home"));
    }
    command.env("XDG_RUNTIME_DIR", folder.join("home"));
    let output =
        command.output().map_err(|source| crate::project::start_failure(&command, source))?;
    let verdict = if output.status.success() { "ok" } else { "FAILED" };
    println!("editors: Neovim {} {name}: {verdict}", neovim.version);
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::Told(format!("{name} in Neovim {}: {}", neovim.version, said.trim())))
}
