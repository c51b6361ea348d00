//! Evidence: what the facts of a unit say for or against a rewrite that the network considers.
//!
//! The network sees tokens and learns what is usual; facts know. A parameter that nothing reads, a
//! variable that has no value yet, the same call a few lines on: each such [`Sign`] shifts the
//! log-odds of a rewrite by a weight, which [`calibrate`](super::calibrate) measures on functions
//! that the network has not learned from (a logistic regression with the network's log-odds as its
//! offset). Signs are looked for at the few likeliest rewrites only.

use std::collections::BTreeMap;

use analysis::facts::BindingId;
use analysis::ir::{Kind, NodeId, Role, Symbol};
use analysis::text::Span;

use super::values::Ways;
use super::vetoes;
use crate::features::{Candidate, Edit, Features, Payload, Piece, RewriteKind};

/// Statements with more nodes are not compared with their neighbours.
const LARGEST_STATEMENT: usize = 256;
/// Calls that are looked at for others of the same function.
const MOST_CALLS: usize = 256;

/// Something the facts say of a rewrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Sign {
    /// Nothing else reads the variable that is put in.
    NewIsUnused,
    /// Nothing else reads the variable that is taken out.
    OldIsUsedOnce,
    /// The variable that is put in has no value yet.
    NewIsUnset,
    /// The variable that is taken out has no value yet.
    OldIsUnset,
    /// Both variables have types that are sure, and they differ.
    TypesClash,
    /// A statement beside says the same, with the name that is put in changed wherever else it stands.
    CopiedSibling,
    /// Another call of the function has these arguments in this order.
    SameOrderElsewhere,
    /// Another call of the function has these arguments in the other order.
    OtherOrderElsewhere,
}

impl Sign {
    /// All signs, by number.
    pub const ALL: [Self; 8] = [
        Self::NewIsUnused,
        Self::OldIsUsedOnce,
        Self::NewIsUnset,
        Self::OldIsUnset,
        Self::TypesClash,
        Self::CopiedSibling,
        Self::SameOrderElsewhere,
        Self::OtherOrderElsewhere,
    ];

    /// Its name, in the file of thresholds.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewIsUnused => "new-is-unused",
            Self::OldIsUsedOnce => "old-is-used-once",
            Self::NewIsUnset => "new-is-unset",
            Self::OldIsUnset => "old-is-unset",
            Self::TypesClash => "types-clash",
            Self::CopiedSibling => "copied-sibling",
            Self::SameOrderElsewhere => "same-order-elsewhere",
            Self::OtherOrderElsewhere => "other-order-elsewhere",
        }
    }

    /// What the hover says of it; `old` and `new` are the words that change places.
    pub fn tell(self, old: &str, new: &str) -> String {
        match self {
            Self::NewIsUnused => format!("Nothing else here reads {new}."),
            Self::OldIsUsedOnce => format!("Nothing else here reads {old}."),
            Self::NewIsUnset => format!("{new} has no value yet at this place."),
            Self::OldIsUnset => format!("{old} has no value yet at this place."),
            Self::TypesClash => format!("{old} and {new} are of different types."),
            Self::CopiedSibling => {
                format!("A statement beside this one says the same, with {old} changed to {new}.")
            }
            Self::SameOrderElsewhere => "Another call here has this order.".to_owned(),
            Self::OtherOrderElsewhere => "Another call here has the other order.".to_owned(),
        }
    }
}

/// Signs at one rewrite, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs(u8);

impl Signs {
    fn add(&mut self, sign: Sign, holds: bool) {
        self.0 |= u8::from(holds) << sign as u8;
    }

    /// Those that made a rewrite likelier, and those that made it less likely; what weighs nothing
    /// is neither.
    pub fn weighed(self, weights: &Weights) -> (Self, Self) {
        let (mut likelier, mut unlikelier) = (Self::default(), Self::default());
        for sign in self.iter() {
            let weight = weights.get(sign.name()).copied().unwrap_or_default();
            likelier.add(sign, weight > 0.0);
            unlikelier.add(sign, weight < 0.0);
        }
        (likelier, unlikelier)
    }

    /// Whether a sign is among them.
    pub fn has(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u8) != 0
    }

    /// The signs, in their order.
    pub fn iter(self) -> impl Iterator<Item = Sign> {
        Sign::ALL.into_iter().filter(move |sign| self.has(*sign))
    }
}

/// By how much each sign shifts the log-odds of a rewrite; what is not named shifts nothing.
pub type Weights = BTreeMap<String, f32>;

