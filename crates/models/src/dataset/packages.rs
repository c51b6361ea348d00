//! The list of packages, and how they fall into projects.

use std::path::{Path, PathBuf};

use super::DatasetError;

/// One package of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Whether its functions are only there to be kept out.
    pub is_excluded: bool,
    /// The language it is listed for.
    pub language: String,
    /// Where it comes from.
    pub registry: String,
    /// Its name there.
    pub name: String,
}

impl Package {
    /// Reads the list: tab-separated rows `use, language, registry, name, licence`.
    ///
    /// # Errors
    /// [`DatasetError`] when the file cannot be read or has a row of another shape.
    pub fn read_list(path: &Path) -> Result<Vec<Self>, DatasetError> {
        let text = std::fs::read_to_string(path).map_err(DatasetError::file(path))?;
        let rows = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        rows.filter(|(_, line)| !line.is_empty())
            .map(|(at, line)| {
                let fields: Vec<&str> = line.split('\t').collect();
                let [usage, language, registry, name, _] = fields.as_slice() else {
                    return Err(DatasetError::Row { path: path.to_owned(), line: at + 1 });
                };
                Ok(Self {
                    is_excluded: *usage == "exclude",
                    language: (*language).to_owned(),
                    registry: (*registry).to_owned(),
                    name: (*name).to_owned(),
                })
            })
            .collect()
    }

    /// Where its sources are, below the folder of all.
    pub fn folder(&self, corpus: &Path) -> PathBuf {
        corpus.join(&self.registry).join(self.name.replace('/', "__"))
    }

    /// The project it belongs to. Packages that one team makes together share a project, so that
    /// one does not teach what another is to test.
    pub fn project(&self) -> String {
        let name = self.name.to_ascii_lowercase();
        let key = match self.registry.as_str() {
            "npm" => match name.strip_prefix('@').and_then(|name| name.split_once('/')) {
                Some((scope, _)) => scope,
                None => name.split('-').next().unwrap_or(&name),
            },
            "debian" => {
                let parts = name.match_indices('-').nth(2).map_or(name.len(), |(at, _)| at);
                name.get(..parts).unwrap_or(&name)
            }
            "crates" => name.split(['-', '_']).next().unwrap_or(&name),
            _ => name.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.'),
        };
        format!(
            "{}/{key}",
            if self.registry == "debian-source" { "source" } else { &self.registry }
        )
    }

    /// Whether the package is read as `language`. A C header may turn out to be C++, and an npm
    /// package holds both of its languages.
    pub fn holds(&self, language: &str) -> bool {
        let family = |id: &str| match id {
            "javascript" | "typescript" => 1,
            "c" | "cpp" => 2,
            _ => 0,
        };
        self.language == language
            || (family(language) > 0 && family(language) == family(&self.language))
    }
}
