//! Callees: what a unit's calls call in other files, as the rules see it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::outline::{Call, CallTraits, Outline, Root};
use super::paths::{folder, last, stem};
use super::{Resolver, Summary, Suspects, Target, Twin};
use crate::facts::Signature;
use crate::facts::arguments::Given;
use crate::findings::Place;
use crate::ir::NodeId;
use crate::languages::Language;

/// A function of another file that a call calls.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// Its own name.
    pub name: Box<str>,
    /// How it is called.
    pub signature: Arc<Signature>,
    /// Whether a class has it, which others may inherit from.
    pub is_method: bool,
    /// Where it stands.
    pub place: Place,
}

impl Foreign {
    /// Its file as a message names it: short, and with its folder where the name alone says nothing.
    pub fn file_name(&self) -> String {
        let path = &self.place.file;
        let name = last(path);
        let says_nothing = matches!(stem(path), "__init__" | "index" | "mod" | "lib" | "main");
        match last(folder(path)) {
            folder if says_nothing && !folder.is_empty() => format!("{folder}/{name}"),
            _ => name.to_owned(),
        }
    }
}

/// The functions of other files that a unit calls, by the calls' nodes.
#[derive(Clone, Debug, Default)]
pub struct Callees {
    known: Vec<(NodeId, Arc<Foreign>)>,
    twin: Option<Arc<Twin>>,
}

impl Callees {
    /// No calls.
    pub const NONE: Self = Self { known: Vec::new(), twin: None };

    /// Finds out what a unit of a file calls in other files.
    pub fn of_unit(resolver: &Resolver<'_>, file: &str, unit: u32, outline: &Outline) -> Self {
        let calls = outline.calls.iter();
        let known =
            calls.filter_map(|call| Some((call.node, foreign(resolver, file, unit, call)?)));
        Self { known: known.collect(), twin: None }
    }

    /// The same, with a function that the unit's own repeats.
    #[must_use]
    pub fn with_twin(mut self, twin: Option<Twin>) -> Self {
        self.twin = twin.map(Arc::new);
        self
    }

    /// The function that the unit's own repeats.
    pub fn twin(&self) -> Option<&Arc<Twin>> {
        self.twin.as_ref()
    }

    /// Where the function stands that a call calls, or, at the root, the one that the unit's repeats.
    pub fn place(&self, node: NodeId) -> Option<&Place> {
        match self.of_call(node) {
            Some(foreign) => Some(&foreign.place),
            None => self.twin.as_ref().filter(|_| node == NodeId::ROOT).map(|twin| &twin.place),
        }
    }

    /// The function of another file that a call calls.
    pub fn of_call(&self, call: NodeId) -> Option<&Arc<Foreign>> {
        let at = self.known.binary_search_by_key(&call, |(node, _)| *node).ok()?;
        self.known.get(at).map(|(_, foreign)| foreign)
    }

    /// Hashes what a unit's findings depend on: not where the functions stand in their files, which
    /// is put in afterwards.
    pub fn digest(&self, hasher: &mut Xxh3) {
        for (node, foreign) in &self.known {
            node.hash(hasher);
            foreign.name.hash(hasher);
            foreign.signature.hash(hasher);
            foreign.is_method.hash(hasher);
            foreign.place.file.hash(hasher);
        }
        hasher.write_u8(0xff);
        if let Some(twin) = &self.twin {
            twin.digest(hasher);
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.twin.is_none()
    }
}

/// The function of another file that a call calls, if it is sure how that is called.
fn foreign(resolver: &Resolver<'_>, file: &str, unit: u32, call: &Call) -> Option<Arc<Foreign>> {
    if !resolver.may_leave(file, unit, call) {
        return None;
    }
    let target = resolver.callee(file, unit, call).filter(|target| *target.file != *file)?;
    let place_of = |line, column| Place { file: target.file.as_ref().to_owned(), line, column };
    let found = resolver.unit(&target)?;
    let signature = usable(resolver, &target)?;
    Some(Arc::new(Foreign {
        name: found.name.clone(),
        signature: Arc::clone(signature),
        is_method: !found.container.is_empty(),
        place: place_of(found.line, found.column),
    }))
}

/// The signature of what a call calls, where its arguments are its parameters one by one.
fn usable<'a>(resolver: &Resolver<'a>, target: &Target) -> Option<&'a Arc<Signature>> {
    let unit = resolver.unit(target)?;
    let manner = unit.manner();
    let style = resolver.summary(&target.file)?.language.spec().imports;
    // Through its class, a method is given its object first.
    let is_shifted = target.through_class
        && style.gives_object_to_class()
        && manner.lists_receiver
        && !manner.is_static;
    let is_sure = !is_shifted && !manner.is_decorated && !target.is_one_of_several;
    unit.signature.as_ref().filter(|_| is_sure)
}

/// Whether knowing other files may change what is found in a file: whether one of its calls calls
/// a function of another file, and something is off with it. Whoever has analysed the file without
/// them need not do so again otherwise.
pub fn may_matter(
    resolver: &Resolver<'_>,
    suspects: &Suspects<'_>,
    file: &str,
    summary: &Summary,
) -> bool {
    let path = super::paths::normal(file);
    summary.units().iter().enumerate().any(|(at, unit)| {
        unit.outline.calls.iter().any(|call| {
            let given = unit.outline.given(call);
            let is_awaited = call.traits.has(CallTraits::AWAITED);
            if !suspects.may_be_wrong(unit.outline.path(call), &given, is_awaited) {
                return false;
            }
            let Some(foreign) = foreign(resolver, &path, at as u32, call) else { return false };
            // What is called on the object itself was looked for in the file, by name.
            let is_guessed = call.root == Root::Own || call.traits.has(CallTraits::BARE_METHOD);
            let mut guesses = summary.units().iter().filter(|unit| {
                is_guessed && !unit.container.is_empty() && *unit.name == *foreign.name
            });
            is_odd(call, &given, &foreign.signature, foreign.is_method)
                || guesses.any(|it| {
                    it.signature.as_ref().is_some_and(|it| is_odd(call, &given, it, true))
                })
        })
    })
}

/// Whether a call may be wrong, by how its function is called.
fn is_odd(call: &Call, given: &Given<'_>, signature: &Signature, is_method: bool) -> bool {
    let is_off = || given.is_too_much(signature) || given.is_too_little(signature);
    (signature.is_async && !call.traits.has(CallTraits::AWAITED))
        || (!is_method && is_off())
        || given.crosses(signature)
}

/// Whether files of two languages may call each other.
pub(super) fn are_related(one: Language, other: Language) -> bool {
    one.spec().imports == other.spec().imports
}
