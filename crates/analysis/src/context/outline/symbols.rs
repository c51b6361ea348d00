//! The symbols of one unit: what it defines that a person may look for, with their places.
//!
//! They are kept with the unit's outline, in the unit's own positions, so that an edit costs the
//! symbols of one unit. [`Summary::symbols`](crate::context::Summary::symbols) puts those of a file
//! together.

use super::symbol_walk::Walk;
use crate::facts::Bindings;
use crate::ir::Tree;
use crate::languages::Language;
use crate::text::Span;

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum SymbolKind {
    Class,
    Struct,
    /// An interface or trait.
    Interface,
    Enum,
    /// Another name for a type.
    TypeAlias,
    /// Methods that stand apart from their type: Rust's `impl`.
    Implementation,
    Namespace,
    Function,
    Method,
    Constructor,
    /// A method that is used like a field.
    Property,
    Field,
    EnumMember,
    Constant,
    Variable,
    /// An object that holds functions.
    Object,
    Macro,
}

/// A symbol of a unit; places are relative to the unit's text.
#[derive(Clone, Copy, Debug)]
pub struct UnitSymbol {
    /// Where it stands, wholly.
    pub span: Span,
    /// Where its name starts.
    pub name_at: u32,
    /// Where the name starts among the names of all.
    pub(super) name: u32,
    /// The function unit that it is, or that it ends with, counted from 0; only the module's
    /// symbols have one.
    pub(super) stub: u32,
    /// Which letters the name has, for a look at it without it.
    pub letters: LetterSet,
    /// How long the name is.
    pub(super) length: u16,
    /// How long the name is in the text.
    pub name_length: u16,
    /// How deep it stands in others: those before it with a lesser level hold it.
    pub level: u16,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether it is that unit, rather than something that ends with it.
    pub(super) is_stub: bool,
}

impl UnitSymbol {
    /// The function unit that the symbol is, counted from 0.
    pub fn unit(&self) -> Option<usize> {
        (self.is_stub && self.stub != NO_STUB).then_some(self.stub as usize)
    }

    /// Whether it has a name of its own, rather than that of its unit or none.
    pub fn has_name(&self) -> bool {
        self.length > 0
    }

    /// The name among the names of all.
    pub(super) fn name_in<'a>(&self, names: &'a str) -> &'a str {
        Span::new(self.name, self.name + u32::from(self.length)).of(names)
    }

    /// The function unit at whose end it ends, counted from 0.
    pub fn last_unit(&self) -> Option<usize> {
        (self.stub != NO_STUB).then_some(self.stub as usize)
    }
}

/// Which letters a text has: a bit for each of the alphabet, whatever its case, one for digits, one
/// for all else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetterSet(u32);

impl LetterSet {
    /// The letters of a text.
    pub fn of(text: &str) -> Self {
        let bit = |letter: u8| match letter.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => letter - b'a',
            b'0'..=b'9' => 26,
            _ => 27,
        };
        Self(text.bytes().fold(0, |set, letter| set | 1 << bit(letter)))
    }

    /// Whether all of `others` are among them.
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

/// No unit.
pub(super) const NO_STUB: u32 = u32::MAX;

/// The symbols of a unit in the order of the text. A function's first one is the function itself.
#[derive(Clone, Debug, Default)]
pub struct UnitSymbols {
    entries: Box<[UnitSymbol]>,
    names: Box<str>,
}

impl UnitSymbols {
    /// Finds the symbols of a unit.
    pub(super) fn of_unit(tree: &Tree, bindings: &Bindings, language: Language) -> Self {
        let (entries, names) = Walk::new(tree, bindings, language).run();
        Self { entries: entries.into(), names: names.into() }
    }

    /// The symbols.
    pub fn entries(&self) -> &[UnitSymbol] {
        &self.entries
    }

    /// A symbol's name; empty for a function without one, and for one that its own unit names.
    pub fn name(&self, symbol: &UnitSymbol) -> &str {
        symbol.name_in(&self.names)
    }

    /// Bytes they occupy.
    pub fn weight(&self) -> usize {
        self.entries.len() * size_of::<UnitSymbol>() + self.names.len()
    }
}
