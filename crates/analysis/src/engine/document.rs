//! Documents: text with a syntax tree that follows its edits.

use super::{Cancelled, Skipped};
use crate::cancellation::CancellationToken;
use crate::configuration::Configuration;
use crate::languages::Language;
use crate::syntax::{self, Interrupted, SyntaxTree};
use crate::text::{InputEdit, PositionEncoding, Snapshot, TextChange};

/// How text with syntax errors is parsed after an edit. How the parser recovers from an error depends
/// on what it could reuse, and only a tree from scratch is the same whatever came before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recovery {
    /// From scratch, so that the same text gives the same findings in the editor and on the command
    /// line.
    #[default]
    FromScratch,
    /// Reusing what the edit left alone. The tree is [provisional](Document::is_provisional): for
    /// answers while somebody types, to be confirmed when typing rests.
    Reusing,
}

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
    recovery: Recovery,
    /// Whether the tree has errors from which the parser recovered by what it could reuse.
    provisional: bool,
}

impl Document {
    /// A document that is not parsed yet.
    pub fn new(language: Language, snapshot: Snapshot) -> Self {
        let recovery = Recovery::default();
        Self { language, snapshot, tree: None, parsed: false, recovery, provisional: false }
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

    /// Says how the next parse recovers from errors.
    pub fn recover(&mut self, recovery: Recovery) {
        self.recovery = recovery;
    }

    /// Whether the tree has errors and depends on the edits that led to the text.
    pub fn is_provisional(&self) -> bool {
        self.parsed && self.provisional
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
        self.provisional = parsed.provisional;
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
        if self.parsed && !(self.provisional && self.recovery == Recovery::FromScratch) {
            return Ok(Ok(()));
        }
        match self.parse_text(configuration, cancel) {
            Ok((tree, provisional)) => {
                self.tree = Some(tree);
                self.parsed = true;
                self.provisional = provisional;
                Ok(Ok(()))
            }
            Err(Interrupted::Cancelled) => Err(Cancelled),
            Err(Interrupted::Timeout) => {
                self.tree = None;
                Ok(Err(Skipped::Timeout { limit_ms: configuration.time_limit.as_millis() }))
            }
        }
    }

    /// Parses incrementally; text with errors from scratch, or provisionally.
    fn parse_text(
        &self,
        configuration: &Configuration,
        cancel: &CancellationToken,
    ) -> Result<(SyntaxTree, bool), Interrupted> {
        let grammar = self.language.lowering().grammar();
        let (text, limit) = (self.snapshot.text(), configuration.time_limit);
        // A tree that is already that of the text was found wanting.
        let before = self.tree.as_ref().filter(|_| !self.parsed);
        let tree = syntax::parse(grammar, text, before, limit, cancel)?;
        if before.is_none() || !tree.tree().root_node().has_error() {
            return Ok((tree, false));
        }
        match self.recovery {
            Recovery::Reusing => Ok((tree, true)),
            Recovery::FromScratch => {
                syntax::parse(grammar, text, None, limit, cancel).map(|tree| (tree, false))
            }
        }
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
