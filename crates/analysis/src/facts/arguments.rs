//! What a call gives, beside what a function takes: the questions that rules ask of a call whose
//! function is known.
//!
//! A call's side of them, [`Given`], also stands in its unit's outline, so that whoever holds only
//! outlines can tell which calls a function's signature may say something about.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::Signature;
use crate::ir::{Flags, Kind, NodeId, Role, Tree};

/// How many of a call's arguments are looked at by name.
const MOST_ARGUMENTS: usize = 12;

/// What a call gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given<'a> {
    /// Arguments in their places.
    pub placed: u16,
    /// Arguments by name.
    pub named: u16,
    /// Whether one of them stands for several, or for nobody knows how many.
    pub is_open: bool,
    /// A number for the plain name of each argument in its place, zero where it has none; empty
    /// where fewer than two have one.
    pub names: Cow<'a, [u32]>,
}

impl Given<'_> {
    /// What the call gives.
    pub fn of_call(tree: &Tree, call: NodeId) -> Self {
        let mut given = Self::default();
        let mut names = Vec::new();
        for argument in tree.children_with(call, Role::Argument) {
            match tree.kind(argument) {
                Kind::Argument => given.named = given.named.saturating_add(1),
                kind => {
                    given.is_open |= matches!(kind, Kind::Spread | Kind::Macro);
                    given.placed = given.placed.saturating_add(1);
                    if names.len() < MOST_ARGUMENTS {
                        names.push(number(last_word(tree, argument)));
                    }
                }
            }
            given.is_open |= tree.flags(argument).has(Flags::REST);
        }
        if names.iter().filter(|name| **name != 0).count() > 1 {
            given.names = Cow::Owned(names);
        }
        given
    }

    /// How many arguments it gives.
    pub fn count(&self) -> usize {
        usize::from(self.placed) + usize::from(self.named)
    }

    /// Whether it gives more than the function takes.
    pub fn is_too_much(&self, signature: &Signature) -> bool {
        let takes = signature.parameters.len();
        !self.is_open && !signature.takes_more && usize::from(self.placed) > takes
    }

    /// Whether it gives less than the function needs.
    pub fn is_too_little(&self, signature: &Signature) -> bool {
        let needs = usize::from(signature.required);
        !self.is_open && !signature.takes_more && self.count() < needs
    }

    /// Whether two arguments seem to bear the names of each other's parameters.
    pub fn crosses(&self, signature: &Signature) -> bool {
        !self.names.is_empty() && self.crosses_numbers(&numbers_of(signature))
    }

    /// The same, by the numbers of the parameters' names.
    pub fn crosses_numbers(&self, parameters: &[u32]) -> bool {
        let pairs = || self.names.iter().zip(parameters);
        pairs().enumerate().any(|(one, (name, parameter))| {
            let other = parameters.iter().take(self.names.len()).position(|it| it == name);
            let back = other.filter(|other| *other != one && *name != 0);
            back.and_then(|other| self.names.get(other)) == Some(parameter)
        })
    }
}

/// Numbers of the names of a function's parameters, as [`Given`] has them of arguments.
pub fn numbers_of(signature: &Signature) -> Box<[u32]> {
    signature.parameters.iter().map(|it| number(it)).collect()
}

/// The word of an argument that says what it is.
pub fn last_word(tree: &Tree, argument: NodeId) -> &str {
    match tree.kind(argument) {
        Kind::Name | Kind::Member => tree.name(argument),
        Kind::Reference | Kind::Dereference => {
            tree.child(argument, Role::Value).map_or("", |it| tree.name(it))
        }
        _ => "",
    }
}

/// The letters of a name without capitals and underscores.
pub fn plain(name: &str) -> String {
    name.chars().filter(|it| *it != '_').flat_map(char::to_lowercase).collect()
}

/// A number that names share which are plainly the same; zero for none.
fn number(name: &str) -> u32 {
    if name.is_empty() {
        return 0;
    }
    let mut hasher = FxHasher::default();
    for letter in name.chars().filter(|it| *it != '_') {
        // Nearly all of them are of ASCII, where no table has to be asked.
        if letter.is_ascii() {
            letter.to_ascii_lowercase().hash(&mut hasher);
        } else {
            letter.to_lowercase().for_each(|it| it.hash(&mut hasher));
        }
    }
    (hasher.finish() >> 32) as u32 | 1
}
