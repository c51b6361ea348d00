//! The checked files as each other's surroundings.
//!
//! Each file is analysed once, alone, and summarised on the way. When all summaries are there, those
//! few files are analysed again in which a call of another file's function looks odd: what was found
//! in the others would not change. The outcome depends on the files only, not on their order or on
//! which thread is faster.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::context::{Resolver, Summary, Suspects, WorkspaceIndex, may_matter};
use analysis::engine::Workspace;
use analysis::languages::Language;

use crate::workspace::Manifests;

/// What is known of the other files while one is analysed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Surroundings<'a> {
    /// Nothing yet: it is to be summarised.
    Unread,
    /// All files' summaries.
    Read(&'a WorkspaceIndex),
}

impl<'a> Surroundings<'a> {
    /// The same for the engine, for a file whose path the index keeps like this.
    pub(super) fn workspace(self, path: &'a str) -> Workspace<'a> {
        match self {
            Self::Unread => Workspace::Unread,
            Self::Read(index) => Workspace::Read { index, path },
        }
    }
}

/// The index of summarised files.
pub(super) fn index<'a>(
    files: &'a [(PathBuf, Language)],
    summaries: impl Iterator<Item = Option<&'a Arc<Summary>>>,
) -> WorkspaceIndex {
    let mut index = WorkspaceIndex::default();
    let mut manifests = Manifests::default();
    for ((path, _), summary) in files.iter().zip(summaries) {
        manifests.add_around(path, &mut index);
        if let Some(summary) = summary {
            index.insert(&path.to_string_lossy(), Arc::clone(summary));
        }
    }
    index
}

/// Whether a file has to be analysed again now that the others are known.
pub(super) fn is_affected(
    resolver: &Resolver<'_>,
    suspects: &Suspects<'_>,
    path: &Path,
    summary: &Summary,
) -> bool {
    may_matter(resolver, suspects, &path.to_string_lossy(), summary)
}
