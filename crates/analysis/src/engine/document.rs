//! Documents: text with a syntax tree that follows its edits.

use super::{Cancelled, Skipped};
use crate::cancellation::CancellationToken;
use crate::configuration::Configuration;
use crate::languages::Language;
use crate::syntax::{self, Interrupted, SyntaxTree};
use crate::text::{InputEdit, PositionEncoding, Snapshot, TextChange};

/// A document: text with its syntax tree, kept up to date edit by edit.
///
/// Cloning shares text and tree.
#[derive(Clone, Debug)]
pub struct Document {
    language: Language,
    snapshot: Snapshot,
    /// The last tree, told of every edit since.
    tree: Option<SyntaxTree>,
    /// Whether the tree is the tree of `snapshot`.
    parsed: bool,
}

impl Document {
    /// A document that is not parsed yet.
    pub fn new(language: Language, snapshot: Snapshot) -> Self {
        Self { language, snapshot, tree: None, parsed: false }
    }

    /// The language it is analysed as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Its text.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Its tree, once parsed.
    pub fn tree(&self) -> Option<&SyntaxTree> {
        self.tree.as_ref().filter(|_| self.parsed)
    }

    /// Applies a change to the text. Cheap: parsing waits for [`Document::parse`]. Returns the edit
    /// in bytes; nothing when the whole text was replaced.
    pub fn apply(&mut self, change: &TextChange, encoding: PositionEncoding) -> Option<InputEdit> {
        let (next, edit) = self.snapshot.apply(change, encoding);
        self.snapshot = next;
        self.note(edit.as_ref());
        edit
    }

    fn note(&mut self, edit: Option<&InputEdit>) {
        self.parsed = false;
        match (&mut self.tree, edit) {
            (Some(tree), Some(edit)) => tree.edit(edit),
            (tree, _) => *tree = None,
        }
    }

    /// Takes over the tree of `parsed`, an earlier state of this document that was parsed
    /// meanwhile; `edits` are all edits since that state (nothing for a change of the whole text).
    pub fn adopt(&mut self, parsed: &Self, edits: &[Option<InputEdit>]) {
        if self.parsed || !parsed.parsed || edits.iter().any(Option::is_none) {
            return;
        }
        self.tree.clone_from(&parsed.tree);
        for edit in edits.iter().flatten() {
            if let Some(tree) = &mut self.tree {
                tree.edit(edit);
            }
        }
        self.parsed = edits.is_empty();
    }

    /// Brings the tree up to date with the text, reusing what the edits left alone.
    ///
    /// # Errors
    /// [`Cancelled`] when the token is set.
    pub fn parse(
        &mut self,
        configuration: &Configuration,
        cancel: &CancellationToken,
    ) -> Result<Result<(), Skipped>, Cancelled> {
        if let Err(skipped) = self.accept(configuration) {
            self.tree = None;
            self.parsed = false;
            return Ok(Err(skipped));
        }
        if self.parsed {
            return Ok(Ok(()));
        }
        match self.parse_text(configuration, cancel) {
            Ok(tree) => {
                self.tree = Some(tree);
                self.parsed = true;
                Ok(Ok(()))
            }
            Err(Interrupted::Cancelled) => Err(Cancelled),
            Err(Interrupted::Timeout) => {
                self.tree = None;
                Ok(Err(Skipped::Timeout { limit_ms: configuration.time_limit.as_millis() }))
            }
        }
    }

    /// Parses incrementally; text with errors is parsed again from scratch. How the parser recovers
    /// from an error depends on what it could reuse, and the same text must give the same findings
    /// in the editor and on the command line.
    fn parse_text(
        &self,
        configuration: &Configuration,
        cancel: &CancellationToken,
    ) -> Result<SyntaxTree, Interrupted> {
        let grammar = self.language.lowering().grammar();
        let (text, limit) = (self.snapshot.text(), configuration.time_limit);
        let tree = syntax::parse(grammar, text, self.tree.as_ref(), limit, cancel)?;
        if self.tree.is_none() || !tree.tree().root_node().has_error() {
            return Ok(tree);
        }
        syntax::parse(grammar, text, None, limit, cancel)
    }

    /// Whether the text is source text of a size we analyse.
    fn accept(&self, configuration: &Configuration) -> Result<(), Skipped> {
        let text = self.snapshot.text();
        if text.len() > configuration.size_limit {
            return Err(Skipped::TooLarge { size: text.len(), limit: configuration.size_limit });
        }
        match memchr::memchr(0, text.as_bytes()) {
            Some(offset) => Err(Skipped::Binary { offset }),
            None => Ok(()),
        }
    }
}
