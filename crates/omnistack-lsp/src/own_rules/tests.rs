//! Tests of users' rules: the files that hold them.

use std::path::{Path, PathBuf};

use user_rules::project::folders;
use user_rules::testing::Snapshots;

use super::files::is_yaml;
use super::places::{Places, RULES, TESTS};

/// A file of tests.
#[derive(Debug)]
pub struct TestFile {
    /// The file.
    pub path: PathBuf,
    /// Its text, or why there is none.
    pub text: Result<String, String>,
    /// The folder of snapshots that belongs to it.
    snapshots: PathBuf,
}

impl TestFile {
    /// The snapshots of a rule, where there are any.
    pub fn snapshots(&self, id: &str) -> Option<Snapshots> {
        // An id is no path.
        if id.contains(['/', '\\']) {
            return None;
        }
        let file = self.snapshots.join(format!("{id}-snapshot.yml"));
        let text = text_of(&file).ok()?;
        Some(Snapshots::read(&text))
    }
}

/// The files of tests that belong to these places, in their order.
pub fn test_files(places: &Places) -> Vec<TestFile> {
    let mut found = Vec::new();
    if let Some(own) = &places.own {
        collect(&own.join(TESTS), false, None, &mut found);
        collect(&own.join(RULES), true, None, &mut found);
    }
    if let Some(settings) = &places.ast_grep {
        let folder = settings.parent().unwrap_or(Path::new("."));
        let named = folders(&text_of(settings).unwrap_or_default());
        for (tests, snapshots) in named.tests {
            collect(&folder.join(&tests), false, snapshots.as_deref(), &mut found);
        }
        for (_, rules) in named.rules {
            collect(&folder.join(rules), true, None, &mut found);
        }
    }
    for pack in places.packs.iter().filter(|it| it.is_dir()) {
        for tests in ["rule-tests", "tests"] {
            collect(&pack.join(tests), false, None, &mut found);
        }
        collect(&pack.join("rules"), true, None, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    found
}

/// Adds the tests of a folder: all its files of YAML, or those alone that are named as tests.
fn collect(folder: &Path, only_named: bool, snapshots: Option<&str>, found: &mut Vec<TestFile>) {
    const DEEPEST: usize = 16;
    let snapshots = folder.join(snapshots.unwrap_or("__snapshots__"));
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let Ok(entries) = folder.read_dir() else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
            if is_folder && path != snapshots && depth < DEEPEST {
                open.push((path, depth + 1));
                continue;
            }
            if is_folder || !is_yaml(&path) {
                continue;
            }
            let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or("");
            if only_named && !stem.ends_with("-test") {
                continue;
            }
            let text = text_of(&path);
            let is_rule = |text: &String| text.lines().any(|line| line.starts_with("rule:"));
            if text.as_ref().is_ok_and(is_rule) {
                continue;
            }
            found.push(TestFile { path, text, snapshots: snapshots.clone() });
        }
    }
}

fn text_of(path: &Path) -> Result<String, String> {
    let metadata = path.metadata().map_err(|error| format!("cannot be read: {error}"))?;
    if metadata.len() > super::files::MOST_BYTES {
        return Err(format!("is not read: {} bytes are too many", metadata.len()));
    }
    std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))
}
