//! Outlines: what one unit says to the workspace, in a form that outlives its tree.
//!
//! An outline is made when a unit is lowered and kept with it, so that an edit costs the outline of
//! one unit. A file's outlines make its [`Summary`](super::Summary). Nothing in it depends on other
//! files: calls and imports stand as they are written, and the index finds out what they mean.

mod bound;
mod callee;
mod imports;
mod spelling;
mod symbol_kinds;
mod symbol_walk;
mod symbols;

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::sketch::Sketch;
use crate::facts::arguments::Given;
use crate::facts::{Bindings, Facts};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::languages::Language;
use crate::text::Span;

pub use bound::{Bound, Meaning};
pub use imports::{Export, Exported, Import};
pub use symbols::{LetterSet, SymbolKind, UnitSymbol, UnitSymbols};

/// Where the path of a name, as it is written, starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// At a name that the module binds, or that comes from its surroundings.
    Free,
    /// At an import of the unit, by its position in [`Outline::imports`].
    Import(u16),
    /// At the object or class around it: `self`, `this`, `cls`, `Self`.
    Own,
    /// At the classes it inherits from: `super`.
    Base,
    /// At something that nothing is known of.
    Unknown,
}

/// A name as it is written: where it starts, and the dotted rest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    /// Where it starts.
    pub root: Root,
    /// The rest, with dots between its parts.
    pub path: Box<str>,
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Its node in the unit's tree.
    pub node: NodeId,
    /// Where it stands in the unit's text.
    pub span: Span,
    /// Where the path of what it calls starts.
    pub root: Root,
    /// The path, as a part of the outline's text.
    path: Span,
    /// What it is like.
    pub traits: CallTraits,
    /// Whether one of its arguments stands for several.
    is_open: bool,
    /// Where the name of what it calls starts, counted from the call's start, and how long it is.
    name_at: u16,
    name_length: u16,
    placed: u16,
    named: u16,
    /// The numbers of its arguments' names, as a part of the outline's.
    numbers: Span,
}

/// What a call is like, beside what it calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallTraits(u8);

impl CallTraits {
    /// All of the path but its last part is the class of an object whose method is called.
    pub const ON_OBJECT: Self = Self(1);
    /// It makes an object: `new`.
    pub const CONSTRUCTS: Self = Self(2);
    /// Its callee is a bare name, which may mean a method of the class around.
    pub const BARE: Self = Self(4);
    /// Its callee is a bare name that can mean a method only: Java's.
    pub const BARE_METHOD: Self = Self(8);

    /// What it gives is awaited.
    pub const AWAITED: Self = Self(16);

    /// Whether all of `other` hold.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn set(&mut self, other: Self, holds: bool) {
        if holds {
            self.0 |= other.0;
        }
    }
}

/// A class, with what it inherits from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassOutline {
    /// Its name, after those of the classes around it, with dots between.
    pub name: Box<str>,
    /// What it inherits from.
    pub bases: Box<[Written]>,
}

#[allow(clippy::struct_excessive_bools, reason = "each is an independent trait of a function")]
/// How a function is declared, as far as its signature does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Manner {
    /// It lists its object or class among its parameters.
    pub lists_receiver: bool,
    /// A decorator makes something else of it, nobody knows what.
    pub is_decorated: bool,
    /// It belongs to the class rather than to its objects.
    pub is_static: bool,
    /// It only declares one of several ways to call the function of its name: Python's `@overload`.
    pub is_overload: bool,
    /// Only its own file sees it: C's `static`.
    pub is_private: bool,
}

/// What one unit says to the workspace.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// What it imports, in the order of the text.
    pub imports: Box<[Import]>,
    /// What it hands on under a name of its own; only the module's has any.
    pub exports: Box<[Export]>,
    /// The classes it defines; only the module's has any.
    pub classes: Box<[ClassOutline]>,
    /// The names it binds for the whole module, in order; only the module's has any.
    pub bound: Box<[Bound]>,
    /// The package it says it belongs to, where the language has files say so.
    pub package: Option<Box<str>>,
    /// How the function is declared.
    pub manner: Manner,
    /// Its calls, in the order of the text, but for those of which nothing can be known.
    pub calls: Box<[Call]>,
    /// How many calls that leaves out.
    pub unknown: u32,
    /// What its function looks like, if it is one that is not small.
    pub sketch: Option<Box<Sketch>>,
    /// What it defines that a person may look for.
    pub symbols: UnitSymbols,
    /// The paths of what it calls, each once: one text, since many small ones would leave holes
    /// among all that is freed around them.
    text: Box<str>,
    /// Numbers of arguments' names.
    numbers: Box<[u32]>,
}

impl Call {
    /// Where it names what it calls, in the unit's text; the whole call where that is far inside.
    pub fn name_span(&self) -> Span {
        if self.name_length == 0 {
            return self.span;
        }
        let start = self.span.start + u32::from(self.name_at);
        Span::new(start, start + u32::from(self.name_length))
    }
}

