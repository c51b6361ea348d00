//! Lowering: one pass of a cursor over a unit's syntax makes its IR tree.
//!
//! The pass is driven by the language's [`LoweringTable`] and keeps its own stack, so the depth of
//! the syntax does not matter.

mod frames;
mod roles;

use std::sync::Arc;

use tree_sitter::{Node as SyntaxNode, TreeCursor};

use self::frames::{Entry, Frame, Open, apply};
use self::roles::{access_in, is_hidden, role_of};
use super::units::{Unit, is_idle, is_marked};
use super::{Access, Flags, Kind, Node, NodeId, Operator, Role, Symbol, Tree};
use crate::languages::{Language, LoweringTable, Part, RowView, Shape, TextName, UnitPart, Visit};
use crate::text::Span;

/// A lowered unit: its IR and the comments beside it.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The IR.
    pub tree: Tree,
    /// Comments, relative to the unit's text, in order.
    pub comments: Arc<[Span]>,
}

/// The kind number tree-sitter gives to text it could not parse.
const ERROR_KIND: u16 = u16::MAX;

/// Lowers one unit; `start` is the syntax node that [`units`](super::units::units) gave with it.
pub fn lower(start: SyntaxNode<'_>, source: &str, language: Language, unit: &Unit) -> Lowered {
    let mut lowering = Lowering {
        source,
        table: language.lowering(),
        unit,
        tree: Tree::new(unit.text(source)),
        comments: Vec::new(),
        open: Vec::new(),
        stubs: 0,
        damaged: start.has_error(),
    };
    if unit.is_module {
        // The root covers the whole text, also the blank and the comments around the first and
        // last statement, and exists even when the text is empty.
        lowering.push(
            Kind::Module,
            Role::Child,
            Span::new(0, source.len() as u32),
            &Entry::DEFAULT,
        );
        lowering.walk(start.walk(), Frame::under_root());
    } else {
        lowering.walk(start.walk(), Frame::under_root());
        if lowering.tree.is_empty() {
            lowering.push(Kind::Error, Role::Child, unit.span, &Entry::DEFAULT);
        }
    }
    lowering.close_to(0);
    let (mut tree, comments) = (lowering.tree, Arc::from(lowering.comments));
    tree.set_comments(Arc::clone(&comments));
    Lowered { tree, comments }
}

struct Lowering<'a> {
    source: &'a str,
    table: &'static LoweringTable,
    unit: &'a Unit,
    tree: Tree,
    comments: Vec<Span>,
    open: Vec<Open>,
    stubs: usize,
    damaged: bool,
}

