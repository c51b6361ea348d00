//! What is wrong with rules: a sentence, and the place where it is so.

use std::ops::Range;

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing; nothing is lost.
    Note,
    /// The rule runs, but perhaps not as meant.
    Warning,
    /// The rule does not run.
    Error,
}

/// Something wrong with a text of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The text, by its place among those compiled.
    pub text: usize,
    /// The bytes in it.
    pub span: Range<usize>,
    /// How much it weighs.
    pub weight: Weight,
    /// One sentence.
    pub message: String,
}
