//! Which lines changed since a revision, as git tells.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use analysis::engine::FunctionOutline;
use analysis::text::{Snapshot, Span};

use super::CommandError;

/// Changed lines by file, as half-open ranges from 0.
#[derive(Debug, Default)]
pub(super) struct ChangedLines {
    files: HashMap<PathBuf, Vec<(u32, u32)>>,
}

impl ChangedLines {
    /// Asks git, once for the whole run, what differs between a revision and the working tree;
    /// files git does not track yet count as changed all over.
    ///
    /// # Errors
    /// [`CommandError::Revision`] when git is missing or does not know the revision.
    pub(super) fn since(revision: &str) -> Result<Self, CommandError> {
        let git = |arguments: &[&str]| git(revision, arguments);
        let root = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?.trim_end());
        let diff = git(&[
            "-c",
            "core.quotePath=false",
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            revision,
            "--",
        ])?;
        let mut changed = Self::parse(&root, &diff);
        let untracked =
            git(&["ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":/"])?;
        for name in untracked.split('\0').filter(|name| !name.is_empty()) {
            changed.files.insert(real(&root.join(name)), vec![(0, u32::MAX)]);
        }
        Ok(changed)
    }

    fn parse(root: &Path, diff: &str) -> Self {
        let mut changed = Self::default();
        let mut current: Option<PathBuf> = None;
        for line in diff.lines() {
            if let Some(name) = line.strip_prefix("+++ ") {
                // A name with spaces is followed by a tab.
                let name = name.split('\t').next().unwrap_or(name);
                current = name.strip_prefix("b/").map(|name| real(&root.join(name)));
            } else if let Some((hunk, file)) = line.strip_prefix("@@ ").zip(current.as_ref()) {
                if let Some(range) = hunk_lines(hunk) {
                    changed.files.entry(file.clone()).or_default().push(range);
                }
            }
        }
        changed
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

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The new lines of a hunk header `-a,b +c,d @@`; a pure deletion counts as the line it follows.
fn hunk_lines(header: &str) -> Option<(u32, u32)> {
    let new = header.split_whitespace().find_map(|part| part.strip_prefix('+'))?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    let (start, count): (u32, u32) = (start.parse().ok()?, count.parse().ok()?);
    let first = start.saturating_sub(1);
    Some((first, first + count.max(1)))
}

fn git(revision: &str, arguments: &[&str]) -> Result<String, CommandError> {
    let failed = |detail: String| CommandError::Revision { revision: revision.to_owned(), detail };
    if revision.starts_with('-') {
        return Err(failed("a revision does not start with `-`".to_owned()));
    }
    let output = Command::new("git").args(arguments).output();
    let output = output.map_err(|error| failed(format!("git cannot be run: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(said.lines().next().unwrap_or("git failed").to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
