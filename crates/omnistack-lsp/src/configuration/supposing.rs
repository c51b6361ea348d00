//! What would hold if a configuration file held another text: whoever offers to change one can tell
//! beforehand whether that helps.

use std::path::{Path, PathBuf};

use analysis::configuration::Configuration;
use serde_json::Value;

use super::layers::{self, Layer};
use super::{Configurations, editor_of, resolving};

/// What would hold for a source file.
#[derive(Debug)]
pub struct Supposed {
    /// For the engine.
    pub configuration: Configuration,
    /// Of the entries for paths in the file that was changed, the last one that applies and says
    /// anew which rules run.
    pub entry: Option<Entry>,
}

/// An entry for paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place among them.
    pub index: usize,
    /// The files that it is for.
    pub patterns: Vec<String>,
}

impl Configurations {
    /// What would hold for a source file if `settings`, the configuration file nearest to it, held
    /// this text.
    pub fn supposing(&self, path: &Path, settings: &Path, text: &str) -> Supposed {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().unwrap_or(Path::new("/"));
        let editor = editor_of(&self.session, folder);
        let file: PathBuf = settings.to_owned();
        let all = self.layers(Some(file), Some(text.to_owned()), editor);
        let applies = layers::matching_entries(&all, self.place(&path));
        let own = self.folder_of(&path).own_rules.rules.clone();
        let (_, configuration) = resolving::resolve_with(&layers::fragments(&all, &applies), own);
        Supposed { configuration, entry: last_entry(&all, &applies, settings) }
    }
}

fn last_entry(all: &[Layer], applies: &[bool], settings: &Path) -> Option<Entry> {
    let entries = all.iter().flat_map(Layer::entries).zip(applies);
    let ours = entries.filter(|(entry, applies)| {
        let is_ours = entry.layer.source.file() == Some(settings);
        **applies && is_ours && resolving::replaces_rules(entry.settings)
    });
    // What stands in the table of an environment is not for everybody to change.
    let places = ours.filter_map(|(entry, _)| {
        let index = entry.pointer.strip_prefix("/paths/")?.parse().ok()?;
        let patterns = entry.settings.get("match").and_then(Value::as_array);
        let patterns = patterns.into_iter().flatten().filter_map(Value::as_str);
        Some(Entry { index, patterns: patterns.map(str::to_owned).collect() })
    });
    places.last()
}
