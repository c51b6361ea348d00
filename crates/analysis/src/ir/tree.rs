//! The arena that holds one unit's nodes.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashTable;

use super::{Access, Flags, Kind, Operator, Role};
use crate::text::Span;

/// Index of a node in its [`Tree`]. Pre-order: a parent's id is less than its children's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: Self = Self(0);

    /// The id as an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An interned text of a [`Tree`]: equal symbols, equal texts, within one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

impl Symbol {
    /// No text.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether there is a text.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// One node.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its part in its parent.
    pub role: Role,
    /// Its operator, for operations and assignments.
    pub operator: Operator,
    /// How it touches variables, for names and patterns.
    pub access: Access,
    /// Further facts.
    pub flags: Flags,
    /// Its name or literal text.
    pub symbol: Symbol,
    /// Its parent; the root's is the root.
    pub parent: NodeId,
    /// One past its last descendant.
    pub subtree_end: NodeId,
    /// Where it stands, relative to the unit's text.
    pub span: Span,
}

/// The IR of one unit, with the text it was made from.
#[derive(Clone, Debug)]
pub struct Tree {
    text: Box<str>,
    nodes: Vec<Node>,
    symbols: Symbols,
    comments: Arc<[Span]>,
}

#[derive(Clone, Debug, Default)]
struct Symbols {
    texts: Vec<SymbolText>,
    table: HashTable<u32>,
}

#[derive(Clone, Debug)]
enum SymbolText {
    /// The text stands in the unit's text.
    Source(Span),
    /// The text was put together, as an import's path is.
    Made(Box<str>),
}

const MISSING: Node = Node {
    kind: Kind::Error,
    role: Role::Child,
    operator: Operator::None,
    access: Access::Read,
    flags: Flags::DAMAGED,
    symbol: Symbol::NONE,
    parent: NodeId::ROOT,
    subtree_end: NodeId::ROOT,
    span: Span { start: 0, end: 0 },
};

impl Tree {
    /// An empty tree over the unit's text.
    pub(crate) fn new(text: Box<str>) -> Self {
        let nodes = Vec::with_capacity(text.len() / 6 + 4);
        Self { text, nodes, symbols: Symbols::default(), comments: Arc::default() }
    }

    /// The unit's own text.
    pub fn source(&self) -> &str {
        &self.text
    }

