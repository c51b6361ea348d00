//! The settings in the manifest of the extension for VS Code: written from the schemas that the
//! product prints of its own settings, so that they cannot differ from what is understood.
//!
//! An editor wants them flat (`omnistack.predict.enabled`), without references, and with a default
//! each: it makes one up otherwise. The rest of the manifest is written by hand and stays as it is.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::project::{Failure, Project, read};

/// The manifest.
const MANIFEST: &str = "editors/vscode/package.json";
/// The settings that are for the extension itself.
const OWN: &str = "editors/vscode/extension-settings.json";
/// What the settings stand behind in the manifest, and how far they are indented.
const CONFIGURATION: (&str, usize) = ("\n    \"configuration\": ", 4);
/// The same of the names of those that a workspace has to be trusted for.
const RESTRICTED: (&str, usize) = ("\n      \"restrictedConfigurations\": ", 6);
/// How the schema marks them.
const NEEDS_TRUST: &str = "x-needs-trust";
/// How the schema marks settings in which a workspace has no say.
const PERSONAL: &str = "x-personal";
/// What the editor says by itself, and no settings do.
const NOT_OFFERED: [&str; 1] = ["trusted"];
/// The tables of which one value holds for the whole window.
const OF_THE_WINDOW: [&str; 5] = ["cache", "hints", "lens", "predict", "search"];

/// The manifest's path, and what it should hold by the schemas of the editor's and of files' settings.
pub(crate) fn manifest(
    project: &Project,
    editor: &str,
    file: &str,
) -> Result<(PathBuf, String), Failure> {
    let parse = |text: &str, what: &str| -> Result<Value, Failure> {
        serde_json::from_str(text).map_err(|error| Failure::Told(format!("{what}: {error}")))
    };
    let (editor, file) = (parse(editor, "the editor's schema")?, parse(file, "the schema")?);
    let own = parse(&read(&project.path(OWN))?, OWN)?;
    let path = project.path(MANIFEST);
    let (properties, mut restricted) = properties(&editor, &file);
    // What names a program must not come from a workspace that nobody trusts.
    let programs = own.as_object().into_iter().flatten();
    let programs = programs.filter(|(_, schema)| schema["scope"] == "machine-overridable");
    restricted.extend(programs.map(|(name, _)| name.clone()));
    restricted.sort();
    let sections = json!([
        {"title": "OmniStack", "properties": properties},
        {"title": "Extension", "properties": own},
    ]);
    let text = read(&path)?;
    let text = replaced(&text, CONFIGURATION, &sections)
        .and_then(|text| replaced(&text, RESTRICTED, &json!(restricted)))
        .ok_or_else(|| Failure::Told(format!("{MANIFEST} has no place for settings")))?;
    Ok((path, text))
}

/// The text with another value behind a key.
fn replaced(text: &str, (key, indentation): (&str, usize), value: &Value) -> Option<String> {
    let (before, rest) = text.split_once(key)?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    values.next()?.ok()?;
    let after = rest.get(values.byte_offset()..)?;
    let printed = serde_json::to_string_pretty(&ordered(value)).ok()?;
    let printed = printed.replace('\n', &format!("\n{}", " ".repeat(indentation)));
    Some(format!("{before}{key}{printed}{after}"))
}

/// The same with members by name: what order a map keeps depends on who else is built.
fn ordered(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            members.into_iter().map(|(name, value)| (name.clone(), ordered(value))).collect()
        }
        Value::Array(items) => items.iter().map(ordered).collect(),
        other => other.clone(),
    }
}

/// The settings by their names in an editor, and the names of those that need trust.
fn properties(editor: &Value, file: &Value) -> (Map<String, Value>, Vec<String>) {
    let (mut found, mut restricted) = (Map::new(), Vec::new());
    let mut tables = vec![(String::new(), editor, false)];
    while let Some((table, schema, table_needs_trust)) = tables.pop() {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, schema) in properties.into_iter().flatten() {
            if NOT_OFFERED.contains(&key.as_str()) {
                continue;
            }
            let name = if table.is_empty() { key.clone() } else { format!("{table}.{key}") };
            let target = resolved(editor, schema);
            let needs_trust = table_needs_trust || schema[NEEDS_TRUST] == true;
            if target.get("properties").is_some() {
                tables.push((name, target, needs_trust));
                continue;
            }
            let mut flat = flattened(editor, schema, !name.contains('.'));
            flat.insert("default".to_owned(), default(file, &name));
            flat.insert(
                "scope".to_owned(),
                scope(&name, needs_trust, schema[PERSONAL] == true).into(),
            );
            let name = format!("omnistack.{name}");
            if needs_trust {
                restricted.push(name.clone());
            }
            found.insert(name, Value::Object(flat));
        }
    }
    (found, restricted)
}

/// Whose settings may hold a setting.
fn scope(name: &str, needs_trust: bool, is_personal: bool) -> &'static str {
    let table = name.split_once('.').map_or("", |(table, _)| table);
    match table {
        // A workspace has no say in it.
        "telemetry" => "machine",
        _ if is_personal => "machine",
        _ if needs_trust => "machine-overridable",
        _ if OF_THE_WINDOW.contains(&table) => "window",
        _ => "resource",
    }
}

/// What holds where nothing is set.
fn default(file: &Value, name: &str) -> Value {
    let mut schema = file;
    let mut of_table = None;
    for key in name.split('.') {
        of_table = schema.get("default").and_then(|it| it.get(key)).or(of_table);
        schema = match resolved(file, schema).get("properties").and_then(|it| it.get(key)) {
            Some(schema) => schema,
            None => return Value::Null,
        };
    }
    schema.get("default").or(of_table).cloned().unwrap_or(Value::Null)
}