/// By how much signs shift the log-odds of a rewrite.
pub fn shift(signs: Signs, weights: &Weights) -> f32 {
    signs.iter().filter_map(|sign| weights.get(sign.name())).sum()
}

/// What the facts say of a rewrite. `ways` are the unit's.
pub fn signs(
    features: &Features<'_>,
    ways: &Ways,
    kind: RewriteKind,
    candidate: &Candidate,
    at: u32,
) -> Signs {
    let mut found = Signs::default();
    let place = features.positions.get(at as usize).map(|position| position.token.node);
    let facts = Facts { features, ways };
    match (candidate.edit, place) {
        (Edit::Replace(_, Piece::Symbol(new)), Some(place)) => {
            if kind == RewriteKind::Variable {
                facts.of_variables(candidate, place, &mut found);
            }
            found.add(Sign::CopiedSibling, facts.is_copied(place, new));
        }
        (Edit::Swap(first, second), Some(place)) => {
            facts.of_calls(place, first, second, &mut found);
        }
        _ => {}
    }
    found
}

/// The questions asked of a unit.
struct Facts<'a> {
    features: &'a Features<'a>,
    ways: &'a Ways,
}

/// The variable that a candidate puts in.
pub(super) fn variable(features: &Features<'_>, candidate: &Candidate) -> Option<BindingId> {
    let Payload::Slot(slot) = candidate.payload else { return None };
    let position = features.positions.iter().find(|position| position.slot == slot)?;
    features.bindings.resolve(position.token.node)
}

impl Facts<'_> {
    fn of_variables(&self, candidate: &Candidate, place: NodeId, found: &mut Signs) {
        let Features { tree, bindings, .. } = *self.features;
        let new = variable(self.features, candidate);
        let (Some(old), Some(new)) = (bindings.resolve(place), new) else { return };
        // That a method does not use its object is nothing strange.
        let is_unused =
            bindings.uses(tree, new).next().is_none() && !vetoes::is_receiver(self.features, new);
        found.add(Sign::NewIsUnused, is_unused);
        found.add(Sign::OldIsUsedOnce, bindings.uses(tree, old).all(|name| name == place));
        found.add(Sign::NewIsUnset, self.ways.is_unset(self.features, new, place));
        found.add(Sign::OldIsUnset, self.ways.is_unset(self.features, old, place));
        found.add(Sign::TypesClash, vetoes::clash(self.features, old, new));
    }

    /// Whether a neighbouring statement is the same but for names, and has the name of `place` where
    /// this one has `new`: then `place` was forgotten when the statement was copied.
    fn is_copied(&self, place: NodeId, new: Symbol) -> bool {
        let tree = self.features.tree;
        let own = tree.enclosing_statement(place);
        let Some(block) = tree.parent(own) else { return false };
        let mut before = None;
        let mut after = None;
        let mut children = tree.children(block);
        while let Some(child) = children.next() {
            if child == own {
                after = children.next();
                break;
            }
            before = Some(child);
        }
        [before, after].into_iter().flatten().any(|other| self.renames(other, own, place, new))
    }

    fn renames(&self, other: NodeId, own: NodeId, place: NodeId, new: Symbol) -> bool {
        let tree = self.features.tree;
        let size = |id: NodeId| tree.node(id).subtree_end.index() - id.index();
        if size(own) != size(other) || size(own) > LARGEST_STATEMENT {
            return false;
        }
        let old = tree.node(place).symbol;
        let (mut is_renamed, mut is_kept) = (false, false);
        for (at, (theirs, ours)) in tree.descendants(other).zip(tree.descendants(own)).enumerate() {
            let (theirs, ours_id, ours) = (tree.node(theirs), ours, tree.node(ours));
            if theirs.kind != ours.kind || at > 0 && theirs.role != ours.role {
                return false;
            }
            if ours_id == place {
                is_kept = theirs.symbol == old;
            } else if theirs.symbol == old && ours.symbol == new {
                is_renamed = true;
            }
        }
        is_renamed && is_kept
    }

    fn of_calls(&self, place: NodeId, first: Span, second: Span, found: &mut Signs) {
        let tree = self.features.tree;
        let own = std::iter::once(place).chain(tree.ancestors(place));
        let mut own = own.filter(|id| tree.kind(*id) == Kind::Call);
        let Some(call) = own.find(|id| tree.span(*id).end >= second.end) else { return };
        let callee = |call: NodeId| tree.child(call, Role::Callee).map(|it| tree.text(it));
        let source = tree.source();
        let place_of = |span: Span| {
            tree.children_with(call, Role::Argument).position(|it| tree.span(it) == span)
        };
        let (Some(left), Some(right)) = (place_of(first), place_of(second)) else { return };
        let (first, second) = (first.of(source), second.of(source));
        let calls = tree.ids().filter(|id| tree.kind(*id) == Kind::Call && *id != call);
        for other in calls.take(MOST_CALLS).filter(|other| callee(*other) == callee(call)) {
            let argument = |at: usize| {
                tree.children_with(other, Role::Argument).nth(at).map(|it| tree.text(it))
            };
            let (a, b) = (argument(left), argument(right));
            if a == Some(first) && b == Some(second) {
                found.add(Sign::SameOrderElsewhere, true);
            } else if a == Some(second) && b == Some(first) {
                found.add(Sign::OtherOrderElsewhere, true);
            }
        }
    }
}

