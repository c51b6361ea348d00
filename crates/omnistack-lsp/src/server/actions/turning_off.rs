//! Turning a rule off in the workspace's settings, by an edit that leaves all else in the file as
//! somebody wrote it.
//!
//! Later settings may hold over the file's, so what the edited text would come to is looked at
//! first: an edit that changes nothing is none.

use std::path::{Path, PathBuf};

use analysis::findings::Edit;
use analysis::text::Snapshot;
use toml_edit::{Array, DocumentMut, Item, TableLike, Value};

use super::Place;
use crate::configuration::{Entry, FILE_NAME, Supposed};
use crate::server::difference::difference;

/// Larger ones are no settings that somebody wrote.
const MOST_BYTES: u64 = 1 << 20;

/// An edit of a settings file.
#[derive(Clone, Debug)]
pub struct SettingsEdit {
    /// The file.
    pub path: PathBuf,
    /// What stands in it; nothing if there is no file yet.
    pub before: Option<Snapshot>,
    /// The client's version, if it has the file open.
    pub version: Option<i32>,
    /// The edit.
    pub edit: Edit,
    /// The entry for paths that it is made in; else it is for all files.
    pub entry: Option<Entry>,
}

/// The nearest settings file in a folder or above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// Adds a rule to those that the settings ignore at a place, where it comes to be off by that: in
/// the settings of all files, else in the entry for paths that turns it on.
///
/// # Errors
/// Why there is no such edit, in a sentence.
pub(super) fn turn_off(place: &Place, rule: &str) -> Result<SettingsEdit, String> {
    let own = place.path.as_deref().zip(place.settings());
    let (source, file) = own.ok_or("There is no file to hold the setting.")?;
    let name = file.display().to_string();
    let open = place.outlook.open.iter().find(|it| it.path == file);
    let before = match open {
        Some(open) => Some(open.snapshot.clone()),
        None => text_of(&file).map_err(|why| format!("{name} {why}."))?.map(Snapshot::new),
    };
    let text = before.as_ref().map_or("", Snapshot::text);
    let suppose = |text: &str| place.outlook.configurations.supposing(source, &file, text);
    let is_off = |it: &Supposed| it.configuration.is_on(rule) == Some(false);
    let version = open.and_then(|it| it.version);
    let edit = |after: &str, entry: Option<Entry>| {
        let edit = difference(text, after);
        SettingsEdit { path: file.clone(), before: before.clone(), version, edit, entry }
    };
    let supposed = match ignoring(text, rule, None) {
        Ok(after) => {
            let supposed = suppose(&after);
            if is_off(&supposed) {
                return Ok(edit(&after, None));
            }
            supposed
        }
        Err(Hindrance::Already) => suppose(text),
        Err(hindrance) => return Err(hindrance.of(&name)),
    };
    if let Some(entry) = supposed.entry {
        let after = ignoring(text, rule, Some(entry.index));
        if let Some(after) = after.ok().filter(|it| is_off(&suppose(it))) {
            return Ok(edit(&after, Some(entry)));
        }
    }
    Err(format!(
        "`{rule}` would stay on: what selects it comes after {name}, as the editor's settings and the \
         environment do."
    ))
}

/// A file's text, nothing where there is no file; or why it cannot be read.
fn text_of(file: &Path) -> Result<Option<String>, String> {
    let Ok(metadata) = file.metadata() else { return Ok(None) };
    if metadata.len() > MOST_BYTES {
        return Err("is too large for settings".to_owned());
    }
    std::fs::read_to_string(file).map(Some).map_err(|error| format!("cannot be read: {error}"))
}

/// Why a rule cannot be added to those that a text ignores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hindrance {
    NoToml,
    NoList,
    Already,
}

impl Hindrance {
    fn of(self, file: &str) -> String {
        match self {
            Self::NoToml => format!("{file} is no TOML: mend it first."),
            Self::NoList => format!("In {file}, `ignore` is no list: mend it first."),
            Self::Already => format!("{file} ignores it already."),
        }
    }
}

/// The text with a rule more among those that are ignored: by an entry for paths, or in all files.
fn ignoring(text: &str, rule: &str, entry: Option<usize>) -> Result<String, Hindrance> {
    let has_returns = text.contains("\r\n");
    let parsed = text.replace("\r\n", "\n").parse();
    let mut document: DocumentMut = parsed.map_err(|_| Hindrance::NoToml)?;
    let table: &mut dyn TableLike = match entry {
        None => document.as_table_mut(),
        Some(index) => entry_at(&mut document, index).ok_or(Hindrance::NoList)?,
    };
    let ignored = table.entry("ignore").or_insert_with(|| Item::from(Array::new()));
    let ignored = ignored.as_array_mut().ok_or(Hindrance::NoList)?;
    if ignored.iter().any(|it| it.as_str() == Some(rule)) {
        return Err(Hindrance::Already);
    }
    push(ignored, rule);
    let text = document.to_string();
    Ok(if has_returns { text.replace('\n', "\r\n") } else { text })
}

