//! How much of real syntax the lowering tables know: for whoever writes one, and for the promise
//! that little ends as [`Kind::Other`](super::Kind::Other).
//!
//! This stands beside the flow: nothing in it asks. It lowers a text as the engine does, and finds
//! for each `Other` the syntax node it was made from.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::Kind;
use super::lower::lower;
use super::units::units;
use crate::languages::{Language, LoweringTable, Shape};
use crate::syntax::SyntaxTree;
use crate::text::Span;

/// Counts over any number of texts of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Named syntax nodes, without comments and what could not be parsed.
    pub named: usize,
    /// Those that became `Other`, by the grammar's name of their kind.
    pub other: BTreeMap<&'static str, usize>,
}

impl Coverage {
    /// Counts one text.
    pub fn add(&mut self, syntax: &SyntaxTree, source: &str, language: Language) {
        let mut unknown = self.survey(syntax, language.lowering());
        for (unit, node) in units(syntax.tree(), source, language) {
            let lowered = lower(node, source, language, &unit);
            for node in lowered.tree.nodes().iter().filter(|node| node.kind == Kind::Other) {
                // The outermost of the nodes with the same text is lowered first.
                let kinds = unknown.get_mut(&unit.to_file(node.span));
                let kind = kinds.and_then(VecDeque::pop_front).unwrap_or_default();
                *self.other.entry(kind).or_default() += 1;
            }
        }
    }

    /// Counts the named nodes, and notes where those stand which have no row.
    fn survey(
        &mut self,
        syntax: &SyntaxTree,
        table: &'static LoweringTable,
    ) -> HashMap<Span, VecDeque<&'static str>> {
        let mut unknown: HashMap<Span, VecDeque<&'static str>> = HashMap::new();
        let mut cursor = syntax.tree().walk();
        loop {
            let node = cursor.node();
            let row = table.row(node.kind_id());
            let is_comment = row.is_some_and(|view| matches!(view.row.shape, Shape::Comment));
            if node.is_named() && !node.is_error() && !is_comment {
                self.named += 1;
                if row.is_none() {
                    let span = Span::new(node.start_byte() as u32, node.end_byte() as u32);
                    let kind = table.grammar().node_kind_for_id(node.kind_id()).unwrap_or("");
                    unknown.entry(span).or_default().push_back(kind);
                }
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return unknown;
                }
            }
        }
    }

    /// How many nodes became `Other`.
    pub fn others(&self) -> usize {
        self.other.values().sum()
    }

    /// The share of nodes that became `Other`, 0 to 1.
    pub fn share(&self) -> f64 {
        self.others() as f64 / self.named.max(1) as f64
    }

    /// The kinds that became `Other`, the most frequent first.
    pub fn missing(&self) -> Vec<(&'static str, usize)> {
        let mut kinds: Vec<_> = self.other.iter().map(|(kind, count)| (*kind, *count)).collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        kinds
    }
}
