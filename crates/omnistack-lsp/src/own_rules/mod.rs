//! Rules that users write: which files and packs they come from, and what is wrong with them.
//!
//! [`places`] finds the folders of rules and utilities around a source file, [`files`] and [`packs`]
//! read them, within limits, and `user_rules` compiles what was read. What is wrong becomes a report
//! on each file, as for configuration files, so that both are told in the same ways.
//! [`Configurations`](crate::configuration::Configurations) asks for rules once per set of places.

mod archive;
mod files;
mod packs;
mod places;
pub mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use user_rules::{RuleSet, Text, Weight, compile};

use crate::configuration::{FileReport, Mistake, Problem};
use files::Reader;

pub use packs::check_pack;
pub use places::{AST_GREP, Places, RULES, is_rule_file};

/// Rules of one set of places.
#[derive(Debug, Default)]
pub struct OwnRules {
    /// The folder that paths in them start from.
    pub root: PathBuf,
    /// The rules that are right; nothing where there are none.
    pub rules: Option<Arc<RuleSet>>,
    /// Each file that was read, and what is wrong with it.
    pub reports: Vec<FileReport>,
    /// What is wrong that stands in no file of its own, a sentence each.
    pub notes: Vec<(Weight, String)>,
    /// The folders that were looked through, and the files that say which.
    pub watched: Vec<PathBuf>,
    texts: Vec<Read>,
}

/// A text that was read.
#[derive(Clone, Debug)]
struct Read {
    text: Text,
    /// The file; nothing in an archive.
    file: Option<PathBuf>,
}

/// What files may be read for a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    /// The folders of an untrusted workspace, out of which nothing may lead.
    pub confined_to: Option<&'a [PathBuf]>,
}

impl OwnRules {
    /// Reads and compiles the rules of these places.
    pub fn read(places: &Places, allowed: Allowed<'_>) -> Self {
        if places.is_empty() {
            return Self::default();
        }
        let mut reader = Reader::new(allowed);
        reader.read_places(places);
        for pack in &places.packs {
            if let Err(why) = packs::read_pack(&mut reader, pack) {
                let message = format!("The pack of rules {} {why}.", pack.display());
                reader.notes.push((Weight::Error, message));
            }
        }
        let Reader { texts, notes, watched, reports, .. } = reader;
        let root = places.root.clone();
        let mut own = Self { root, rules: None, reports, notes, watched, texts };
        own.compile();
        own
    }

    fn compile(&mut self) {
        let texts: Vec<Text> = self.texts.iter().map(|it| it.text.clone()).collect();
        let compiled = compile(&texts);
        for (index, read) in self.texts.iter().enumerate() {
            let problems = compiled.problems.iter().filter(|it| it.text == index);
            if let Some(file) = &read.file {
                let problems = problems.map(|it| problem(file, &read.text.text, it)).collect();
                let (path, text) = (file.clone(), Arc::clone(&read.text.text));
                self.reports.push(FileReport { path, text, problems });
            } else {
                let notes = problems.map(|it| (it.weight, in_archive(&read.text, it)));
                self.notes.extend(notes);
            }
        }
        let rules = compiled.rules;
        let has_rules = !analysis::custom::CustomRules::rules(&rules).is_empty();
        self.rules = has_rules.then(|| Arc::new(rules));
    }

    /// Whether a file is one of those, or would be if it were there.
    pub fn reads(&self, path: &Path) -> bool {
        let is_known = self.texts.iter().any(|it| it.file.as_deref() == Some(path));
        is_known
            || self.watched.iter().any(|it| {
                it == path || (path.parent() == Some(it.as_path()) && files::is_yaml(path))
            })
    }

    /// What would be wrong with a file of rules if this were its text.
    pub fn report_on(&self, path: &Path, text: &str) -> FileReport {
        let text: Arc<str> = Arc::from(text);
        let mut texts: Vec<Text> = self.texts.iter().map(|it| it.text.clone()).collect();
        let known = self.texts.iter().position(|it| it.file.as_deref() == Some(path));
        let mut problems = Vec::new();
        if text.len() as u64 > files::MOST_BYTES {
            let message = files::too_large(text.len() as u64);
            problems.push(Problem::of_rules(path, Mistake::Rule, message));
        } else if places::is_ast_grep(path) {
            let wrong = user_rules::project::folders(&text).problems.into_iter();
            problems.extend(wrong.map(|(span, why)| {
                Problem::of_rules(path, Mistake::Rule, why).in_text(&text, span)
            }));
        } else if !files::is_test(path, &text) {
            let index = known.unwrap_or(texts.len());
            let is_utility = files::is_in_utilities(path);
            let name = path.display().to_string();
            let replaced = Text { name, text: Arc::clone(&text), is_utility };
            match texts.get_mut(index) {
                Some(slot) => *slot = Text { is_utility: slot.is_utility, ..replaced },
                None => texts.push(replaced),
            }
            let compiled = compile(&texts);
            let own = compiled.problems.iter().filter(|it| it.text == index);
            problems.extend(own.map(|it| problem(path, &text, it)));
        }
        FileReport { path: path.to_owned(), text, problems }
    }

    /// What is wrong, for the command line: a sentence each, with its place.
    pub fn problems(&self) -> impl Iterator<Item = (Weight, String)> {
        let of_files = self.reports.iter().flat_map(|it| &it.problems);
        let of_files = of_files.map(|it| (it.mistake.weight(), it.to_string()));
        of_files.chain(self.notes.iter().cloned())
    }
}

fn problem(file: &Path, text: &str, problem: &user_rules::Problem) -> Problem {
    let mistake = match problem.weight {
        Weight::Error => Mistake::Rule,
        Weight::Warning => Mistake::RuleDoubt,
        Weight::Note => Mistake::RuleNote,
    };
    Problem::of_rules(file, mistake, problem.message.clone()).in_text(text, problem.span.clone())
}

fn in_archive(text: &Text, problem: &user_rules::Problem) -> String {
    let before = text.text.get(..problem.span.start).unwrap_or("");
    format!("{}:{}: {}", text.name, before.matches('\n').count() + 1, problem.message)
}
