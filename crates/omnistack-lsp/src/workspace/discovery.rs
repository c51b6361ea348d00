//! Finding the source files below the paths a user names.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use analysis::languages::Language;
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::source_file::{Skip, SkipReason, display_path, is_executable, language_of};

/// What lies below the named paths.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Source files with their languages, in the order of their paths.
    pub files: Vec<(PathBuf, Language)>,
    /// Those of them that lie outside all that was named: a link led there.
    pub outside: HashSet<PathBuf>,
    /// What could not be looked into.
    pub skipped: Vec<Skip>,
}

/// Walks `roots`. Folders are searched for files of known languages, leaving out hidden ones and
/// what `.gitignore` files name; a root that is a file is taken whatever they say. What is neither,
/// as a pipe or a device, is skipped: reading it could take for ever. Links are followed, but for
/// those to a folder around a root, where all that lies beside the root would be found, too.
pub fn discover(roots: &[PathBuf], threads: usize) -> Discovered {
    let mut found = Discovered::default();
    let mut folders = Vec::new();
    for root in roots {
        match root.metadata() {
            Ok(metadata) if metadata.is_file() => {
                let language = language_of(root);
                found.files.extend(language.map(|language| (root.clone(), language)));
            }
            Ok(metadata) if !metadata.is_dir() => {
                let detail = "neither a file nor a folder; name a file with source text";
                found.skipped.push(Skip::new(root, SkipReason::Unreadable, detail));
            }
            // The walk also tells why there is nothing to see.
            _ => folders.push(root),
        }
    }
    let real_roots: Vec<PathBuf> = roots.iter().filter_map(|it| it.canonicalize().ok()).collect();
    let Some((first, others)) = folders.split_first() else { return ordered(found, &real_roots) };
    let mut walk = WalkBuilder::new(first);
    for other in others {
        walk.add(other);
    }
    let shared = Arc::new(Mutex::new(found));
    let (above, skips) = (Above::of(&folders), Arc::clone(&shared));
    walk.require_git(false).follow_links(true).threads(threads).filter_entry(move |entry| {
        let Some(target) = above.target(entry) else { return true };
        let detail = format!("links back to {}", display_path(target));
        let skip = Skip::new(entry.path(), SkipReason::SymlinkLoop, detail);
        locked(&skips).skipped.push(skip);
        false
    });
    walk.build_parallel().run(|| {
        Box::new(|entry| {
            visit(entry, &shared);
            WalkState::Continue
        })
    });
    let found = std::mem::take(&mut *locked(&shared));
    ordered(found, &real_roots)
}

fn locked(found: &Mutex<Discovered>) -> MutexGuard<'_, Discovered> {
    found.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The folders around those that are walked.
#[derive(Debug)]
pub(super) struct Above(HashSet<PathBuf>);

impl Above {
    pub(super) fn of(roots: &[impl AsRef<Path>]) -> Self {
        let real = roots.iter().filter_map(|it| it.as_ref().canonicalize().ok());
        let around = |it: PathBuf| it.ancestors().skip(1).map(Path::to_owned).collect::<Vec<_>>();
        Self(real.flat_map(around).collect())
    }

    /// Which of the folders a link leads to, if it does.
    pub(super) fn target(&self, entry: &DirEntry) -> Option<&Path> {
        if entry.depth() == 0 || !entry.path_is_symlink() {
            return None;
        }
        let target = entry.path().canonicalize().ok()?;
        self.0.get(&target).map(PathBuf::as_path)
    }
}

/// Whether a walk of a folder would come to a file: only the folders on the way are looked into.
pub fn is_discoverable(root: &Path, file: &Path) -> bool {
    let (wanted, above) = (file.to_owned(), Above::of(&[root]));
    let walk = WalkBuilder::new(root)
        .require_git(false)
        .follow_links(true)
        .filter_entry(move |entry| {
            wanted.starts_with(entry.path()) && above.target(entry).is_none()
        })
        .build();
    walk.flatten().any(|entry| entry.path() == file)
}

fn visit(entry: Result<DirEntry, ignore::Error>, found: &Mutex<Discovered>) {
    match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
            let path = entry.path();
            // A script without an extension is known by its first line, if it is meant to be run.
            let may_tell = path.extension().is_some() || is_executable(path);
            if let Some(language) = may_tell.then(|| language_of(path)).flatten() {
                locked(found).files.push((path.to_owned(), language));
            }
        }
        Ok(_) => {}
        Err(error) => {
            let skip = skip_of(&error, Path::new(""));
            locked(found).skipped.push(skip);
        }
    }
}

/// What an error of the walk says, and about which path.
fn skip_of(error: &ignore::Error, path: &Path) -> Skip {
    match error {
        ignore::Error::WithPath { path, err } => skip_of(err, path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            skip_of(err, path)
        }
        ignore::Error::Loop { child, ancestor } => {
            let detail = format!("links back to {}", display_path(ancestor));
            Skip::new(child, SkipReason::SymlinkLoop, detail)
        }
        ignore::Error::Io(error) if is_loop(error) => {
            Skip::new(path, SkipReason::SymlinkLoop, "links back to itself")
        }
        other => Skip::new(path, SkipReason::Unreadable, format!("cannot be read: {other}")),
    }
}

/// Whether a link leads back to itself. The kind has no name in the stable library yet, but it is
/// printed.
fn is_loop(error: &std::io::Error) -> bool {
    format!("{:?}", error.kind()) == "FilesystemLoop"
}

/// Orders the files and leaves out those reached twice, by links or by overlapping roots: the path
/// without links is kept. Those that lie in or at none of the real roots are marked.
fn ordered(mut found: Discovered, real_roots: &[PathBuf]) -> Discovered {
    let mut real: HashMap<PathBuf, (bool, PathBuf, Language)> = HashMap::new();
    for (path, language) in found.files {
        let target = path.canonicalize().unwrap_or_else(|_| path.clone());
        let is_link = !is_end_of(&path, &target);
        let candidate = (is_link, path, language);
        let best = real.entry(target).or_insert_with(|| candidate.clone());
        if (candidate.0, &candidate.1) < (best.0, &best.1) {
            *best = candidate;
        }
    }
    let is_outside = |target: &PathBuf| !real_roots.iter().any(|root| target.starts_with(root));
    let outside = real.iter().filter(|(target, _)| is_outside(target));
    found.outside = outside.map(|(_, (_, path, _))| path.clone()).collect();
    found.files = real.into_values().map(|(_, path, language)| (path, language)).collect();
    found.files.sort_by(|a, b| a.0.cmp(&b.0));
    found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Whether `target` ends with all the named parts of `path`, as it does where no part is a link.
pub(super) fn is_end_of(path: &Path, target: &Path) -> bool {
    let named: PathBuf =
        path.components().filter(|it| matches!(it, Component::Normal(_))).collect();
    target.ends_with(named)
}
