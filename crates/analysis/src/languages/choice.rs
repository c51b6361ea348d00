//! What a row of the [lowering table](super::lowering_table) that decides by looking at the node
//! sees, and what it may answer.

use std::ops::Range;

use tree_sitter::Node as SyntaxNode;

use super::lowering_table::Shape;
use crate::ir::{Access, Flags, Kind, Operator, Role};

/// What a [`Shape::Choose`] function sees.
#[derive(Debug)]
pub struct Visit<'a> {
    /// The syntax node.
    pub node: SyntaxNode<'a>,
    /// The syntax node around it; a look that costs nothing, unlike asking the node for its parent.
    pub around: Option<SyntaxNode<'a>>,
    /// The whole file.
    pub source: &'a str,
    /// The role it would get.
    pub role: Role,
    /// The kind of the IR node it would hang under.
    pub parent: Kind,
    /// The flags of that node.
    pub parent_flags: Flags,
    /// How a name in its place would touch its variable.
    pub access: Access,
}

impl<'a> Visit<'a> {
    /// The source text of a syntax node.
    pub fn text(&self, node: SyntaxNode<'_>) -> &'a str {
        self.source.get(node.byte_range()).unwrap_or("")
    }

    /// The child under a field.
    pub fn field(&self, name: &str) -> Option<SyntaxNode<'a>> {
        self.node.child_by_field_name(name)
    }

    /// Whether one of the node's tokens is `token`. Looks at direct children only.
    pub fn has_token(&self, token: &str) -> bool {
        let mut cursor = self.node.walk();
        self.node.children(&mut cursor).any(|child| !child.is_named() && child.kind() == token)
    }

    /// Whether the node has a named child of this kind.
    pub fn has_child(&self, kind: &str) -> bool {
        let mut cursor = self.node.walk();
        self.node.named_children(&mut cursor).any(|child| child.kind() == kind)
    }
}

/// What a [`Shape::Choose`] function decides.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The shape; a further `Choose` counts as `Through`.
    pub shape: Shape,
    /// Flags to set besides the row's.
    pub flags: Flags,
    /// Its operator.
    pub operator: Operator,
    /// Its role, where it is not what the parent's row says.
    pub role: Option<Role>,
    /// How `Target` children touch variables, where it is not what the row says.
    pub target_access: Option<Access>,
    /// How it touches variables itself, where that is not what its place says.
    pub access: Option<Access>,
    /// Its symbol, where it is not its text: an import's path.
    pub symbol: Option<String>,
    /// The kind of a node to put around it, which takes its role, flags, target access and symbol;
    /// it becomes that node's `Target`.
    pub wrapper: Option<Kind>,
    /// A node around its first children, where the grammar leaves flat what the IR nests.
    pub part: Option<Part>,
    /// For a leaf: names in its text that the grammar does not show as nodes.
    pub names: Vec<TextName>,
}

/// A node around the first children of another: a method call's callee, which the syntax spreads
/// over the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its kind.
    pub kind: Kind,
    /// Its part in the node.
    pub role: Role,
    /// Where it stands in the file; children that start behind it are outside.
    pub range: Range<usize>,
}

/// A name inside the text of a leaf: what a format string mentions, or an import binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextName {
    /// Its part in the leaf.
    pub role: Role,
    /// Where it stands in the file.
    pub range: Range<usize>,
    /// Its name, where that is not its text.
    pub symbol: Option<String>,
}

impl Choice {
    /// Just a shape.
    pub fn of(shape: Shape) -> Self {
        Self {
            shape,
            flags: Flags::NONE,
            operator: Operator::None,
            role: None,
            target_access: None,
            access: None,
            symbol: None,
            wrapper: None,
            part: None,
            names: Vec::new(),
        }
    }

    /// An IR node of this kind.
    pub fn node(kind: Kind) -> Self {
        Self::of(Shape::Node(kind))
    }

    /// A leaf of this kind.
    pub fn leaf(kind: Kind) -> Self {
        Self::of(Shape::Leaf(kind))
    }

    /// With these flags.
    #[must_use]
    pub fn flags(mut self, flags: Flags) -> Self {
        self.flags.set(flags);
        self
    }

    /// With these flags if `condition`.
    #[must_use]
    pub fn flags_if(self, condition: bool, flags: Flags) -> Self {
        if condition { self.flags(flags) } else { self }
    }

    /// With this operator.
    #[must_use]
    pub fn operator(mut self, operator: Operator) -> Self {
        self.operator = operator;
        self
    }

    /// With this role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    /// With `Target` children that touch variables so.
    #[must_use]
    pub fn target(mut self, access: Access) -> Self {
        self.target_access = Some(access);
        self
    }

    /// Inside a node of this kind, of which it is the target.
    #[must_use]
    pub fn inside(mut self, kind: Kind) -> Self {
        self.wrapper = Some(kind);
        self
    }

    /// With a node around its first children.
    #[must_use]
    pub fn part(mut self, kind: Kind, role: Role, range: Range<usize>) -> Self {
        self.part = Some(Part { kind, role, range });
        self
    }

    /// Touching variables so, itself.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = Some(access);
        self
    }

    /// With these names as the leaf's children.
    #[must_use]
    pub fn names(mut self, names: Vec<TextName>) -> Self {
        self.names = names;
        self
    }

    /// With this symbol.
    #[must_use]
    pub fn symbol(mut self, symbol: impl Into<String>) -> Self {
        self.symbol = Some(symbol.into());
        self
    }
}
