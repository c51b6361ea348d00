//! Configuration: which settings hold for a file, from where they come, and what is wrong with
//! them.
//!
//! Settings come in layers, later ones over earlier ones: the user's file, the nearest
//! `omnistack.toml` above the source file with the files it extends, the editor's settings, the
//! environment, and the flags. [`files`] finds and reads the files, [`settings`] makes the engine's
//! [`Configuration`] of the layers, [`Configurations`] keeps the answers by folder.

mod files;
mod settings;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use analysis::configuration::Configuration;

pub use files::FILE_NAME;
pub use settings::{Layer, resolve};

/// The settings of one file.
#[derive(Clone, Debug)]
pub struct FileConfiguration {
    /// For the engine.
    pub configuration: Arc<Configuration>,
    /// Whether a configuration file says to leave the file out.
    pub is_excluded: bool,
    /// Fingerprints of predictions that somebody dismissed.
    pub dismissed: Arc<HashSet<String>>,
}

/// Answers which settings hold for a file. Reads a folder's configuration files once.
#[derive(Debug, Default)]
pub struct Configurations {
    /// A configuration file to use instead of the nearest ones.
    only: Option<PathBuf>,
    before: Vec<Layer>,
    after: Vec<Layer>,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
}

/// What holds in a folder.
#[derive(Debug)]
struct Folder {
    layers: Vec<Layer>,
    problems: Vec<String>,
    dismissed: Arc<HashSet<String>>,
    /// Configurations by the entries for paths that apply.
    by_entries: Mutex<HashMap<Vec<bool>, Arc<Configuration>>>,
}

impl Configurations {
    /// With layers from elsewhere over those of files: the editor's, the environment's, the
    /// flags'. With `only`, that file is read instead of the nearest ones and the user's.
    pub fn new(after: Vec<Layer>, only: Option<PathBuf>) -> Self {
        let before = if only.is_some() { Vec::new() } else { files::of_user() };
        Self { only, before, after, folders: Mutex::default() }
    }

    /// What the environment sets.
    pub fn environment() -> Layer {
        settings::of_environment(|name| std::env::var(name).ok())
    }

    /// The settings of a file.
    pub fn for_file(&self, path: &Path) -> FileConfiguration {
        let folder = self.folder_of(path);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut entries = settings::matching_entries(&folder.layers, &path);
        let is_test = is_test_path(&path);
        entries.push(is_test);
        let mut known = folder.by_entries.lock().unwrap_or_else(PoisonError::into_inner);
        let configuration = known.entry(entries).or_insert_with_key(|entries| {
            let configuration = settings::resolve_with(&folder.layers, entries).0;
            Arc::new(if is_test { configuration.softened() } else { configuration })
        });
        FileConfiguration {
            configuration: Arc::clone(configuration),
            is_excluded: settings::is_excluded(&folder.layers, &path),
            dismissed: Arc::clone(&folder.dismissed),
        }
    }

    /// What is wrong with the settings that hold for a file, a sentence each.
    pub fn problems(&self, path: &Path) -> Vec<String> {
        self.folder_of(path).problems.clone()
    }

    /// What is wrong with any settings read so far, each sentence once.
    pub fn all_problems(&self) -> Vec<String> {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut problems: Vec<String> =
            folders.values().flat_map(|folder| folder.problems.iter().cloned()).collect();
        problems.sort();
        problems.dedup();
        problems
    }

    fn folder_of(&self, path: &Path) -> Arc<Folder> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders.get(folder) {
            return Arc::clone(known);
        }
        let file = match &self.only {
            Some(file) => Some(file.clone()),
            None => files::nearest(folder),
        };
        let (of_files, mut problems) = file.map(|file| files::read(&file)).unwrap_or_default();
        let layers: Vec<Layer> =
            self.before.iter().cloned().chain(of_files).chain(self.after.iter().cloned()).collect();
        let (_, wrong) = settings::resolve(&layers);
        problems.extend(wrong);
        let (dismissed, damaged) = crate::dismissed::of_folder(folder);
        problems.extend(damaged);
        let dismissed = Arc::new(dismissed);
        let by_entries = Mutex::default();
        let found = Arc::new(Folder { layers, problems, dismissed, by_entries });
        folders.insert(folder.to_owned(), Arc::clone(&found));
        found
    }
}

/// Whether a path names test code, as the languages' tools expect it to be named.
fn is_test_path(path: &Path) -> bool {
    const FOLDERS: [&str; 5] = ["test", "tests", "__tests__", "spec", "testing"];
    let is_folder = |part: &std::ffi::OsStr| FOLDERS.iter().any(|known| part == *known);
    let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or("");
    let is_file = stem.starts_with("test_")
        || ["_test", ".test", ".spec", "_spec", "Test", "Tests"]
            .iter()
            .any(|it| stem.ends_with(it));
    is_file || path.parent().is_some_and(|folder| folder.iter().any(is_folder))
}
