//! Which source files there are, and when each was changed: what one look at the folders sees, to be
//! compared with the last one. Nothing is read but the folders and `.gitignore` files.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use analysis::languages::Language;
use ignore::{DirEntry, WalkBuilder};

use super::discovery::{Above, is_end_of};
use super::source_file::is_executable;

/// What tells one state of a file from the next.
pub type Stamp = (SystemTime, u64);

/// The state of a file as it is now; nothing if there is no file.
pub fn stamp(file: &Path) -> Option<Stamp> {
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The files below folders that [`super::discover`] finds there, or would if it looked into those
/// without an extension; nothing when `goes_on` says no on the way.
pub fn survey(
    folders: &[PathBuf],
    mut goes_on: impl FnMut() -> bool,
) -> Option<BTreeMap<PathBuf, Stamp>> {
    let Some((first, others)) = folders.split_first() else { return Some(BTreeMap::new()) };
    let mut walk = WalkBuilder::new(first);
    for other in others {
        walk.add(other);
    }
    let above = Above::of(folders);
    walk.require_git(false).follow_links(true);
    walk.filter_entry(move |entry| above.target(entry).is_none());
    let mut real_folders = HashMap::new();
    // By the path without links, as a file may be come to by several.
    let mut found: HashMap<PathBuf, (bool, PathBuf, Stamp)> = HashMap::new();
    for entry in walk.build() {
        if !goes_on() {
            return None;
        }
        let Some((path, stamp)) = entry.ok().as_ref().and_then(source) else { continue };
        let Some(target) = real(&path, &mut real_folders) else { continue };
        let candidate = (!is_end_of(&path, &target), path, stamp);
        let best = found.entry(target).or_insert_with(|| candidate.clone());
        if (candidate.0, &candidate.1) < (best.0, &best.1) {
            *best = candidate;
        }
    }
    Some(found.into_values().map(|(_, path, stamp)| (path, stamp)).collect())
}

/// A file that may hold source text, and its state.
fn source(entry: &DirEntry) -> Option<(PathBuf, Stamp)> {
    let path = entry.path();
    let may_be = match path.extension() {
        Some(_) => Language::from_path(path).is_some(),
        None => entry.file_type().is_some_and(|it| it.is_file()) && is_executable(path),
    };
    if !may_be {
        return None;
    }
    Some((path.to_owned(), stamp(path)?))
}

/// The path without links; the folders' own are looked up once.
fn real(path: &Path, folders: &mut HashMap<PathBuf, Option<PathBuf>>) -> Option<PathBuf> {
    if path.is_symlink() {
        return path.canonicalize().ok();
    }
    let (folder, name) = (path.parent()?, path.file_name()?);
    let known = folders.entry(folder.to_owned()).or_insert_with(|| folder.canonicalize().ok());
    Some(known.as_ref()?.join(name))
}
