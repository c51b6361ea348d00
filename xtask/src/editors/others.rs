//! The configurations for editors without a plug-in of ours, in those editors: what is tried is the
//! first block of code in the editor's page, word for word.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::debian::Unpacked;
use super::{empty_folder, server};
use crate::project::{Failure, Project, output_of, read, run_program, succeeds, write};
use crate::setup::{self, PythonTool};

/// A terminal for Helix.
const TERMINAL: PythonTool = PythonTool { package: "pyte", version: "0.8.2" };

const CODE: &str = "\
def remember(item, seen=[]):
    seen.append(item)
    return seen


class Label:
    def __init__(self, customer, table):
        self.customer = customer
        self.table = table

    def is_empty(self):
        count = self.table.count(\"lines\")
        return self == 0
";

/// Tries the configurations of Emacs, Vim and Helix.
pub(super) fn run(project: &Project) -> Result<(), Failure> {
    let server = server(project)?;
    let sessions: [(&str, Session); 3] = [("Emacs", emacs), ("Vim", vim), ("Helix", helix)];
    let mut problems = Vec::new();
    for (editor, session) in sessions {
        println!("editors: {editor}");
        if let Err(failure) = session(project, &server) {
            problems.push(format!("{editor}: {failure}"));
        }
    }
    if problems.is_empty() {
        println!("editors: the configurations of Emacs, Vim and Helix work");
        return Ok(());
    }
    Err(Failure::Told(problems.join("\n")))
}

type Session = fn(&Project, &Path) -> Result<(), Failure>;

/// A project with a file to edit, in a home of its own.
struct Workshop {
    folder: PathBuf,
    file: PathBuf,
}

impl Workshop {
    fn new(project: &Project, editor: &str, server: &Path) -> Result<Self, Failure> {
        let folder = empty_folder(project, editor)?;
        let file = folder.join("project/work.py");
        write(&file, CODE)?;
        write(&folder.join("project/.git/HEAD"), "ref: refs/heads/main\n")?;
        // By its name, as the configurations call it.
        let program = folder.join("bin/omnistack-lsp");
        write(&folder.join("bin/README"), "The server under test.\n")?;
        link(server, &program)?;
        Ok(Self { folder, file })
    }

    /// The first block of code of a page, as a file.
    fn configuration(&self, project: &Project, editor: &str, to: &str) -> Result<PathBuf, Failure> {
        let page = read(&project.path("docs/editors").join(format!("{editor}.md")))?;
        let Some(block) = first_block(&page) else {
            return Err(Failure::Told(format!("docs/editors/{editor}.md shows no configuration")));
        };
        let path = self.folder.join(to);
        write(&path, &block)?;
        Ok(path)
    }

    /// A program that finds the server and nothing of the user's.
    fn command(&self, project: &Project, program: &str) -> Command {
        let mut command = project.command(program);
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = [self.folder.join("bin")].into_iter().chain(env::split_paths(&inherited));
        let path = env::join_paths(folders).unwrap_or(inherited);
        let home = self.folder.join("home");
        command.current_dir(self.folder.join("project")).env("PATH", path).env("HOME", &home);
        for kind in ["CONFIG", "DATA", "STATE", "CACHE"] {
            command.env(format!("XDG_{kind}_HOME"), &home);
        }
        command.env("FILE", &self.file).env("LC_ALL", "C.UTF-8");
        command
    }
}

#[cfg(unix)]
fn link(server: &Path, program: &Path) -> Result<(), Failure> {
    let path = program.to_owned();
    std::os::unix::fs::symlink(server, program).map_err(|source| Failure::File {
        verb: "link",
        path,
        source,
    })
}

#[cfg(not(unix))]
fn link(server: &Path, program: &Path) -> Result<(), Failure> {
    let path = program.to_owned();
    fs::copy(server, program).map(drop).map_err(|source| Failure::File {
        verb: "copy",
        path,
        source,
    })
}

/// What stands between the first fences of a Markdown text.
fn first_block(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|it| !it.starts_with("```"));
    lines.next()?;
    let block: Vec<&str> = lines.take_while(|it| !it.starts_with("```")).collect();
    Some(block.join("\n") + "\n")
}

fn emacs(project: &Project, server: &Path) -> Result<(), Failure> {
    let eglot = ["--batch", "-q", "--eval", "(progn (package-initialize) (require 'eglot))"];
    let has = |project: &Project| succeeds(project.command("emacs").args(eglot));
    if !has(project) {
        setup::install_debian_packages(project, &["emacs-nox", "elpa-eglot"])?;
    }
    print_version(project, "emacs")?;
    let workshop = Workshop::new(project, "emacs", server)?;
    let configuration = workshop.configuration(project, "emacs", "omnistack.el")?;
    let mut command = workshop.command(project, "emacs");
    command.args(["--batch", "-q", "-l"]).arg(project.path("editors/others/emacs.el"));
    run_program(command.env("CONFIGURATION", configuration))
}

fn vim(project: &Project, server: &Path) -> Result<(), Failure> {
    let ale = Path::new("/usr/share/vim-ale");
    let has_channels = "if !has('channel') || !has('timers') | cquit | endif | quit";
    let is_able =
        || succeeds(project.command("vim").args(["-es", "-u", "NONE", "-c", has_channels]));
    if !ale.is_dir() || !is_able() {
        setup::install_debian_packages(project, &["vim", "vim-ale"])?;
    }
    print_version(project, "vim")?;
    let workshop = Workshop::new(project, "vim", server)?;
    let configuration = workshop.configuration(project, "vim", "omnistack.vim")?;
    let report = workshop.folder.join("report");
    let mut command = workshop.command(project, "vim");
    command.args(["-es", "-N", "-i", "NONE", "-u"]).arg(project.path("editors/others/vim.vim"));
    command.env("ALE", ale).env("REPORT", &report).env("CONFIGURATION", configuration);
    let outcome = run_program(&mut command);
    print!("{}", fs::read_to_string(&report).unwrap_or_default());
    outcome
}

fn helix(project: &Project, server: &Path) -> Result<(), Failure> {
    // The system's, if it has one; else Debian's.
    let mut command: Vec<OsString> = vec!["hx".into()];
    let mut runtime = None;
    if !succeeds(project.command("hx").arg("--version")) {
        let package = Unpacked::fetch(project, "trixie", "hx")?;
        command = package.program("usr/lib/hx/hx");
        runtime = Some(package.path("usr/lib/hx/runtime"));
    }
    let environment = project.tools().join("editors/terminal");
    setup::python_tools(project, &environment, &[TERMINAL])?;
    let workshop = Workshop::new(project, "helix", server)?;
    workshop.configuration(project, "helix", "home/helix/languages.toml")?;
    let python = environment.join("bin/python");
    let mut session = workshop.command(project, &python.to_string_lossy());
    session.arg(project.path("editors/others/helix.py")).args(&command);
    if let Some(runtime) = runtime {
        session.env("HELIX_RUNTIME", runtime);
    }
    run_program(session.env("TERM", "xterm-256color"))
}

fn print_version(project: &Project, program: &str) -> Result<(), Failure> {
    let text = output_of(project.command(program).arg("--version"))?;
    println!("editors: {}", String::from_utf8_lossy(&text).lines().next().unwrap_or_default());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_block_is_the_configuration() {
        let page = "# Page\n\nText.\n\n```toml\na = 1\n\nb = 2\n```\n\n```\nc\n```\n";
        assert_eq!(first_block(page).as_deref(), Some("a = 1\n\nb = 2\n"));
        assert_eq!(first_block("no block"), None);
    }
}
