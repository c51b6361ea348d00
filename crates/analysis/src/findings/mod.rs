//! What the engine reports: findings, their fixes and their evidence, in plain types of our own.
//!
//! Everything above the engine (command line, protocol, server) reads these types; the engine
//! knows nothing of how they are shown.

mod layout;

pub use layout::{Draft, Layout};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::custom::CustomRule;
use crate::text::Span;

/// What a finding speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// The code does something other than what was meant.
    Bug,
    /// The code does what was meant, slower than it need be.
    Perf,
    /// The code can be abused.
    Security,
    /// The code invites one of the above.
    Practice,
    /// A prediction of the network.
    Predict,
    /// What a rule finds that its user wrote.
    Custom,
}

impl Category {
    /// The first part of the rule ids of this category.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Perf => "perf",
            Self::Security => "security",
            Self::Practice => "practice",
            Self::Predict => "predict",
            Self::Custom => "custom",
        }
    }
}

/// How much a finding matters. Ordered: `Hint < Information < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown unobtrusively.
    Hint,
    /// Worth knowing.
    Information,
    /// Probably wrong.
    Warning,
    /// Almost certainly wrong.
    Error,
}

impl Severity {
    /// All severities, the least first.
    pub const ALL: [Self; 4] = [Self::Hint, Self::Information, Self::Warning, Self::Error];

    /// The name used in configuration and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Whether a fix may be applied without being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Keeps the program's meaning, or repairs it in the one possible way.
    Safe,
    /// Likely what is meant, but it changes what the program does.
    Unsafe,
}

/// A replacement of a span of the file's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A way to mend a finding. Its edits do not overlap and apply together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the fix does, in the imperative.
    pub title: String,
    /// Whether it may be applied unread.
    pub safety: Safety,
    /// The replacements, in the order of their spans.
    pub edits: Vec<Edit>,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Where in the finding's own file; empty for a place in another one.
    pub span: Span,
    /// Where in another file, if it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Place>,
    /// What is there.
    pub message: String,
}

/// A place in another file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the workspace's index keeps it.
    pub file: String,
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0, in UTF-16 code units.
    pub column: u32,
}

/// One thing the engine has to say about a place in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id, `category/kebab-name`.
    pub rule: &'static str,
    /// What kind of statement this is.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// How sure we are that it is true, 0 to 1: the rule's precision as measured or estimated.
    pub confidence: f32,
    /// One sentence that names the code's own words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
    /// Identifies the finding across moves and unrelated edits: a hash of rule, enclosing unit's
    /// name, the line's own text and the ordinal among equals, in hexadecimal.
    pub fingerprint: String,
    /// Why we think so, one fact a line (Markdown); what a hover shows.
    pub evidence: Vec<String>,
    /// What is known of the rule, if a user wrote it.
    #[serde(skip)]
    pub custom: Option<Arc<CustomRule>>,
}

impl Finding {
    /// Whether the network says it, and no rule.
    pub fn is_prediction(&self) -> bool {
        self.category == Category::Predict
    }
}
