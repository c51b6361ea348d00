//! YAML with places: a text cut into its documents, each as a tree whose nodes know where they stand.
//!
//! The rules themselves are read by `ast-grep-config`, which says little of places. This tree is
//! what points at them, and it keeps one document's mistakes from the others: a document that is no
//! YAML costs itself only.

use std::ops::Range;

use granit_parser::{Event, Parser, Span};

/// How deep lists and mappings may stand within each other.
pub(crate) const DEEPEST: usize = 64;

/// A document of a text.
#[derive(Debug)]
pub(crate) struct Document {
    /// Where it stands, without the marker before it.
    pub(crate) span: Range<usize>,
    /// What it holds; nothing if it is empty.
    pub(crate) root: Result<Option<Node>, Broken>,
}

/// Why a document cannot be read.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
}

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// A value.
#[derive(Debug)]
pub(crate) enum Value {
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// Another name for a value elsewhere in the document.
    Alias,
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entry of that key.
    pub(crate) fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        self.entries()
            .iter()
            .find(|(it, _)| it.text() == Some(key))
            .map(|(key, value)| (key, value))
    }

    /// The value of that key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }
}

/// The documents of a text.
pub(crate) fn documents(text: &str) -> Vec<Document> {
    spans(text)
        .into_iter()
        .map(|span| {
            let part = text.get(span.clone()).unwrap_or("");
            let root = parse(part, span.start);
            Document { span, root }
        })
        .collect()
}

/// Where the documents stand: between lines that start with `---`.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix("---");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            spans.push(start..at);
            // What stands behind the marker belongs to the next document.
            start = at + 3;
        }
        at += line.len();
    }
    spans.push(start..at);
    spans.retain(|span| text.get(span.clone()).is_some_and(|it| !it.trim().is_empty()));
    spans
}

/// A list or mapping that is not complete yet.
struct Open {
    start: usize,
    is_map: bool,
    nodes: Vec<Node>,
}

impl Open {
    fn close(self, end: usize) -> Node {
        let value = if self.is_map {
            let mut entries = Vec::with_capacity(self.nodes.len() / 2);
            let mut nodes = self.nodes.into_iter();
            while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                entries.push((key, value));
            }
            Value::Map(entries)
        } else {
            Value::List(self.nodes)
        };
        Node { span: self.start..end.max(self.start), value }
    }
}

fn parse(text: &str, offset: usize) -> Result<Option<Node>, Broken> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = byte(text, error.marker().line(), error.marker().col());
            Broken {
                span: place(text, at, offset),
                message: format!("This is no YAML: {}", error.info()),
            }
        })?;
        let Range { start, end } = range(text, &span);
        let node = match event {
            Event::Scalar(text, ..) => {
                Node { span: offset + start..offset + end, value: Value::Scalar(text.into_owned()) }
            }
            Event::Alias(_) => Node { span: offset + start..offset + end, value: Value::Alias },
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() == DEEPEST {
                    let message = format!("This is nested deeper than {DEEPEST} levels");
                    return Err(Broken { span: place(text, start, offset), message });
                }
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { start: offset + start, is_map, nodes: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(complete) => complete.close(offset + end),
                None => continue,
            },
            _ => continue,
        };
        match open.last_mut() {
            Some(around) => around.nodes.push(node),
            None => root = root.or(Some(node)),
        }
    }
    Ok(root)
}

fn range(text: &str, span: &Span) -> Range<usize> {
    let at = |marker: &granit_parser::Marker| {
        marker.byte_offset().unwrap_or_else(|| byte(text, marker.line(), marker.col()))
    };
    let start = at(&span.start).min(text.len());
    start..at(&span.end).clamp(start, text.len())
}

/// The byte of a line, counted from 1, and a column, counted from 0 in characters.
pub(crate) fn byte(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            let within = content.char_indices().nth(column).map_or(content.len(), |(at, _)| at);
            return (start + within).min(text.len());
        }
        start += content.len();
    }
    text.len()
}

/// The line at a byte, without white space around it: what is underlined where only a point is known.
pub(crate) fn place(text: &str, at: usize, offset: usize) -> Range<usize> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let end = after.find('\n').map_or(text.len(), |it| at + it);
    let line = text.get(start..end).unwrap_or("");
    let first = start + line.len() - line.trim_start().len();
    let last = start + line.trim_end().len();
    offset + first..offset + last.max(first)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_their_places_in_every_document() {
        let text = "id: ä\n---\nid: b\nrule: {kind: [x, y]}\n--- \n\n---\nid: \"c\n";
        let documents = documents(text);
        assert_eq!(documents.len(), 3);
        let second = documents[1].root.as_ref().unwrap().as_ref().unwrap();
        let kinds = second.get("rule").unwrap().get("kind").unwrap();
        assert_eq!(text.get(kinds.items()[1].span.clone()), Some("y"));
        assert_eq!(text.get(second.entry("rule").unwrap().0.span.clone()), Some("rule"));
        let broken = documents[2].root.as_ref().unwrap_err();
        assert!(broken.span.start >= text.rfind("id").unwrap(), "{broken:?}");
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused() {
        let text = |levels: usize| format!("{}a{}", "[".repeat(levels), "]".repeat(levels));
        let broken = |levels| documents(&text(levels)).remove(0).root.map(drop).unwrap_err();
        assert!(documents(&text(DEEPEST)).remove(0).root.is_ok());
        assert!(broken(DEEPEST + 1).message.contains("deeper"));
        // The parser has a limit of its own.
        assert!(broken(100_000).message.contains("limit"));
    }
}
