//! Configuration: which settings hold for a file, from where they come, and what is wrong with
//! them.
//!
//! [`settings`] defines the settings, from which [`schema`] makes their JSON Schemas. Settings come
//! in [`layers`], later ones over earlier ones: the user's file, the nearest `omnistack.toml` above
//! the source file with the files it extends, the editor's settings, the environment, and the flags.
//! [`files`] finds and [`text`] reads the files, [`environment`] the variables; each layer passes
//! [`checking`] when it is made, and what is wrong becomes [`problems`]. [`Configurations`] keeps the
//! answers by folder; [`supposing`] tells what another text of a file would make of them.

mod checking;
mod environment;
mod files;
mod layers;
mod own_rules;
mod patterns;
mod problems;
pub mod reference;
pub mod remote;
mod reports;
mod resolving;
pub mod schema;
pub mod settings;
pub mod shown;
mod starter;
mod supposing;
pub mod telemetry;
mod text;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use analysis::configuration::Configuration;

use crate::own_rules::{OwnRules, Places};

pub use files::FILE_NAME;
pub use layers::Layer;
use patterns::Place;
pub use problems::{Mistake, Problem, Source};
pub use remote::{RemoteSettings, resolved};
pub use reports::{Fault, FileReport};
pub use settings::Settings;
pub use starter::{Starter, starter};
pub use supposing::{Entry, Supposed};
pub use telemetry::TelemetrySettings;

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

/// What holds in a session beside files.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionLayers {
    /// What the editor set.
    pub editor: Layer,
    /// What it set for some folders, instead.
    pub by_folder: Vec<(PathBuf, Layer)>,
    /// What holds over that.
    pub after: Vec<Layer>,
    /// Whether the workspace's files may name paths and hosts.
    pub is_trusted: bool,
    /// The workspace's folders.
    pub roots: Vec<PathBuf>,
}

impl Default for SessionLayers {
    fn default() -> Self {
        let (editor, by_folder, after, roots) = (Layer::default(), vec![], vec![], vec![]);
        Self { editor, by_folder, after, is_trusted: true, roots }
    }
}

/// Answers which settings hold for a file. Reads configuration files once.
#[derive(Debug, Default)]
pub struct Configurations {
    /// A configuration file to use instead of the nearest ones.
    only: Option<PathBuf>,
    /// The environment that is active.
    environment: Option<Arc<str>>,
    before: Vec<Layer>,
    session: SessionLayers,
    /// The folders that patterns start from which stand in no folder above a file, as they are named
    /// and with links followed.
    starts: Vec<PathBuf>,
    /// Which files may be sent to a team server, by what they are called and where they are.
    sent: Mutex<HashMap<(PathBuf, PathBuf), bool>>,
    known: Mutex<Known>,
    /// How many sets of files were read.
    reads: AtomicU64,
}

/// What was asked for before.
#[derive(Debug, Default)]
struct Known {
    own_rules: HashMap<Places, Arc<OwnRules>>,
    folders: HashMap<PathBuf, Arc<Folder>>,
    by_files: HashMap<Files, Arc<Folder>>,
}

/// What tells one folder's settings from another's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Files {
    settings: Option<PathBuf>,
    dismissed: Option<PathBuf>,
    /// Where rules of users are, but for packs.
    rules: Places,
    /// The folder that the editor has settings for.
    scope: Option<PathBuf>,
}

/// What holds in a folder.
#[derive(Debug)]
struct Folder {
    layers: Vec<Layer>,
    /// What is wrong beside the settings.
    notes: Vec<String>,
    dismissed: Arc<HashSet<String>>,
    own_rules: Arc<OwnRules>,
    /// What holds, by the entries for paths that apply, and by the rules of users that do.
    by_entries: Mutex<HashMap<Vec<bool>, Resolved>>,
}

#[derive(Clone, Debug)]
struct Resolved {
    settings: Arc<Settings>,
    configuration: Arc<Configuration>,
}

impl Folder {
    fn problems(&self) -> impl Iterator<Item = String> {
        let of_layers = self.layers.iter().flat_map(|it| &it.problems);
        let of_layers = of_layers.filter(|it| !it.mistake.is_of_rules()).map(ToString::to_string);
        of_layers.chain(self.notes.iter().cloned())
    }
}