    /// Where comments stand, in order.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    pub(crate) fn set_comments(&mut self, comments: Arc<[Span]>) {
        self.comments = comments;
    }

    /// All nodes in pre-order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All ids in pre-order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node of an id; an id of another tree gives an error node.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&MISSING)
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.index())
    }

    pub(crate) fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { subtree_end: NodeId(id.0 + 1), ..node });
        id
    }

    pub(crate) fn close(&mut self, id: NodeId) {
        let end = NodeId(self.nodes.len() as u32);
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.subtree_end = end;
        }
    }

    /// What the node is.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Its part in its parent.
    pub fn role(&self, id: NodeId) -> Role {
        self.node(id).role
    }

    /// Its flags.
    pub fn flags(&self, id: NodeId) -> Flags {
        self.node(id).flags
    }

    /// Where it stands in the unit's text.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The source text it covers.
    pub fn text(&self, id: NodeId) -> &str {
        self.span(id).of(&self.text)
    }

    /// The source text it covers, without the comments in it.
    pub fn code(&self, id: NodeId) -> Cow<'_, str> {
        let span = self.span(id);
        let first = self.comments().partition_point(|it| it.start < span.start);
        if self.comments().get(first).is_none_or(|it| it.start >= span.end) {
            return Cow::Borrowed(self.text(id));
        }
        let mut code = String::with_capacity(span.len() as usize);
        self.pieces(span, &mut |piece| code.push_str(piece.unwrap_or_default()));
        Cow::Owned(code)
    }

    /// Its name or literal text; empty when it has none.
    pub fn name(&self, id: NodeId) -> &str {
        self.symbol_text(self.node(id).symbol)
    }

    /// The text of a symbol; empty for [`Symbol::NONE`].
    pub fn symbol_text(&self, symbol: Symbol) -> &str {
        match self.symbols.texts.get(symbol.0 as usize) {
            Some(SymbolText::Source(span)) => span.of(&self.text),
            Some(SymbolText::Made(text)) => text,
            None => "",
        }
    }

    /// Number of symbols; symbols are numbered from 0.
    pub fn symbol_count(&self) -> usize {
        self.symbols.texts.len()
    }

    /// The texts of all symbols.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        (0..self.symbols.texts.len()).map(|at| self.symbol_text(Symbol(at as u32)))
    }

    /// The symbol of a text, if the unit holds it.
    pub fn symbol(&self, text: &str) -> Option<Symbol> {
        let same = |at: &u32| self.symbol_text(Symbol(*at)) == text;
        self.symbols.table.find(hash(text), same).copied().map(Symbol)
    }

    pub(crate) fn intern_span(&mut self, span: Span) -> Symbol {
        let Self { text, symbols, .. } = self;
        symbols.intern(text, span.of(text), || SymbolText::Source(span))
    }

    pub(crate) fn intern_made(&mut self, made: &str) -> Symbol {
        let Self { text, symbols, .. } = self;
        symbols.intern(text, made, || SymbolText::Made(made.into()))
    }

    /// The node's parent; nothing for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| self.node(id).parent)
    }

    /// The node's ancestors, the nearest first, without itself.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// The node's children.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        let end = self.node(id).subtree_end;
        Children { tree: self, next: NodeId(id.0 + 1), end }
    }

    /// The node's last child.
    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        let last = NodeId(self.node(id).subtree_end.0.saturating_sub(1));
        (last > id).then(|| {
            let up = std::iter::successors(Some(last), |it| self.parent(*it));
            up.take_while(|it| *it > id).last()
        })?
    }

    /// The first child that plays `role`.
    pub fn child(&self, id: NodeId, role: Role) -> Option<NodeId> {
        self.children(id).find(|child| self.role(*child) == role)
    }

    /// The children that play `role`.
    pub fn children_with(&self, id: NodeId, role: Role) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(move |child| self.role(*child) == role)
    }

    /// The node's descendants in pre-order, without itself.
    pub fn descendants(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (id.0 + 1..self.node(id).subtree_end.0).map(NodeId)
    }

    /// Whether `inner` is `outer` or one of its descendants.
    pub fn is_within(&self, inner: NodeId, outer: NodeId) -> bool {
        outer <= inner && inner < self.node(outer).subtree_end
    }

    /// The nearest function around the node, or the root.
    pub fn enclosing_function(&self, id: NodeId) -> NodeId {
        self.ancestors(id).find(|id| self.kind(*id).is_function()).unwrap_or(NodeId::ROOT)
    }

    /// The statement that the node is or stands in.
    pub fn enclosing_statement(&self, id: NodeId) -> NodeId {
        std::iter::once(id)
            .chain(self.ancestors(id))
            .find(|id| self.kind(*id).is_statement() || self.role(*id) == Role::Statement)
            .unwrap_or(NodeId::ROOT)
    }

    /// Whether the parser met an error in the node, in the statement it stands in, or around it.
    pub fn is_damaged(&self, id: NodeId) -> bool {
        self.flags(id).has(Flags::DAMAGED)
            || self.flags(self.enclosing_statement(id)).has(Flags::DAMAGED)
            || self.ancestors(id).any(|id| self.kind(id) == Kind::Error)
    }

    /// Bytes the tree occupies.
    pub fn weight(&self) -> usize {
        self.text.len() + self.nodes.capacity() * size_of::<Node>() + self.symbols.texts.len() * 40
    }
}

impl Symbols {
    fn intern(&mut self, source: &str, text: &str, make: impl FnOnce() -> SymbolText) -> Symbol {
        let Self { texts, table } = self;
        let text_of = |at: &u32| match texts.get(*at as usize) {
            Some(SymbolText::Source(span)) => span.of(source),
            Some(SymbolText::Made(text)) => text,
            None => "",
        };
        let hash_of = hash(text);
        if let Some(at) = table.find(hash_of, |at| text_of(at) == text) {
            return Symbol(*at);
        }
        let at = texts.len() as u32;
        table.insert_unique(hash_of, at, |at| hash(text_of(at)));
        texts.push(make());
        Symbol(at)
    }
}

fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// Iterator over a node's children.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: NodeId,
    end: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = self.next;
        self.next = self.tree.node(id).subtree_end;
        Some(id)
    }
}
