//! Rewrites: the small changes of a unit among which the network looks for a repair.

use analysis::ir::{Symbol, Tree};
use analysis::text::Span;

/// What kind of slip a rewrite repairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum RewriteKind {
    /// Another variable is read.
    Variable,
    /// Another comparison.
    Comparison,
    /// Another short-circuit operator.
    Logical,
    /// Another arithmetic operator.
    Arithmetic,
    /// Another assignment operator.
    Assignment,
    /// Another bitwise operator.
    Bitwise,
    /// Another number.
    Number,
    /// The other truth value.
    Boolean,
    /// Two arguments change places.
    Swap,
    /// A condition is negated.
    Negate,
    /// A negation is taken away.
    DropNegation,
    /// One more or one less.
    AddOffset,
    /// A `+ 1` or `- 1` is taken away.
    DropOffset,
    /// A call is waited for.
    Await,
    /// Another attribute is read.
    Attribute,
    /// Another method is called.
    Method,
    /// Another function is called.
    Function,
}

impl RewriteKind {
    /// All kinds, by number.
    pub const ALL: [Self; 17] = [
        Self::Variable,
        Self::Comparison,
        Self::Logical,
        Self::Arithmetic,
        Self::Assignment,
        Self::Bitwise,
        Self::Number,
        Self::Boolean,
        Self::Swap,
        Self::Negate,
        Self::DropNegation,
        Self::AddOffset,
        Self::DropOffset,
        Self::Await,
        Self::Attribute,
        Self::Method,
        Self::Function,
    ];

    /// Its name, in tables and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Comparison => "comparison",
            Self::Logical => "logical",
            Self::Arithmetic => "arithmetic",
            Self::Assignment => "assignment",
            Self::Bitwise => "bitwise",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Swap => "swap",
            Self::Negate => "negate",
            Self::DropNegation => "drop-negation",
            Self::AddOffset => "add-offset",
            Self::DropOffset => "drop-offset",
            Self::Await => "await",
            Self::Attribute => "attribute",
            Self::Method => "method",
            Self::Function => "function",
        }
    }
}

/// A text that a rewrite puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A fixed text.
    Text(&'static str),
    /// A name of the unit.
    Symbol(Symbol),
    /// A number.
    Number(u32),
}

/// What a rewrite changes in the unit's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The text of a span becomes another; an empty span inserts.
    Replace(Span, Piece),
    /// The texts of two spans change places; the first stands before the second.
    Swap(Span, Span),
}

impl Edit {
    /// The first byte it changes.
    pub fn start(self) -> u32 {
        match self {
            Self::Replace(span, _) | Self::Swap(span, _) => span.start,
        }
    }

    /// The unit's text after the change.
    pub fn apply(self, tree: &Tree) -> String {
        let text = tree.source();
        let length = text.len() as u32;
        match self {
            Self::Replace(span, piece) => {
                let mut changed = String::with_capacity(text.len() + 16);
                changed.push_str(Span::new(0, span.start).of(text));
                match piece {
                    Piece::Text(piece) => changed.push_str(piece),
                    Piece::Symbol(symbol) => changed.push_str(tree.symbol_text(symbol)),
                    Piece::Number(number) => changed.push_str(&number.to_string()),
                }
                changed.push_str(Span::new(span.end, length).of(text));
                changed
            }
            Self::Swap(first, second) => [
                Span::new(0, first.start),
                second,
                Span::new(first.end, second.start),
                first,
                Span::new(second.end, length),
            ]
            .map(|span| span.of(text))
            .concat(),
        }
    }
}

/// What of a candidate the network sees beside its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Nothing: the kind says it all.
    None,
    /// A variable, by its symbol slot.
    Slot(u16),
    /// A text.
    Piece(Piece),
    /// Two positions that change places.
    Positions(u32, u32),
}

/// One possible repair.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// What the network sees of it.
    pub payload: Payload,
    /// What it does to the text.
    pub edit: Edit,
}

/// The candidates of one kind at one position.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What they repair.
    pub kind: RewriteKind,
    /// The position they stand at.
    pub position: u32,
    /// Where its candidates start in the list of all.
    pub start: u32,
    /// One past its last candidate.
    pub end: u32,
}
