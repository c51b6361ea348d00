//! Rules of users, as configurations have them: read once for each set of places.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use user_rules::Weight;

use super::layers::{self, Layer};
use super::{Configurations, FileReport, resolving};
use crate::own_rules::{Allowed, OwnRules, Places, is_rule_file};

/// Whether a file of settings tells of a pack that cannot be read, at its place.
pub(super) fn is_told(layers: &[Layer], note: &str) -> bool {
    layers.iter().any(|it| it.tells(note))
}

impl Configurations {
    /// The rules of these places, and of the packs that the settings name.
    pub(super) fn own_rules(
        &self,
        places: &Places,
        layers: &[Layer],
        known: &mut HashMap<Places, Arc<OwnRules>>,
    ) -> Arc<OwnRules> {
        let settings = resolving::resolve(&layers::fragments(layers, &[])).0;
        let packs: Vec<PathBuf> = settings.own_rules.packs.into_iter().map(|it| it.0).collect();
        let mut places = Places { packs, ..places.clone() };
        if places.own.is_none() && places.ast_grep.is_none() {
            // Then paths in the packs' rules start where the settings are.
            let folders = layers.iter().rev().filter_map(|it| it.folder.clone());
            places.root = folders.take(1).next().unwrap_or_default();
        }
        let allowed = Allowed { confined_to: self.confined_to() };
        let own = known
            .entry(places)
            .or_insert_with_key(|places| Arc::new(OwnRules::read(places, allowed)));
        Arc::clone(own)
    }

    /// The rules of users that there are for a file.
    pub fn rules_for(&self, path: &Path) -> Arc<OwnRules> {
        Arc::clone(&self.folder_of(path).own_rules)
    }

    /// Where rules of users for a folder come from.
    pub fn places_of_rules(&self, folder: &Path) -> Places {
        let around = folder.join(super::FILE_NAME);
        let settings = self.for_folder(folder);
        let packs = settings.own_rules.packs.iter().map(|it| it.0.clone()).collect();
        let folder = std::path::absolute(&around).unwrap_or(around);
        Places::around(folder.parent().unwrap_or(Path::new("/")), packs)
    }

    /// What is wrong with rules of users read so far, a sentence each, and each once.
    pub fn rule_problems(&self) -> Vec<(Weight, String)> {
        let known = self.known();
        let layers: Vec<&Layer> = known.by_files.values().flat_map(|it| &it.layers).collect();
        let of_files = known.own_rules.values().flat_map(|it| it.problems());
        let is_told = |it: &(Weight, String)| layers.iter().any(|layer| layer.tells(&it.1));
        let of_files = of_files.filter(|it| !is_told(it));
        let of_layers = layers.iter();
        let of_layers = of_layers.flat_map(|it| &it.problems).filter(|it| it.mistake.is_of_rules());
        let of_layers = of_layers.map(|it| (it.mistake.weight(), it.to_string()));
        let mut problems: Vec<(Weight, String)> = of_files.chain(of_layers).collect();
        problems.sort_by(|a, b| a.1.cmp(&b.1));
        problems.dedup();
        problems
    }

    /// Whether rules of users are read from a file, or would be if it were there.
    pub fn reads_rules(&self, path: &Path) -> bool {
        is_rule_file(path) || self.known().own_rules.values().any(|it| it.reads(path))
    }

    /// The files and folders that rules of users are read from.
    pub fn rule_files(&self) -> Vec<PathBuf> {
        let known = self.known();
        let of_each = |it: &Arc<OwnRules>| {
            let files = it.reports.iter().map(|it| it.path.clone());
            files.chain(it.watched.iter().cloned()).collect::<Vec<_>>()
        };
        let mut files: Vec<PathBuf> = known.own_rules.values().flat_map(of_each).collect();
        files.sort();
        files.dedup();
        files
    }

    /// What is wrong with a text, if it were that of a file of rules; nothing for another file.
    pub(super) fn report_on_rules(&self, path: &Path, text: &str) -> Option<FileReport> {
        let own = self.known().own_rules.values().find(|it| it.reads(path)).cloned();
        let own = own.or_else(|| is_rule_file(path).then(Arc::default))?;
        Some(own.report_on(path, text))
    }
}
