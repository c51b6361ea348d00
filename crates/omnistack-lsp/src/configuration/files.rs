//! Configuration files: where they are, and how they extend one another.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::layers::Layer;
use super::problems::{Mistake, Source};
use crate::own_rules::check_pack;

/// The name of a workspace's configuration file.
pub const FILE_NAME: &str = "omnistack.toml";

/// Larger files hold no settings that somebody wrote.
const MOST_BYTES: u64 = 1 << 20;

/// The nearest configuration file in a folder or above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// Where the user's own file is, if there is one.
pub(super) fn of_user() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")));
    folder.map(|folder| folder.join("omnistack").join(FILE_NAME))
}

/// How configuration files are read.
#[derive(Clone, Debug)]
pub(super) struct Reading<'a> {
    environment: Option<&'a Arc<str>>,
    /// The folders of a workspace that is not trusted, which its files may not lead out of.
    confined_to: Option<&'a [PathBuf]>,
    /// What the first file holds instead of what lies on the disk.
    pub(super) instead: Option<String>,
}

/// A file to be read.
struct Next {
    source: Source,
    /// The layer that names it, by its place among those read, and the place in it.
    named: Option<(usize, String)>,
}

impl<'a> Reading<'a> {
    /// Reads what is on the disk.
    pub(super) fn new(
        environment: Option<&'a Arc<str>>,
        confined_to: Option<&'a [PathBuf]>,
    ) -> Self {
        Self { environment, confined_to, instead: None }
    }

    /// A file's settings, after those of the files it extends.
    pub(super) fn read(&self, source: Source) -> Vec<Layer> {
        // The user trusts what the user wrote.
        let confined_to = self.confined_to.filter(|_| !matches!(source, Source::User(_)));
        let own = source.file().and_then(Path::parent).map(Path::to_owned);
        let mut layers: Vec<Layer> = Vec::new();
        // The file itself, then what it extends, then what that extends: the last one is the base.
        let mut open = vec![Next { source, named: None }];
        let mut seen: Vec<PathBuf> = Vec::new();
        while let Some(Next { source, named }) = open.pop() {
            let Some(file) = source.file().map(Path::to_owned) else { continue };
            let known = file.canonicalize().unwrap_or_else(|_| file.clone());
            let text = if seen.contains(&known) {
                Err("extends itself, by way of other files; remove one `extends`".to_owned())
            } else if let Some(text) = self.instead.as_ref().filter(|_| named.is_none()) {
                if text.len() as u64 > MOST_BYTES {
                    Err(too_large(text.len() as u64))
                } else {
                    Ok(text.clone())
                }
            } else {
                text_of(&file)
            };
            let text = match (text, named) {
                (Ok(text), _) => text,
                (Err(why), Some((at, pointer))) => {
                    if let Some(layer) = layers.get_mut(at) {
                        let message = format!("`extends`: {}: {why}.", file.display());
                        layer.tell(&pointer, false, Mistake::Extends, message, None);
                    }
                    continue;
                }
                (Err(why), None) => {
                    layers.push(Layer::unreadable(source, format!("The file {why}.")));
                    continue;
                }
            };
            seen.push(known);
            let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
            let mut layer = Layer::of_text(source.clone(), text, self.environment.cloned());
            layer.resolved_folder = folder.canonicalize().ok();
            if matches!(source, Source::File(_)) {
                layer.leave_out_personal();
            }
            if confined_to.is_some() {
                layer.leave_out_untrusted();
            }
            for (pointer, base) in extended(&layer) {
                let base = spelt_plainly(&folder.join(base));
                let is_allowed =
                    |it: &[PathBuf]| it.iter().chain(&own).any(|it| is_below(it, &base));
                if !confined_to.is_none_or(is_allowed) {
                    let message =
                        "`extends` leads out of the workspace, which is not trusted; it is \
                        ignored."
                            .to_owned();
                    layer.tell(&pointer, false, Mistake::Untrusted, message, None);
                    continue;
                }
                layer.bases.push(base.clone());
                let source = match &source {
                    Source::User(_) => Source::User(base),
                    _ => Source::File(base),
                };
                open.push(Next { source, named: Some((layers.len(), pointer)) });
            }
            tell_of_packs(&mut layer);
            layers.push(layer);
        }
        layers.reverse();
        layers
    }
}

/// The path without `.` and `..`, as an editor spells it, unless that is another file: by way of a
/// link, `..` leads elsewhere.
fn spelt_plainly(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    let is_same = match (path.canonicalize(), plain.canonicalize()) {
        (Ok(path), Ok(plain)) => path == plain,
        (Err(_), Err(_)) => true,
        _ => false,
    };
    if is_same && path.is_absolute() { plain } else { path.to_owned() }
}

fn too_large(size: u64) -> String {
    format!("cannot be read: {size} bytes are over the limit of {MOST_BYTES}")
}

/// A file's text, or why there is none.
fn text_of(file: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let metadata = file.metadata().map_err(cannot)?;
    if !metadata.is_file() {
        return Err("cannot be read: it is no file".to_owned());
    }
    if metadata.len() > MOST_BYTES {
        return Err(too_large(metadata.len()));
    }
    std::fs::read_to_string(file).map_err(cannot)
}

/// Whether a file lies below a folder, links followed.
fn is_below(folder: &Path, file: &Path) -> bool {
    match (folder.canonicalize(), file.canonicalize()) {
        (Ok(folder), Ok(file)) => file.starts_with(folder),
        _ => false,
    }
}

/// Says which packs of rules cannot be read.
fn tell_of_packs(layer: &mut Layer) {
    let packs = layer.get("/rules/packs").and_then(Value::as_array);
    let packs: Vec<PathBuf> =
        packs.into_iter().flatten().filter_map(Value::as_str).map(PathBuf::from).collect();
    for (index, pack) in packs.iter().enumerate() {
        if let Err(why) = check_pack(pack) {
            let message = format!("The pack of rules {} {why}.", pack.display());
            layer.tell(&format!("/rules/packs/{index}"), false, Mistake::Pack, message, None);
        }
    }
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
