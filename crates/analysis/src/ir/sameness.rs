//! Which subtrees of a unit say the same.
//!
//! Two of them do when their nodes agree, and when what stands between the nodes does too: a token
//! that the tree has no node for may make all the difference, as in `a[1..]` and `a[..1]`, `&a` and
//! `&mut a`. Tokens are read off the text, so that no table has to list them. Rules compare
//! conditions, branches and operands with it.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Flags, Kind, Node, NodeId, Tree};
use crate::text::Span;

/// Stands for a child in what stands around it.
const CHILD: char = '\u{1}';

/// So many nodes of a subtree tell its shape.
const MOST_OF_SHAPE: usize = 64;

impl Tree {
    /// Whether two subtrees say the same: equal kinds, operators, names, flags and shape, and equal
    /// tokens between them. Layout, comments, needless parentheses and a comma or semicolon at an
    /// end do not count. A stub's inside is not here, so nothing equals it; nor does what the build
    /// may leave out, since the conditions are not here.
    pub fn is_same(&self, a: NodeId, b: NodeId) -> bool {
        let slice = |id: NodeId| self.nodes().get(id.index()..self.node(id).subtree_end.index());
        let (Some(left), Some(right)) = (slice(a), slice(b)) else { return false };
        left.len() == right.len()
            && left.iter().zip(right).enumerate().all(|(at, (left, right))| {
                left.kind == right.kind
                    && left.symbol == right.symbol
                    && left.operator == right.operator
                    && left.flags.telling() == right.flags.telling()
                    && !left.flags.has(Flags::STUB)
                    && !left.flags.has(Flags::CONDITIONAL)
                    && (at == 0 || left.role == right.role)
                    && left.subtree_end.0 - a.0 == right.subtree_end.0 - b.0
                    && (!is_text(left.kind) || self.text_of(left) == self.text_of(right))
            })
            && self.has_same_tokens(a, b)
    }

    /// A number that subtrees share of which [`Self::is_same`] holds, and hardly any others do: only the
    /// first nodes of a large one are looked at, so that those of nested ones add up to little.
    pub fn shape(&self, id: NodeId) -> u64 {
        let mut hasher = FxHasher::default();
        let end = self.node(id).subtree_end.index().min(id.index() + MOST_OF_SHAPE);
        for (at, node) in (id.0..).zip(self.nodes().get(id.index()..end).unwrap_or_default()) {
            (node.kind, node.symbol, node.operator, node.flags.telling().bits()).hash(&mut hasher);
            (node.subtree_end.0 - id.0).hash(&mut hasher);
            self.between(NodeId(at), |part| {
                for byte in part.unwrap_or("").bytes().filter(|byte| !is_optional(*byte)) {
                    byte.hash(&mut hasher);
                }
            });
        }
        hasher.finish()
    }

    /// Whether the tokens between the nodes of two subtrees agree whose nodes do.
    fn has_same_tokens(&self, a: NodeId, b: NodeId) -> bool {
        let (mut left, mut right) = (a, b);
        let end = self.node(a).subtree_end;
        while left < end {
            // What is written alike needs no closer look.
            let step = if self.text(left) == self.text(right) {
                self.node(left).subtree_end.0 - left.0
            } else if is_text(self.kind(left)) || self.tokens(left) == self.tokens(right) {
                1
            } else {
                return false;
            };
            left = NodeId(left.0 + step);
            right = NodeId(right.0 + step);
        }
        true
    }

    /// The tokens of a node between its children, with [`CHILD`] in the place of each child.
    fn tokens(&self, id: NodeId) -> String {
        let mut tokens = String::new();
        self.between(id, |part| match part {
            None => tokens.push(CHILD),
            Some(text) => tokens.extend(text.chars().filter(|it| !it.is_whitespace())),
        });
        while let Some(at) = tokens.find("(\u{1})") {
            tokens.replace_range(at..at + 3, "\u{1}");
        }
        without_optional(self.kind(id), &mut tokens);
        tokens
    }

    /// Calls `take` with each piece of a node's text that lies between its children, without
    /// comments, and with nothing for each child that is not an operator.
    fn between<'t>(&'t self, id: NodeId, mut take: impl FnMut(Option<&'t str>)) {
        let span = self.span(id);
        let mut from = span.start;
        for child in self.children(id) {
            let inside = self.span(child);
            self.pieces(Span::new(from, inside.start.max(from)), &mut take);
            if self.kind(child) != Kind::Operator {
                take(None);
            }
            from = from.max(inside.end);
        }
        self.pieces(Span::new(from, span.end.max(from)), &mut take);
    }

    /// Calls `take` with each piece of a span that lies between comments.
    pub(super) fn pieces<'t>(&'t self, span: Span, take: &mut impl FnMut(Option<&'t str>)) {
        if span.is_empty() {
            return;
        }
        let comments = self.comments();
        let first = comments.partition_point(|it| it.end <= span.start);
        let mut from = span.start;
        for comment in comments.get(first..).unwrap_or_default() {
            if comment.start >= span.end {
                break;
            }
            take(Some(Span::new(from, comment.start.max(from)).of(self.source())));
            from = comment.end;
        }
        take(Some(Span::new(from, span.end.max(from)).of(self.source())));
    }

    fn text_of(&self, node: &Node) -> &str {
        node.span.of(self.source())
    }
}

/// Whether nodes of a kind are compared by their text: what the tree does not understand.
fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Other | Kind::Macro | Kind::Template | Kind::Markup)
}

/// Whether a byte between nodes may be left out in some places.
fn is_optional(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"(),;\\".contains(&byte)
}

/// Takes away the comma before a closing bracket and what may end a node. Where a comma makes a
/// tuple, it stays.
fn without_optional(kind: Kind, tokens: &mut String) {
    // A line that goes on.
    tokens.retain(|it| it != '\\');
    // A row of several is a tuple whatever stands around it.
    if kind == Kind::Tuple && tokens.matches(CHILD).count() > 1 {
        if let Some(inner) = tokens.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            *tokens = inner.to_owned();
        }
        if tokens.ends_with(',') {
            tokens.pop();
        }
    }
    if !matches!(kind, Kind::Tuple | Kind::Index | Kind::Type) {
        for closing in [")", "]", "}"] {
            if let Some(rest) = tokens.strip_suffix(closing)
                && let Some(rest) = rest.strip_suffix([',', ';'])
            {
                *tokens = format!("{rest}{closing}");
            }
        }
        if tokens.ends_with([',', ';']) {
            tokens.pop();
        }
    }
}
