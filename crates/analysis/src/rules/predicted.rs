//! Rules of predictions: what is known of them here, where they are not found.
//!
//! A network above this crate finds them, through [`crate::engine::Adviser`]. They are rules like
//! all others for those who choose, suppress, explain and list rules; only their check is elsewhere.

use super::{Context, Documentation, Example, Profile, Rule};
use crate::findings::{Category, Safety, Severity};
use crate::ir::NodeId;

pub(super) const EVERY_LANGUAGE: &[&str] =
    &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"];
pub(super) const LANGUAGES_WITH_AWAIT: &[&str] = &["python", "javascript", "typescript", "rust"];

/// What tells rules of predictions apart.
pub(super) struct Prediction {
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) languages: &'static [&'static str],
    pub(super) what: &'static str,
    pub(super) why: &'static str,
    pub(super) fix: &'static str,
    /// Illustrations: which findings there are is up to the network.
    pub(super) examples: &'static [Example],
}

impl Prediction {
    /// The rule.
    pub(super) const fn rule(self) -> Rule {
        Rule {
            id: self.id,
            category: Category::Predict,
            summary: self.summary,
            severity: Severity::Warning,
            confidence: 0.8,
            languages: self.languages,
            since: "0.1.0",
            fix: Some(Safety::Unsafe),
            profile: Profile::Recommended,
            documentation: Documentation {
                what: self.what,
                why: self.why,
                fix: self.fix,
                limits: "A network trained on public code says this; it reads one function at a \
                         time and can be wrong. The confidence in the message is the network's, \
                         lowered by how rare such bugs are assumed to be, not a measured share. It speaks sooner of code that was just \
                         changed. `--no-predict` and `predict.enabled = false` silence it.",
                references: &["https://arxiv.org/abs/2105.12787"],
            },
            examples: self.examples,
            kinds: &[],
            check: nothing,
        }
    }
}

fn nothing(_: &mut Context<'_>, _: NodeId) {}
