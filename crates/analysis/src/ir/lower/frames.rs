//! What lowering keeps of the nodes that are still open, in the syntax and in the IR, and what these
//! hand on to their children.

use tree_sitter::Node as SyntaxNode;

use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role};
use crate::languages::{Choice, Part, RowView, Shape, TextName};

/// What is known of the syntax node whose children are being visited.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) row: Option<&'static RowView>,
    /// The syntax node itself.
    pub(super) around: Option<SyntaxNode<'a>>,
    /// A node around the first children: where it ends in the file, and how many nodes stay open.
    pub(super) part: Option<(usize, usize)>,
    /// The role that children get which the row gives none.
    pub(super) inherited: Role,
    /// Flags for the children of a node that vanished.
    pub(super) passed: Flags,
    /// Named children seen so far.
    pub(super) named: usize,
    /// How many IR nodes stay open when the syntax node ends.
    pub(super) keep_open: usize,
}

impl Frame<'_> {
    pub(super) fn under_root() -> Self {
        Self {
            row: None,
            around: None,
            part: None,
            inherited: Role::Child,
            passed: Flags::NONE,
            named: 0,
            keep_open: 0,
        }
    }
}

/// An IR node that is still open.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) id: NodeId,
    pub(super) kind: Kind,
    pub(super) access: Access,
    pub(super) target_access: Access,
}

/// What a new IR node gets besides its kind, role and span.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) operator: Operator,
    pub(super) flags: Flags,
    pub(super) target_access: Access,
    pub(super) access: Option<Access>,
    pub(super) symbol: Option<String>,
    /// The kind of a node to put around it.
    pub(super) wrapper: Option<Kind>,
    /// A node around the first children.
    pub(super) part: Option<Part>,
    pub(super) names: Vec<TextName>,
}

impl Entry {
    pub(super) const DEFAULT: Self = Self {
        operator: Operator::None,
        flags: Flags::NONE,
        target_access: Access::Write,
        access: None,
        symbol: None,
        wrapper: None,
        part: None,
        names: Vec::new(),
    };
}

pub(super) fn apply(choice: Choice, entry: &mut Entry, role: Role) -> (Shape, Role) {
    entry.flags.set(choice.flags);
    if choice.operator != Operator::None {
        entry.operator = choice.operator;
    }
    if let Some(access) = choice.target_access {
        entry.target_access = access;
    }
    entry.access = choice.access;
    entry.symbol = choice.symbol;
    entry.wrapper = choice.wrapper;
    entry.part = choice.part;
    entry.names = choice.names;
    (choice.shape, choice.role.unwrap_or(role))
}
