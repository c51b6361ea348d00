//! Injection: making a bug of a correct function, with a label that is right by construction.
//!
//! The rewrites that may repair a unit are also the slips people make. One is applied to the
//! function's text, the result is read again from scratch, and the candidate that gives the
//! original back is the label; when there is none, the slip is thrown away. So what the network
//! learns from looks exactly as what it will be shown. Slips that change nothing, or that nobody
//! could tell, are left out ([`equivalents`]).

pub(crate) mod equivalents;
mod likeness;

use analysis::ir::{Kind, NodeId, Role};
use analysis::text::Span;

use self::likeness::Likeness;
use crate::features::{Edit, Features, Piece, RewriteKind};
use crate::random::Random;
use crate::snippet::Snippet;

/// Where a repair stands among a unit's candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Index of its group.
    pub group: usize,
    /// Index of the candidate.
    pub candidate: usize,
}

/// A function with a bug made on purpose.
#[derive(Debug)]
pub struct Mutant {
    /// The function with the bug.
    pub snippet: Snippet,
    /// The repair, among the candidates of [`Snippet::features`].
    pub label: Label,
    /// What the repair does.
    pub kind: RewriteKind,
}

/// How often each slip is made, by [`RewriteKind`] of the *slip*. What people seldom do, or what
/// cannot be told from the function alone, is rare.
const WEIGHTS: [f64; RewriteKind::ALL.len()] = [
    3.0, // variable
    2.0, // comparison
    0.7, // logical
    0.6, // arithmetic
    0.4, // assignment
    0.3, // bitwise
    0.7, // number
    0.7, // boolean
    1.5, // swap
    0.9, // negate
    1.2, // drop negation
    0.6, // add offset
    0.7, // drop offset
    0.8, // await: here, an `await` taken away
    1.3, // attribute
    1.2, // method
    0.7, // function
];

/// Attempts before a function is given up.
const MOST_ATTEMPTS: usize = 6;

/// A slip that can be made in a unit.
#[derive(Clone, Copy, Debug)]
struct Slip {
    kind: RewriteKind,
    edit: Edit,
    /// How likely it is, among those of its kind.
    weight: f64,
}

/// Makes one bug in a function; nothing when none can be made.
pub fn inject(original: &Snippet, features: &Features<'_>, random: &mut Random) -> Option<Mutant> {
    let slips = slips(original, features);
    for _ in 0..MOST_ATTEMPTS {
        let available: Vec<f64> = WEIGHTS
            .iter()
            .zip(&slips)
            .map(|(weight, slips)| if slips.is_empty() { 0.0 } else { *weight })
            .collect();
        let chosen = slips.get(random.weighted(&available)?)?;
        let likely: Vec<f64> = chosen.iter().map(|slip| slip.weight).collect();
        let slip = chosen.get(random.weighted(&likely)?)?;
        if let Some(mutant) = make(original, *slip) {
            return Some(mutant);
        }
    }
    None
}

/// The slips that can be made, by kind.
fn slips(original: &Snippet, features: &Features<'_>) -> Vec<Vec<Slip>> {
    let mut slips: Vec<Vec<Slip>> = RewriteKind::ALL.iter().map(|_| Vec::new()).collect();
    let likeness = Likeness::new(features);
    let mut add = |slip: Slip| {
        if let Some(list) = slips.get_mut(slip.kind as usize) {
            list.push(slip);
        }
    };
    for group in features.groups.iter().filter(|group| group.kind != RewriteKind::Await) {
        let Some(position) = features.positions.get(group.position as usize) else { continue };
        for candidate in features.candidates_of(group) {
            if !equivalents::changes_nothing(features, position, group.kind, candidate) {
                let weight = likeness.weight(position, candidate);
                add(Slip { kind: group.kind, edit: candidate.edit, weight });
            }
        }
    }
    let tree = &original.lowered.tree;
    for id in tree.ids().filter(|id| tree.kind(*id) == Kind::Await) {
        if let Some(edit) = without_await(features, id) {
            add(Slip { kind: RewriteKind::Await, edit, weight: 1.0 });
        }
    }
    slips
}

/// Takes an `await` away, whether it stands before or after the call.
fn without_await(features: &Features<'_>, waiting: NodeId) -> Option<Edit> {
    let tree = features.tree;
    let value = tree.child(waiting, Role::Value).or_else(|| tree.children(waiting).next())?;
    if tree.kind(value) != Kind::Call {
        return None;
    }
    let (whole, value) = (tree.span(waiting), tree.span(value));
    let span = if whole.start < value.start {
        Span::new(whole.start, value.start)
    } else {
        Span::new(value.end, whole.end)
    };
    Some(Edit::Replace(span, Piece::Text("")))
}

/// Makes a slip, and looks for the rewrite that undoes it.
fn make(original: &Snippet, slip: Slip) -> Option<Mutant> {
    let changed = slip.edit.apply(&original.lowered.tree);
    let snippet = Snippet::read(&changed, original.language)?;
    if snippet.errors > original.errors {
        return None;
    }
    let features = snippet.features();
    let (label, kind) = find_repair(&features, original.text(), Some(slip.edit.start()))?;
    drop(features);
    Some(Mutant { snippet, label, kind })
}

/// The candidate that turns the unit into `fixed`, apart from blanks. With `near`, only rewrites
/// that start about there are tried.
pub fn find_repair(
    features: &Features<'_>,
    fixed: &str,
    near: Option<u32>,
) -> Option<(Label, RewriteKind)> {
    const NEAR: u32 = 8;
    let wanted = Shape::of(fixed);
    for (at, group) in features.groups.iter().enumerate() {
        for (offset, candidate) in features.candidates_of(group).iter().enumerate() {
            let start = candidate.edit.start();
            if near.is_some_and(|near| !within(start, near, NEAR, candidate.edit)) {
                continue;
            }
            if Shape::of(&candidate.edit.apply(features.tree)) == wanted {
                let label = Label { group: at, candidate: group.start as usize + offset };
                return Some((label, group.kind));
            }
        }
    }
    None
}

/// Whether an edit starts near a place. An inserted suffix starts where its operand ends, so the
/// end of what is replaced counts too.
fn within(start: u32, near: u32, distance: u32, edit: Edit) -> bool {
    let end = match edit {
        Edit::Replace(span, _) => span.end,
        Edit::Swap(..) => start,
    };
    start.abs_diff(near) <= distance || end.abs_diff(near) <= distance
}

/// A text without its blanks, as a number.
#[derive(PartialEq, Eq)]
struct Shape(usize, u64);

impl Shape {
    fn of(text: &str) -> Self {
        let bytes: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        Self(bytes.len(), xxhash_rust::xxh3::xxh3_64(&bytes))
    }
}
