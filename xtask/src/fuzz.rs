//! `fuzz`: mutates real files and looks for panics and hangs in the engine.

use std::path::PathBuf;

use crate::project::{Failure, Project, run_program};

/// Runs the fuzzer for so long; without paths, over whatever real sources are at hand.
pub(crate) fn run(
    project: &Project,
    seconds: u64,
    seed: u64,
    paths: Vec<PathBuf>,
) -> Result<(), Failure> {
    let mut command = project.cargo();
    command.args(["run", "--release", "--quiet", "--package", "analysis", "--example", "fuzz"]);
    command.args(["--", &seconds.to_string(), &seed.to_string()]);
    let paths = if paths.is_empty() { at_hand(project) } else { paths };
    println!("fuzz: {seconds} s, seed {seed}, {} folders", paths.len());
    run_program(command.args(paths))
}

/// The examples; what `ecosystem` fetched; and the sources that dependencies and tools came with.
fn at_hand(project: &Project) -> Vec<PathBuf> {
    let home = |variable: &str, folder: &str| {
        let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(folder));
        std::env::var_os(variable).map(PathBuf::from).or(home)
    };
    let registry = home("CARGO_HOME", ".cargo").map(|it| it.join("registry/src"));
    let own = ["examples", "target/ecosystem/sources", "target/tools/python"];
    let paths = own.map(|it| project.path(it)).into_iter().chain(registry);
    paths.filter(|path| path.is_dir()).collect()
}
