//! Immutable text snapshots and the edits that lead from one to the next.

use std::sync::Arc;

use super::line_index::floor_char_boundary;
use super::{LineIndex, Position, PositionEncoding, Span};

/// One immutable version of a document. Cloning is cheap and shares the text.
#[derive(Clone, Debug)]
pub struct Snapshot {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: String,
    lines: LineIndex,
}

/// A replacement of a span of text, as editors send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextChange {
    /// What is replaced; out-of-range positions are clamped. Nothing means the whole text.
    pub range: Option<(Position, Position)>,
    /// What stands there afterwards.
    pub text: String,
}

/// An applied change in bytes and points, as the incremental parser wants it.
///
/// It reaches from the last character before the change to the first one after it, white space
/// aside. A parser whose tokens depend on indentation looks at its state at the place where a node
/// starts, white space included; of a change in that white space it would conclude that it can
/// reuse nothing of the node, nor of what follows. A wider edit is as true, since the characters it
/// covers besides are replaced by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputEdit {
    /// First changed byte.
    pub start: u32,
    /// End of the replaced bytes in the old text.
    pub old_end: u32,
    /// End of the new bytes in the new text.
    pub new_end: u32,
    /// Line and byte column of `start`.
    pub start_point: (u32, u32),
    /// Line and byte column of `old_end` in the old text.
    pub old_end_point: (u32, u32),
    /// Line and byte column of `new_end` in the new text.
    pub new_end_point: (u32, u32),
}

impl Snapshot {
    /// A snapshot of `text`.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let lines = LineIndex::new(&text);
        Self { inner: Arc::new(Inner { text, lines }) }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Where lines start.
    pub fn lines(&self) -> &LineIndex {
        &self.inner.lines
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: u32, encoding: PositionEncoding) -> Position {
        self.lines().position(self.text(), offset, encoding)
    }

    /// The byte offset of a position, clamped into the text.
    pub fn offset(&self, position: Position, encoding: PositionEncoding) -> u32 {
        self.lines().offset(self.text(), position, encoding)
    }

    /// Applies one change. Returns the next snapshot and the edit in bytes; a change of the whole
    /// text has no edit, since nothing of the old tree can be kept.
    #[must_use]
    pub fn apply(
        &self,
        change: &TextChange,
        encoding: PositionEncoding,
    ) -> (Self, Option<InputEdit>) {
        let Some((from, to)) = change.range else { return (Self::new(change.text.clone()), None) };
        let span = Span::new(self.offset(from, encoding), self.offset(to, encoding));
        let (next, edit) = self.replace(span, &change.text);
        (next, Some(edit))
    }

    /// Replaces a byte span. Ends inside a character are moved to its start.
    #[must_use]
    pub fn replace(&self, span: Span, replacement: &str) -> (Self, InputEdit) {
        let old = self.text();
        let start = floor_char_boundary(old, span.start);
        let old_end = floor_char_boundary(old, span.end).max(start);
        let mut text = String::with_capacity(old.len() + replacement.len());
        text.push_str(old.get(..start as usize).unwrap_or(""));
        text.push_str(replacement);
        text.push_str(old.get(old_end as usize..).unwrap_or(""));
        let next = Self::new(text);
        let before = old.get(..start as usize).unwrap_or("").trim_end();
        let after = old.get(old_end as usize..).unwrap_or("");
        let gap = (after.len() - after.trim_start().len()) as u32;
        let new_end = start + replacement.len() as u32 + gap;
        let old_end = old_end + gap;
        let start = (before.len() - before.chars().last().map_or(0, char::len_utf8)) as u32;
        let edit = InputEdit {
            start,
            old_end,
            new_end,
            start_point: self.point(start),
            old_end_point: self.point(old_end),
            new_end_point: next.point(new_end),
        };
        (next, edit)
    }

    /// Row and byte column as the parser counts them: its rows end at `\n` only, where a protocol
    /// line may also end at a lone `\r`.
    fn point(&self, offset: u32) -> (u32, u32) {
        let before = self.text().as_bytes().get(..offset as usize).unwrap_or(&[]);
        let row = memchr::memchr_iter(b'\n', before).count() as u32;
        let column = memchr::memrchr(b'\n', before).map_or(offset, |at| offset - at as u32 - 1);
        (row, column)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn a_change_yields_the_new_text_and_the_edit_in_bytes() {
        let before = Snapshot::new("let é = 1;\nfoo();\n");
        let at = |line, column| Position { line, column };
        let change = TextChange { range: Some((at(0, 4), at(0, 5))), text: "name".into() };
        let (after, edit) = before.apply(&change, PositionEncoding::Utf16);
        assert_eq!(after.text(), "let name = 1;\nfoo();\n");
        let edit = edit.expect("an edit");
        // From the `t` of `let` to before the `=`.
        assert_eq!((edit.start, edit.old_end, edit.new_end), (2, 7, 9));
        assert_eq!(edit.new_end_point, (0, 9));
    }
}