impl Configurations {
    /// With layers from elsewhere over those of files: the environment's, the flags'. With `only`,
    /// that file is read instead of the nearest ones and the user's.
    /// The workspace is the current folder.
    pub fn new(after: Vec<Layer>, only: Option<PathBuf>) -> Self {
        Self::of_folders(after, only, &[])
    }

    /// The same for a workspace that is these folders beside the current one.
    pub fn of_folders(after: Vec<Layer>, only: Option<PathBuf>, folders: &[PathBuf]) -> Self {
        let mut roots: Vec<PathBuf> = std::env::current_dir().into_iter().collect();
        roots.extend(folders.iter().filter(|it| it.is_dir()).cloned());
        Self::with(SessionLayers { after, roots, ..SessionLayers::default() }, only)
    }

    /// For a session with an editor.
    pub fn of_session(layers: SessionLayers) -> Self {
        Self::with(layers, None)
    }

    fn with(mut session: SessionLayers, only: Option<PathBuf>) -> Self {
        // The innermost folder counts.
        session.by_folder.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.components().count()));
        let environment = environment::active(variable);
        let of_user = files::of_user().filter(|it| only.is_none() && it.is_file());
        let reading = files::Reading::new(environment.as_ref(), None);
        let before = of_user.map(|file| reading.read(Source::User(file))).unwrap_or_default();
        let spelt = |it: &PathBuf| [std::path::absolute(it).ok(), it.canonicalize().ok()];
        let mut starts: Vec<PathBuf> = session.roots.iter().flat_map(spelt).flatten().collect();
        starts.dedup();
        Self { only, environment, before, session, starts, ..Self::default() }
    }

    /// Where the user's own file is, if there is one.
    pub fn user_file() -> Option<PathBuf> {
        files::of_user()
    }

    /// What the environment sets.
    pub fn environment() -> Layer {
        environment::layer(variable)
    }

    /// The settings of a file.
    pub fn for_file(&self, path: &Path) -> FileConfiguration {
        let folder = self.folder_of(path);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let place = self.place(&path);
        let mut entries = layers::matching_entries(&folder.layers, place);
        let is_test = is_test_path(&path);
        entries.push(is_test);
        let own = &folder.own_rules;
        let below = path.strip_prefix(&own.root).unwrap_or(&path);
        let applying = own.rules.as_ref().and_then(|it| it.applying(below));
        entries.extend(applying.iter().flatten());
        let mut known = folder.by_entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Resolved { settings, configuration } = known
            .entry(entries)
            .or_insert_with_key(|entries| {
                let fragments = layers::fragments(&folder.layers, entries);
                let (settings, mut configuration) =
                    resolving::resolve_with(&fragments, own.rules.clone());
                configuration.restrict_custom(applying.as_deref().unwrap_or(&[]));
                let is_soft = is_test && settings.features.soft_tests;
                let configuration = if is_soft { configuration.softened() } else { configuration };
                let (settings, configuration) = (Arc::new(settings), Arc::new(configuration));
                Resolved { settings, configuration }
            })
            .clone();
        FileConfiguration {
            configuration,
            settings,
            is_excluded: layers::is_excluded(&folder.layers, place),
            dismissed: Arc::clone(&folder.dismissed),
        }
    }

    /// The settings that hold in a folder, but for entries for paths: those of a session, in its
    /// first folder.
    pub fn for_folder(&self, folder: &Path) -> Arc<Settings> {
        let folder = self.folder_of(&folder.join(FILE_NAME));
        let fragments = layers::fragments(&folder.layers, &[]);
        Arc::new(resolving::resolve(&fragments).0)
    }

    /// What the daemon tells of itself, by the user's own file, the editor and the environment: in
    /// this, a workspace's files have no say.
    pub fn telemetry(&self) -> TelemetrySettings {
        let mut layers = self.before.clone();
        layers.push(self.session.editor.clone());
        layers.extend(self.session.after.iter().cloned());
        let table = resolving::merged(&layers::fragments(&layers, &[])).remove("telemetry");
        // What was checked can be read.
        table.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default()
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

    /// What is wrong beside the settings that hold for a file, a sentence each.
    pub fn notes(&self, path: &Path) -> Vec<String> {
        let folder = self.folder_of(path);
        let of_rules = folder.own_rules.notes.iter().map(|(_, note)| note);
        let is_told = |it: &&String| own_rules::is_told(&folder.layers, it);
        folder.notes.iter().chain(of_rules.filter(|it| !is_told(it))).cloned().collect()
    }

    /// What is wrong with any settings read so far, each sentence once.
    pub fn all_problems(&self) -> Vec<String> {
        let known = self.known();
        let mut problems: Vec<String> = known
            .by_files
            .values()
            .flat_map(|folder| folder.problems().collect::<Vec<_>>())
            .collect();
        problems.sort();
        problems.dedup();
        problems
    }

    /// How often files were read that had not been read before: while it stays the same, so do the
    /// reports.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// The files that those read so far extend, whether or not they are there.
    pub fn bases(&self) -> BTreeSet<PathBuf> {
        let known = self.known();
        let layers = known.by_files.values().flat_map(|it| &it.layers).chain(&self.before);
        layers.flat_map(|it| &it.bases).cloned().collect()
    }

    /// The folders that an untrusted workspace's files may not lead out of.
    fn confined_to(&self) -> Option<&[PathBuf]> {
        (!self.session.is_trusted).then_some(&self.session.roots)
    }

    /// A file, given by its absolute path, as patterns see it.
    fn place<'a>(&'a self, path: &'a Path) -> Place<'a> {
        Place { path, roots: &self.starts }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder_of(&self, path: &Path) -> Arc<Folder> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut known = self.known();
        if let Some(found) = known.folders.get(folder) {
            return Arc::clone(found);
        }
        let scope = scope_of(&self.session, folder);
        let files = Files {
            settings: self.only.clone().or_else(|| files::nearest(folder)),
            dismissed: crate::dismissed::file_of(folder),
            rules: Places::around(folder, Vec::new()),
            scope: scope.map(|(folder, _)| folder.clone()),
        };
        let read = || {
            let editor = editor_of(&self.session, folder);
            self.reads.fetch_add(1, Ordering::Relaxed);
            self.read(folder, files.settings.clone(), editor)
        };
        let Known { own_rules, by_files, .. } = &mut *known;
        let read = || {
            let mut read = read();
            read.own_rules = self.own_rules(&files.rules, &read.layers, own_rules);
            Arc::new(read)
        };
        let found = Arc::clone(by_files.entry(files.clone()).or_insert_with(read));
        known.folders.insert(folder.to_owned(), Arc::clone(&found));
        found
    }

    /// All layers that hold where this file is the nearest one; `instead` is what it is taken to
    /// hold.
    fn layers(&self, file: Option<PathBuf>, instead: Option<String>, editor: &Layer) -> Vec<Layer> {
        let mut reading = files::Reading::new(self.environment.as_ref(), self.confined_to());
        reading.instead = instead;
        let mut layers = self.before.clone();
        layers.extend(file.into_iter().flat_map(|file| reading.read(Source::File(file))));
        layers.push(editor.clone());
        layers.extend(self.session.after.iter().cloned());
        layers
    }

    fn read(&self, folder: &Path, file: Option<PathBuf>, editor: &Layer) -> Folder {
        let layers = self.layers(file, None, editor);
        let (dismissed, damaged) = crate::dismissed::of_folder(folder);
        let (notes, dismissed) = (damaged.into_iter().collect(), Arc::new(dismissed));
        let own_rules = Arc::default();
        Folder { layers, notes, dismissed, own_rules, by_entries: Mutex::default() }
    }
}

/// The folder with settings of its own, in the editor, that a folder lies in.
fn scope_of<'a>(session: &'a SessionLayers, folder: &Path) -> Option<&'a (PathBuf, Layer)> {
    session.by_folder.iter().find(|(scope, _)| folder.starts_with(scope))
}

/// What the editor set for a folder.
fn editor_of<'a>(session: &'a SessionLayers, folder: &Path) -> &'a Layer {
    scope_of(session, folder).map_or(&session.editor, |(_, layer)| layer)
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
