//! What is wrong with each configuration file: what its text tells by itself, and the faults that show
//! when a setting is used, such as a folder without a model.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::Configurations;
use super::files::{FILE_NAME, Reading};
use super::layers::Layer;
use super::problems::{Mistake, Problem, Source};

/// A configuration file that was read, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<str>,
    /// What is wrong, in the order of the places.
    pub problems: Vec<Problem>,
}

/// A setting of a file that turned out not to work.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    file: PathBuf,
    pointer: &'static str,
    value: Value,
    message: String,
}

impl FileReport {
    fn of(layer: &Layer, faults: &[Fault]) -> Option<Self> {
        let path = layer.source.file()?.to_owned();
        let mut problems = layer.problems.clone();
        let is_here = |it: &&Fault| it.file == path && layer.get(it.pointer) == Some(&it.value);
        problems.extend(faults.iter().filter(is_here).map(|it| {
            layer.problem_at(it.pointer, false, Mistake::WrongValue, it.message.clone(), None)
        }));
        problems.sort_by_key(|it| it.span);
        Some(Self { path, text: Arc::clone(layer.text()), problems })
    }
}

impl Configurations {
    /// The configuration files read so far, and what is wrong with each.
    pub fn reports(&self, faults: &[Fault]) -> BTreeMap<PathBuf, FileReport> {
        let known = self.known();
        let layers = known.by_files.values().flat_map(|it| &it.layers).chain(&self.before);
        let of_layers = layers.filter_map(|it| FileReport::of(it, faults));
        let of_rules = known.own_rules.values().flat_map(|it| it.reports.iter().cloned());
        of_layers.chain(of_rules).map(|it| (it.path.clone(), it)).collect()
    }

    /// What is wrong with a text, if it were a configuration file's.
    pub fn report_on(&self, path: &Path, text: &str, faults: &[Fault]) -> Option<FileReport> {
        if let Some(report) = self.report_on_rules(path, text) {
            return Some(report);
        }
        let is_users = self.before.iter().any(|it| it.source.file() == Some(path));
        let path = path.to_owned();
        let source = if is_users { Source::User(path) } else { Source::File(path) };
        let mut reading = Reading::new(self.environment.as_ref(), self.confined_to());
        reading.instead = Some(text.to_owned());
        reading.read(source).last().and_then(|it| FileReport::of(it, faults))
    }

    /// What is wrong with a setting that holds in a folder, at the place where it is set; nothing if
    /// no file sets it.
    pub fn fault(&self, folder: &Path, pointer: &'static str, message: &str) -> Option<Fault> {
        let folder = self.folder_of(&folder.join(FILE_NAME));
        let mut layers = folder.layers.iter().rev();
        let (layer, value) = layers.find_map(|it| Some((it, it.get(pointer)?.clone())))?;
        let (file, message) = (layer.source.file()?.to_owned(), message.to_owned());
        Some(Fault { file, pointer, value, message })
    }
}
