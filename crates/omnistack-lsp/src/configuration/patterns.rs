//! Patterns of paths, as settings hold them, and where they start.
//!
//! A pattern in a file starts from the folder of that file, if the source file is below it. One that
//! stands elsewhere (in the user's own file, the editor's settings, a variable, a flag, a file that is
//! extended from afar) starts from the workspace's folder that holds the source file.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// `tests/**` and `*.py` mean what they mean in `.gitignore`: a pattern without a slash holds at any
/// depth, and a folder stands for all below it.
pub(super) fn glob(pattern: &str) -> Option<GlobMatcher> {
    built(pattern, "")
}

/// The same for paths of which nobody knows where they start.
fn anywhere(pattern: &str) -> Option<GlobMatcher> {
    built(pattern, "**/")
}

/// A pattern with a slash, after this beginning.
fn built(pattern: &str, beginning: &str) -> Option<GlobMatcher> {
    let anchored = pattern.trim_start_matches("./");
    let rest = anchored.trim_start_matches('/');
    let pattern = match (anchored.trim_end_matches('/').contains('/'), anchored.ends_with('/')) {
        (false, false) => format!("**/{anchored}"),
        (false, true) => format!("**/{anchored}**"),
        (true, true) => format!("{beginning}{rest}**"),
        (true, false) => format!("{beginning}{rest}"),
    };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}

/// A source file, as patterns see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Its path, which is absolute.
    pub(super) path: &'a Path,
    /// The workspace's folders, absolute too.
    pub(super) roots: &'a [PathBuf],
}

impl<'a> Place<'a> {
    /// The path from where patterns start that stand in a file of this folder, or in none: one for
    /// each of the workspace's folders around it.
    fn starts(&self, folder: Option<&Path>) -> Vec<&'a Path> {
        match folder.and_then(|it| self.path.strip_prefix(it).ok()) {
            Some(below) => vec![below],
            None => self.of_roots(),
        }
    }

    fn of_roots(&self) -> Vec<&'a Path> {
        self.roots.iter().filter_map(|it| self.path.strip_prefix(it).ok()).collect()
    }

    /// Whether a pattern is for the file.
    pub(super) fn fits(&self, pattern: &str, folder: Option<&Path>) -> bool {
        let starts = self.starts(folder);
        if starts.is_empty() {
            return anywhere(pattern).is_some_and(|it| it.is_match(self.path));
        }
        glob(pattern).is_some_and(|it| starts.iter().any(|start| it.is_match(start)))
    }

    /// Whether a pattern may be meant for the file: it is, from this folder or from one of the
    /// workspace's; or it names a folder around the file; or it is an absolute path. So nothing gets
    /// out because a pattern was written in another place than one would think.
    pub(super) fn may_fit(&self, pattern: &str, folder: Option<&Path>) -> bool {
        let is_around =
            |path: &Path, glob: &GlobMatcher| path.ancestors().any(|it| glob.is_match(it));
        let mut starts = self.starts(folder);
        if starts.is_empty() {
            return anywhere(pattern).is_some_and(|it| is_around(self.path, &it));
        }
        starts.extend(self.of_roots());
        if pattern.starts_with('/') {
            let top = self.path.ancestors().last();
            starts.extend(top.and_then(|it| self.path.strip_prefix(it).ok()));
        }
        glob(pattern).is_some_and(|glob| starts.iter().any(|it| is_around(it, &glob)))
    }

    /// Whether a pattern is for the file, wherever it starts.
    pub(super) fn surely_fits(&self, pattern: &str, folder: Option<&Path>) -> bool {
        let mut starts = self.starts(folder);
        if starts.is_empty() {
            starts.push(self.path);
        }
        glob(pattern).is_some_and(|it| starts.iter().all(|start| it.is_match(start)))
    }
}
