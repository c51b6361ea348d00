//! JSON Schemas of the settings, made from the structures of [`super::settings`]: for
//! `omnistack.toml` and for an editor's section. The same schemas say how what somebody wrote is
//! checked, so that they cannot differ from what is understood.

use std::sync::OnceLock;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::problems::below;
use super::settings::{EditorSettings, FileSettings};

/// How the schema marks settings that a workspace has to be trusted for.
pub(super) const NEEDS_TRUST: &str = "x-needs-trust";
/// How the schema marks settings in which a workspace's files have no say.
const PERSONAL: &str = "x-personal";

/// Whose settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file's: `omnistack.toml`, the user's own, the environment's and the flags'.
    File,
    /// What an editor sends.
    Editor,
}

impl Kind {
    /// Their schema.
    pub fn schema(self) -> &'static Value {
        static FILE: OnceLock<Value> = OnceLock::new();
        static EDITOR: OnceLock<Value> = OnceLock::new();
        match self {
            Self::File => FILE.get_or_init(|| of::<FileSettings>("omnistack", "omnistack.toml")),
            Self::Editor => EDITOR.get_or_init(|| {
                // An editor sends defaults as if somebody had set them, over what files say.
                let mut schema = of::<EditorSettings>("omnistack-editor", "OmniStack");
                remove_defaults(&mut schema);
                schema
            }),
        }
    }
}

fn of<T: JsonSchema>(name: &str, title: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(close));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    let id =
        format!("https://github.com/omnistack/omnistack/blob/main/docs/schemas/{name}.schema.json");
    schema.insert("$id".to_owned(), Value::from(id));
    schema.insert("title".to_owned(), Value::from(title));
    schema.to_value()
}

/// A table takes the settings that it knows, and no others. What the generator adds of Rust's number
/// types is of no use to anybody else.
fn close(schema: &mut Schema) {
    let Some(schema) = schema.as_object_mut() else { return };
    let is_number = |format: &Value| format.as_str().is_some_and(|it| it.contains("int"));
    if schema.get("format").is_some_and(is_number) {
        schema.remove("format");
        schema.insert("maximum".to_owned(), json!(u32::MAX));
    }
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    if schema.contains_key("properties") {
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

fn remove_defaults(schema: &mut Value) {
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                members.remove("default");
                open.extend(members.values_mut());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

/// For tables whose settings change nothing where they are not set.
pub(super) fn without_defaults(schema: &mut Schema) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(|it| it.values_mut()) {
        if let Some(property) = property.as_object_mut() {
            property.remove("default");
        }
    }
}

/// The settings in which a workspace's files have no say, by JSON pointer.
pub(super) fn personal() -> &'static [String] {
    static PERSONAL_SETTINGS: OnceLock<Vec<String>> = OnceLock::new();
    PERSONAL_SETTINGS.get_or_init(|| {
        let root = Kind::File.schema();
        let (mut found, mut open) = (Vec::new(), vec![(String::new(), root)]);
        while let Some((pointer, schema)) = open.pop() {
            let properties = resolved(root, schema).get("properties").and_then(Value::as_object);
            for (key, schema) in properties.into_iter().flatten() {
                let pointer = below(&pointer, key);
                if schema.get(PERSONAL).is_some() {
                    found.push(pointer);
                } else {
                    open.push((pointer, schema));
                }
            }
        }
        found.sort();
        found
    })
}

/// The schema that a reference stands for, if it is one.
pub(super) fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    // Definitions do not refer to themselves.
    while let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let Some(found) = target.strip_prefix('#').and_then(|it| root.pointer(it)) else { break };
        schema = found;
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_described() {
        for kind in [Kind::File, Kind::Editor] {
            let root = kind.schema();
            let mut open = vec![("", root)];
            let mut count = 0;
            while let Some((name, schema)) = open.pop() {
                let described = schema.get("description").and_then(Value::as_str);
                assert!(described.is_some_and(|it| !it.is_empty()), "{name} in {kind:?}");
                count += 1;
                let properties = resolved(root, schema).get("properties");
                let properties = properties.and_then(Value::as_object);
                open.extend(properties.into_iter().flatten().map(|(name, it)| (name.as_str(), it)));
            }
            assert!(count > 10);
        }
    }
}
