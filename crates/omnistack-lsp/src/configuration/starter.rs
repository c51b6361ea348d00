//! A configuration file to start with: what was chosen, and all else as comments that show the
//! defaults, written from the reference.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use analysis::languages::Language;
use serde_json::Value;

use super::patterns::glob;
use super::reference::{Entry, entries};
use super::schema::Kind;
use super::settings::ProfileName;

/// Code that people have in their folders and did not write, with the languages it is of.
const FOREIGN: [&str; 8] = [
    "vendor/",
    "third_party/",
    "node_modules/",
    "dist/",
    "*.min.js",
    "*_pb2.py",
    "*.pb.go",
    "*.generated.*",
];

/// What a file to start with says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Starter {
    /// The set of rules.
    pub profile: ProfileName,
    /// Whether the network is asked.
    pub predict: bool,
    /// The languages in the folder.
    pub languages: BTreeSet<&'static str>,
    /// Patterns of files that somebody else wrote.
    pub exclude: BTreeSet<&'static str>,
}

impl Starter {
    /// For a folder with these files.
    pub fn of_files<'a>(
        folder: &Path,
        files: impl IntoIterator<Item = (&'a Path, Language)>,
    ) -> Self {
        let mut starter = Self { predict: true, ..Self::default() };
        let patterns: Vec<_> =
            FOREIGN.iter().filter_map(|pattern| Some((*pattern, glob(pattern)?))).collect();
        for (file, language) in files {
            let path = file.strip_prefix(folder).unwrap_or(file);
            match patterns.iter().find(|(_, glob)| glob.is_match(path)) {
                Some((pattern, _)) => starter.exclude.insert(pattern),
                None => starter.languages.insert(language.spec().display_name),
            };
        }
        starter
    }
}

/// The file's text.
pub fn starter(starter: &Starter) -> String {
    let mut text = String::from("# Settings of OmniStack for this folder and all below it.\n");
    if !starter.languages.is_empty() {
        let languages: Vec<&str> = starter.languages.iter().copied().collect();
        let _ = writeln!(text, "# Found here: {}.", languages.join(", "));
    }
    text.push_str(
        "#\n# Everything has a default, which the comments show. `omnistack-lsp config show FILE` \
         tells\n# what holds for a file, and where it was set.\n",
    );
    for entry in entries(Kind::File) {
        let pointer = entry.pointer.as_str();
        // Told where they are shown, as a whole; or nothing that a folder's file can say.
        let is_own = pointer.starts_with("/telemetry");
        if pointer.starts_with("/paths/") || pointer == "/environment" || is_own {
            continue;
        }
        let chosen = match pointer {
            "/profile" => Some(Value::from(starter.profile.as_str())),
            "/exclude" if !starter.exclude.is_empty() => {
                Some(starter.exclude.iter().copied().collect())
            }
            "/predict/enabled" => Some(Value::Bool(starter.predict)),
            _ => None,
        };
        write_entry(&mut text, &entry, chosen);
    }
    text.push_str(
        "\n# What holds in one environment only, such as in continuous integration.\n\
         # [environment.ci]\n# profile = \"strict\"\n",
    );
    text
}

fn write_entry(text: &mut String, entry: &Entry, chosen: Option<Value>) {
    let is_inner = entry.pointer.matches('/').count() > 1;
    let describe = |text: &mut String| {
        for line in wrapped(&entry.description) {
            let _ = writeln!(text, "# {line}");
        }
    };
    if entry.is_table {
        text.push('\n');
        describe(text);
        if entry.takes == "tables" {
            text.push_str("# [[paths]]\n# match = [\"tests/**\"]\n# ignore = [\"perf\"]\n");
        } else {
            // A table without settings is no table too many.
            let _ = writeln!(text, "[{}]", entry.name);
        }
        return;
    }
    if !is_inner {
        text.push('\n');
    }
    describe(text);
    let key = entry.name.rsplit('.').next().unwrap_or(&entry.name);
    if entry.takes.starts_with("table") {
        let _ = writeln!(text, "# {key}.\"bug/self-comparison\" = \"error\"");
        return;
    }
    let (sign, value) = match (chosen, &entry.default) {
        (Some(value), _) => ("", value),
        (None, Some(default)) => ("# ", default.clone()),
        (None, None) if entry.takes.starts_with("list") => ("# ", Value::from(vec!["bug"])),
        (None, None) => ("# ", Value::from("")),
    };
    let _ = writeln!(text, "{sign}{key} = {value}");
}

/// A text in lines that fit behind the sign of a comment.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < 90 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