impl Outline {
    /// Makes the outline of a unit.
    pub fn of_unit(tree: &Tree, facts: &Facts, language: Language) -> Self {
        let is_module = tree.kind(NodeId::ROOT) == Kind::Module;
        let reader = Reader::new(tree, &facts.bindings, language, is_module);
        let symbols = UnitSymbols::of_unit(tree, &facts.bindings, language);
        let mut outline = Self { symbols, ..Self::default() };
        if is_module {
            outline.exports = reader.exports();
            outline.classes = reader.classes();
            outline.bound = reader.bound();
            outline.package = reader.package();
        } else {
            outline.manner = manner(tree);
            outline.sketch = Sketch::of_unit(tree);
        }
        let mut pool = Pool::default();
        let mut numbers: Vec<u32> = Vec::new();
        let calls = tree.ids().filter(|id| tree.kind(*id) == Kind::Call);
        let calls = calls.filter_map(|id| {
            let found = reader.callee(id).filter(|(written, _)| written.root != Root::Unknown);
            let Some((written, traits)) = found else {
                outline.unknown += 1;
                return None;
            };
            let given = Given::of_call(tree, id);
            let (name_at, name_length) = reader.place_of_name(id);
            let from = numbers.len() as u32;
            numbers.extend_from_slice(&given.names);
            Some(Call {
                node: id,
                span: tree.span(id),
                root: written.root,
                path: pool.intern(&written.path),
                traits,
                is_open: given.is_open,
                name_at,
                name_length,
                placed: given.placed,
                named: given.named,
                numbers: Span::new(from, numbers.len() as u32),
            })
        });
        outline.calls = calls.collect();
        outline.text = pool.text.into();
        outline.numbers = numbers.into();
        outline.imports = reader.imports.into_iter().map(|(_, import)| import).collect();
        outline
    }

    /// The path of what a call calls, after its root.
    pub fn path(&self, call: &Call) -> &str {
        call.path.of(&self.text)
    }

    /// What a call gives.
    pub fn given(&self, call: &Call) -> Given<'_> {
        let (from, to) = (call.numbers.start as usize, call.numbers.end as usize);
        let names = Cow::Borrowed(self.numbers.get(from..to).unwrap_or(&[]));
        Given { placed: call.placed, named: call.named, is_open: call.is_open, names }
    }

    /// Bytes it occupies, roughly.
    pub fn weight(&self) -> usize {
        size_of::<Self>()
            + self.text.len()
            + self.symbols.weight()
            + self.numbers.len() * 4
            + self.sketch.as_ref().map_or(0, |_| size_of::<Sketch>())
            + self.calls.len() * size_of::<Call>()
            + (self.imports.len() + self.exports.len()) * 96
            + (self.classes.len() + self.bound.len()) * 64
    }
}

/// Texts, each once.
#[derive(Debug, Default)]
struct Pool {
    text: String,
    known: HashTable<Span>,
}

impl Pool {
    fn intern(&mut self, name: &str) -> Span {
        let Self { text, known } = self;
        let hash = |name: &str| FxBuildHasher.hash_one(name);
        if let Some(span) = known.find(hash(name), |span| span.of(text) == name) {
            return *span;
        }
        let from = text.len() as u32;
        text.push_str(name);
        let span = Span::new(from, text.len() as u32);
        known.insert_unique(hash(name), span, |span| hash(span.of(text)));
        span
    }
}

/// Reads the outline out of a unit's tree.
#[derive(Debug)]
struct Reader<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    language: Language,
    is_module: bool,
    /// Each import, by its node.
    imports: Vec<(NodeId, Import)>,
}

impl<'a> Reader<'a> {
    fn new(tree: &'a Tree, bindings: &'a Bindings, language: Language, is_module: bool) -> Self {
        let mut reader = Self { tree, bindings, language, is_module, imports: Vec::new() };
        reader.imports = reader.find_imports();
        reader
    }

    /// The import whose node this is.
    fn import_at(&self, node: NodeId) -> Option<u16> {
        let at = self.imports.binary_search_by_key(&node, |(at, _)| *at).ok()?;
        u16::try_from(at).ok()
    }

    /// The first node of a kind among children that play a role.
    fn child_of(&self, id: NodeId, role: Role, kind: Kind) -> Option<NodeId> {
        self.tree.children_with(id, role).find(|it| self.tree.kind(*it) == kind)
    }
}

/// How the function of a unit is declared.
fn manner(tree: &Tree) -> Manner {
    let Some(function) = tree.ids().find(|id| tree.kind(*id).is_function()) else {
        return Manner::default();
    };
    let first = tree.child(function, Role::Parameter).map_or("", |it| tree.text(it));
    let is_receiver = |word: &str| matches!(word, "self" | "cls");
    let mut words = first.split(|it: char| !it.is_alphanumeric() && it != '_');
    let lists_receiver = tree.flags(function).has(Flags::METHOD)
        && words.find(|it| !it.is_empty() && *it != "mut").is_some_and(is_receiver);
    let decorators = || tree.ids().filter(|id| tree.kind(*id) == Kind::Decorator);
    let names = || decorators().filter(|id| *id < function).map(|id| tree.text(id));
    let is_static = |text: &str| matches!(text.trim(), "@staticmethod" | "@classmethod");
    let is_plain = |text: &str| {
        is_static(text)
            || matches!(text.trim(), "@abstractmethod" | "@abc.abstractmethod" | "@override")
    };
    let is_overload =
        |text: &str| matches!(text.trim(), "@overload" | "@typing.overload" | "@t.overload");
    let head = tree.text(function);
    Manner {
        lists_receiver,
        is_decorated: tree.kind(NodeId::ROOT) == Kind::Decorated && !names().all(is_plain),
        is_static: names().any(is_static) || tree.flags(function).has(Flags::STATIC),
        is_overload: names().any(is_overload),
        is_private: head.starts_with("static ") || head.starts_with("static\n"),
    }
}
