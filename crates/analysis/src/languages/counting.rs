//! Where languages differ in what counts as a decision, as data.

/// What counts as a decision, and as a function of its own, where languages differ.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent trait of a language")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counting {
    /// A function without a name is a function of its own: it has statements, as the others do.
    pub lambdas_are_functions: bool,
    /// The default value of a parameter or pattern is a decision: whether it is evaluated is found
    /// out when the function runs.
    pub defaults_decide: bool,
    /// A loop without a condition is written with the word of those that have one.
    pub endless_loops_decide: bool,
    /// A `match` takes one of its arms for every value, so that the last is what is left.
    pub last_case_is_left: bool,
    /// What comes before compiling may leave statements out: C's `#if`.
    pub is_preprocessed: bool,
}

impl Counting {
    /// For a language of which none of it holds.
    pub const PLAIN: Self = Self {
        lambdas_are_functions: false,
        defaults_decide: false,
        endless_loops_decide: false,
        last_case_is_left: false,
        is_preprocessed: false,
    };
}
