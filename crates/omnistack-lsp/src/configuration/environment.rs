//! The settings of the process's environment: each setting that is one value or a list of texts has
//! a variable, whose name follows from the setting's.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::layers::Layer;
use super::problems::{Source, below, variable_of};
use super::schema::{Kind, resolved};

/// The variable that says which environment is active.
const ENVIRONMENT: &str = "OMNISTACK_ENVIRONMENT";

/// The environment that is active: `OMNISTACK_ENVIRONMENT`, else `ci` where `CI` is set.
pub(super) fn active(variable: impl Fn(&str) -> Option<String>) -> Option<Arc<str>> {
    if let Some(name) = variable(ENVIRONMENT) {
        let name = name.trim();
        return (!name.is_empty()).then(|| name.into());
    }
    let is_set = |it: &String| !matches!(it.trim(), "" | "0" | "false");
    variable("CI").filter(is_set).map(|_| "ci".into())
}

/// The layer of the environment, asked for by name.
pub(super) fn layer(variable: impl Fn(&str) -> Option<String>) -> Layer {
    let mut settings = Map::new();
    for (pointer, schema) in variables() {
        let Some(text) = variable(&variable_of(&pointer)) else { continue };
        let mut table = &mut settings;
        let mut parts = pointer.split('/').skip(1).peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                table.insert(part.to_owned(), value_of(schema, &text));
                break;
            }
            let next = table.entry(part).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(next) = next else { break };
            table = next;
        }
    }
    Layer::new(Source::Environment, settings)
}

/// The settings that have variables, by JSON pointer, with their schemas.
pub(super) fn variables() -> Vec<(String, &'static Value)> {
    let root = Kind::File.schema();
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((pointer, schema)) = open.pop() {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, schema) in properties.into_iter().flatten() {
            let pointer = below(&pointer, key);
            let schema = resolved(root, schema);
            if pointer == "/extends" || pointer == "/environment" {
                continue;
            }
            if schema.get("properties").is_some() {
                open.push((pointer, schema));
            } else if !has_type(schema, "object") && !is_list_of_tables(root, schema) {
                found.push((pointer, schema));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn is_list_of_tables(root: &Value, schema: &Value) -> bool {
    let items = schema.get("items").map(|it| resolved(root, it));
    items.is_some_and(|it| it.get("properties").is_some())
}

fn has_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(|it| it == name),
        Some(own) => own == name,
        None => false,
    }
}

/// A variable's text as a value of its setting. One that is none stays a text, which is told then.
fn value_of(schema: &Value, text: &str) -> Value {
    let word = text.trim();
    if has_type(schema, "array") {
        let names = word.split(',').map(str::trim).filter(|name| !name.is_empty());
        return names.map(Value::from).collect();
    }
    if has_type(schema, "boolean") {
        return match word.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Value::Bool(true),
            "0" | "false" | "no" | "off" => Value::Bool(false),
            _ => Value::from(text),
        };
    }
    if has_type(schema, "integer") || has_type(schema, "number") {
        let number = word.parse::<i64>().map(Value::from);
        let number = number.or_else(|_| word.parse::<f64>().map(Value::from));
        return number.unwrap_or_else(|_| Value::from(text));
    }
    Value::from(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::layers::fragments;
    use crate::configuration::resolving::resolve;

    fn with(variables: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| variables.iter().find(|it| it.0 == name).map(|it| it.1.to_owned())
    }

    #[test]
    fn the_environment_is_a_layer() {
        let layer = layer(with(&[
            ("OMNISTACK_SELECT", "bug/self-comparison, perf"),
            ("OMNISTACK_LIMITS_LINES", " 7"),
            ("OMNISTACK_PREDICT_ENABLED", "off"),
            ("OMNISTACK_FEATURES_CROSS_FILE", "No"),
        ]));
        assert_eq!(layer.problems, []);
        let (settings, configuration) = resolve(&fragments(&[layer], &[]));
        let on = |id| analysis::rules::find(id).is_some_and(|rule| configuration.is_enabled(rule));
        assert!(on("bug/self-comparison") && !on("bug/self-assignment"));
        assert_eq!(settings.rules.limits.lines, 7);
        assert!(!settings.predict.enabled && !settings.features.cross_file);
    }

    #[test]
    fn a_wrong_variable_is_told_by_its_name() {
        let layer = layer(with(&[("OMNISTACK_PREDICT_ENABLED", "perhaps")]));
        let told: Vec<String> = layer.problems.iter().map(ToString::to_string).collect();
        let expected = "environment: `OMNISTACK_PREDICT_ENABLED` must be true or false; \"perhaps\" \
            is ignored.";
        assert_eq!(told, [expected]);
    }

    #[test]
    fn an_environment_is_named_or_ci() {
        assert_eq!(active(with(&[])), None);
        assert_eq!(active(with(&[("CI", "true")])).as_deref(), Some("ci"));
        assert_eq!(active(with(&[("CI", "false")])), None);
        let both = with(&[("CI", "true"), ("OMNISTACK_ENVIRONMENT", "nightly")]);
        assert_eq!(active(both).as_deref(), Some("nightly"));
        assert_eq!(active(with(&[("CI", "true"), ("OMNISTACK_ENVIRONMENT", "")])), None);
    }
}
