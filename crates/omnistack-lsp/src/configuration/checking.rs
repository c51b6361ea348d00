//! The check of what somebody wrote against the settings' schema. Nothing in it can break a session:
//! what is not understood is told and left out, and the rest holds.

use std::path::Path;

use analysis::configuration::{Configuration, nearest as nearest_of};
use analysis::rules;
use serde_json::{Map, Value};

use super::patterns::glob;
use super::problems::{Mistake, Source, below};
use super::schema::{Kind, NEEDS_TRUST, resolved};
use super::settings::{CATEGORIES, PATH_FORMAT, PATTERN_FORMAT, ProfileName, SELECTOR_FORMAT};

/// No name that we know is nearly as long.
const LONGEST_NAME: usize = 100;

/// What is wrong at a place in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// JSON pointer to the place.
    pub(super) pointer: String,
    /// Whether it is the key that is wrong, rather than the value.
    pub(super) is_key: bool,
    pub(super) mistake: Mistake,
    pub(super) message: String,
    /// The nearest name that is known.
    pub(super) nearest: Option<String>,
}

impl Wrong {
    /// Whether it leaves open which files are meant to be sent to a team server.
    pub(super) fn hides_what_is_sent(&self, source: &Source) -> bool {
        let mut parts = self.pointer.split('/').skip(1).peekable();
        if parts.next_if_eq(&"environment").is_some() {
            parts.next();
        }
        let table = parts.next();
        let is_below = table.is_none_or(|it| ["remote", "exclude", "extends"].contains(&it));
        match self.mistake {
            Mistake::Untrusted => false,
            // An editor may know settings that came later; nobody else writes what nobody reads.
            Mistake::UnknownSetting => {
                source.file().is_some()
                    && (table == Some("remote") || self.nearest.as_deref() == Some("remote"))
            }
            _ => is_below,
        }
    }
}

/// Takes out of `settings` what the schema does not know, and says what that was. Paths are made to
/// start from the folder of the file that they stand in.
pub(super) fn check(settings: &mut Map<String, Value>, kind: Kind, source: &Source) -> Vec<Wrong> {
    let root = kind.schema();
    let (wrong, left_out, paths) = (Vec::new(), Vec::new(), Vec::new());
    let mut check = Check { root, source, wrong, left_out, paths, open: Vec::new() };
    let mut value = Value::Object(std::mem::take(settings));
    check.open.push((String::new(), &value, root));
    while let Some((pointer, value, schema)) = check.open.pop() {
        check.look_at(pointer, value, schema);
    }
    let Check { mut wrong, left_out, paths, .. } = check;
    if let Some(folder) = source.file().and_then(Path::parent) {
        for pointer in paths {
            if let Some(Value::String(path)) = value.pointer_mut(&pointer) {
                *path = folder.join(&*path).to_string_lossy().into_owned();
            }
        }
    }
    remove_all(&mut value, &left_out);
    if let Value::Object(rest) = value {
        *settings = rest;
    }
    wrong.sort_by_cached_key(|it| order(&it.pointer));
    wrong
}

/// Takes out of `settings` what a workspace has to be trusted for.
pub(super) fn leave_out_untrusted(
    settings: &mut Map<String, Value>,
    source: &Source,
) -> Vec<Wrong> {
    let root = Kind::File.schema();
    let mut value = Value::Object(std::mem::take(settings));
    let mut wrong = Vec::new();
    let mut open: Vec<(String, &Value, &Value)> = vec![(String::new(), &value, root)];
    while let Some((pointer, value, schema)) = open.pop() {
        let target = resolved(root, schema);
        if schema.get(NEEDS_TRUST).or_else(|| target.get(NEEDS_TRUST)).is_some() {
            let name = source.name_of(&pointer);
            let message = format!("`{name}` is ignored, since the workspace is not trusted.");
            let mistake = Mistake::Untrusted;
            wrong.push(Wrong { pointer, is_key: true, mistake, message, nearest: None });
            continue;
        }
        match value {
            Value::Object(settings) => {
                for (key, value) in settings {
                    let of_key = target.get("properties").and_then(|it| it.get(key));
                    let others = || target.get("additionalProperties").filter(|it| it.is_object());
                    if let Some(schema) = of_key.or_else(others) {
                        open.push((below(&pointer, key), value, schema));
                    }
                }
            }
            Value::Array(list) => {
                let Some(items) = target.get("items") else { continue };
                let items =
                    list.iter().enumerate().map(|(at, it)| (format!("{pointer}/{at}"), it, items));
                open.extend(items);
            }
            _ => {}
        }
    }
    let left_out: Vec<String> = wrong.iter().map(|it| it.pointer.clone()).collect();
    remove_all(&mut value, &left_out);
    if let Value::Object(rest) = value {
        *settings = rest;
    }
    wrong
}

