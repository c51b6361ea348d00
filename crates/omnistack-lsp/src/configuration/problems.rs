//! What is wrong with settings: a sentence, the place where it is so, and the nearest name that is
//! known.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;
use user_rules::Weight;

/// Where settings come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The editor.
    #[default]
    Editor,
    /// The user's own file.
    User(PathBuf),
    /// A file of the workspace, or one that is named by a flag or by another file.
    File(PathBuf),
    /// The process's environment.
    Environment,
    /// The flags of the command line.
    Flags,
    /// The session itself: rules that turned out to be unreliable are off.
    Session,
}

impl Source {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::User(file) | Self::File(file) => Some(file),
            Self::Editor | Self::Environment | Self::Flags | Self::Session => None,
        }
    }

    /// Its name in reports.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::User(_) => "user",
            Self::File(_) => "file",
            Self::Environment => "environment",
            Self::Flags => "flags",
            Self::Session => "session",
        }
    }

    /// How a message calls a setting.
    pub(super) fn name_of(&self, pointer: &str) -> String {
        let dotted = dotted(pointer);
        match self {
            Self::Editor => format!("omnistack.{dotted}"),
            Self::Environment => variable_of(pointer),
            _ => dotted,
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(file) | Self::File(file) => write!(formatter, "{}", file.display()),
            other => formatter.write_str(other.kind()),
        }
    }
}

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mistake {
    /// The text is no TOML, or cannot be read.
    Syntax,
    /// There is no such setting.
    UnknownSetting,
    /// The setting takes other values.
    WrongValue,
    /// There is no such rule.
    UnknownRule,
    /// A pattern of paths that means nothing.
    BadPattern,
    /// Files that extend each other, or cannot be read.
    Extends,
    /// What needs trust, in an untrusted workspace.
    Untrusted,
    /// A pack of rules that is not there, or cannot be read.
    Pack,
    /// A rule of the user's that does not run.
    Rule,
    /// A rule of the user's that may not do what is meant.
    RuleDoubt,
    /// What is worth knowing of a rule of the user's.
    RuleNote,
}

impl Mistake {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnknownSetting => "unknown-setting",
            Self::WrongValue => "wrong-value",
            Self::UnknownRule => "unknown-rule",
            Self::BadPattern => "bad-pattern",
            Self::Extends => "extends",
            Self::Untrusted => "untrusted",
            Self::Pack => "pack",
            Self::Rule => "rule",
            Self::RuleDoubt => "rule-doubt",
            Self::RuleNote => "rule-note",
        }
    }
}

/// Something wrong with settings. The setting is left out, and the rest holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where the settings come from.
    pub source: Source,
    /// The line in the file, from 1.
    pub line: Option<usize>,
    /// The bytes in the file.
    pub span: Option<(usize, usize)>,
    /// What kind of mistake it is.
    pub mistake: Mistake,
    /// One sentence.
    pub message: String,
    /// What to write instead at that place.
    pub replacement: Option<String>,
}

impl Mistake {
    /// How much it weighs.
    pub(crate) fn weight(self) -> Weight {
        match self {
            Self::RuleNote | Self::Untrusted => Weight::Note,
            Self::RuleDoubt => Weight::Warning,
            _ => Weight::Error,
        }
    }

    /// Whether it is about rules of the user's: the settings hold all the same.
    pub fn is_of_rules(self) -> bool {
        matches!(self, Self::Pack | Self::Rule | Self::RuleDoubt | Self::RuleNote)
    }
}

impl Problem {
    /// Something wrong with a file of rules.
    pub(crate) fn of_rules(file: &Path, mistake: Mistake, message: String) -> Self {
        let (source, replacement) = (Source::File(file.to_owned()), None);
        Self { source, line: None, span: None, mistake, message, replacement }
    }

    /// With its place in the text of the file.
    pub(crate) fn in_text(self, text: &str, span: Range<usize>) -> Self {
        self.at(text, span)
    }

    /// With its place in the text of the file.
    pub(super) fn at(mut self, text: &str, span: Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or("");
        self.line = Some(before.matches('\n').count() + 1);
        self.span = Some((span.start, span.end));
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let message = &self.message;
        let mut letters = message.chars();
        let first = letters.next().map(|it| it.to_lowercase().to_string()).unwrap_or_default();
        match (&self.source, self.line) {
            (Source::Editor, _) => formatter.write_str(message),
            (source, Some(line)) => {
                write!(formatter, "{source}:{line}: {first}{}", letters.as_str())
            }
            (source, None) => write!(formatter, "{source}: {first}{}", letters.as_str()),
        }
    }
}

/// A setting's name as it is written, of its JSON pointer.
pub(super) fn dotted(pointer: &str) -> String {
    let mut name = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let is_index = part.bytes().all(|it| it.is_ascii_digit());
        let is_bare = part.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
        if is_index && !name.is_empty() {
            // Writing to a string never fails.
            let _ = write!(name, "[{part}]");
            continue;
        }
        if !name.is_empty() {
            name.push('.');
        }
        let _ = if is_bare { write!(name, "{part}") } else { write!(name, "\"{part}\"") };
    }
    name
}

/// The variable that sets what is at a JSON pointer.
pub(super) fn variable_of(pointer: &str) -> String {
    let name = pointer.trim_start_matches('/').replace(['/', '-'], "_");
    format!("OMNISTACK_{}", name.to_uppercase())
}

/// A JSON pointer one step further.
pub(super) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// A value as it is written, if that is short.
pub(super) fn shortened(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text,
    }
}
