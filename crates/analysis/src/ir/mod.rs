//! The intermediate representation: one generic tree for all languages.
//!
//! Semgrep's generic AST is the precedent. A [`Tree`] holds one *unit* (an outermost function or
//! method, or the module around them) as a flat array in pre-order: a node's descendants are the
//! nodes between it and its `subtree_end`, so every walk is a loop, nothing recurses, and dropping
//! a tree is freeing an array. Spans and names are relative to the unit's own text, which the tree
//! owns: moving a function in its file changes nothing.
//!
//! [`lower`] makes trees from syntax; [`units`] cuts a file into units; [`coverage`] tells how much of
//! real syntax the tables know.

pub mod coverage;
mod flags;
mod kind;
pub mod lower;
mod sameness;
mod tree;
pub mod units;

pub use flags::Flags;
pub use kind::{Access, Kind, Operator, OperatorClass, Role};
pub use tree::{Children, Node, NodeId, Symbol, Tree};
