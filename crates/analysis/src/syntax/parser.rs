//! The parser pool and the syntax tree.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Point, Tree};

use crate::cancellation::CancellationToken;

use crate::text::InputEdit;

/// A parsed text. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct SyntaxTree {
    tree: Tree,
}

/// Why a parse gave no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Interrupted {
    /// The caller cancelled it.
    #[error("the parse was cancelled")]
    Cancelled,
    /// It took longer than allowed.
    #[error("the parse took too long")]
    Timeout,
}

impl SyntaxTree {
    /// The underlying tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Tells the tree of an edit of its text, so that the next parse can reuse the rest.
    pub fn edit(&mut self, edit: &InputEdit) {
        let point = |(row, column): (u32, u32)| Point::new(row as usize, column as usize);
        self.tree.edit(&tree_sitter::InputEdit {
            start_byte: edit.start as usize,
            old_end_byte: edit.old_end as usize,
            new_end_byte: edit.new_end as usize,
            start_position: point(edit.start_point),
            old_end_position: point(edit.old_end_point),
            new_end_position: point(edit.new_end_point),
        });
    }
}

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// Parses `text`; `old` is the tree of the text before the edits it was told of.
///
/// # Errors
/// [`Interrupted`] when the token is set or the limit is reached.
pub fn parse(
    grammar: &tree_sitter::Language,
    text: &str,
    old: Option<&SyntaxTree>,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<SyntaxTree, Interrupted> {
    PARSER.with_borrow_mut(|parser| {
        if parser.set_language(grammar).is_err() {
            return Err(Interrupted::Timeout);
        }
        let deadline = Instant::now() + limit;
        let mut progress = |_: &ParseState| {
            if cancel.is_cancelled() || Instant::now() > deadline {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let bytes = text.as_bytes();
        let mut read = |at: usize, _: Point| bytes.get(at..).unwrap_or(&[]);
        let tree = parser.parse_with_options(&mut read, old.map(|old| &old.tree), Some(options));
        if let Some(tree) = tree {
            return Ok(SyntaxTree { tree });
        }
        // Else the next parse would resume this one.
        parser.reset();
        Err(if cancel.is_cancelled() { Interrupted::Cancelled } else { Interrupted::Timeout })
    })
}

/// Number of places where the parser met an error: text it made nothing of, or tokens it missed.
pub fn error_count(tree: &SyntaxTree) -> u32 {
    let mut cursor = tree.tree.walk();
    let mut count = 0;
    loop {
        let node = cursor.node();
        count += u32::from(node.is_error() || node.is_missing());
        // Only damaged nodes hold damaged ones.
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}
