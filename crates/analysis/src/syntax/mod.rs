//! Syntax: incremental, error-tolerant parsing with tree-sitter, with time limits.
//!
//! The second stage of the flow: a [`Snapshot`](crate::text::Snapshot) becomes a [`SyntaxTree`].
//! Parsers are kept in a pool per thread, since making one allocates and a parser is not shared.

mod parser;

pub use parser::{Interrupted, SyntaxTree, error_count, parse};
