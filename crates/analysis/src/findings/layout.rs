//! How a document is laid out, and code that fixes put into it in that layout.
//!
//! A rule looks at one unit and does not know how the file around it ends and indents its lines. It
//! therefore writes a [`Draft`]; the engine makes it the text of an edit when it moves the finding
//! into the file.

use crate::text::{Snapshot, Span};

/// What a fix puts in a place, before it is laid out as the document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// This text; lines in it end with `\n`.
    Text(String),
    /// These lines before the statement at the place, each deeper than it by so many steps.
    Before(Vec<(usize, String)>),
}

impl Draft {
    /// Whether it puts nothing in its place.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Before(lines) => lines.is_empty(),
        }
    }

    /// Whether one of its lines holds `part`, or its whole text, if it is one.
    pub fn contains(&self, part: &str) -> bool {
        match self {
            Self::Text(text) => text.contains(part),
            Self::Before(lines) => lines.iter().any(|(_, line)| line.contains(part)),
        }
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// How a document's lines end, and by what they are indented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What most of its lines end with.
    pub line_ending: &'static str,
    /// One step of indentation.
    pub step: String,
}

impl Layout {
    /// The layout of a document.
    pub fn of(snapshot: &Snapshot) -> Self {
        Self { line_ending: line_ending(snapshot.text()), step: step(snapshot.text()) }
    }

    /// The text that a draft becomes in a place of the document this is the layout of.
    pub fn lay_out(&self, draft: &Draft, snapshot: &Snapshot, place: Span) -> String {
        match draft {
            Draft::Text(text) => self.with_line_endings(text),
            Draft::Before(lines) => {
                let own = indentation_at(snapshot, place.start);
                let step = if own.contains('\t') { "\t" } else { &self.step };
                // The first line takes over the indentation that stands there.
                let lines = lines
                    .iter()
                    .map(|(depth, text)| format!("{}{text}\n{own}", step.repeat(*depth)));
                self.with_line_endings(&lines.collect::<String>())
            }
        }
    }

    fn with_line_endings(&self, text: &str) -> String {
        if !text.contains('\n') {
            return text.to_owned();
        }
        text.replace("\r\n", "\n").replace('\n', self.line_ending)
    }
}

fn line_ending(text: &str) -> &'static str {
    let bytes = text.as_bytes();
    let (mut pairs, mut alone) = (0_usize, 0_usize);
    for at in memchr::memchr_iter(b'\n', bytes) {
        let is_pair = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\r');
        *(if is_pair { &mut pairs } else { &mut alone }) += 1;
    }
    match (pairs, alone) {
        (0, 0) if bytes.contains(&b'\r') => "\r",
        _ if pairs > alone => "\r\n",
        _ => "\n",
    }
}

/// The step by which lines are most often deeper than the line before them.
fn step(text: &str) -> String {
    // Deeper than this, a line is aligned with something; by one space, it goes on with a comment.
    const WIDEST: usize = 8;
    // What follows the start of a block is more telling than what goes on with an expression.
    const IN_BLOCK: usize = 4;
    let mut spaces = [0_usize; WIDEST + 1];
    let mut tabs = 0_usize;
    let (mut before, mut weight) = (0, 1);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with('\t') {
            tabs += IN_BLOCK;
            continue;
        }
        let indentation = line.len() - line.trim_start_matches(' ').len();
        let deeper = indentation.saturating_sub(before);
        if let Some(count) = spaces.get_mut(deeper).filter(|_| deeper > 1) {
            *count += weight;
        }
        before = indentation;
        weight = if line.trim_end().ends_with([':', '{']) { IN_BLOCK } else { 1 };
    }
    let best = spaces.iter().enumerate().max_by_key(|(width, count)| (**count, WIDEST - width));
    match best.filter(|(_, count)| **count > 0) {
        Some((_, count)) if tabs > *count => "\t".to_owned(),
        Some((width, _)) => " ".repeat(width),
        None if tabs > 0 => "\t".to_owned(),
        None => " ".repeat(4),
    }
}

/// The white space with which the line around an offset starts.
fn indentation_at(snapshot: &Snapshot, offset: u32) -> &str {
    let lines = snapshot.lines();
    let start = lines.line_start(lines.line_of(offset)).unwrap_or(offset);
    let before = Span::new(start, offset).of(snapshot.text());
    before.get(..before.len() - before.trim_start().len()).unwrap_or("")
}
