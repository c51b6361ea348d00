//! The text of a configuration file: its settings as JSON, with the place of each, and what is no
//! TOML in it.

use std::collections::HashMap;
use std::ops::Range;

use analysis::text::LineIndex;
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::problems::below;

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    /// The settings, but for those that stand where the text is no TOML.
    pub(super) settings: Map<String, Value>,
    /// Where they stand.
    pub(super) places: Places,
    /// What is no TOML, in words.
    pub(super) errors: Vec<(Range<usize>, String)>,
}

/// Where settings stand, by JSON pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    keys: HashMap<String, Range<usize>>,
    values: HashMap<String, Range<usize>>,
}

impl Places {
    /// Where a key stands, else its value.
    pub(super) fn key(&self, pointer: &str) -> Option<Range<usize>> {
        self.keys.get(pointer).or_else(|| self.values.get(pointer)).cloned()
    }

    /// Where a value stands, else its key: a table stands where its name does.
    pub(super) fn value(&self, pointer: &str) -> Option<Range<usize>> {
        self.values.get(pointer).or_else(|| self.keys.get(pointer)).cloned()
    }
}

/// Reads a text as far as it is TOML.
pub(super) fn parse(text: &str) -> Parsed {
    let (table, errors) = DeTable::parse_recoverable(text);
    let errors: Vec<(Range<usize>, String)> = errors
        .into_iter()
        .map(|error| (error.span().unwrap_or(0..0), error.message().to_owned()))
        .collect();
    let mut parsed = Parsed { errors, ..Parsed::default() };
    let lines = LineIndex::new(text);
    let line_of = |at: usize| lines.line_of(u32::try_from(at).unwrap_or(u32::MAX));
    let broken: Vec<Range<u32>> =
        parsed.errors.iter().map(|(span, _)| line_of(span.start)..line_of(span.end) + 1).collect();
    // What the parser guessed of a line with an error is worth nothing.
    let is_broken = |span: &Range<usize>| {
        !broken.is_empty() && {
            let (first, last) = (line_of(span.start), line_of(span.end));
            broken.iter().any(|lines| first < lines.end && lines.start <= last)
        }
    };
    let mut root = Value::Object(Map::new());
    let mut open: Vec<(String, &DeTable<'_>)> = vec![(String::new(), table.get_ref())];
    let mut lists: Vec<(String, &DeValue<'_>)> = Vec::new();
    while let Some((pointer, table)) = open.pop() {
        for (key, value) in table {
            let pointer = below(&pointer, key.get_ref());
            parsed.places.keys.insert(pointer.clone(), key.span());
            let is_header =
                value.get_ref().is_table() && !text_starts_with(text, &value.span(), '{');
            if !is_header && is_broken(&(key.span().start..value.span().end)) {
                continue;
            }
            if !is_header {
                parsed.places.values.insert(pointer.clone(), value.span());
            }
            put(&mut root, &pointer, shallow(value.get_ref()));
            match value.get_ref() {
                DeValue::Table(table) => open.push((pointer, table)),
                list @ DeValue::Array(_) => lists.push((pointer, list)),
                _ => {}
            }
        }
        while let Some((pointer, list)) = lists.pop() {
            let items = list.as_array().into_iter().flat_map(|it| it.iter());
            for (index, item) in items.enumerate() {
                let pointer = format!("{pointer}/{index}");
                parsed.places.values.insert(pointer.clone(), item.span());
                put(&mut root, &pointer, shallow(item.get_ref()));
                match item.get_ref() {
                    DeValue::Table(table) => open.push((pointer, table)),
                    list @ DeValue::Array(_) => lists.push((pointer, list)),
                    _ => {}
                }
            }
        }
    }
    if let Value::Object(settings) = root {
        parsed.settings = settings;
    }
    parsed
}

fn text_starts_with(text: &str, span: &Range<usize>, sign: char) -> bool {
    text.get(span.clone()).is_some_and(|it| it.starts_with(sign))
}

/// A value without what it holds.
fn shallow(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(_) => Value::Array(Vec::new()),
        DeValue::Table(_) => Value::Object(Map::new()),
    }
}

/// Puts a value where a pointer says; what holds it is there already.
pub(super) fn put(root: &mut Value, pointer: &str, value: Value) {
    let Some((above, key)) = pointer.rsplit_once('/') else { return };
    match root.pointer_mut(above) {
        Some(Value::Object(settings)) => {
            settings.insert(key.replace("~1", "/").replace("~0", "~"), value);
        }
        Some(Value::Array(list)) => list.push(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_places() {
        let text =
            "select = [\"bug\", \"perf\"]\n[limits]\nlines = 0x10\n[[paths]]\nmatch = [\"a\"]\n";
        let parsed = parse(text);
        assert!(parsed.errors.is_empty());
        let expected = serde_json::json!({
            "select": ["bug", "perf"], "limits": {"lines": 16}, "paths": [{"match": ["a"]}]
        });
        assert_eq!(Value::Object(parsed.settings), expected);
        let at = |span: Option<Range<usize>>| span.and_then(|it| text.get(it));
        assert_eq!(at(parsed.places.value("/select/1")), Some("\"perf\""));
        assert_eq!(at(parsed.places.key("/limits/lines")), Some("lines"));
        assert_eq!(at(parsed.places.value("/limits/lines")), Some("0x10"));
        assert_eq!(at(parsed.places.value("/limits")), Some("limits"));
        assert_eq!(at(parsed.places.value("/paths/0/match/0")), Some("\"a\""));
    }

    #[test]
    fn what_is_no_toml_is_left_out_and_the_rest_holds() {
        let parsed = parse(
            "profile = \"strict\"\nselect = [\"bug\"\ngenerated = true\n\n[limits]\nlines = 5\n",
        );
        assert!(!parsed.errors.is_empty());
        assert_eq!(parsed.settings.get("profile"), Some(&Value::from("strict")));
        assert_eq!(parsed.settings.get("select"), None);
        let parsed = parse("profile = \nlimits.lines = 5\n");
        let expected = serde_json::json!({"limits": {"lines": 5}});
        assert_eq!(Value::Object(parsed.settings), expected);
    }
}
