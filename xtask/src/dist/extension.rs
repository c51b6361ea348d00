//! VS Code's extension with the program for one target in it. How it is packed is its own affair:
//! `npm run package` in its folder.

use std::path::{Path, PathBuf};

use crate::project::{Failure, Project, run_program};

/// Where the extension is made.
const FOLDER: &str = "editors/vscode";

/// What VS Code calls our targets. A program linked with musl serves Alpine, too.
const TARGETS: [(&str, &str); 7] = [
    ("x86_64-unknown-linux-musl", "linux-x64"),
    ("x86_64-unknown-linux-musl", "alpine-x64"),
    ("aarch64-unknown-linux-musl", "linux-arm64"),
    ("aarch64-unknown-linux-musl", "alpine-arm64"),
    ("x86_64-apple-darwin", "darwin-x64"),
    ("aarch64-apple-darwin", "darwin-arm64"),
    ("x86_64-pc-windows-msvc", "win32-x64"),
];

/// Whether there is an extension.
pub(super) fn is_there(project: &Project) -> bool {
    project.path(FOLDER).join("package.json").is_file()
}

/// Installs what packs it, and packs it with the program for each of VS Code's targets that the
/// program runs on. Gives the packages, which lie in `to`.
pub(super) fn pack(
    project: &Project,
    target: &str,
    server: &Path,
    version: &str,
    to: &Path,
) -> Result<Vec<PathBuf>, Failure> {
    let npm = |arguments: &[&str]| {
        // On Windows npm is a script, which only its whole name starts.
        let mut npm = project.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.current_dir(project.path(FOLDER)).args(arguments);
        npm
    };
    run_program(&mut npm(&["ci", "--silent", "--no-audit", "--no-fund"]))?;
    let mut packed = Vec::new();
    for (_, name) in TARGETS.iter().filter(|(ours, _)| *ours == target) {
        let package = to.join(format!("omnistack-vscode-{version}-{name}.vsix"));
        let run = ["run", "--silent", "package", "--", "--target", name, "--server"];
        run_program(npm(&run).arg(server).arg("--out").arg(&package))?;
        packed.push(package);
    }
    Ok(packed)
}
