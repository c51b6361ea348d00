//! Reading files of rules: within limits, and never out of a workspace that is not trusted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use user_rules::project::folders;
use user_rules::{Text, Weight};

use super::places::{Places, RULES, UTILITIES};
use super::{Allowed, Read};
use crate::configuration::{FileReport, Mistake, Problem};

/// Larger files hold no rules that somebody wrote.
pub(super) const MOST_BYTES: u64 = 1 << 20;
/// So much is read in all.
pub(super) const MOST_BYTES_IN_ALL: u64 = 32 << 20;
/// So many files are read in all.
pub(super) const MOST_FILES: usize = 5000;
/// So deep are folders looked through.
const DEEPEST: usize = 16;

/// Whether a file is one of YAML, by its name.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "yml" || it == "yaml")
}

/// Whether a file holds tests of rules, or snapshots for them, by its name and text.
pub(super) fn is_test(path: &Path, text: &str) -> bool {
    let is_named = |name: &str| {
        let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or("");
        stem.ends_with(name)
    };
    let has_rule = || text.lines().any(|line| line.starts_with("rule:"));
    (is_named("-test") || is_named("-snapshot")) && !has_rule()
}

/// Whether a file stands where utilities do.
pub(super) fn is_in_utilities(path: &Path) -> bool {
    path.ancestors().any(|it| it.ends_with(UTILITIES))
}

pub(super) fn too_large(size: u64) -> String {
    format!("This file is not read: its {size} bytes are over the limit of {MOST_BYTES}.")
}

/// What was read so far.
pub(super) struct Reader<'a> {
    allowed: Allowed<'a>,
    pub(super) texts: Vec<Read>,
    pub(super) reports: Vec<FileReport>,
    pub(super) notes: Vec<(Weight, String)>,
    pub(super) watched: Vec<PathBuf>,
    bytes: u64,
    is_full: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(allowed: Allowed<'a>) -> Self {
        let (texts, reports, notes, watched) = (vec![], vec![], vec![], vec![]);
        Self { allowed, texts, reports, notes, watched, bytes: 0, is_full: false }
    }

    /// Reads the rules of a workspace.
    pub(super) fn read_places(&mut self, places: &Places) {
        if let Some(own) = &places.own {
            self.read_folder(&own.join(UTILITIES), true);
            self.read_folder(&own.join(RULES), false);
        }
        if let Some(settings) = &places.ast_grep {
            self.read_ast_grep(settings);
        }
    }

    /// Reads the folders that settings of `ast-grep` name.
    pub(super) fn read_ast_grep(&mut self, settings: &Path) {
        self.watched.push(settings.to_owned());
        let Some(text) = self.text_of(settings) else { return };
        let folder = settings.parent().unwrap_or(Path::new("."));
        let named = folders(&text);
        let mut problems = Vec::new();
        for (span, why) in named.problems {
            let problem = Problem::of_rules(settings, Mistake::Rule, why);
            problems.push(problem.in_text(&text, span));
        }
        for (list, is_utility) in [(named.utilities, true), (named.rules, false)] {
            for (span, name) in list {
                let path = folder.join(&name);
                let why = if !path.is_dir() {
                    format!("There is no folder `{name}` here.")
                } else if self.is_allowed(&path) {
                    self.read_folder(&path, is_utility);
                    continue;
                } else {
                    format!(
                        "`{name}` leads out of the workspace, which is not trusted; it is ignored."
                    )
                };
                let problem = Problem::of_rules(settings, Mistake::RuleDoubt, why);
                problems.push(problem.in_text(&text, span));
            }
        }
        let path = settings.to_owned();
        self.reports.push(FileReport { path, text, problems });
    }

    /// Whether a path may be read: in a workspace that is not trusted, nothing leads out of it.
    fn is_allowed(&self, path: &Path) -> bool {
        let Some(roots) = self.allowed.confined_to else { return true };
        let Ok(path) = path.canonicalize() else { return false };
        roots.iter().any(|root| root.canonicalize().is_ok_and(|root| path.starts_with(root)))
    }

    /// Reads the files of a folder and all below it, in the order of their paths.
    pub(super) fn read_folder(&mut self, folder: &Path, is_utility: bool) {
        let mut found = Vec::new();
        let mut open = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = open.pop() {
            if self.watched.contains(&folder) || !self.is_allowed(&folder) {
                continue;
            }
            let Ok(entries) = folder.read_dir() else { continue };
            self.watched.push(folder.clone());
            for entry in entries.flatten() {
                let (path, name) = (entry.path(), entry.file_name());
                // A link to a folder could lead anywhere, and around in circles.
                let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
                let is_hidden = name.to_string_lossy().starts_with('.');
                if is_folder && !is_hidden && name != "__snapshots__" && depth < DEEPEST {
                    open.push((path, depth + 1));
                } else if !is_folder && is_yaml(&path) {
                    found.push(path);
                }
            }
        }
        found.sort();
        for path in found {
            self.read_file(&path, is_utility);
        }
    }

    fn read_file(&mut self, path: &Path, is_utility: bool) {
        let is_known = self.texts.iter().any(|it| it.file.as_deref() == Some(path));
        if is_known || !self.is_allowed(path) {
            return;
        }
        let Some(text) = self.text_of(path) else { return };
        if is_test(path, &text) {
            return;
        }
        let name = path.display().to_string();
        self.add(Text { name, text, is_utility }, Some(path.to_owned()));
    }

    /// Adds a text, if there is room.
    pub(super) fn add(&mut self, text: Text, file: Option<PathBuf>) {
        self.bytes += text.text.len() as u64;
        if self.bytes > MOST_BYTES_IN_ALL || self.texts.len() >= MOST_FILES {
            if !std::mem::replace(&mut self.is_full, true) {
                let message = format!(
                    "Not all rules are read: there are more than {MOST_FILES} files, or more than \
                     {MOST_BYTES_IN_ALL} bytes, {} being the first left out.",
                    text.name
                );
                self.notes.push((Weight::Error, message));
            }
            return;
        }
        self.texts.push(Read { text, file });
    }

    /// A file's text; tells why there is none.
    fn text_of(&mut self, path: &Path) -> Option<Arc<str>> {
        let read = path.metadata().and_then(|it| {
            let is_right = it.is_file() && it.len() <= MOST_BYTES;
            let bytes = if is_right { std::fs::read(path)? } else { Vec::new() };
            Ok((it, bytes))
        });
        let message = match read {
            Ok((metadata, _)) if !metadata.is_file() => "This is no file.".to_owned(),
            Ok((metadata, _)) if metadata.len() > MOST_BYTES => too_large(metadata.len()),
            Ok((_, bytes)) => match String::from_utf8(bytes) {
                Ok(text) => return Some(Arc::from(text.trim_start_matches('\u{feff}'))),
                Err(_) => "This file is not read: it is not in UTF-8.".to_owned(),
            },
            Err(error) => format!("This file cannot be read: {error}."),
        };
        let problems = vec![Problem::of_rules(path, Mistake::Rule, message)];
        self.reports.push(FileReport { path: path.to_owned(), text: Arc::from(""), problems });
        None
    }
}
