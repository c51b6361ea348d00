//! Where a function's name stands, for grammars that wrap it in declarators rather than give it a
//! field: a row of the [lowering table](super::lowering_table) tells how to find it.

use tree_sitter::Node as SyntaxNode;

/// Finds the name of a function in its syntax.
pub type FindName = for<'a> fn(SyntaxNode<'a>) -> Option<FunctionName<'a>>;

/// The name of a function that stands deeper than a field of it.
#[derive(Clone, Copy, Debug)]
pub struct FunctionName<'a> {
    /// The name itself.
    pub name: SyntaxNode<'a>,
    /// Where the name's path of classes starts, if it has one: `a::B::` in `a::B::f`.
    pub path_start: Option<usize>,
}
