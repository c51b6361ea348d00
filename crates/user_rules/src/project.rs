//! `ast-grep`'s own settings (`sgconfig.yml`), as far as they say where rules are.

use std::ops::Range;

use crate::yaml::{Node, documents};

/// The folders that the settings name, with the places of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Those of rules.
    pub rules: Vec<(Range<usize>, String)>,
    /// Those of utilities.
    pub utilities: Vec<(Range<usize>, String)>,
    /// Those of tests, each with the name of the folder of its snapshots.
    pub tests: Vec<(String, Option<String>)>,
    /// What is wrong.
    pub problems: Vec<(Range<usize>, String)>,
}

/// The folders that a text of settings names.
pub fn folders(text: &str) -> Folders {
    let mut folders = Folders::default();
    for document in documents(text) {
        let root = match document.root {
            Ok(Some(root)) => root,
            Ok(None) => continue,
            Err(broken) => {
                folders.problems.push((broken.span, format!("{}.", broken.message)));
                continue;
            }
        };
        for (key, is_utility) in [("ruleDirs", false), ("utilDirs", true)] {
            let Some(list) = root.get(key) else { continue };
            if list.text().is_some_and(|it| !it.is_empty()) {
                folders
                    .problems
                    .push((list.span.clone(), format!("`{key}` is a list of folders.")));
            }
            let named = list.items().iter().filter_map(named);
            if is_utility {
                folders.utilities.extend(named);
            } else {
                folders.rules.extend(named);
            }
        }
        for tests in root.get("testConfigs").into_iter().flat_map(Node::items) {
            let text = |key: &str| tests.get(key).and_then(Node::text).map(str::to_owned);
            if let Some(folder) = text("testDir") {
                folders.tests.push((folder, text("snapshotDir")));
            }
        }
    }
    folders
}

fn named(node: &Node) -> Option<(Range<usize>, String)> {
    Some((node.span.clone(), node.text()?.to_owned()))
}
