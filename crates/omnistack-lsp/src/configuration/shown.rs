//! What holds for a file, and where each setting of it was set: for people who wonder.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::layers::{ADDED_UP, Fragment, fragments};
use super::problems::Source;
use super::reference::entries;
use super::resolving::{merged, replaces_rules, resolve};
use super::schema::Kind;
use super::{Configurations, layers};

/// Where a value was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere.
    Default,
    /// Somewhere, in a file with a line.
    Set(Source, Option<usize>),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::Set(source, Some(line)) => write!(formatter, "{source}:{line}"),
            Self::Set(source, None) => write!(formatter, "{source}"),
        }
    }
}

impl Origin {
    /// For programs.
    pub fn to_json(&self) -> Value {
        let (kind, source, line) = match self {
            Self::Default => ("default", None, None),
            Self::Set(source, line) => (source.kind(), source.file(), *line),
        };
        let mut origin = Map::from_iter([("kind".to_owned(), Value::from(kind))]);
        if let Some(path) = source {
            origin.insert("path".to_owned(), json!(path));
        }
        if let Some(line) = line {
            origin.insert("line".to_owned(), json!(line));
        }
        Value::Object(origin)
    }
}

/// A setting as it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// What holds; nothing where it is not set and has no default.
    pub value: Value,
    /// Where it was set; for lists that add up, all places.
    pub origins: Vec<Origin>,
}

impl Configurations {
    /// All settings as they hold for a file.
    pub fn shown(&self, path: &Path) -> Vec<Shown> {
        let folder = self.folder_of(path);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let applying = layers::matching_entries(&folder.layers, self.place(&path));
        let fragments = fragments(&folder.layers, &applying);
        let set = Value::Object(merged(&fragments));
        let all = serde_json::to_value(resolve(&fragments).0).unwrap_or_default();
        let mut shown = Vec::new();
        for entry in entries(Kind::File) {
            let pointer = &entry.pointer;
            let is_structure = ["/paths", "/extends", "/environment"]
                .iter()
                .any(|it| pointer == it || pointer.starts_with(&format!("{it}/")));
            if entry.is_table || is_structure {
                continue;
            }
            let Some(table) = set.pointer(pointer).and_then(Value::as_object) else {
                let value = all.pointer(pointer).cloned().unwrap_or_default();
                shown.push(show(&fragments, pointer, value));
                continue;
            };
            for (key, value) in table {
                shown.push(show(&fragments, &super::problems::below(pointer, key), value.clone()));
            }
        }
        shown
    }
}

fn show(fragments: &[Fragment<'_>], pointer: &str, value: Value) -> Shown {
    let rules = ["/profile", "/select", "/ignore"];
    let first = if rules.contains(&pointer) {
        // What came before is forgotten there.
        fragments.iter().rposition(|it| replaces_rules(it.settings)).unwrap_or(0)
    } else {
        0
    };
    let holds = |fragment: &&Fragment<'_>| {
        let (key, rest) = pointer
            .get(1..)
            .unwrap_or("")
            .split_once('/')
            .unwrap_or((pointer.trim_start_matches('/'), ""));
        let found = fragment.settings.get(key);
        if rest.is_empty() {
            found.is_some()
        } else {
            found.is_some_and(|it| it.pointer(&format!("/{rest}")).is_some())
        }
    };
    let setting = fragments.iter().skip(first).filter(holds);
    let origin = |fragment: &Fragment<'_>| {
        let line = fragment.layer.line_of(&format!("{}{pointer}", fragment.pointer));
        Origin::Set(fragment.layer.source.clone(), line)
    };
    let mut origins: Vec<Origin> = setting.map(origin).collect();
    if !ADDED_UP.iter().any(|it| pointer.get(1..) == Some(*it)) {
        origins.drain(..origins.len().saturating_sub(1));
    }
    if origins.is_empty() {
        origins.push(Origin::Default);
    }
    Shown { name: super::problems::dotted(pointer), value, origins }
}
