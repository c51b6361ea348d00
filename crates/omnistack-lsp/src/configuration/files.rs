//! Configuration files: where they are, and how they extend one another.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::settings::Layer;

/// The name of a workspace's configuration file.
pub const FILE_NAME: &str = "omnistack.toml";

/// The nearest configuration file in a folder or above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// The user's own file, with what it extends.
pub(super) fn of_user() -> Vec<Layer> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")));
    let file = folder.map(|folder| folder.join("omnistack").join(FILE_NAME));
    file.filter(|file| file.is_file()).map(|file| read(&file).0).unwrap_or_default()
}

/// A file's settings, after those of the files it extends, and what is wrong with any of them.
pub(super) fn read(file: &Path) -> (Vec<Layer>, Vec<String>) {
    let mut layers = Vec::new();
    let mut problems = Vec::new();
    // The file itself, then what it extends, then what that extends: the last one is the base.
    let mut open = vec![file.to_owned()];
    let mut seen: Vec<PathBuf> = Vec::new();
    while let Some(file) = open.pop() {
        let known = file.canonicalize().unwrap_or_else(|_| file.clone());
        if seen.contains(&known) {
            problems.push(format!(
                "{}: extends itself, by way of other files; remove one `extends`.",
                file.display()
            ));
            continue;
        }
        seen.push(known);
        let settings = match parse(&file) {
            Ok(settings) => settings,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
        for base in extended(&settings, &file, &mut problems) {
            open.push(folder.join(base));
        }
        layers.push(Layer { source: file.display().to_string(), folder: Some(folder), settings });
    }
    layers.reverse();
    (layers, problems)
}

fn parse(file: &Path) -> Result<serde_json::Map<String, Value>, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{shown}: cannot be read: {error}."))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        let line = text.get(..place).unwrap_or("").matches('\n').count() + 1;
        format!("{shown}:{line}: {}.", error.message().trim_end_matches('.'))
    })?;
    match serde_json::to_value(table) {
        Ok(Value::Object(settings)) => Ok(settings),
        _ => Err(format!("{shown}: holds a value that is no setting.")),
    }
}

/// The files that a file names under `extends`, in the order in which they are to be read.
fn extended(
    settings: &serde_json::Map<String, Value>,
    file: &Path,
    problems: &mut Vec<String>,
) -> Vec<String> {
    let list = match settings.get("extends") {
        None => return Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
    };
    let mut bases = Vec::new();
    for base in list {
        match base.as_str() {
            Some(base) => bases.push(base.to_owned()),
            None => problems.push(format!(
                "{}: `extends` takes paths of configuration files; `{base}` is ignored.",
                file.display()
            )),
        }
    }
    bases
}
