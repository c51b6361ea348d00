//! Rules that are not the engine's own: what it must know of them, and how it asks them.
//!
//! The engine does not know how such rules are written or matched; whoever reads them hands over a
//! [`CustomRules`] with the configuration. They look at a whole file and its syntax tree, after the
//! engine's own rules; what they find passes the same selection, suppression comments and
//! fingerprints. Without them, nothing here is ever called.

use std::fmt;
use std::sync::Arc;

use crate::cancellation::Patience;
use crate::findings::{Safety, Severity};
use crate::languages::Language;
use crate::syntax::SyntaxTree;
use crate::text::{Snapshot, Span};

/// What the ids of such rules begin with: their category.
pub const PREFIX: &str = "custom/";

/// What is known of a rule that a user wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRule {
    /// Its id, `custom/…`.
    pub id: &'static str,
    /// The severity of its findings unless configured otherwise.
    pub severity: Severity,
    /// Whether it runs only where somebody selects it by name.
    pub is_off: bool,
    /// One line: its message as it is written.
    pub summary: String,
    /// More about it, in Markdown.
    pub note: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// The language it looks at.
    pub language: Language,
    /// The safest of its fixes.
    pub fix: Option<Safety>,
    /// Where it is written: a file and a line, for people.
    pub place: String,
}

impl CustomRule {
    /// Its id as its author wrote it.
    pub fn name(&self) -> &str {
        self.id.strip_prefix(PREFIX).unwrap_or(self.id)
    }

    /// What it is about, in a line: its message, else its name.
    pub fn headline(&self) -> &str {
        self.summary.lines().next().filter(|it| !it.is_empty()).unwrap_or(self.name())
    }
}

/// What such a rule found, in positions of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomFinding {
    /// The rule, by its place among [`CustomRules::rules`].
    pub rule: usize,
    /// Where.
    pub span: Span,
    /// What it says.
    pub message: String,
    /// Other places that belong to it.
    pub related: Vec<(Span, String)>,
    /// Ways to mend it.
    pub fixes: Vec<CustomFix>,
}

/// A way to mend what such a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomFix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it may be applied unread.
    pub safety: Safety,
    /// What is replaced.
    pub span: Span,
    /// By what; lines in it end with `\n`.
    pub replacement: String,
}

/// What such rules say of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomOutcome {
    /// What they found.
    pub findings: Vec<CustomFinding>,
    /// Those that panicked, by their places, and what the panics said.
    pub panics: Vec<(usize, String)>,
}

impl CustomOutcome {
    /// About how many bytes it takes in memory.
    pub fn weight(&self) -> usize {
        let fix = |it: &CustomFix| size_of::<CustomFix>() + it.title.len() + it.replacement.len();
        let finding = |it: &CustomFinding| {
            let related = it.related.iter().map(|(_, text)| size_of::<Span>() + text.len() + 24);
            size_of::<CustomFinding>()
                + it.message.len()
                + related.sum::<usize>()
                + it.fixes.iter().map(fix).sum::<usize>()
        };
        size_of::<Self>() + self.findings.iter().map(finding).sum::<usize>()
    }
}

/// A file as such rules see it.
#[derive(Clone, Copy, Debug)]
pub struct CustomFile<'a> {
    /// Its language.
    pub language: Language,
    /// Its text.
    pub snapshot: &'a Snapshot,
    /// The tree of that text.
    pub tree: &'a SyntaxTree,
}

/// Rules that are not the engine's own.
pub trait CustomRules: fmt::Debug + Send + Sync {
    /// All of them, none twice under one id and language.
    fn rules(&self) -> &[Arc<CustomRule>];

    /// A hash of all that decides what they find.
    fn fingerprint(&self) -> u64;

    /// Looks at a file with those rules that `is_enabled` lets through; nothing when patience ran
    /// out before the end.
    fn check(
        &self,
        file: CustomFile<'_>,
        is_enabled: &dyn Fn(usize) -> bool,
        patience: &Patience,
    ) -> Option<CustomOutcome>;
}

/// Such rules as a configuration has them: which there are, and which of them run.
#[derive(Clone, Debug)]
pub(crate) struct CustomSet {
    pub(crate) all: Arc<dyn CustomRules>,
    pub(crate) enabled: Vec<bool>,
}

impl PartialEq for CustomSet {
    fn eq(&self, other: &Self) -> bool {
        self.enabled == other.enabled && self.all.fingerprint() == other.all.fingerprint()
    }
}

impl CustomSet {
    pub(crate) fn new(all: Arc<dyn CustomRules>) -> Self {
        let enabled = all.rules().iter().map(|rule| !rule.is_off).collect();
        Self { all, enabled }
    }

    /// Turns on or off what a selector names; whether it names any.
    pub(crate) fn mark(&mut self, selector: &str, value: bool) -> bool {
        let mut matched = false;
        let is_profile = crate::rules::Profile::from_name(selector).is_some();
        let glob = globset::Glob::new(selector).ok().map(|glob| glob.compile_matcher());
        for (slot, rule) in self.enabled.iter_mut().zip(self.all.rules()) {
            let named = if selector == "ALL" || is_profile {
                // Who turned a rule off wants to be asked for it by name.
                !rule.is_off || !value
            } else {
                selector == "custom"
                    || selector == rule.name()
                    || glob.as_ref().is_some_and(|glob| glob.is_match(rule.id))
                    || selector == rule.id
            };
            if named {
                *slot = value;
                matched = true;
            }
        }
        matched
    }

    /// Whether any runs that looks at files of a language.
    pub(crate) fn runs_on(&self, language: Language) -> bool {
        let mut rules = self.all.rules().iter().zip(&self.enabled);
        rules.any(|(rule, enabled)| {
            *enabled && rule.language.discriminant() == language.discriminant()
        })
    }
}
