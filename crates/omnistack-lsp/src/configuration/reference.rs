//! The reference of all settings, for people: written from the schema, as everything about settings.

use std::fmt::Write;

use serde_json::Value;

use super::problems::{below, dotted};
use super::schema::{self, Kind, NEEDS_TRUST, resolved};
use super::settings::{PATTERN_FORMAT, SELECTOR_FORMAT};

/// A setting, or a table of settings.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, with the tables that it is in.
    pub name: String,
    /// JSON pointer to it.
    pub pointer: String,
    /// What it does.
    pub description: String,
    /// What it takes, in words.
    pub takes: String,
    /// What holds where it is not set.
    pub default: Option<Value>,
    /// Whether a workspace has to be trusted for it.
    pub needs_trust: bool,
    /// Whether a workspace's own files have no say in it.
    pub is_personal: bool,
    /// Whether it is a table: the settings in it follow.
    pub is_table: bool,
}

/// All settings, tables after the settings beside them, each followed by what is in it.
pub fn entries(kind: Kind) -> Vec<Entry> {
    let root = kind.schema();
    let mut found = Vec::new();
    let mut tables = vec![(String::new(), root)];
    while let Some((pointer, schema)) = tables.pop() {
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut inner = Vec::new();
        for (key, schema) in properties.into_iter().flatten() {
            let pointer = below(&pointer, key);
            let target = resolved(root, schema);
            let items = target.get("items").map(|it| resolved(root, it));
            let table = [Some(target), items].into_iter().flatten().find(|it| is_table(it));
            let entry = entry(root, &pointer, schema, table.is_some());
            match table {
                Some(table) => inner.push((entry, pointer, table)),
                None => found.push(entry),
            }
        }
        // The last one is taken first.
        for (entry, pointer, table) in inner.into_iter().rev() {
            found.push(entry);
            tables.push((pointer, table));
        }
    }
    // A table's settings stand together, behind it.
    let tables: Vec<String> =
        found.iter().filter(|it| it.is_table).map(|it| it.pointer.clone()).collect();
    let table_of = |entry: &Entry| -> String {
        if entry.is_table {
            return entry.pointer.clone();
        }
        let above = entry.pointer.rsplit_once('/').map_or("", |it| it.0);
        tables.iter().find(|it| *it == above).cloned().unwrap_or_default()
    };
    found.sort_by_key(|entry| (table_of(entry), !entry.is_table));
    found
}

fn is_table(schema: &Value) -> bool {
    schema.get("properties").is_some()
}

fn entry(root: &Value, pointer: &str, schema: &Value, is_table: bool) -> Entry {
    let target = resolved(root, schema);
    let own = |key: &str| schema.get(key).or_else(|| target.get(key));
    // What an entry for paths does not set stays as it is.
    let is_optional = pointer.starts_with("/paths/");
    Entry {
        name: dotted(pointer),
        pointer: pointer.to_owned(),
        description: own("description").and_then(Value::as_str).unwrap_or("").to_owned(),
        takes: takes(root, target),
        default: own("default").cloned().filter(|it| !it.is_null() && !is_optional),
        needs_trust: own(NEEDS_TRUST).and_then(Value::as_bool).unwrap_or(false),
        is_personal: schema::personal().iter().any(|it| it == pointer),
        is_table,
    }
}

/// What a setting takes, in words.
fn takes(root: &Value, schema: &Value) -> String {
    let alternatives = ["oneOf", "anyOf"].iter().find_map(|it| schema.get(it)?.as_array());
    if let Some(alternatives) = alternatives.filter(|_| schema.get("type").is_none()) {
        let names: Vec<String> = alternatives
            .iter()
            .map(|it| match it.get("const").and_then(Value::as_str) {
                Some(name) => format!("`{name}`"),
                None => takes(root, resolved(root, it)),
            })
            .filter(|it| !it.is_empty())
            .collect();
        return names.join(", ");
    }
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find_map(Value::as_str).unwrap_or(""),
        Some(kind) => kind.as_str().unwrap_or(""),
        None => "",
    };
    match kinds {
        "boolean" => "`true`, `false`".to_owned(),
        "integer" => "whole number".to_owned(),
        "number" => "number".to_owned(),
        "string" => "text".to_owned(),
        "array" => {
            let items = schema.get("items").map(|it| resolved(root, it));
            let format = items.and_then(|it| it.get("format")).and_then(Value::as_str);
            match format {
                Some(SELECTOR_FORMAT) => "list of rules".to_owned(),
                Some(PATTERN_FORMAT) => "list of patterns".to_owned(),
                _ if items.is_some_and(is_table) => "tables".to_owned(),
                _ => "list of texts".to_owned(),
            }
        }
        "object" => match schema.get("additionalProperties").map(|it| resolved(root, it)) {
            Some(it) if is_table(it) => "tables by name".to_owned(),
            Some(it) if it.is_object() => format!("table of {}", takes(root, it)),
            _ => "table".to_owned(),
        },
        _ => String::new(),
    }
}

/// The reference as Markdown.
pub fn markdown(kind: Kind) -> String {
    let mut text = String::new();
    let head = "| Setting | Takes | Default | What it is |\n|---|---|---|---|\n";
    text.push_str(head);
    for entry in entries(kind) {
        let description = entry.description.replace('\n', " ");
        if entry.is_table {
            let brackets = if entry.takes == "tables" { ("[[", "]]") } else { ("[", "]") };
            let _ = write!(
                text,
                "\n### `{}{}{}`\n\n{description}\n\n{head}",
                brackets.0, entry.name, brackets.1
            );
            continue;
        }
        let default = match &entry.default {
            None => String::new(),
            Some(Value::Object(table)) if table.is_empty() => String::new(),
            Some(default) => format!("`{default}`"),
        };
        let trust = match (entry.is_personal, entry.needs_trust) {
            (true, _) => " Not for a workspace's own file.",
            (false, true) => " Needs a trusted workspace.",
            (false, false) => "",
        };
        let _ = writeln!(
            text,
            "| `{}` | {} | {default} | {description}{trust} |",
            entry.name, entry.takes
        );
    }
    text
}
