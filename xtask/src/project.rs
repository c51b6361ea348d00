//! Where things are in this workspace, and how a chore runs a program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, io};

/// Why a chore failed: one sentence, with the mend where there is one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A program could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// A program ended without success.
    #[error("`{command}` failed ({status})")]
    Ended {
        /// The program with its arguments.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A file could not be read or written.
    #[error("cannot {verb} {}: {source}", path.display())]
    File {
        /// What was to be done.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The chore itself says what is wrong.
    #[error("{0}")]
    Told(String),
}

/// The workspace the chores work on.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The workspace this program was built from.
    pub(crate) fn of_this_workspace() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: here.parent().unwrap_or(here).to_owned() }
    }

    /// A workspace elsewhere.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The workspace's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the workspace.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A program of this workspace as Cargo leaves it, in `debug` or `release`.
    pub(crate) fn built(&self, profile: &str, program: &str) -> PathBuf {
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let program = format!("{program}{}", env::consts::EXE_SUFFIX);
        self.root.join(target).join(profile).join(program)
    }

    /// Builds the programs of this workspace, for `debug`.
    ///
    /// With the whole workspace, as the tests build it, so that nothing is compiled again for
    /// other features.
    pub(crate) fn build_programs(&self) -> Result<(), Failure> {
        run_program(self.cargo().args(["build", "--quiet", "--workspace", "--bins"]))
    }

    /// The folder of installed tools, which no build touches.
    pub(crate) fn tools(&self) -> PathBuf {
        self.path("target/tools")
    }

    /// The virtual environment of tools that come from the Python package index.
    pub(crate) fn python_tools(&self) -> PathBuf {
        self.tools().join("python")
    }

    /// The virtual environment of the trainer.
    pub(crate) fn training_tools(&self) -> PathBuf {
        self.tools().join("training")
    }

    /// A path as messages show it: relative to the workspace, with forward slashes.
    pub(crate) fn show(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// A program, to be run in the workspace's folder with the installed tools at hand.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null()).env("PATH", self.search_path());
        command
    }

    /// Cargo itself, the one that runs this.
    pub(crate) fn cargo(&self) -> Command {
        self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
    }

    fn search_path(&self) -> OsString {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let tools = [self.python_tools().join("bin"), self.tools().join("cargo/bin")];
        let folders = tools.into_iter().chain(env::split_paths(&inherited));
        env::join_paths(folders).unwrap_or(inherited)
    }
}

/// Runs a program to its end, its output going where ours goes.
pub(crate) fn run_program(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|source| start_failure(command, source))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Ended { command: show_command(command), status })
}

/// What a program prints; what it complains of goes where ours goes.
pub(crate) fn output_of(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|source| start_failure(command, source))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Failure::Ended { command: show_command(command), status: output.status })
}

/// Whether a program starts and ends with success, silently.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A failure to start `command`.
pub(crate) fn start_failure(command: &Command, source: io::Error) -> Failure {
    Failure::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

/// A command as one would type it.
pub(crate) fn show_command(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::File {
        verb: "read",
        path: path.to_owned(),
        source,
    })
}

/// The sum of two times in a `stat` of `/proc`, by their places after the program's name; the kernel
/// counts in hundredths of a second.
pub(crate) fn processor_time(stat: &str, places: [usize; 2]) -> Result<Duration, Failure> {
    let text = read(Path::new(stat))?;
    // The second field, the program's name, may hold spaces; it ends with the last parenthesis.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    Ok(Duration::from_millis(places.into_iter().map(ticks).sum::<u64>() * 10))
}

/// Writes a file, with the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failure = |source| Failure::File { verb: "write", path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failure)?;
    }
    fs::write(path, text).map_err(failure)
}

/// Removes a folder with all that is in it, if it is there.
pub(crate) fn remove_folder(folder: &Path) -> Result<(), Failure> {
    let failure = |source| Failure::File { verb: "remove", path: folder.to_owned(), source };
    if folder.exists() { fs::remove_dir_all(folder).map_err(failure) } else { Ok(()) }
}

/// Makes a folder that holds nothing, with the folders above it.
pub(crate) fn empty_folder(folder: &Path) -> Result<(), Failure> {
    remove_folder(folder)?;
    let failure = |source| Failure::File { verb: "make", path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failure)
}

/// Every file below a folder, ordered by path; none if there is no such folder. Hidden folders,
/// `target` and `node_modules` are left out, and links are not followed.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        let failure = |source| Failure::File { verb: "list", path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(failure)? {
            let entry = entry.map_err(failure)?;
            let kind = entry.file_type().map_err(failure)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let left_out = name.starts_with('.') || matches!(&*name, "target" | "node_modules");
            if kind.is_dir() && !left_out {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
