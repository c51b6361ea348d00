//! Scopes, bindings, and def-use: for each binding its occurrences in the order of the text.

use rustc_hash::FxHashMap;

use crate::ir::{Access, NodeId, Symbol, Tree};

/// Index of a scope. Pre-order: an enclosing scope's id is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// Index of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingId(pub u32);

/// What opened a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The module, or whatever stands around a function unit.
    Outermost,
    /// A function.
    Function,
    /// A class body.
    Class,
    /// A comprehension.
    Comprehension,
    /// A block.
    Block,
}

/// A region of the unit in which names are bound.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// What opened it.
    pub kind: ScopeKind,
    /// The node that opened it.
    pub node: NodeId,
    /// The scope around it; the outermost is its own.
    pub parent: ScopeId,
    /// One past the last scope inside it.
    pub end: ScopeId,
    /// The function (or outermost) scope it belongs to.
    pub function: ScopeId,
}

/// How a name came to be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingKind {
    /// A variable.
    Variable,
    /// A parameter.
    Parameter,
    /// A named function.
    Function,
    /// A class.
    Class,
    /// An import; the path is the symbol of its [`Kind::ImportBinding`](crate::ir::Kind) node.
    Import,
}

/// A name bound in a scope.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The name.
    pub symbol: Symbol,
    /// Where it is bound.
    pub scope: ScopeId,
    /// How it was bound first.
    pub kind: BindingKind,
    /// The name node that bound it first.
    pub declared_at: NodeId,
    /// The first node that sees it, where declarations are sequential; else the root.
    pub visible_from: NodeId,
    /// Whether a function other than the one that binds it mentions it.
    pub is_captured: bool,
}

/// All scopes and bindings of a unit.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    pub(super) scopes: Vec<Scope>,
    pub(super) entries: Vec<Binding>,
    /// For each node, its binding's index plus one, or 0.
    pub(super) resolved: Vec<u32>,
    /// Name nodes by binding; `first_occurrence` tells where each binding's run starts.
    pub(super) occurrences: Vec<NodeId>,
    pub(super) first_occurrence: Vec<u32>,
    /// The name nodes that give a binding a value, likewise by binding.
    pub(super) definitions: Vec<NodeId>,
    pub(super) first_definition: Vec<u32>,
    /// For each binding, the first use that may add elements to the collection it holds.
    pub(super) growth: FxHashMap<BindingId, NodeId>,
    pub(super) free: Vec<Symbol>,
}

impl Bindings {
    /// The scopes, outermost first.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// The scope of an id.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0 as usize)
    }

    /// All bindings.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (BindingId, &Binding)> {
        self.entries.iter().enumerate().map(|(at, binding)| (BindingId(at as u32), binding))
    }

    /// The binding of an id.
    pub fn binding(&self, id: BindingId) -> Option<&Binding> {
        self.entries.get(id.0 as usize)
    }

    /// The binding a name node refers to; nothing for a free name, or another node.
    pub fn resolve(&self, name: NodeId) -> Option<BindingId> {
        let number = *self.resolved.get(name.index())?;
        Some(BindingId(number.checked_sub(1)?))
    }

    /// The name nodes that mention a binding, in the order of the text.
    pub fn occurrences(&self, id: BindingId) -> &[NodeId] {
        run(&self.occurrences, &self.first_occurrence, id)
    }

    /// The name nodes that give a binding a value.
    pub fn definitions(&self, id: BindingId) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        run(&self.definitions, &self.first_definition, id).iter().copied()
    }

    /// Where the collection that a variable holds gets more elements, if anywhere: by a method, or
    /// by `+=`.
    pub fn growth(&self, id: BindingId) -> Option<NodeId> {
        self.growth.get(&id).copied()
    }

    /// The name nodes that read a binding.
    pub fn uses<'a>(&'a self, tree: &'a Tree, id: BindingId) -> impl Iterator<Item = NodeId> + 'a {
        let reads = |access| matches!(access, Access::Read | Access::ReadWrite);
        self.occurrences(id).iter().copied().filter(move |name| reads(tree.node(*name).access))
    }

    /// The names the unit uses but does not bind, each once.
    pub fn free_names(&self) -> &[Symbol] {
        &self.free
    }

    /// Bytes they occupy.
    pub fn weight(&self) -> usize {
        self.scopes.len() * size_of::<Scope>()
            + self.entries.len() * (size_of::<Binding>() + 4)
            + (self.resolved.len() + self.occurrences.len() + self.definitions.len()) * 4
            + (self.free.len() + self.growth.len() * 3) * 4
    }
}

/// The part of `nodes` that belongs to a binding; `starts` tells where each binding's part starts.
fn run<'a>(nodes: &'a [NodeId], starts: &[u32], id: BindingId) -> &'a [NodeId] {
    let at = id.0 as usize;
    let start = starts.get(at).copied().unwrap_or(0) as usize;
    let end = starts.get(at + 1).copied().unwrap_or(0) as usize;
    nodes.get(start..end).unwrap_or(&[])
}
