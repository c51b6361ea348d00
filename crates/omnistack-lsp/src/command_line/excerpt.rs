//! The piece of source that is shown with a finding, cut to what a reader can take in.
//!
//! It is cut while the file is at hand, so that a run need not keep every file's text until the
//! findings are printed.

use std::ops::Range;

use analysis::text::{Snapshot, Span};

/// Lines longer than this many bytes are shown in part.
pub(super) const LONGEST_SHOWN: usize = 160;
/// More lines than this are not shown of one finding.
const MOST_LINES: u32 = 3;

/// Some lines of a file, and what in them is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The lines, or a part of the first.
    pub(super) text: String,
    /// What is marked, in bytes of `text`.
    pub(super) span: Range<usize>,
    /// The number of the first line, from 1.
    pub(super) first_line: u32,
}

impl Excerpt {
    /// The first lines of a span, at most three, long ones cut around its start.
    pub(super) fn of(snapshot: &Snapshot, span: Span) -> Self {
        let (lines, text) = (snapshot.lines(), snapshot.text());
        let first = lines.line_of(span.start);
        let last = lines.line_of(span.end.max(span.start + 1) - 1).min(first + MOST_LINES - 1);
        let start = lines.line_start(first).unwrap_or(0);
        let end = lines.line_end(text, last.max(first));
        let shown = Span::new(start, end).of(text);
        let from = floor(shown, (span.start - start) as usize);
        let to = floor(shown, (span.end.min(end).max(span.start) - start) as usize).max(from);
        let first_line = first + 1;
        if shown.len() <= LONGEST_SHOWN * MOST_LINES as usize {
            return Self { text: shown.replace('\r', " "), span: from..to, first_line };
        }
        // The renderer would lay out the whole line first.
        let cut_from = floor(shown, from.saturating_sub(LONGEST_SHOWN / 4));
        let cut_to = floor(shown, from + LONGEST_SHOWN / 2).max(from);
        let text = shown.get(cut_from..cut_to).unwrap_or("").replace('\r', " ");
        Self { text, span: from - cut_from..to.min(cut_to) - cut_from, first_line }
    }
}

/// The start of the character that holds the byte `at`, or the end of the text.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_what_is_meant() {
        let text = format!("{}x == x{}\n", "é".repeat(100_000), "ü".repeat(100_000));
        let at = text.find('x').expect("the place") as u32;
        let excerpt = Excerpt::of(&Snapshot::new(text), Span::new(at, at + 6));
        assert_eq!(excerpt.text.get(excerpt.span.clone()), Some("x == x"));
        assert!(excerpt.text.len() <= LONGEST_SHOWN);
    }

    #[test]
    fn a_long_span_is_cut_after_some_lines() {
        let text = "if x:\r\n    a()\r\n    b()\r\n    c()\r\n";
        let excerpt = Excerpt::of(&Snapshot::new(text), Span::new(0, text.len() as u32));
        assert_eq!(excerpt.text, "if x: \n    a() \n    b()");
        assert_eq!(excerpt.span, 0..excerpt.text.len());
    }
}
