//! Where comments stand among code, and which lines they therefore cover.

use crate::text::{Snapshot, Span};

/// Lines that a comment covers, the last one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) first: u32,
    pub(super) last: u32,
}

/// Where one comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line a plain directive covers: the comment's own if code stands beside it, else the next
    /// line of code.
    pub(super) covered: u32,
    /// The line of the first code after the comment; past the last line if there is none.
    pub(super) next_code: u32,
}

/// Where a file's comments stand, in their order. Computed for all at once: looking around each
/// comment alone would read a long row of them over and over.
#[derive(Debug)]
pub(super) struct Places<'a> {
    snapshot: &'a Snapshot,
    places: Vec<Place>,
}

impl<'a> Places<'a> {
    /// The places of comments, which are ordered and do not overlap.
    pub(super) fn of(snapshot: &'a Snapshot, comments: &[Span]) -> Self {
        let code_before = code_before(snapshot, comments);
        let next_code = next_code(snapshot, comments);
        let starts = comments.iter().map(|comment| snapshot.lines().line_of(comment.start));
        let places = starts.zip(code_before).zip(next_code).map(|((own, is_beside), next_code)| {
            let covered = if is_beside { own } else { next_code };
            Place { covered, next_code }
        });
        Self { snapshot, places: places.collect() }
    }

    /// The places in the order of the comments.
    pub(super) fn iter(&self) -> impl Iterator<Item = Place> {
        self.places.iter().copied()
    }

    /// The lines of the statement that starts on `first`, by indentation.
    pub(super) fn block(&self, first: u32) -> Lines {
        let snapshot = self.snapshot;
        let own = indentation(line_text(snapshot, first));
        let mut last = first;
        // A decorator belongs to the definition below it.
        let mut in_head = is_decorator(line_text(snapshot, first));
        for line in first + 1..snapshot.lines().line_count() {
            let text = line_text(snapshot, line);
            if text.trim().is_empty() {
                continue;
            }
            let goes_on = indentation(text) > own || (indentation(text) == own && continues(text));
            if !goes_on && !in_head {
                break;
            }
            in_head = in_head && is_decorator(text);
            last = line;
        }
        Lines { first, last }
    }
}

/// For each comment, whether code stands before it on its line.
fn code_before(snapshot: &Snapshot, comments: &[Span]) -> Vec<bool> {
    let lines = snapshot.lines();
    let mut before: Vec<bool> = Vec::with_capacity(comments.len());
    let mut previous = Span::new(0, 0);
    for comment in comments {
        let start = lines.line_start(lines.line_of(comment.start)).unwrap_or(0);
        let from = start.max(previous.end).min(comment.start);
        let has_code = !Span::new(from, comment.start).of(snapshot.text()).trim().is_empty();
        let goes_on = previous.end > start && previous.start >= start;
        before.push(has_code || (goes_on && before.last() == Some(&true)));
        previous = *comment;
    }
    before
}

/// For each comment, the line of the first code after it.
fn next_code(snapshot: &Snapshot, comments: &[Span]) -> Vec<u32> {
    let (lines, text) = (snapshot.lines(), snapshot.text());
    let end = text.len() as u32;
    let mut next = vec![lines.line_count(); comments.len()];
    // The comment after, and the line found for it.
    let mut following: Option<(Span, u32)> = None;
    for (comment, slot) in comments.iter().zip(&mut next).rev() {
        let until = following.map_or(end, |(after, _)| after.start.max(comment.end));
        let gap = Span::new(comment.end, until).of(text);
        let code = comment.end + indentation(gap);
        if code < until {
            *slot = lines.line_of(code);
        } else if let Some((_, line)) = following {
            *slot = line;
        }
        following = Some((*comment, *slot));
    }
    next
}

fn is_decorator(line: &str) -> bool {
    line.trim_start().starts_with(['@', '#'])
}

/// Whether a line at the indentation of a statement's first goes on with that statement.
fn continues(line: &str) -> bool {
    const WORDS: [&str; 7] = ["else", "elif", "except", "finally", "catch", "case", "default"];
    let line = line.trim_start();
    let word = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    line.starts_with(['}', ')', ']', '{']) || WORDS.contains(&word)
}

fn line_text(snapshot: &Snapshot, line: u32) -> &str {
    let lines = snapshot.lines();
    let start = lines.line_start(line).unwrap_or(snapshot.text().len() as u32);
    Span::new(start, lines.line_end(snapshot.text(), line)).of(snapshot.text())
}

fn indentation(line: &str) -> u32 {
    (line.len() - line.trim_start().len()) as u32
}
