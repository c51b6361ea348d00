//! Candidates at names: another variable in scope, another attribute, method or function among
//! those used nearby.

use analysis::facts::{Binding, BindingId};
use analysis::ir::{Access, Kind, NodeId, Role, Symbol};
use smallvec::SmallVec;

use super::{Candidate, Collector, Edit, Features, Payload, Piece, RewriteKind, replacing};

/// Variables offered at one use: those mentioned last.
const MOST_VARIABLES: usize = 24;
/// Names offered in place of an attribute, method or function.
const MOST_NAMES: usize = 12;
/// How many uses before and after are looked at for other names.
const REACH: usize = 24;

impl Collector<'_> {
    pub(super) fn names(&mut self, features: &Features<'_>) {
        self.variables(features);
        self.neighbours(RewriteKind::Attribute, features);
        self.neighbours(RewriteKind::Method, features);
        self.neighbours(RewriteKind::Function, features);
    }

    /// Each read of a variable, with the variables mentioned last before it or declared there.
    fn variables(&mut self, features: &Features<'_>) {
        // Bindings with their slots, the one mentioned last at the end.
        let mut recent: Vec<(BindingId, u16)> = Vec::new();
        for (at, position) in features.positions.iter().enumerate() {
            let name = position.token.node;
            if position.slot == 0 {
                continue;
            }
            let Some(binding) = self.bindings.resolve(name) else { continue };
            if self.is_use(name) {
                let span = position.token.span;
                let offered: SmallVec<[Candidate; MOST_VARIABLES]> = recent
                    .iter()
                    .rev()
                    .filter(|(other, _)| *other != binding)
                    .filter_map(|(other, slot)| Some((self.bindings.binding(*other)?, slot)))
                    .filter(|(other, _)| self.is_visible(other, name))
                    .take(MOST_VARIABLES)
                    .map(|(other, slot)| Candidate {
                        payload: Payload::Slot(*slot),
                        edit: Edit::Replace(span, Piece::Symbol(other.symbol)),
                    })
                    .collect();
                self.group(RewriteKind::Variable, at as u32, offered);
            }
            let far = recent.len().saturating_sub(2 * MOST_VARIABLES);
            let known = recent.get(far..).unwrap_or_default();
            match known.iter().rposition(|(it, _)| *it == binding) {
                Some(found) => recent.get_mut(far + found..).unwrap_or_default().rotate_left(1),
                None => recent.push((binding, position.slot)),
            }
        }
    }

    /// Whether a name reads a variable in a place where another could be written.
    fn is_use(&self, name: NodeId) -> bool {
        let node = self.tree.node(name);
        let parent = self.tree.kind(node.parent);
        node.access == Access::Read
            // `{ name }` is key and variable in one.
            && !(parent == Kind::Map && node.role == Role::Element)
            && !matches!(parent, Kind::Type | Kind::OuterScope | Kind::Delete)
    }

    fn is_visible(&self, binding: &Binding, from: NodeId) -> bool {
        let scope = self.bindings.scope(binding.scope);
        binding.visible_from <= from
            && scope.is_some_and(|scope| self.tree.is_within(from, scope.node))
    }

    /// Each attribute, method or function name, with the other such names used nearby.
    fn neighbours(&mut self, kind: RewriteKind, features: &Features<'_>) {
        let uses: Vec<(u32, NodeId, Symbol)> = features
            .positions
            .iter()
            .enumerate()
            .filter(|(_, position)| position.token.is_leaf)
            .map(|(at, position)| (at as u32, position.token.node))
            .filter(|(_, leaf)| self.kind_of_name(*leaf) == Some(kind))
            .map(|(at, leaf)| (at, leaf, self.tree.node(leaf).symbol))
            .collect();
        for (index, (at, leaf, own)) in uses.iter().enumerate() {
            let mut offered: SmallVec<[Symbol; MOST_NAMES]> = SmallVec::new();
            for distance in 1..=REACH {
                let before = index.checked_sub(distance).and_then(|it| uses.get(it));
                let after = uses.get(index + distance);
                for (_, _, symbol) in before.into_iter().chain(after) {
                    if symbol != own && offered.len() < MOST_NAMES && !offered.contains(symbol) {
                        offered.push(*symbol);
                    }
                }
            }
            let span = self.tree.span(*leaf);
            self.group(kind, *at, offered.into_iter().map(|it| replacing(span, Piece::Symbol(it))));
        }
    }

    fn kind_of_name(&self, leaf: NodeId) -> Option<RewriteKind> {
        let node = self.tree.node(leaf);
        let parent = self.tree.node(node.parent);
        match node.kind {
            Kind::Attribute if parent.kind == Kind::Member && node.role == Role::Attribute => {
                // What is assigned to is as likely wrong as what is read, but seldom told.
                match (parent.role, parent.access) {
                    (Role::Callee, _) => Some(RewriteKind::Method),
                    (_, Access::Read) => Some(RewriteKind::Attribute),
                    _ => None,
                }
            }
            Kind::Name if node.role == Role::Callee && self.bindings.resolve(leaf).is_none() => {
                Some(RewriteKind::Function)
            }
            _ => None,
        }
    }
}
