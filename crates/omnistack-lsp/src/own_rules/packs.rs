//! Packs of rules that the settings name: a folder, or an archive of one.
//!
//! A pack is laid out in one of three ways: with settings of `ast-grep` that name its folders; with
//! folders `rules` and `utils`; or with nothing but files of rules. An archive is read in memory and
//! never unpacked, so that its paths are names and lead nowhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use user_rules::Text;
use user_rules::project::folders;

use super::archive::{self, Entry, Kind};
use super::files::{Reader, is_test};
use super::places::AST_GREP;

/// Whether a pack is there and can be read, else why not.
///
/// # Errors
/// Why not, to be put after the pack's name.
pub fn check_pack(path: &Path) -> Result<(), String> {
    open(path).map(drop)
}

/// What a pack is.
enum Pack {
    Folder,
    Archive(Vec<Entry>),
}

fn open(path: &Path) -> Result<Pack, String> {
    let metadata = path.metadata().map_err(|error| format!("cannot be read: {error}"))?;
    if metadata.is_dir() {
        return Ok(Pack::Folder);
    }
    let kind = Kind::of(path)
        .ok_or("is no folder and no archive (.tar.gz, .tgz, .tar or .zip)".to_owned())?;
    archive::entries(path, kind).map(Pack::Archive)
}

/// Reads a pack's rules and utilities.
pub(super) fn read_pack(reader: &mut Reader<'_>, path: &Path) -> Result<(), String> {
    match open(path)? {
        Pack::Folder => read_folder(reader, path),
        Pack::Archive(entries) => {
            reader.watched.push(path.to_owned());
            read_entries(reader, path, &entries);
        }
    }
    Ok(())
}

fn read_folder(reader: &mut Reader<'_>, path: &Path) {
    if let Some(settings) = AST_GREP.map(|it| path.join(it)).into_iter().find(|it| it.is_file()) {
        reader.read_ast_grep(&settings);
        return;
    }
    let (rules, utilities) = (path.join("rules"), path.join("utils"));
    if rules.is_dir() {
        reader.watched.push(path.to_owned());
        reader.read_folder(&utilities, true);
        reader.read_folder(&rules, false);
    } else {
        reader.read_folder(path, false);
    }
}

/// Reads what an archive holds, laid out as a folder would be; all may stand in one folder of it.
fn read_entries(reader: &mut Reader<'_>, archive: &Path, entries: &[Entry]) {
    let is_settings =
        |it: &&Entry| it.path.file_name().is_some_and(|name| AST_GREP.iter().any(|it| name == *it));
    let depth = |it: &Entry| it.path.components().count();
    let settings = entries.iter().filter(is_settings).min_by_key(|it| depth(it));
    let (mut rules, mut utilities): (Vec<PathBuf>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    if let Some(settings) = settings {
        let folder = settings.path.parent().unwrap_or(Path::new(""));
        let named = folders(&settings.text);
        let within = |(_, name): (_, String)| folder.join(name.trim_start_matches("./"));
        rules.extend(named.rules.into_iter().map(within));
        utilities.extend(named.utilities.into_iter().map(within));
    } else {
        let below = |name: &str| {
            let folders = entries.iter().flat_map(|it| it.path.ancestors().skip(1));
            let named = folders.filter(|it| it.file_name().is_some_and(|it| it == name));
            named.min_by_key(|it| it.components().count()).map(Path::to_owned)
        };
        match below("rules") {
            Some(folder) => {
                utilities.extend(folder.parent().map(|it| it.join("utils")));
                rules.push(folder);
            }
            None => rules.push(PathBuf::new()),
        }
    }
    for (folders, is_utility) in [(utilities, true), (rules, false)] {
        for entry in entries.iter().filter(|it| !is_settings(it)) {
            let is_within = folders.iter().any(|folder| entry.path.starts_with(folder));
            if !is_within || is_test(&entry.path, &entry.text) {
                continue;
            }
            let name = format!("{}!{}", archive.display(), entry.path.display());
            let text = Arc::clone(&entry.text);
            reader.add(Text { name, text, is_utility }, None);
        }
    }
}