/// A pointer's parts, with indices by their numbers.
fn order(pointer: &str) -> Vec<(Option<usize>, String)> {
    pointer.split('/').map(|part| (part.parse().ok(), part.to_owned())).collect()
}

/// Takes values out of what holds them.
fn remove_all(value: &mut Value, pointers: &[String]) {
    // Nothing that is understood is null, so null marks what has to go.
    for pointer in pointers {
        if let Some(value) = value.pointer_mut(pointer) {
            *value = Value::Null;
        }
    }
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(settings) => {
                settings.retain(|_, it| !it.is_null());
                open.extend(settings.values_mut());
            }
            Value::Array(list) => {
                list.retain(|it| !it.is_null());
                open.extend(list);
            }
            _ => {}
        }
    }
}

/// The name among `known` that is nearest; of what is too long to be one, there is none.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    (name.len() <= LONGEST_NAME).then(|| nearest_of(name, known)).flatten()
}

struct Check<'a> {
    root: &'a Value,
    source: &'a Source,
    wrong: Vec<Wrong>,
    left_out: Vec<String>,
    /// Where paths stand.
    paths: Vec<String>,
    open: Vec<(String, &'a Value, &'a Value)>,
}

impl<'a> Check<'a> {
    fn tell(&mut self, pointer: &str, mistake: Mistake, message: String, nearest: Option<String>) {
        let pointer = pointer.to_owned();
        self.left_out.push(pointer.clone());
        self.wrong.push(Wrong { pointer, is_key: false, mistake, message, nearest });
    }

    fn tell_of_key(
        &mut self,
        pointer: &str,
        mistake: Mistake,
        message: String,
        nearest: Option<String>,
    ) {
        self.tell(pointer, mistake, message, nearest);
        if let Some(last) = self.wrong.last_mut() {
            last.is_key = true;
        }
    }

    fn look_at(&mut self, pointer: String, value: &'a Value, schema: &'a Value) {
        if value.is_null() {
            // Editors send what is not set as null.
            self.left_out.push(pointer);
            return;
        }
        let alternatives = alternatives(self.root, schema);
        let Some(schema) = alternatives.iter().find(|it| takes(it, value)) else {
            let expected = expected(self.root, &alternatives);
            let names = alternatives.iter().flat_map(|it| names(it));
            let near = value.as_str().and_then(|it| nearest(it, names));
            let message = format!(
                "`{}` must be {expected}; {value} is ignored.",
                self.source.name_of(&pointer)
            );
            self.tell(&pointer, Mistake::WrongValue, message, near);
            return;
        };
        match value {
            Value::Object(settings) => self.look_into(&pointer, settings, schema),
            Value::Array(list) => {
                let Some(items) = schema.get("items") else { return };
                for (index, item) in list.iter().enumerate() {
                    self.open.push((format!("{pointer}/{index}"), item, items));
                }
            }
            Value::String(text) => self.look_at_text(&pointer, text, schema, false),
            _ => {}
        }
    }

    fn look_into(&mut self, pointer: &str, settings: &'a Map<String, Value>, schema: &'a Value) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties").filter(|it| it.is_object());
        let of_names = schema.get("propertyNames").map(|it| resolved(self.root, it));
        for (key, value) in settings {
            let pointer = below(pointer, key);
            if let Some(schema) = properties.and_then(|it| it.get(key)) {
                self.open.push((pointer, value, schema));
            } else if let Some(others) = others {
                let known = self.wrong.len();
                if let Some(of_names) = of_names {
                    self.look_at_text(&pointer, key, of_names, true);
                }
                if self.wrong.len() == known {
                    self.open.push((pointer, value, others));
                }
            } else {
                let known = properties.into_iter().flat_map(Map::keys).map(String::as_str);
                let near = nearest(key, known);
                let name = self.source.name_of(&pointer);
                let message = match &near {
                    Some(near) => format!("Unknown setting `{name}`; did you mean `{near}`?"),
                    None => format!("Unknown setting `{name}`."),
                };
                self.tell_of_key(&pointer, Mistake::UnknownSetting, message, near);
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !settings.contains_key(key) {
                let name = self.source.name_of(pointer);
                let message = format!("`{name}` needs `{key}`; it is ignored.");
                self.tell(pointer, Mistake::WrongValue, message, None);
            }
        }
    }

