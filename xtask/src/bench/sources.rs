//! Python text of any length, put together from real files of the ecosystem's packages.

use std::fs;
use std::path::Path;

use crate::project::{Failure, files_below};

/// Lines of real code, as many as are wanted; the last function may be cut off at its end.
pub(super) fn text(folder: &Path, lines: usize) -> Result<String, Failure> {
    let mut text = String::new();
    let mut count = 0;
    while count < lines {
        let before = count;
        for part in parts(folder)? {
            for line in part.lines() {
                if count >= lines && is_boundary(line) {
                    return Ok(text);
                }
                text.push_str(line);
                text.push('\n');
                count += 1;
            }
        }
        if count == before {
            return Err(Failure::Told(format!("{} has no Python files", folder.display())));
        }
    }
    Ok(text)
}

/// Files of their own, none of them long.
pub(super) fn files(folder: &Path, count: usize) -> Result<Vec<String>, Failure> {
    let mut found = parts(folder)?;
    found.retain(|text| (60..800).contains(&text.lines().count()));
    let step = (found.len() / count.max(1)).max(1);
    Ok(found.into_iter().step_by(step).take(count).collect())
}

/// The line nearest the middle before which a function can be inserted.
pub(super) fn middle(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.windows(2).enumerate().filter_map(|(at, pair)| match pair {
        ["", next] if is_boundary(next) => Some(at + 1),
        _ => None,
    });
    let middle = lines.len() / 2;
    starts.min_by_key(|at| at.abs_diff(middle)).unwrap_or(0)
}

fn is_boundary(line: &str) -> bool {
    ["def ", "class ", "async def ", "@"].iter().any(|start| line.starts_with(start))
}

/// The texts of the files in order of their paths, without what must stand first in a file.
fn parts(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut files = files_below(folder)?;
    files.retain(|path| path.extension().is_some_and(|it| it == "py"));
    files.sort();
    let texts = files.into_iter().filter_map(|path| fs::read_to_string(path).ok());
    let clean = |text: &String| !text.contains(['\r', '\u{c}']) && text.len() < 400_000;
    let texts = texts.filter(clean).map(|text| {
        let lines = text.lines().filter(|line| !line.starts_with("from __future__"));
        lines.flat_map(|line| [line, "\n"]).collect()
    });
    Ok(texts.collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_long_as_wanted_and_can_be_cut_in_the_middle() {
        let folder = tempfile::tempdir().unwrap();
        let function = "from __future__ import annotations\n\ndef f(a):\n    return a\n\n";
        fs::write(folder.path().join("a.py"), function.repeat(10)).unwrap();
        let text = text(folder.path(), 100).unwrap();
        assert!((100..105).contains(&text.lines().count()), "{}", text.lines().count());
        assert!(!text.contains("__future__"));
        let middle = middle(&text);
        assert!(middle.abs_diff(50) <= 5, "{middle}");
        assert_eq!(text.lines().nth(middle), Some("def f(a):"));
        assert!(super::text(&folder.path().join("none"), 1).is_err());
    }
}
