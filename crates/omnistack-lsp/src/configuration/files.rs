//! Configuration files: where they are, and how they extend one another.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::layers::Layer;
use super::problems::{Mistake, Source};

/// The name of a workspace's configuration file.
pub const FILE_NAME: &str = "omnistack.toml";

/// The nearest configuration file in a folder or above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// The user's own file, if there is one.
pub(super) fn of_user() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")));
    let file = folder.map(|folder| folder.join("omnistack").join(FILE_NAME));
    file.filter(|file| file.is_file())
}

/// A file's settings, after those of the files it extends.
pub(super) fn read(source: Source, environment: Option<&Arc<str>>) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    // The file itself, then what it extends, then what that extends: the last one is the base. With
    // each, the layer and the place that names it.
    let mut open: Vec<(Source, Option<(usize, String)>)> = vec![(source, None)];
    let mut seen: Vec<PathBuf> = Vec::new();
    while let Some((source, named)) = open.pop() {
        let Some(file) = source.file().map(Path::to_owned) else { continue };
        let known = file.canonicalize().unwrap_or_else(|_| file.clone());
        let wrong = if seen.contains(&known) {
            let file = file.display();
            Err(format!("{file}: extends itself, by way of other files; remove one `extends`"))
        } else {
            let shown = file.display();
            std::fs::read_to_string(&file)
                .map_err(|error| format!("{shown}: cannot be read: {error}"))
        };
        let text = match (wrong, named) {
            (Ok(text), _) => text,
            (Err(why), Some((at, pointer))) => {
                if let Some(layer) = layers.get_mut(at) {
                    let message = format!("`extends`: {why}.");
                    layer.tell(&pointer, false, Mistake::Extends, message, None);
                }
                continue;
            }
            (Err(why), None) => {
                let why = why.rsplit_once(": cannot be read").map_or("", |it| it.1).to_owned();
                layers.push(Layer::unreadable(source, format!("Cannot be read{why}.")));
                continue;
            }
        };
        seen.push(known);
        let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
        let layer = Layer::of_text(source.clone(), text, environment.cloned());
        for (pointer, base) in extended(&layer) {
            let base = folder.join(base);
            let base = match &source {
                Source::User(_) => Source::User(base),
                _ => Source::File(base),
            };
            open.push((base, Some((layers.len(), pointer))));
        }
        layers.push(layer);
    }
    layers.reverse();
    layers
}

/// The files that a file names under `extends`, in the order in which they are to be read, with
/// their places.
fn extended(layer: &Layer) -> Vec<(String, String)> {
    let place = |index: usize| format!("/extends/{index}");
    match layer.get("/extends") {
        Some(Value::Array(list)) => {
            let texts = list.iter().enumerate().filter_map(|(at, it)| Some((at, it.as_str()?)));
            texts.map(|(at, text)| (place(at), text.to_owned())).collect()
        }
        Some(Value::String(one)) => vec![("/extends".to_owned(), one.clone())],
        _ => Vec::new(),
    }
}
