//! `test`: sets up, then runs every test of the workspace, has a team server asked what its API allows
//! and what runs it checked, and uses the extension for VS Code as a user does (Neovim is driven by a
//! test of the workspace).

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Instant;

use crate::project::{Failure, Project, run_program, show_command, start_failure};
use crate::{deploy, schemathesis, setup};

/// Sums of what the test programs report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Runs the tests; those in editors last, if they are wanted.
pub(crate) fn run(project: &Project, with_editors: bool) -> Result<(), Failure> {
    setup::run(project, false)?;
    run_workspace(project)?;
    schemathesis::run(project)?;
    deploy::run(project)?;
    if with_editors { run_editors(project) } else { Ok(()) }
}

/// The tests in editors, with the server that the others have just tested.
fn run_editors(project: &Project) -> Result<(), Failure> {
    let failure = |source| Failure::Told(format!("cannot tell where this program is: {source}"));
    let mut command = project.command(&env::current_exe().map_err(failure)?.to_string_lossy());
    command.args(["editors", "vscode"]);
    if env::var_os("OMNISTACK_SERVER").is_none() {
        command.env("OMNISTACK_SERVER", project.built("debug", "omnistack-lsp"));
    }
    run_program(&mut command)
}

fn run_workspace(project: &Project) -> Result<(), Failure> {
    let start = Instant::now();
    let mut command = project.cargo();
    // Every suite runs, so that one look shows all that is broken.
    command.args(["test", "--workspace", "--no-fail-fast"]).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|source| start_failure(&command, source))?;
    let mut totals = Totals::default();
    if let Some(output) = child.stdout.take() {
        let mut to = std::io::stdout().lock();
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            totals.add(&line);
            // Nobody may be reading; the tests count all the same.
            let _ = writeln!(to, "{line}");
        }
    }
    let status = child.wait().map_err(|source| start_failure(&command, source))?;
    let Totals { passed, failed, ignored } = totals;
    let seconds = start.elapsed().as_secs();
    println!("test: {passed} passed, {failed} failed, {ignored} ignored in {seconds} s");
    if status.success() {
        return Ok(());
    }
    Err(Failure::Ended { command: show_command(&command), status })
}

impl Totals {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
        for part in counts.split("; ") {
            let Some((count, what)) = part.split_once(' ') else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut totals = Totals::default();
        totals.add("running 3 tests");
        totals.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        totals.add("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 5 filtered");
        assert_eq!(totals, Totals { passed: 4, failed: 2, ignored: 1 });
    }
}
