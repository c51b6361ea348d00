//! What version control holds of a file. A function that differs from it was changed lately, and
//! changed code has far more fresh bugs than code that has stood for years.
//!
//! Git is asked when a document is first looked at, never while somebody types.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A file in the newest revision of its repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// There is no repository, no revision in it yet, no git, or git is told to ignore the file.
    Unknown,
    /// The repository does not hold the file yet.
    New,
    /// The file's text as the repository holds it, with line ends as in the working tree.
    Text(String),
}

/// Asks git for a file as the newest revision has it. `present` is its text now.
pub fn head(path: &Path, present: &str) -> Head {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|it| it.to_str()))
    else {
        return Head::Unknown;
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if let Some(blob) = succeeded(folder, &["cat-file", "blob", &format!("HEAD:./{name}")]) {
        let text = String::from_utf8_lossy(&blob.stdout).into_owned();
        return Head::Text(with_line_ends_of(present, text));
    }
    let is_tracking =
        succeeded(folder, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).is_some();
    let is_ignored = || succeeded(folder, &["check-ignore", "--quiet", "--", name]).is_some();
    if is_tracking && !is_ignored() { Head::New } else { Head::Unknown }
}

/// Whether a file that the newest revision does not hold is to be part of the next: git tracks it.
pub fn is_added(path: &Path) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|it| it.to_str()))
    else {
        return false;
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    succeeded(folder, &["ls-files", "--error-unmatch", "--", name]).is_some()
}

/// Git may store other line ends than the working tree has.
fn with_line_ends_of(present: &str, text: String) -> String {
    if present.contains("\r\n") && !text.contains("\r\n") {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

/// What git printed, if it succeeded.
fn succeeded(folder: &Path, arguments: &[&str]) -> Option<Output> {
    git(folder, arguments).ok().filter(|output| output.status.success())
}

/// Runs git in a folder. The program that a repository's settings may name to watch its files is
/// not run: nobody asked for more than to look at them.
///
/// # Errors
/// The operating system's, when git cannot be run.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false"]).args(arguments);
    command.stdin(Stdio::null()).output()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn run(folder: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"];
        let done =
            Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).output();
        assert!(done.unwrap().status.success());
    }

    #[test]
    fn the_newest_revision_tells() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        assert_eq!(head(&file("a.py"), ""), Head::Unknown);
        run(folder.path(), &["init", "--quiet"]);
        std::fs::write(file("a.py"), "x = 1\n").unwrap();
        std::fs::write(file(".gitignore"), "made.py\n").unwrap();
        assert_eq!(head(&file("a.py"), "x = 1\n"), Head::Unknown, "no revision yet");
        run(folder.path(), &["add", "a.py"]);
        run(folder.path(), &["commit", "--quiet", "-m", "first"]);
        assert_eq!(head(&file("a.py"), "x = 2\n"), Head::Text("x = 1\n".to_owned()));
        assert_eq!(head(&file("a.py"), "x = 2\r\n"), Head::Text("x = 1\r\n".to_owned()));
        assert_eq!(head(&file("b.py"), ""), Head::New);
        std::fs::write(file("b.py"), "x = 1\n").unwrap();
        assert!(!is_added(&file("b.py")));
        run(folder.path(), &["add", "b.py"]);
        assert!(is_added(&file("b.py")));
        assert_eq!(head(&file("made.py"), ""), Head::Unknown);
    }
}
