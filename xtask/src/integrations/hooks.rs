//! pre-commit runs our hooks as it does for a user: it clones the repository that has them, makes an
//! environment with what that repository names, and gives it the files of a commit.
//!
//! The wheel with the program is not on the index before a release; the environment finds one made of
//! the program at hand in a folder instead. Everything else is as it will be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Bench, ends_with, must_say, text};
use crate::dist;
use crate::project::{Failure, write};

/// What a repository with our hooks must hold.
const HOOKS: [&str; 2] = [".pre-commit-hooks.yaml", "pyproject.toml"];

const FAULTY: &str = "def f(x):\n    return x <= x\n";
const CLEAN: &str = "def f(x):\n    return x\n";

/// Runs both hooks on code with a bug, and on code without.
pub(super) fn check(bench: &Bench<'_>) -> Result<(), Failure> {
    let hooks = bench.folder("hooks")?;
    for file in HOOKS {
        copy(&bench.project.path(file), &hooks.join(file))?;
    }
    commit(bench, &hooks)?;
    let user = bench.folder("user")?;
    write(&user.join("a.py"), FAULTY)?;
    write(&user.join("notes.md"), "Nothing to look at.\n")?;
    let wheels = make_wheel(bench)?;
    for hook in ["omnistack", "omnistack-system"] {
        write(&user.join("a.py"), FAULTY)?;
        write(&user.join(".pre-commit-config.yaml"), &configuration(&hooks, hook))?;
        commit(bench, &user)?;
        let said = ends_with(&mut pre_commit(bench, &user, &wheels), 1)?;
        must_say(&said, "a.py:2:12: error[bug/self-comparison]")?;
        must_say(&said, "exit code: 1")?;
        write(&user.join("a.py"), CLEAN)?;
        commit(bench, &user)?;
        must_say(&ends_with(&mut pre_commit(bench, &user, &wheels), 0)?, "Passed")?;
    }
    Ok(())
}

fn configuration(hooks: &Path, hook: &str) -> String {
    format!("repos:\n  - repo: {}\n    rev: main\n    hooks:\n      - id: {hook}\n", text(hooks))
}

fn pre_commit(bench: &Bench<'_>, folder: &Path, wheels: &Path) -> Command {
    let mut command = bench.reader("pre-commit");
    command.args(["run", "--all-files", "--color", "never"]).current_dir(folder);
    command.env("PRE_COMMIT_HOME", bench.scratch.join("pre-commit"));
    command.env("PIP_FIND_LINKS", wheels).env("OMNISTACK_PREDICT_ENABLED", "false");
    // The hook that takes what is installed finds ours first.
    let ours = bench.program.parent().unwrap_or(Path::new("."));
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{}:{path}", text(ours), text(&bench.readers)));
    command
}

/// Commits all there is on the branch `main`.
fn commit(bench: &Bench<'_>, folder: &Path) -> Result<(), Failure> {
    let git = |arguments: &[&str]| {
        let mut git = bench.project.command("git");
        git.current_dir(folder);
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(arguments);
        ends_with(&mut git, 0)
    };
    git(&["init", "--quiet", "--initial-branch", "main"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--allow-empty", "--message", "a commit"]).map(drop)
}

/// A wheel of the program at hand, with the names that maturin gives.
fn make_wheel(bench: &Bench<'_>) -> Result<PathBuf, Failure> {
    let version = dist::version(bench.project)?;
    let (content, wheels) = (bench.folder("wheel")?, bench.folder("wheels")?);
    let scripts = content.join(format!("omnistack_lsp-{version}.data/scripts"));
    fs::create_dir_all(&scripts).map_err(|source| failure("make", &scripts, source))?;
    copy(&bench.program, &scripts.join("omnistack-lsp"))?;
    let about = content.join(format!("omnistack_lsp-{version}.dist-info"));
    let metadata = format!("Metadata-Version: 2.1\nName: omnistack-lsp\nVersion: {version}\n");
    write(&about.join("METADATA"), &metadata)?;
    let platform = "import sysconfig; print(sysconfig.get_platform().replace('-', '_'))";
    let platform = ends_with(bench.reader("python").args(["-c", platform]), 0)?;
    let tag = format!("py3-none-{}", platform.trim().replace('.', "_"));
    let kind =
        format!("Wheel-Version: 1.0\nGenerator: xtask\nRoot-Is-Purelib: false\nTag: {tag}\n");
    write(&about.join("WHEEL"), &kind)?;
    let mut pack = bench.reader("python");
    pack.args(["-m", "wheel", "pack", "--dest-dir", &text(&wheels), &text(&content)]);
    ends_with(&mut pack, 0)?;
    Ok(wheels)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|source| failure("copy", from, source))
}

fn failure(verb: &'static str, path: &Path, source: std::io::Error) -> Failure {
    Failure::File { verb, path: path.to_owned(), source }
}
