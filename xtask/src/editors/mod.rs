//! `editors`: tries the product in real editors, each installed where it is missing.
//!
//! Every editor is a module. They share where the server is, and [`debian`], which fetches programs
//! that are newer than the system.

mod debian;
mod lua;
mod manifest;
mod neovim;
mod others;
mod vscode;

use std::env;
use std::path::PathBuf;

use clap::Subcommand;

use crate::project::{self, Failure, Project};

pub(crate) use manifest::manifest;

/// What is tried.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Editor {
    /// The plug-in for Neovim: format, lint, and its tests in each Neovim there is.
    Neovim,
    /// The configurations for Emacs, Vim and Helix, as their pages give them.
    Others,
    /// The extension for VS Code: lint, format, its tests, its package, and what a user does with it.
    Vscode,
}

/// Tries the product in an editor.
pub(crate) fn run(project: &Project, editor: Editor) -> Result<(), Failure> {
    match editor {
        Editor::Neovim => neovim::run(project),
        Editor::Others => others::run(project),
        Editor::Vscode => vscode::run(project),
    }
}

/// The server that editors start: the one that `OMNISTACK_SERVER` names, else the release build.
fn server(project: &Project) -> Result<PathBuf, Failure> {
    let named = env::var_os("OMNISTACK_SERVER").map(|it| project.root().join(it));
    let server = named.unwrap_or_else(|| project.built("release", "omnistack-lsp"));
    if server.is_file() {
        return Ok(server);
    }
    Err(Failure::Told(format!(
        "there is no server at {}; run `cargo build --release -p omnistack-lsp`, or name one by \
         OMNISTACK_SERVER",
        project.show(&server)
    )))
}

/// An empty folder for a session, below `target`.
fn empty_folder(project: &Project, name: &str) -> Result<PathBuf, Failure> {
    let folder = project.path("target/editors").join(name);
    project::empty_folder(&folder)?;
    Ok(folder)
}
