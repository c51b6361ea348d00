//! Manifests: what the files below a folder are called by others, where that is not their path.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use analysis::context::WorkspaceIndex;

/// Larger ones are no manifests that somebody wrote.
const MOST_BYTES: u64 = 1 << 20;

/// Finds the name that a manifest's text gives its folder.
type FindName = fn(&str) -> Option<String>;

const MANIFESTS: &[(&str, FindName)] =
    &[("go.mod", go_module), ("package.json", npm_package), ("Cargo.toml", cargo_package)];

/// Folders whose manifests were looked for.
#[derive(Debug, Default)]
pub struct Manifests {
    seen: BTreeSet<PathBuf>,
}

impl Manifests {
    /// Reads the manifests in the folders around a file, those that were not read yet.
    pub fn add_around(&mut self, file: &Path, index: &mut WorkspaceIndex) {
        for folder in file.ancestors().skip(1) {
            if !self.seen.insert(folder.to_owned()) {
                return;
            }
            for (name, find) in MANIFESTS {
                let path = folder.join(name);
                let is_small = |it: &fs::Metadata| it.is_file() && it.len() <= MOST_BYTES;
                if !fs::metadata(&path).is_ok_and(|it| is_small(&it)) {
                    continue;
                }
                let found = fs::read_to_string(&path).ok().and_then(|text| find(&text));
                if let Some(found) = found.filter(|it| !it.is_empty()) {
                    index.add_root(&found, &folder.to_string_lossy());
                }
            }
        }
    }
}

fn go_module(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let name = line.split("//").next().unwrap_or(line);
    Some(name.trim().trim_matches('"').to_owned())
}

fn npm_package(text: &str) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(manifest.get("name")?.as_str()?.to_owned())
}

fn cargo_package(text: &str) -> Option<String> {
    let manifest: toml::Table = toml::from_str(text).ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        assert_eq!(go_module("// x\nmodule a.b/c // y\n").as_deref(), Some("a.b/c"));
        assert_eq!(npm_package(r#"{"name": "@a/b"}"#).as_deref(), Some("@a/b"));
        assert_eq!(cargo_package("[package]\nname = \"a-b\"\n").as_deref(), Some("a-b"));
        assert_eq!(cargo_package("[workspace]\n"), None);
    }
}