/// Fits the weights: for each rewrite that was considered, its signs, the network's log-odds, and
/// whether it is the repair. Newton's method on the logistic loss, held to small weights where there
/// is little to learn from.
pub(super) fn fit(considered: &[(Signs, f32, bool)]) -> Weights {
    const ROUNDS: usize = 30;
    /// As if so many examples said that a sign means nothing.
    const CAUTION: f64 = 20.0;
    /// Signs seen at fewer rewrites weigh nothing.
    const LEAST_SEEN: usize = 30;
    const MOST: f64 = 4.0;
    let mut weights = [0.0_f64; Sign::ALL.len()];
    for _ in 0..ROUNDS {
        // One weight at a time: signs hardly ever come together.
        for (at, sign) in Sign::ALL.into_iter().enumerate() {
            let (mut slope, mut curvature, mut seen) = (0.0, CAUTION / 4.0, 0);
            for (signs, log_odds, is_right) in considered.iter().filter(|it| it.0.has(sign)) {
                let shift: f64 = signs.iter().filter_map(|it| weights.get(it as usize)).sum();
                let chance = 1.0 / (1.0 + (-(f64::from(*log_odds) + shift)).exp());
                slope += f64::from(u8::from(*is_right)) - chance;
                curvature += chance * (1.0 - chance);
                seen += 1;
            }
            if let Some(weight) = weights.get_mut(at).filter(|_| seen >= LEAST_SEEN) {
                slope -= CAUTION / 4.0 * *weight;
                *weight = (*weight + slope / curvature).clamp(-MOST, MOST);
            }
        }
    }
    let named = Sign::ALL.into_iter().zip(weights);
    named
        .map(|(sign, weight)| (sign.name().to_owned(), (weight * 1000.0).round() as f32 / 1000.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_weighs_nothing_is_not_told() {
        let mut signs = Signs::default();
        for sign in [Sign::NewIsUnused, Sign::OldIsUsedOnce, Sign::CopiedSibling] {
            signs.add(sign, true);
        }
        let weights = Weights::from([
            (Sign::NewIsUnused.name().to_owned(), 1.5),
            (Sign::OldIsUsedOnce.name().to_owned(), -0.5),
            (Sign::CopiedSibling.name().to_owned(), 0.0),
        ]);
        let (likelier, unlikelier) = signs.weighed(&weights);
        assert_eq!(likelier.iter().collect::<Vec<_>>(), [Sign::NewIsUnused]);
        assert_eq!(unlikelier.iter().collect::<Vec<_>>(), [Sign::OldIsUsedOnce]);
        assert_eq!(signs.weighed(&Weights::new()), (Signs::default(), Signs::default()));
    }

    #[test]
    fn weights_are_what_makes_chances_true() {
        let mut signs = Signs::default();
        signs.add(Sign::NewIsUnused, true);
        // The network says one in two; with the sign it is nine in ten, without it one in two.
        let considered: Vec<_> = (0..4_000)
            .map(|at| {
                if at % 2 == 0 {
                    (signs, 0.0, at % 20 != 0)
                } else {
                    (Signs::default(), 0.0, at % 4 == 1)
                }
            })
            .collect();
        let weights = fit(&considered);
        let weight = weights.get(Sign::NewIsUnused.name()).copied().unwrap_or_default();
        assert!((weight - 9.0_f32.ln()).abs() < 0.1, "{weight}");
        assert_eq!(weights.get(Sign::TypesClash.name()), Some(&0.0), "never seen");
    }
}
