//! Flags: facts about a node that its kind does not tell.

use std::ops::{BitAnd, BitOr};

/// Facts about a node that its kind does not tell, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u32);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// The parser met an error inside the node.
    pub const DAMAGED: Self = Self(1);
    /// `async`.
    pub const ASYNC: Self = Self(1 << 1);
    /// Hands out values with `yield`.
    pub const GENERATOR: Self = Self(1 << 2);
    /// A function that belongs to a class.
    pub const METHOD: Self = Self(1 << 3);
    /// A function of a module unit, whose inside is a unit of its own.
    pub const STUB: Self = Self(1 << 4);
    /// A call that constructs: `new`.
    pub const CONSTRUCT: Self = Self(1 << 5);
    /// A loop that tests after its body.
    pub const POST_CONDITION: Self = Self(1 << 6);
    /// Its names belong to the whole function, not the block: JavaScript's `var`.
    pub const FUNCTION_SCOPED: Self = Self(1 << 7);
    /// A binding that cannot be assigned again.
    pub const CONSTANT: Self = Self(1 << 8);
    /// A case or branch for all the rest.
    pub const DEFAULT: Self = Self(1 << 9);
    /// A block whose last expression is its value, or a row of expressions of which that holds:
    /// JavaScript's `a, b`, unlike a tuple.
    pub const HAS_VALUE: Self = Self(1 << 10);
    /// A parameter or argument that is a rest (`*args`, `...rest`), or keyword rest.
    pub const REST: Self = Self(1 << 11);
    /// Access or call that stops on a missing value: `?.`. An assertion that runs only where it is
    /// asked for: Java's.
    pub const OPTIONAL: Self = Self(1 << 12);
    /// An expression that stood in parentheses.
    pub const PARENTHESIZED: Self = Self(1 << 13);
    /// A loop over keys or indices rather than elements: JavaScript's `for … in`.
    pub const OVER_KEYS: Self = Self(1 << 14);
    /// A comprehension evaluated on demand, or a literal with a prefix that changes its type.
    pub const LAZY: Self = Self(1 << 15);

    /// Flags that a node which vanishes hands to the nodes that take its place.
    pub const PASSED_ON: Self = Self(
        Self::PARENTHESIZED.0
            | Self::FUNCTION_SCOPED.0
            | Self::CONSTANT.0
            | Self::STATIC.0
            | Self::CONDITIONAL.0,
    );

    /// A switch that `break` leaves: C's, unlike pattern matching.
    pub const BREAKABLE: Self = Self(1 << 16);

    /// A switch whose cases run into the next one unless they jump: C's, Java's and JavaScript's.
    pub const FALLS_THROUGH: Self = Self(1 << 17);
    /// `static`: belongs to the class rather than its objects, or outlives the call.
    pub const STATIC: Self = Self(1 << 18);
    /// The build may leave it out: a statement between C's `#if` and `#endif`.
    pub const CONDITIONAL: Self = Self(1 << 24);

    /// A scope whose end may swallow an exception: Python's `with`.
    pub const SWALLOWS: Self = Self(1 << 19);
    /// A switch with a case for every value: Rust's `match`.
    pub const EXHAUSTIVE: Self = Self(1 << 20);

    /// A stub of a function with neither parameters nor anything in its body.
    pub const IDLE: Self = Self(1 << 19);

    /// A stub of a function whose head says more than its name: a decorator, `static`, `get`, `set`.
    pub const MARKED: Self = Self(1 << 20);

    /// Whether all of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets all of `other`.
    pub fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The flags that change what the code means: not its parentheses, not its damage.
    #[must_use]
    pub fn telling(self) -> Self {
        Self(self.0 & !(Self::PARENTHESIZED.0 | Self::DAMAGED.0))
    }

    /// The set as a number, for hashing.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Both sets together, in constants.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Flags {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