impl<'a> Lowering<'a> {
    fn walk(&mut self, mut cursor: TreeCursor<'a>, top: Frame<'a>) {
        let mut frames: Vec<Frame<'a>> = vec![Frame { keep_open: self.open.len(), ..top }];
        loop {
            let Some(frame) = frames.last_mut() else { return };
            if let Some(inner) = self.visit(&cursor, frame) {
                if cursor.goto_first_child() {
                    frames.push(inner);
                    continue;
                }
                self.close_to(inner.keep_open);
            }
            loop {
                // The cursor cannot leave the node it started from.
                if frames.len() > 1 && cursor.goto_next_sibling() {
                    break;
                }
                let Some(done) = frames.pop() else { return };
                self.close_to(done.keep_open);
                if frames.is_empty() || !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Turns one syntax node into IR. Returns the frame for its children if they are to be visited.
    fn visit(&mut self, cursor: &TreeCursor<'a>, frame: &mut Frame<'a>) -> Option<Frame<'a>> {
        let node = cursor.node();
        if let Some((end, keep_open)) = frame.part
            && node.start_byte() >= end
        {
            self.close_to(keep_open);
            frame.part = None;
        }
        let kind = node.kind_id();
        let view = self.table.row(kind);
        if kind != ERROR_KIND && !self.table.is_named(kind) {
            self.token(node, view, frame);
            return None;
        }
        if let Some(RowView { row, .. }) = view
            && matches!(row.shape, Shape::Comment)
        {
            let mut span = self.span(node);
            // Some grammars take the line's end, or the first half of it, for a part of the comment.
            let text = self.source.get(node.byte_range()).unwrap_or("");
            span.end -= (text.len() - text.trim_end_matches(['\r', '\n']).len()) as u32;
            self.comments.push(span);
            return None;
        }
        if is_hidden(cursor, frame) {
            return None;
        }
        let role = role_of(cursor, frame);
        frame.named += 1;
        if self.unit.is_module && self.stub(node, role) {
            return None;
        }
        let mut entry = Entry::DEFAULT;
        let (mut shape, mut role) = (Shape::Node(Kind::Other), role);
        if let Some(RowView { row, .. }) = view {
            entry.flags = row.flags;
            entry.operator = row.operator;
            entry.target_access = row.target_access;
            shape = row.shape;
            let above = self.open.last();
            let parent = above.map_or(Kind::Module, |open| open.kind);
            let access = above.map_or(Access::Read, |open| access_in(*open, role));
            let parent_flags = above.map_or(Flags::NONE, |open| self.tree.flags(open.id));
            let (source, around) = (self.source, frame.around);
            let visit = Visit { node, around, source, role, parent, parent_flags, access };
            if let Some(flags_of) = row.flags_of {
                entry.flags.set(flags_of(&visit));
            }
            if let Shape::Choose(choose) = shape {
                (shape, role) = apply(choose(&visit), &mut entry, role);
            }
        } else if kind == ERROR_KIND {
            shape = Shape::Node(Kind::Error);
        }
        if let Shape::Section(kind) = shape {
            let before = self.open.iter().rposition(|it| it.kind != kind);
            self.close_to(before.map_or(1, |at| at + 1));
        }
        entry.flags.set(frame.passed);
        self.shape(node, view, shape, role, entry)
    }

    fn shape(
        &mut self,
        node: SyntaxNode<'a>,
        view: Option<&'static RowView>,
        shape: Shape,
        role: Role,
        mut entry: Entry,
    ) -> Option<Frame<'a>> {
        let keep_open = self.open.len();
        let mut inner = Frame { row: view, around: Some(node), keep_open, ..Frame::under_root() };
        if self.damaged && node.has_error() {
            entry.flags.set(Flags::DAMAGED);
        }
        let span = self.span(node);
        let role = self.wrap(&mut entry, role, span);
        let role = self.wrap_parameter(shape, role, span);
        match shape {
            Shape::Node(kind) | Shape::Function(kind) => {
                // The module's root is already open.
                if keep_open == 1 && kind == Kind::Module {
                    return Some(inner);
                }
                self.push(kind, role, span, &entry);
                // What is in a tuple or call and nothing else is a part or argument.
                inner.inherited = match kind {
                    Kind::Tuple => Role::Element,
                    Kind::Call => Role::Argument,
                    _ => Role::Child,
                };
                if let Some(Part { kind, role, range }) = entry.part {
                    inner.part = Some((range.end, self.open.len()));
                    let (start, end) = (range.start as u32, range.end as u32);
                    let span = Span::new(self.unit.to_unit(start), self.unit.to_unit(end));
                    self.push(kind, role, span, &Entry::DEFAULT);
                }
                Some(inner)
            }
            Shape::Chain(kind) | Shape::Section(kind) => {
                self.push(kind, role, span, &entry);
                inner.keep_open = self.open.len();
                Some(inner)
            }
            Shape::Leaf(kind) => {
                self.push(kind, role, span, &entry);
                self.name_leaf(span, role, &entry);
                self.names_in_leaf(entry.names);
                self.close_to(keep_open);
                None
            }
            Shape::Through | Shape::Choose(_) => {
                // Of the other flags, damage shows on the nodes inside.
                inner.inherited = role;
                inner.passed = entry.flags & Flags::PASSED_ON;
                Some(inner)
            }
            Shape::Skip | Shape::Comment | Shape::Operator(_) => None,
        }
    }

    /// A node whose choice asks for a node around it becomes that node's `Target`.
    fn wrap(&mut self, entry: &mut Entry, role: Role, span: Span) -> Role {
        let Some(kind) = entry.wrapper.take() else { return role };
        let names = std::mem::take(&mut entry.names);
        let inside = Entry { operator: entry.operator, names, ..Entry::DEFAULT };
        let around = std::mem::replace(entry, inside);
        self.push(kind, role, span, &around);
        Role::Target
    }

    /// Names that the leaf just pushed holds in its text become its children.
    fn names_in_leaf(&mut self, names: Vec<TextName>) {
        let keep_open = self.open.len();
        for name in names {
            let (start, end) = (name.range.start as u32, name.range.end as u32);
            let span = Span::new(self.unit.to_unit(start), self.unit.to_unit(end));
            let entry = Entry { symbol: name.symbol, ..Entry::DEFAULT };
            self.push(Kind::Name, name.role, span, &entry);
            self.name_leaf(span, name.role, &entry);
            self.close_to(keep_open);
        }
    }

    /// A bare name or pattern among parameters is put into a [`Kind::Parameter`] of its own, so
    /// that parameters look the same whether or not they have types and defaults.
    fn wrap_parameter(&mut self, shape: Shape, role: Role, span: Span) -> Role {
        let (Shape::Node(kind) | Shape::Leaf(kind)) = shape else { return role };
        if role != Role::Parameter || matches!(kind, Kind::Parameter | Kind::Error) {
            return role;
        }
        let flags = if kind == Kind::Spread { Flags::REST } else { Flags::NONE };
        let entry = Entry { flags, target_access: Access::Declare, ..Entry::DEFAULT };
        self.push(Kind::Parameter, Role::Parameter, span, &entry);
        Role::Target
    }

    /// An operator token becomes a leaf and its parent's operator; other tokens vanish.
    fn token(&mut self, node: SyntaxNode<'a>, view: Option<&RowView>, frame: &Frame<'_>) {
        let takes_operator = frame.row.is_some_and(|view| view.row.takes_operator);
        let Some(RowView { row, .. }) = view else { return };
        let Shape::Operator(operator) = row.shape else { return };
        let Some(parent) = self.open.last().copied().filter(|_| takes_operator) else { return };
        // To follow or take a reference is a kind of its own, not an operation.
        if matches!(parent.kind, Kind::Dereference | Kind::Reference) {
            return;
        }
        let operator = match operator {
            Operator::Subtract if parent.kind == Kind::Unary => Operator::Negate,
            Operator::Add if parent.kind == Kind::Unary => Operator::Plus,
            Operator::BitXor if parent.kind == Kind::Unary => Operator::BitNot,
            operator => operator,
        };
        let span = self.span(node);
        let keep_open = self.open.len();
        self.push(Kind::Operator, Role::Operator, span, &Entry { operator, ..Entry::DEFAULT });
        self.close_to(keep_open);
        if let Some(node) = self.tree.node_mut(parent.id) {
            node.operator =
                if node.operator == Operator::None { operator } else { Operator::Chain };
        }
    }

    /// In a module unit, a function that is a unit of its own becomes a stub with its name.
    fn stub(&mut self, node: SyntaxNode<'a>, role: Role) -> bool {
        let Some(gap) = self.unit.elided.get(self.stubs) else { return false };
        if gap.span.start as usize != node.start_byte() || gap.span.end as usize != node.end_byte()
        {
            return false;
        }
        let wrapped = self.table.row(node.kind_id()).and_then(|view| match view.row.unit {
            UnitPart::Wrapper(field) => node.child_by_field_name(field),
            _ => None,
        });
        let function = wrapped.unwrap_or(node);
        // The file itself covers the same text when it holds nothing but a function.
        let Some(view) = self.table.row(function.kind_id()) else { return false };
        let Shape::Function(kind) = view.row.shape else { return false };
        self.stubs += 1;
        let found = view.function_name(function);
        let keep_open = self.open.len();
        let span = self.span(node);
        let mut flags = Flags::STUB | view.row.flags;
        // The name of a class before its own says that it is a method.
        if found.is_some_and(|found| found.path_start.is_some()) {
            flags.set(Flags::METHOD);
        }
        if is_idle(gap.span.of(self.source)) {
            flags.set(Flags::IDLE);
        }
        if is_marked(gap.span.of(self.source)) {
            flags.set(Flags::MARKED);
        }
        self.push(kind, role, span, &Entry { flags, ..Entry::DEFAULT });
        if let Some(found) = found {
            let text = self.source.get(found.name.byte_range()).unwrap_or("").to_owned();
            // What a table says is a method is no variable.
            let is_method = flags.has(Flags::METHOD);
            let leaf = if is_method { Kind::Attribute } else { Kind::Name };
            self.push(leaf, Role::Name, span, &Entry { symbol: Some(text), ..Entry::DEFAULT });
            let symbol =
                self.open.last().map_or(Symbol::NONE, |open| self.tree.node(open.id).symbol);
            self.set_parent_symbol(symbol);
        }
        self.close_to(keep_open);
        true
    }

    fn push(&mut self, kind: Kind, role: Role, span: Span, entry: &Entry) -> NodeId {
        let parent = self.open.last().copied();
        let inherited = parent.map_or(Access::Read, |parent| access_in(parent, role));
        let access = entry.access.unwrap_or(inherited);
        let mut flags = entry.flags;
        if kind == Kind::Function && self.is_in_class(parent) {
            flags.set(Flags::METHOD);
        }
        let symbol = match &entry.symbol {
            Some(text) => self.tree.intern_made(text),
            None => Symbol::NONE,
        };
        let id = self.tree.push(Node {
            kind,
            role,
            operator: entry.operator,
            access,
            flags,
            symbol,
            parent: parent.map_or(NodeId::ROOT, |parent| parent.id),
            subtree_end: NodeId::ROOT,
            span,
        });
        self.open.push(Open { id, kind, access, target_access: entry.target_access });
        id
    }

    fn is_in_class(&self, parent: Option<Open>) -> bool {
        let Some(parent) = parent else { return !self.unit.container.is_empty() };
        let kind_above = |id| self.tree.kind(self.tree.node(id).parent);
        match parent.kind {
            Kind::Class => true,
            Kind::Block => parent.id != NodeId::ROOT && kind_above(parent.id) == Kind::Class,
            Kind::Decorated if parent.id == NodeId::ROOT => !self.unit.container.is_empty(),
            Kind::Decorated => {
                let above = self.tree.node(parent.id).parent;
                self.tree.kind(above) == Kind::Class
                    || (self.tree.kind(above) == Kind::Block && kind_above(above) == Kind::Class)
            }
            _ => false,
        }
    }

    /// Gives the leaf just pushed its symbol, and its parent too where the leaf is its name.
    fn name_leaf(&mut self, span: Span, role: Role, entry: &Entry) {
        let Some(leaf) = self.open.last().copied() else { return };
        let symbol = match entry.symbol {
            Some(_) => self.tree.node(leaf.id).symbol,
            None => self.tree.intern_span(span),
        };
        if let Some(node) = self.tree.node_mut(leaf.id) {
            node.symbol = symbol;
            if role == Role::Attribute && node.kind == Kind::Name {
                node.kind = Kind::Attribute;
                node.access = Access::Read;
            }
        }
        if matches!(role, Role::Attribute | Role::Name) {
            self.set_parent_symbol(symbol);
        }
    }

    /// Names the parent of the last open node.
    fn set_parent_symbol(&mut self, symbol: Symbol) {
        let Some(parent) = self.open.len().checked_sub(2).and_then(|at| self.open.get(at)) else {
            return;
        };
        if let Some(node) = self.tree.node_mut(parent.id)
            && node.symbol == Symbol::NONE
        {
            node.symbol = symbol;
        }
    }

    fn close_to(&mut self, keep_open: usize) {
        while self.open.len() > keep_open {
            if let Some(done) = self.open.pop() {
                self.tree.close(done.id);
            }
        }
    }

    fn span(&self, node: SyntaxNode<'_>) -> Span {
        let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
        Span::new(self.unit.to_unit(start), self.unit.to_unit(end))
    }
}
