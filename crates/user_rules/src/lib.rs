//! Rules that users write, in the YAML of [ast-grep](https://ast-grep.github.io): texts become
//! compiled rules, and these find things in files for the engine.
//!
//! The flow: [`compile`] takes the texts of rules and utilities, each with a name, and gives a
//! [`RuleSet`] and what is wrong with them, with places; a set is handed to the engine in a
//! configuration ([`analysis::custom`]). [`testing`] runs rules' own tests. Matching is
//! `ast-grep`'s own, on the syntax trees that the engine has anyway.
//!
//! Invariants: no file is read here and no thread is started; what is wrong with one rule costs that
//! rule only; no text of a rule, however malformed or deeply nested, ends the process.

mod compile;
mod diagnose;
mod language;
mod names;
mod problem;
pub mod project;
mod scan;
pub mod testing;
mod yaml;

pub use compile::{Compiled, RuleSet, Text, compile};
pub use language::RuleLanguage;
pub use problem::{Problem, Weight};
