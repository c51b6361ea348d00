//! Which lines changed since a revision, as git tells.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use analysis::engine::FunctionOutline;
use analysis::text::{Snapshot, Span};

use super::CommandError;
use crate::history;

/// Changed lines by file, as half-open ranges from 0.
#[derive(Debug, Default)]
pub(super) struct ChangedLines {
    files: HashMap<PathBuf, Vec<(u32, u32)>>,
}

impl ChangedLines {
    /// Asks git, once for each repository that the paths are in, what differs between a revision
    /// and the working tree; files git does not track yet count as changed all over.
    ///
    /// # Errors
    /// [`CommandError::Revision`] when git is missing or does not know the revision.
    pub(super) fn since(revision: &str, paths: &[PathBuf]) -> Result<Self, CommandError> {
        let mut changed = Self::default();
        let mut roots = BTreeSet::new();
        for path in paths {
            let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
            let folder = folder.filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let root = git(revision, folder, &["rev-parse", "--show-toplevel"])?;
            roots.insert(PathBuf::from(root.trim_end_matches(['\n', '\r'])));
        }
        for root in roots {
            refuse_unknown(revision, &root)?;
            changed.add_repository(revision, &root)?;
        }
        Ok(changed)
    }

    fn add_repository(&mut self, revision: &str, root: &Path) -> Result<(), CommandError> {
        let diff = git(
            revision,
            root,
            &[
                "-c",
                "core.quotePath=false",
                "diff",
                "--unified=0",
                "--no-color",
                "--no-ext-diff",
                "--no-textconv",
                "--inter-hunk-context=0",
                "--submodule=short",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                revision,
                "--",
            ],
        )?;
        self.add_diff(root, &diff);
        let untracked = git(revision, root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
        for name in untracked.split('\0').filter(|name| !name.is_empty()) {
            self.files.insert(real(&root.join(name)), vec![(0, u32::MAX)]);
        }
        Ok(())
    }

    fn add_diff(&mut self, root: &Path, diff: &str) {
        let mut current: Option<PathBuf> = None;
        // Lines of a hunk still to come: what stands in them is not the diff's own.
        let mut content = 0;
        for line in diff.split('\n') {
            if line.starts_with("diff --git ") {
                (current, content) = (None, 0);
            } else if content > 0 && line.starts_with(['+', '-']) {
                content -= 1;
            } else if let Some(name) = line.strip_prefix("+++ ") {
                // A name with spaces is followed by a tab.
                let name = unquoted(name.trim_end_matches(['\t', '\r']));
                current = name.strip_prefix("b/").map(|name| real(&root.join(name)));
            } else if let Some(hunk) = line.strip_prefix("@@ ").and_then(Hunk::parse) {
                content = hunk.lines;
                if let Some(file) = &current {
                    self.files.entry(file.clone()).or_default().push(hunk.new);
                }
            }
        }
    }

    /// Whether anything in the file changed.
    pub(super) fn has_file(&self, path: &Path) -> bool {
        !self.files.is_empty() && self.files.contains_key(&real(path))
    }

    /// Whether a span lies in a changed function, or on a changed line outside functions.
    pub(super) fn touch(
        &self,
        path: &Path,
        snapshot: &Snapshot,
        functions: &[FunctionOutline],
        span: Span,
    ) -> bool {
        let Some(ranges) = self.files.get(&real(path)) else { return false };
        let around = functions.iter().find(|function| function.span.contains(span));
        let looked_at = around.map_or(span, |function| function.span);
        let first = snapshot.lines().line_of(looked_at.start);
        let last = snapshot.lines().line_of(looked_at.end);
        ranges.iter().any(|(start, end)| *start <= last && first < *end)
    }
}

/// Says that a repository does not know the revision, before git says so in three lines. What names
/// two revisions, such as `main...`, is left to git.
fn refuse_unknown(revision: &str, root: &Path) -> Result<(), CommandError> {
    let commit = format!("{revision}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
    if revision.contains("..") || git(revision, root, &verify).is_ok() {
        return Ok(());
    }
    let is_shallow = git(revision, root, &["rev-parse", "--is-shallow-repository"])
        .is_ok_and(|answer| answer.trim() == "true");
    let mend = if is_shallow {
        "; the clone is shallow: fetch more of its history, with `fetch-depth: 0` or `git fetch \
         --unshallow`"
    } else {
        ""
    };
    let detail = format!("the repository has no such revision{mend}");
    Err(CommandError::Revision { revision: revision.to_owned(), detail })
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A hunk's header `-a,b +c,d @@`.
struct Hunk {
    /// The new lines, as a half-open range from 0; a pure deletion counts as the lines around it.
    new: (u32, u32),
    /// Lines of the diff that belong to it.
    lines: u32,
}

impl Hunk {
    fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split(' ');
        let (_, old_count) = side(parts.next()?.strip_prefix('-')?)?;
        let (start, count) = side(parts.next()?.strip_prefix('+')?)?;
        let new = match count {
            0 => (start.saturating_sub(1), start + 1),
            _ => (start.saturating_sub(1), start.saturating_sub(1) + count),
        };
        Some(Self { new, lines: old_count + count })
    }
}

/// Start and count of one side of a hunk; a count of one is left out by git.
fn side(text: &str) -> Option<(u32, u32)> {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    Some((start.parse().ok()?, count.parse().ok()?))
}

/// A name as git prints it: in quotes with escapes if it holds a quote or control character.
fn unquoted(name: &str) -> String {
    let Some(quoted) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut result = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            '\\' => match characters.next() {
                Some('t') => Some('\t'),
                Some('n') => Some('\n'),
                other => other,
            },
            other => Some(other),
        };
        result.extend(literal);
    }
    result
}

fn git(revision: &str, folder: &Path, arguments: &[&str]) -> Result<String, CommandError> {
    let failed = |detail: String| CommandError::Revision { revision: revision.to_owned(), detail };
    if revision.starts_with('-') {
        return Err(failed("a revision does not start with `-`".to_owned()));
    }
    let output = history::git(folder, arguments)
        .map_err(|error| failed(format!("git cannot be run: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(said.lines().next().unwrap_or("git failed").to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
