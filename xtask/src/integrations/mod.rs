//! `integrations`: the programs of others read what ours writes, each as a user's would: sarif-tools
//! and reviewdog's validator our reports, pre-commit our hooks in a repository of its own, bash the
//! steps of our action, and linters and schemas all of our YAML.
//!
//! These programs fill 300 MB, so they are no part of the usual tests.

mod action;
mod documents;
mod hooks;
mod reports;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use crate::project::{Failure, Project, remove_folder, start_failure};
use crate::setup::{self, packaging};

/// Has some programs read what ours writes.
type Check<'a> = &'a dyn Fn() -> Result<(), Failure>;

/// What the checks share.
struct Bench<'a> {
    project: &'a Project,
    /// Our own program.
    program: PathBuf,
    /// The folder of the others' programs.
    readers: PathBuf,
    /// Where checks may write.
    scratch: PathBuf,
}

/// Has all of them read.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    setup::run(project, false)?;
    let readers = packaging::readers(project)?;
    let node = packaging::node_readers(project)?;
    project.build_programs()?;
    let scratch = project.path("target/integrations");
    remove_folder(&scratch)?;
    let program = project.built("debug", "omnistack-lsp");
    let bench = Bench { project, program, readers, scratch };
    let checks: [(&str, Check<'_>); 5] = [
        ("documents", &|| documents::check(&bench, &node)),
        ("sarif-tools", &|| reports::sarif(&bench)),
        ("rdjson", &|| reports::rdjson(&bench, &node)),
        ("action", &|| action::check(&bench)),
        ("pre-commit", &|| hooks::check(&bench)),
    ];
    for (name, check) in checks {
        let start = Instant::now();
        check()?;
        println!("integrations: {name}: ok in {:.1} s", start.elapsed().as_secs_f64());
    }
    Ok(())
}

impl Bench<'_> {
    /// One of the others' programs.
    fn reader(&self, name: &str) -> Command {
        self.project.command(&self.readers.join(name).to_string_lossy())
    }

    /// Our own program, which tells the same on any machine when the network is not asked.
    fn ours(&self) -> Command {
        let mut command = self.project.command(&self.program.to_string_lossy());
        command.env("OMNISTACK_PREDICT_ENABLED", "false").env_remove("CI");
        command
    }

    /// A new folder for a check.
    fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.scratch.join(name);
        fs::create_dir_all(&folder).map_err(|source| Failure::File {
            verb: "make",
            path: folder.clone(),
            source,
        })?;
        Ok(folder)
    }
}

/// Runs a program that must end with a code, and gives what it said on both of its outputs.
fn ends_with(command: &mut Command, code: i32) -> Result<String, Failure> {
    let output = command.output().map_err(|source| start_failure(command, source))?;
    let Output { status, stdout, stderr } = output;
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    if status.code() == Some(code) {
        return Ok(said);
    }
    let command = crate::project::show_command(command);
    Err(Failure::Told(format!("`{command}` ended with {status}, not {code}; it said:\n{said}")))
}

/// Fails unless `said` holds `what`.
fn must_say(said: &str, what: &str) -> Result<(), Failure> {
    if said.contains(what) {
        return Ok(());
    }
    Err(Failure::Told(format!("it should have said `{what}`, but said:\n{said}")))
}

/// A path as an argument.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