/// A schema without references and without what an editor does not know; with the names of rules
/// where they are worth their length.
fn flattened(root: &Value, schema: &Value, with_rules: bool) -> Map<String, Value> {
    let target = resolved(root, schema);
    let mut flat = Map::new();
    let own = |key: &str| schema.get(key).or_else(|| target.get(key));
    if let Some(description) = own("description") {
        flat.insert("markdownDescription".to_owned(), description.clone());
    }
    if let Some(alternatives) = target.get("oneOf").and_then(Value::as_array) {
        let of = |key: &str| alternatives.iter().filter_map(|it| it.get(key)).cloned().collect();
        flat.insert("type".to_owned(), "string".into());
        flat.insert("enum".to_owned(), Value::Array(of("const")));
        flat.insert("markdownEnumDescriptions".to_owned(), Value::Array(of("description")));
        return flat;
    }
    let alternatives = target.get("anyOf").and_then(Value::as_array);
    if let Some(inner) = alternatives.and_then(|it| optional(it)) {
        let mut inner = flattened(root, inner, with_rules);
        if let Some(Value::Array(names)) = inner.get_mut("enum") {
            names.push(Value::Null);
        }
        let kind = inner.get("type").cloned().unwrap_or_default();
        inner.insert("type".to_owned(), json!([kind, "null"]));
        // What it is, rather than what its type is.
        inner.extend(flat);
        return inner;
    }
    for key in ["type", "minimum", "maximum", "required"] {
        if let Some(value) = target.get(key) {
            flat.insert(key.to_owned(), value.clone());
        }
    }
    if let Some(alternatives) = alternatives.filter(|_| with_rules) {
        flat.insert("anyOf".to_owned(), alternatives.clone().into());
    }
    for key in ["items", "additionalProperties"] {
        match target.get(key) {
            Some(inner @ Value::Object(_)) => {
                let inner = Value::Object(flattened(root, inner, with_rules));
                flat.insert(key.to_owned(), inner);
            }
            Some(other) => drop(flat.insert(key.to_owned(), other.clone())),
            None => {}
        }
    }
    if let Some(properties) = target.get("properties").and_then(Value::as_object) {
        let inner = |(name, it): (&String, &Value)| {
            (name.clone(), Value::Object(flattened(root, it, false)))
        };
        flat.insert("properties".to_owned(), properties.iter().map(inner).collect());
    }
    flat
}

/// What an alternative is beside nothing.
fn optional(alternatives: &[Value]) -> Option<&Value> {
    match alternatives {
        [inner, nothing] if nothing["type"] == "null" => Some(inner),
        _ => None,
    }
}

/// The schema that a reference stands for, if it is one.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str);
    let found = target.and_then(|it| root.pointer(it.strip_prefix('#')?));
    // Definitions do not refer to themselves.
    found.unwrap_or(schema)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn schema(default: &Value) -> Value {
        json!({
            "$defs": {
                "Level": {"oneOf": [
                    {"const": "low", "description": "Little."},
                    {"const": "high", "description": "Much."}]},
                "Path": {"type": "string", "format": "path", "description": "A path."},
                "Inner": {"properties": {
                    "on": {"type": "boolean", "description": "Whether."},
                    "model": {"anyOf": [{"$ref": "#/$defs/Path"}, {"type": "null"}],
                        "description": "The folder.", "x-needs-trust": true}}}
            },
            "properties": {
                "trusted": {"type": "boolean", "description": "Trust."},
                "level": {"$ref": "#/$defs/Level", "description": "How much.", "default": "low"},
                "predict": {"$ref": "#/$defs/Inner", "description": "A table.", "default": default}
            }
        })
    }

    #[test]
    fn settings_are_flat_and_have_defaults() {
        let schema = schema(&json!({"on": true}));
        let (found, restricted) = properties(&schema, &schema);
        let names: Vec<&String> = found.keys().collect();
        assert_eq!(names.len(), 3, "{names:?}");
        assert_eq!(
            found["omnistack.level"],
            json!({"type": "string", "enum": ["low", "high"], "default": "low",
                "markdownEnumDescriptions": ["Little.", "Much."], "scope": "resource",
                "markdownDescription": "How much."})
        );
        assert_eq!(found["omnistack.predict.on"]["default"], true);
        assert_eq!(
            found["omnistack.predict.model"],
            json!({"type": ["string", "null"], "default": null, "scope": "machine-overridable",
                "markdownDescription": "The folder."})
        );
        assert_eq!(restricted, ["omnistack.predict.model"]);
    }

    #[test]
    fn what_stands_around_the_settings_stays() {
        let text =
            "{\n  \"a\": {\n    \"configuration\": [{\"x\": \"]\"}],\n    \"b\": 1\n  }\n}\n";
        let new = replaced(text, CONFIGURATION, &json!([{"z": 1, "y": []}])).unwrap();
        let expected = "{\n  \"a\": {\n    \"configuration\": [\n      {\n        \"y\": [],\n        \
             \"z\": 1\n      }\n    ],\n    \"b\": 1\n  }\n}\n";
        assert_eq!(new, expected);
        assert_eq!(replaced(&new, CONFIGURATION, &json!([{"y": [], "z": 1}])).unwrap(), new);
        assert_eq!(replaced("{}", CONFIGURATION, &json!([])), None);
    }
}
