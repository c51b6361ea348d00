//! Turning a rule off in the workspace's settings, by an edit that leaves all else in the file as
//! somebody wrote it.

use std::path::{Path, PathBuf};

use analysis::findings::Edit;
use analysis::text::{Snapshot, Span};
use toml_edit::{Array, DocumentMut, Item, Value};

use crate::configuration::FILE_NAME;
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
    /// The edit.
    pub edit: Edit,
}

/// The nearest settings file in a folder or above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// Adds a rule to those that a file ignores; nothing if the file cannot be read, or does so already.
pub(super) fn turn_off(file: &Path, rule: &str) -> Option<SettingsEdit> {
    let path = file.to_owned();
    let Ok(metadata) = file.metadata() else {
        let edit = Edit { span: Span::new(0, 0), replacement: ignoring("", rule)? };
        return Some(SettingsEdit { path, before: None, edit });
    };
    if metadata.len() > MOST_BYTES {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let edit = difference(&text, &ignoring(&text, rule)?);
    Some(SettingsEdit { path, before: Some(Snapshot::new(text)), edit })
}

/// The text with a rule more among those that are ignored; nothing if it does not parse.
fn ignoring(text: &str, rule: &str) -> Option<String> {
    let has_returns = text.contains("\r\n");
    let mut document: DocumentMut = text.replace("\r\n", "\n").parse().ok()?;
    let ignored = document.entry("ignore").or_insert_with(|| Item::from(Array::new()));
    let ignored = ignored.as_array_mut()?;
    if ignored.iter().any(|it| it.as_str() == Some(rule)) {
        return None;
    }
    push(ignored, rule);
    let text = document.to_string();
    Some(if has_returns { text.replace('\n', "\r\n") } else { text })
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
            assert_eq!(ignoring(before, RULE).as_deref(), Some(after));
            let returns = |text: &str| text.replace('\n', "\r\n");
            if before.contains('\n') {
                assert_eq!(ignoring(&returns(before), RULE), Some(returns(after)));
            }
            let Edit { span, replacement } = difference(before, after);
            let mut text = before.to_owned();
            text.replace_range(span.start as usize..span.end as usize, &replacement);
            assert_eq!(text, after);
        }
    }

    #[test]
    fn what_is_no_list_or_no_toml_is_left_alone() {
        for text in ["ignore = 3\n", "ignore = [\n", "ignore = [\"bug/self-comparison\"]\n"] {
            assert_eq!(ignoring(text, RULE), None, "{text}");
        }
    }
}