fn entry_at(document: &mut DocumentMut, index: usize) -> Option<&mut dyn TableLike> {
    match document.get_mut("paths")? {
        Item::ArrayOfTables(tables) => tables.get_mut(index).map(|it| -> &mut dyn TableLike { it }),
        Item::Value(Value::Array(list)) => {
            let table = list.get_mut(index)?.as_inline_table_mut();
            table.map(|it| -> &mut dyn TableLike { it })
        }
        _ => None,
    }
}

/// Adds a name to a list, on a line of its own if the last one has one.
fn push(names: &mut Array, rule: &str) {
    let last = names.len().checked_sub(1).and_then(|last| names.get_mut(last));
    let Some(last) = last else { return names.push(rule) };
    let before = last.decor().prefix().and_then(|it| it.as_str()).unwrap_or("");
    let Some(indentation) = before.rfind('\n').and_then(|at| before.get(at..)) else {
        return names.push(rule);
    };
    let indentation = indentation.to_owned();
    // What follows the last name, as a comment beside it, stays there.
    let after = last.decor().suffix().and_then(|it| it.as_str()).unwrap_or("").to_owned();
    last.decor_mut().set_suffix("");
    let after = format!("{after}{}", names.trailing().as_str().unwrap_or(""));
    let (beside, end) = after.split_at(after.rfind('\n').unwrap_or(after.len()));
    let mut value = Value::from(rule);
    value.decor_mut().set_prefix(format!("{beside}{indentation}"));
    names.push_formatted(value);
    names.set_trailing(end);
    names.set_trailing_comma(true);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const RULE: &str = "bug/self-comparison";

    #[test]
    fn a_rule_joins_those_that_are_ignored_and_all_else_stays() {
        for (before, after) in [
            ("", "ignore = [\"bug/self-comparison\"]\n"),
            ("ignore = []\n", "ignore = [\"bug/self-comparison\"]\n"),
            ("ignore=['a']  # why\n", "ignore=['a', \"bug/self-comparison\"]  # why\n"),
            (
                "# ours\nprofile = \"strict\" # x\n\n[limits]\nlines = 9\n",
                "# ours\nprofile = \"strict\" # x\nignore = [\"bug/self-comparison\"]\n\n[limits]\nlines = 9\n",
            ),
            (
                "ignore = [\n  \"a\", # one\n  \"b\" # two\n]\n",
                "ignore = [\n  \"a\", # one\n  \"b\", # two\n  \"bug/self-comparison\",\n]\n",
            ),
            (
                "ignore = [\n\t\"a\",\n\t\"b\", # two\n]\nselect = [\"ALL\"]\n",
                "ignore = [\n\t\"a\",\n\t\"b\", # two\n\t\"bug/self-comparison\",\n]\nselect = [\"ALL\"]\n",
            ),
        ] {
            assert_eq!(ignoring(before, RULE, None).as_deref(), Ok(after));
            let returns = |text: &str| text.replace('\n', "\r\n");
            if before.contains('\n') {
                assert_eq!(ignoring(&returns(before), RULE, None), Ok(returns(after)));
            }
            let Edit { span, replacement } = difference(before, after);
            let mut text = before.to_owned();
            text.replace_range(span.start as usize..span.end as usize, &replacement);
            assert_eq!(text, after);
        }
    }

    #[test]
    fn what_is_no_list_or_no_toml_is_left_alone() {
        for (text, hindrance) in [
            ("ignore = 3\n", Hindrance::NoList),
            ("ignore = [\n", Hindrance::NoToml),
            ("ignore = [\"bug/self-comparison\"]\n", Hindrance::Already),
        ] {
            assert_eq!(ignoring(text, RULE, None), Err(hindrance), "{text}");
        }
    }

    #[test]
    fn a_rule_joins_those_that_an_entry_ignores() {
        let text = "[[paths]]\nmatch = [\"a\"]\n\n[[paths]]\nmatch = [\"b\"] # why\n";
        let after = format!("{text}ignore = [\"bug/self-comparison\"]\n");
        assert_eq!(ignoring(text, RULE, Some(1)), Ok(after));
        let text = "paths = [{ match = [\"a\"], ignore = [\"x\"] }]\n";
        let after = text.replace("\"x\"", "\"x\", \"bug/self-comparison\"");
        assert_eq!(ignoring(text, RULE, Some(0)), Ok(after));
        assert_eq!(ignoring(text, RULE, Some(1)), Err(Hindrance::NoList));
    }
}