    fn look_at_text(&mut self, pointer: &str, text: &str, schema: &Value, is_key: bool) {
        let tell = if is_key { Self::tell_of_key } else { Self::tell };
        match schema.get("format").and_then(Value::as_str) {
            Some(SELECTOR_FORMAT) if Configuration::default().ignore(&[text]).is_err() => {
                let name = match pointer.rsplit_once('/') {
                    Some((list, _)) if !list.is_empty() => self.source.name_of(list),
                    _ => self.source.name_of(pointer),
                };
                let near = nearest(text, selectors());
                let hint = near.as_ref().map(|it| format!("; did you mean `{it}`?"));
                let hint = hint.unwrap_or_else(|| ".".to_owned());
                let message = format!("In `{name}`, no rule matches `{text}`{hint}");
                tell(self, pointer, Mistake::UnknownRule, message, near);
            }
            Some(PATH_FORMAT) => self.paths.push(pointer.to_owned()),
            Some(PATTERN_FORMAT) if glob(text).is_none() => {
                let name = self.source.name_of(pointer);
                let message = format!(
                    "`{name}` must be a pattern such as \"tests/**\"; \"{text}\" is ignored."
                );
                tell(self, pointer, Mistake::BadPattern, message, None);
            }
            _ => {}
        }
    }
}

/// All names of rules and of sets of them.
fn selectors() -> impl Iterator<Item = &'static str> {
    let profiles = [ProfileName::Recommended, ProfileName::Strict, ProfileName::Preview];
    let ids = rules::all().iter().map(|rule| rule.id);
    CATEGORIES.into_iter().chain(profiles.map(ProfileName::as_str)).chain(ids)
}

/// The schemas of which one has to fit, references followed.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(root, schema);
    if schema.get("type").is_some() {
        // What else it says is for editors.
        return vec![schema];
    }
    let list = ["anyOf", "oneOf"].iter().find_map(|it| schema.get(it)?.as_array());
    match list {
        Some(list) => list.iter().map(|it| resolved(root, it)).collect(),
        None => vec![schema],
    }
}

/// Whether a schema is one for values of this kind.
fn takes(schema: &Value, value: &Value) -> bool {
    let has_type = |name: &str| match (name, value) {
        ("boolean", Value::Bool(_))
        | ("string", Value::String(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_))
        | ("number", Value::Number(_)) => true,
        ("integer", Value::Number(number)) => number.is_i64() || number.is_u64(),
        _ => false,
    };
    let of_type = match schema.get("type") {
        Some(Value::String(name)) => has_type(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(has_type),
        _ => true,
    };
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let number = value.as_f64();
    let is_within = number.is_none_or(|number| {
        bound("minimum").is_none_or(|it| number >= it)
            && bound("maximum").is_none_or(|it| number <= it)
    });
    let mut names = names(schema).peekable();
    let is_named = names.peek().is_none() || names.any(|name| value.as_str() == Some(name));
    of_type && is_within && is_named
}

/// The values that a schema lists.
fn names(schema: &Value) -> impl Iterator<Item = &str> {
    let listed = schema.get("enum").and_then(Value::as_array);
    listed.into_iter().flatten().chain(schema.get("const")).filter_map(Value::as_str)
}

/// What a value has to be, in words.
fn expected(root: &Value, alternatives: &[&Value]) -> String {
    let mut words: Vec<String> = Vec::new();
    for schema in alternatives {
        let before = words.len();
        words.extend(names(schema).map(str::to_owned));
        if words.len() > before {
            continue;
        }
        let kinds = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(kind)) => vec![kind.as_str()],
            _ => Vec::new(),
        };
        words.extend(kinds.into_iter().filter(|it| *it != "null").map(|kind| match kind {
            "boolean" => "true or false".to_owned(),
            "integer" => range_of(schema, "a whole number"),
            "number" => range_of(schema, "a number"),
            "string" => "a text".to_owned(),
            "array" => {
                let items = schema.get("items").map(|it| resolved(root, it));
                let format = items.and_then(|it| it.get("format")).and_then(Value::as_str);
                match format {
                    Some(SELECTOR_FORMAT) => "a list of rules".to_owned(),
                    Some(PATTERN_FORMAT) => "a list of patterns".to_owned(),
                    _ => "a list".to_owned(),
                }
            }
            _ => "a table".to_owned(),
        }));
    }
    match words.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn range_of(schema: &Value, what: &str) -> String {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) if most < f64::from(u32::MAX) => {
            format!("{what} from {least} to {most}")
        }
        (Some(least), _) if least > 0.0 => format!("{what} of at least {least}"),
        _ => what.to_owned(),
    }
}
