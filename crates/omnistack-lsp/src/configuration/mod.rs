//! Configuration: which settings hold for a file, from where they come, and what is wrong with
//! them.
//!
//! [`settings`] defines the settings, from which [`schema`] makes their JSON Schemas. Settings come
//! in [`layers`], later ones over earlier ones: the user's file, the nearest `omnistack.toml` above
//! the source file with the files it extends, the editor's settings, the environment, and the flags.
//! [`files`] finds and [`text`] reads the files, [`environment`] the variables; each layer passes
//! [`checking`] when it is made, and what is wrong becomes [`problems`]. [`Configurations`] keeps the
//! answers by folder.

mod checking;
mod environment;
mod files;
mod layers;
mod patterns;
mod problems;
pub mod reference;
pub mod schema;
pub mod settings;
pub mod shown;
mod starter;
mod text;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use analysis::configuration::Configuration;

pub use files::FILE_NAME;
pub use layers::Layer;
pub use problems::{Mistake, Problem, Source};
pub use settings::Settings;
pub use starter::{Starter, starter};

/// The settings of one file.
#[derive(Clone, Debug)]
pub struct FileConfiguration {
    /// For the engine.
    pub configuration: Arc<Configuration>,
    /// All settings.
    pub settings: Arc<Settings>,
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
    /// The environment that is active.
    environment: Option<Arc<str>>,
    before: Vec<Layer>,
    after: Vec<Layer>,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
}

/// What holds in a folder.
#[derive(Debug)]
struct Folder {
    layers: Vec<Layer>,
    /// What is wrong beside the settings.
    notes: Vec<String>,
    dismissed: Arc<HashSet<String>>,
    /// What holds, by the entries for paths that apply.
    by_entries: Mutex<HashMap<Vec<bool>, Resolved>>,
}

#[derive(Clone, Debug)]
struct Resolved {
    settings: Arc<Settings>,
    configuration: Arc<Configuration>,
}

impl Folder {
    fn problems(&self) -> impl Iterator<Item = String> {
        let of_layers = self.layers.iter().flat_map(|it| &it.problems).map(ToString::to_string);
        of_layers.chain(self.notes.iter().cloned())
    }
}

impl Configurations {
    /// With layers from elsewhere over those of files: the editor's, the environment's, the
    /// flags'. With `only`, that file is read instead of the nearest ones and the user's.
    pub fn new(after: Vec<Layer>, only: Option<PathBuf>) -> Self {
        let environment = environment::active(variable);
        let of_user = if only.is_some() { None } else { files::of_user() };
        let before = of_user.map(|file| files::read(Source::User(file), environment.as_ref()));
        let before = before.unwrap_or_default();
        Self { only, environment, before, after, folders: Mutex::default() }
    }

    /// What the environment sets.
    pub fn environment() -> Layer {
        environment::layer(variable)
    }

    /// The settings of a file.
    pub fn for_file(&self, path: &Path) -> FileConfiguration {
        let folder = self.folder_of(path);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut entries = layers::matching_entries(&folder.layers, &path);
        let is_test = is_test_path(&path);
        entries.push(is_test);
        let mut known = folder.by_entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Resolved { settings, configuration } = known
            .entry(entries)
            .or_insert_with_key(|entries| {
                let fragments = layers::fragments(&folder.layers, entries);
                let (settings, configuration) = layers::resolve(&fragments);
                let is_soft = is_test && settings.features.soft_tests;
                let configuration = if is_soft { configuration.softened() } else { configuration };
                let (settings, configuration) = (Arc::new(settings), Arc::new(configuration));
                Resolved { settings, configuration }
            })
            .clone();
        FileConfiguration {
            configuration,
            settings,
            is_excluded: layers::is_excluded(&folder.layers, &path),
            dismissed: Arc::clone(&folder.dismissed),
        }
    }

    /// The settings that hold in a folder, but for entries for paths: those of a session, in its
    /// first folder.
    pub fn for_folder(&self, folder: &Path) -> Arc<Settings> {
        let folder = self.folder_of(&folder.join(FILE_NAME));
        let fragments = layers::fragments(&folder.layers, &[]);
        Arc::new(layers::resolve(&fragments).0)
    }

    /// The environment that is active.
    pub fn active_environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// The files that settings of a file come from, earlier ones first.
    pub fn files(&self, path: &Path) -> Vec<PathBuf> {
        let folder = self.folder_of(path);
        folder.layers.iter().filter_map(|it| it.source.file()).map(Path::to_owned).collect()
    }

    /// What is wrong with the settings that hold for a file, a sentence each.
    pub fn problems(&self, path: &Path) -> Vec<String> {
        self.folder_of(path).problems().collect()
    }

    /// What is wrong with any settings read so far, each sentence once.
    pub fn all_problems(&self) -> Vec<String> {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut problems: Vec<String> =
            folders.values().flat_map(|folder| folder.problems().collect::<Vec<_>>()).collect();
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
        let file = self.only.clone().or_else(|| files::nearest(folder));
        let of_files = file.map(|file| files::read(Source::File(file), self.environment.as_ref()));
        let mut layers = self.before.clone();
        layers.extend(of_files.into_iter().flatten());
        layers.extend(self.after.iter().cloned());
        let (dismissed, damaged) = crate::dismissed::of_folder(folder);
        let found = Arc::new(Folder {
            layers,
            notes: damaged.into_iter().collect(),
            dismissed: Arc::new(dismissed),
            by_entries: Mutex::default(),
        });
        folders.insert(folder.to_owned(), Arc::clone(&found));
        found
    }
}

/// A variable of the process's environment.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
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
