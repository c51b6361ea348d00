//! `deploy`: checks what stands in `deploy/`, as far as that goes without a container engine and
//! without a cluster, by the programs that will read it: Helm renders the chart, two servers, `HAProxy`,
//! Redis and Prometheus run with their configuration, promtool runs the alerts, systemd looks at the unit.
//!
//! It ends with what could not be checked here. What needs none of these programs is tested by
//! `crates/omnistack-server/tests/deploy.rs`.

mod chart;
mod compose;
mod monitoring;
mod tools;
mod topology;
mod unit;

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::project::{Failure, Project, remove_folder, run_program, show_command, start_failure};
use crate::setup;
use tools::Tools;

/// What nothing here can read.
const UNREAD: [&str; 3] = [
    "deploy/container: no image was built, since there is no container engine",
    "deploy/compose: no container was started; collector.yaml, tempo.yaml and Grafana's provisioning \
     are only known to be YAML",
    "deploy/helm: nothing was installed, since there is no cluster",
];

/// What the checks share.
struct Bench<'a> {
    project: &'a Project,
    tools: Tools,
    /// Where checks may write.
    scratch: PathBuf,
}

/// What a check could not do, one sentence each.
type Omissions = Vec<String>;
/// Checks something.
type Check = fn(&Bench<'_>) -> Result<Omissions, Failure>;

/// Runs all checks.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    setup::run(project, false)?;
    let tools = Tools::install(project)?;
    // Settings that the chart renders are read by the server itself.
    run_program(project.cargo().args(["build", "--quiet", "--package", "omnistack-server"]))?;
    let scratch = project.path("target/deploy");
    remove_folder(&scratch)?;
    let bench = Bench { project, tools, scratch };
    let checks: [(&str, Check); 5] = [
        ("container", compose::container),
        ("compose", compose::check),
        ("helm", chart::check),
        ("prometheus and grafana", monitoring::check),
        ("systemd", unit::check),
    ];
    let mut omissions = Vec::new();
    for (name, check) in checks {
        let start = Instant::now();
        omissions.extend(check(&bench)?);
        println!("deploy: {name}: ok in {:.1} s", start.elapsed().as_secs_f64());
    }
    for omission in UNREAD.iter().map(|it| (*it).to_owned()).chain(omissions) {
        println!("deploy: not checked here: {omission}");
    }
    Ok(())
}

impl Bench<'_> {
    /// A file of `deploy/`, as an argument.
    fn deployed(&self, path: &str) -> PathBuf {
        self.project.path("deploy").join(path)
    }

    /// A program that was installed from the Python package index.
    fn python(&self, name: &str) -> Command {
        self.project.command(&self.tools.python.join(name).to_string_lossy())
    }

    /// A program that `setup` provides for the tests of the team server.
    fn team(&self, name: &str) -> Command {
        let unpacked = self.project.tools().join("team").join(name);
        if unpacked.is_file() {
            return self.project.command(&unpacked.to_string_lossy());
        }
        self.project.command(name)
    }

    /// The server, as it was built.
    fn server(&self) -> Command {
        self.project.command(&self.project.built("debug", "omnistack-server").to_string_lossy())
    }
}

/// Runs a program that has to succeed, and gives what it said on both of its outputs.
fn said(command: &mut Command) -> Result<String, Failure> {
    let (is_success, said) = outcome(command)?;
    if is_success {
        return Ok(said);
    }
    Err(Failure::Told(format!("`{}` failed; it said:\n{said}", show_command(command))))
}

fn outcome(command: &mut Command) -> Result<(bool, String), Failure> {
    let output = command.output().map_err(|source| start_failure(command, source))?;
    let said = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
    Ok((output.status.success(), said.concat()))
}
