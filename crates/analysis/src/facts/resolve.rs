//! Name resolution: two passes over a unit, the first to open scopes and bind names, the second
//! to resolve every name.
//!
//! Languages differ in what opens a scope, in what declares, and in whether a binding is visible
//! before its declaration; [`Scoping`] says which.
//!
//! The second pass is the classic symbol table of block-structured languages: for each symbol a
//! stack of the bindings in force, pushed where their scope opens (or where a sequential
//! declaration takes effect) and popped where it closes. A look-up reads the top, so the time is
//! linear in the unit, however often one name is bound.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bindings::{Binding, BindingId, BindingKind, Bindings, Scope, ScopeId, ScopeKind};
use super::in_force::InForce;
use crate::ir::{Access, Flags, Kind, Node, NodeId, Role, Symbol, Tree};
use crate::languages::{Language, Scoping, Visibility};

/// Resolves all names of a unit.
pub(super) fn resolve(tree: &Tree, language: Language) -> Bindings {
    let mut resolver = Resolver {
        tree,
        scoping: language.spec().scoping,
        result: Bindings::default(),
        scope_of_name: Vec::new(),
        in_scope: FxHashMap::default(),
        outer_names: FxHashSet::default(),
    };
    resolver.bind();
    resolver.close_scopes();
    resolver.look_up();
    resolver.result
}

/// Methods that add elements to a collection.
const GROWING_METHODS: &[&str] = &[
    "append",
    "appendleft",
    "extend",
    "insert",
    "push",
    "push_back",
    "emplace_back",
    "push_front",
    "unshift",
    "splice",
    "add",
    "addAll",
    "addFirst",
    "addLast",
    "update",
    "set",
];

struct Resolver<'a> {
    tree: &'a Tree,
    scoping: Scoping,
    result: Bindings,
    /// Every name node, with the scope it is evaluated in, in the order of the text.
    scope_of_name: Vec<(NodeId, ScopeId)>,
    /// The latest binding of a symbol in a scope.
    in_scope: FxHashMap<(ScopeId, Symbol), BindingId>,
    /// Names that a function says belong to an outer scope: `global`, `nonlocal`.
    outer_names: FxHashSet<(NodeId, Symbol)>,
}

impl Resolver<'_> {
    /// Opens scopes and binds names.
    fn bind(&mut self) {
        let outermost = ScopeId(0);
        self.result.scopes.push(Scope {
            kind: ScopeKind::Outermost,
            node: NodeId::ROOT,
            parent: outermost,
            end: outermost,
            function: outermost,
        });
        self.note_outer_names();
        // The scopes around the current node, each with the node at which it ends.
        let mut around: Vec<(ScopeId, NodeId)> =
            vec![(outermost, NodeId(self.tree.len() as u32 + 1))];
        for id in self.tree.ids() {
            let node = *self.tree.node(id);
            while around.last().is_some_and(|(_, end)| id >= *end) {
                around.pop();
            }
            let mut current = around.last().map_or(outermost, |(scope, _)| *scope);
            if let Some(outer) = self.evaluated_outside(&node, current) {
                around.push((outer, node.subtree_end));
                current = outer;
            }
            if let Some(kind) = self.opens(id, &node) {
                let scope = self.open(id, kind, current);
                around.push((scope, node.subtree_end));
            } else if node.kind == Kind::Name {
                self.scope_of_name.push((id, current));
                self.declare(id, &node, current);
            }
        }
    }

    fn opens(&self, id: NodeId, node: &Node) -> Option<ScopeKind> {
        match node.kind {
            Kind::Function | Kind::Lambda => Some(ScopeKind::Function),
            Kind::Class => Some(ScopeKind::Class),
            Kind::Comprehension => Some(ScopeKind::Comprehension),
            Kind::Block
            | Kind::If
            | Kind::While
            | Kind::ForEach
            | Kind::ForCount
            | Kind::Switch
            | Kind::Case
            | Kind::Catch
            | Kind::Try
            | Kind::With
                if self.scoping.blocks && id != NodeId::ROOT =>
            {
                Some(ScopeKind::Block)
            }
            _ => None,
        }
    }

    /// Parts of a scope's node that are evaluated before the scope exists: defaults, annotations,
    /// decorators, base classes, the first iterable of a comprehension, and what runs when a
    /// condition that binds does not hold.
    fn evaluated_outside(&self, node: &Node, current: ScopeId) -> Option<ScopeId> {
        let scope = self.result.scope(current)?;
        let outside = match node.role {
            Role::Default | Role::Type | Role::Decorator => {
                // A default may mention earlier parameters where blocks are scopes.
                scope.kind == ScopeKind::Function && !self.scoping.blocks && {
                    let parent = self.tree.kind(node.parent);
                    parent == Kind::Parameter || node.parent == scope.node
                }
            }
            Role::Base => scope.kind == ScopeKind::Class && node.parent == scope.node,
            Role::Iterable => {
                scope.kind == ScopeKind::Comprehension
                    && self.tree.kind(node.parent) == Kind::ComprehensionFor
                    && self.is_first_clause(scope.node, node.parent)
            }
            // Not so Go's `if x := f(); x > 0 { … } else { … }`.
            Role::Else => {
                node.parent == scope.node
                    && self.tree.kind(scope.node) == Kind::If
                    && self.tree.child(scope.node, Role::Initializer).is_none()
            }
            _ => false,
        };
        outside.then_some(scope.parent)
    }

    fn is_first_clause(&self, comprehension: NodeId, clause: NodeId) -> bool {
        self.tree.children(comprehension).find(|it| self.tree.kind(*it) == Kind::ComprehensionFor)
            == Some(clause)
    }

    fn open(&mut self, node: NodeId, kind: ScopeKind, parent: ScopeId) -> ScopeId {
        let id = ScopeId(self.result.scopes.len() as u32);
        let function = match kind {
            ScopeKind::Function | ScopeKind::Outermost | ScopeKind::Class => id,
            _ => self.result.scope(parent).map_or(id, |scope| scope.function),
        };
        self.result.scopes.push(Scope { kind, node, parent, end: id, function });
        id
    }

    /// Sets the end of each scope's range of inner scopes.
    fn close_scopes(&mut self) {
        for at in (0..self.result.scopes.len()).rev() {
            let Some(scope) = self.result.scopes.get(at).copied() else { continue };
            let end = ScopeId(scope.end.0.max(at as u32 + 1));
            if let Some(slot) = self.result.scopes.get_mut(at) {
                slot.end = end;
            }
            if at > 0
                && let Some(parent) = self.result.scopes.get_mut(scope.parent.0 as usize)
            {
                parent.end = parent.end.max(end);
            }
        }
    }

    /// `global` and `nonlocal` hold for the whole function, also before they stand.
    fn note_outer_names(&mut self) {
        for id in self.tree.ids() {
            if self.tree.kind(id) == Kind::OuterScope {
                for name in self.tree.children(id) {
                    let function = self.tree.enclosing_function(name);
                    self.outer_names.insert((function, self.tree.node(name).symbol));
                }
            }
        }
    }

    /// Whether the function around `name` says that the name belongs to an outer scope.
    fn is_outer_name(&self, scope: ScopeId, node: &Node) -> bool {
        if self.outer_names.is_empty() {
            return false;
        }
        let function = self.result.scope(scope).and_then(|it| self.result.scope(it.function));
        function.is_some_and(|it| self.outer_names.contains(&(it.node, node.symbol)))
    }

    fn declare(&mut self, id: NodeId, node: &Node, current: ScopeId) {
        let declares = match node.access {
            Access::Declare => true,
            Access::Write | Access::ReadWrite | Access::Delete => self.scoping.assignment_declares,
            Access::Read => false,
        };
        if !declares || self.tree.kind(node.parent) == Kind::OuterScope {
            return;
        }
        if self.is_outer_name(current, node) {
            return;
        }
        let Some((scope, kind)) = self.declaration_scope(id, node, current) else { return };
        let visible_from = self.visible_from(id, node, kind, scope);
        if !(self.scoping.visibility == Visibility::AfterHiding && kind == BindingKind::Variable)
            && self.in_scope.contains_key(&(scope, node.symbol))
        {
            return;
        }
        let binding = BindingId(self.result.entries.len() as u32);
        self.in_scope.insert((scope, node.symbol), binding);
        self.result.entries.push(Binding {
            symbol: node.symbol,
            scope,
            kind,
            declared_at: id,
            visible_from,
            is_captured: false,
        });
    }

    /// Where a declaring name is bound, and as what; nothing when it is bound outside the unit.
    fn declaration_scope(
        &self,
        id: NodeId,
        node: &Node,
        current: ScopeId,
    ) -> Option<(ScopeId, BindingKind)> {
        let parent = self.tree.node(node.parent);
        let scope = self.result.scope(current)?;
        if node.role == Role::Name {
            let kind = match parent.kind {
                Kind::Class => BindingKind::Class,
                Kind::Function | Kind::Lambda => BindingKind::Function,
                _ => return Some((current, BindingKind::Variable)),
            };
            // A unit's own function is bound in the module; a function expression's name, in
            // the function itself.
            if node.parent == NodeId::ROOT || self.is_unit_root(node.parent) {
                return None;
            }
            let outside = if parent.kind == Kind::Lambda { current } else { scope.parent };
            return Some((outside, kind));
        }
        if node.access != Access::Declare {
            // Assignment inside a comprehension binds outside it.
            let mut outside = current;
            while let Some(scope) = self.result.scope(outside)
                && scope.kind == ScopeKind::Comprehension
            {
                outside = scope.parent;
            }
            return Some((outside, BindingKind::Variable));
        }
        let declaration = self.declaration_of(id);
        Some(match self.tree.kind(declaration) {
            Kind::ImportBinding => (current, BindingKind::Import),
            Kind::Parameter => (scope.function, BindingKind::Parameter),
            _ if self.tree.flags(declaration).has(Flags::FUNCTION_SCOPED) => {
                (scope.function, BindingKind::Variable)
            }
            _ => (current, BindingKind::Variable),
        })
    }

    /// The function of a function unit, which may be wrapped by its decorators.
    fn is_unit_root(&self, function: NodeId) -> bool {
        let parent = self.tree.node(function).parent;
        parent == NodeId::ROOT && self.tree.kind(NodeId::ROOT) == Kind::Decorated
    }

    /// The node that a declared name, perhaps inside patterns, belongs to.
    fn declaration_of(&self, id: NodeId) -> NodeId {
        let is_pattern = |kind| {
            matches!(
                kind,
                Kind::Tuple
                    | Kind::List
                    | Kind::Map
                    | Kind::Pair
                    | Kind::Spread
                    | Kind::Pattern
                    | Kind::Reference
            )
        };
        let found = self.tree.ancestors(id).find(|it| !is_pattern(self.tree.kind(*it)));
        found.unwrap_or(NodeId::ROOT)
    }

    fn visible_from(&self, id: NodeId, node: &Node, kind: BindingKind, scope: ScopeId) -> NodeId {
        let is_local = kind == BindingKind::Variable && scope != ScopeId(0);
        if self.scoping.visibility == Visibility::Scope || !is_local {
            return NodeId::ROOT;
        }
        let declaration = self.declaration_of(id);
        match self.tree.kind(declaration) {
            // The initialiser still sees the earlier binding of the same name.
            Kind::Declare | Kind::LetCondition => self.tree.node(declaration).subtree_end,
            // So does what a loop runs over.
            Kind::ForEach => {
                let iterable = self.tree.child(declaration, Role::Iterable);
                iterable.map_or(node.subtree_end, |it| self.tree.node(it).subtree_end)
            }
            _ => node.subtree_end,
        }
    }

    /// Resolves every name and lists the occurrences of every binding.
    fn look_up(&mut self) {
        self.result.resolved = vec![0; self.tree.len()];
        let names = std::mem::take(&mut self.scope_of_name);
        let mut is_free = vec![false; self.tree.symbol_count()];
        let mut counts = vec![0_u32; self.result.entries.len() + 1];
        let mut in_force = InForce::new(self.tree, &self.result);
        for (id, scope) in &names {
            let node = self.tree.node(*id);
            in_force.advance(self.tree, &self.result, *id);
            let Some(binding) = self.find(&in_force, *id, node, *scope) else {
                if let Some(seen) = is_free.get_mut(node.symbol.0 as usize)
                    && !std::mem::replace(seen, true)
                {
                    self.result.free.push(node.symbol);
                }
                continue;
            };
            if let Some(slot) = self.result.resolved.get_mut(id.index()) {
                *slot = binding.0 + 1;
            }
            if let Some(count) = counts.get_mut(binding.0 as usize) {
                *count += 1;
            }
            self.note_capture(binding, *scope);
        }
        self.list_occurrences(&names, counts);
        self.list_definitions();
    }

    /// Lists what is done to each binding.
    fn list_definitions(&mut self) {
        let growing: FxHashSet<Symbol> =
            GROWING_METHODS.iter().filter_map(|method| self.tree.symbol(method)).collect();
        let bindings = self.result.entries.len() as u32;
        for binding in (0..bindings).map(BindingId) {
            self.result.first_definition.push(self.result.definitions.len() as u32);
            let mut growth = None;
            let start = self.result.first_occurrence.get(binding.0 as usize).copied();
            let end = self.result.first_occurrence.get(binding.0 as usize + 1).copied();
            for at in start.unwrap_or(0)..end.unwrap_or(0) {
                let Some(name) = self.result.occurrences.get(at as usize).copied() else { break };
                let node = self.tree.node(name);
                let defines =
                    matches!(node.access, Access::Write | Access::Declare | Access::ReadWrite);
                if defines {
                    self.result.definitions.push(name);
                }
                let parent = self.tree.node(node.parent);
                let by_method = node.role == Role::Receiver
                    && parent.kind == Kind::Member
                    && growing.contains(&parent.symbol);
                if growth.is_none() && (by_method || node.access == Access::ReadWrite) {
                    growth = Some(name);
                }
            }
            if let Some(name) = growth {
                self.result.growth.insert(binding, name);
            }
        }
        self.result.first_definition.push(self.result.definitions.len() as u32);
    }

    fn list_occurrences(&mut self, names: &[(NodeId, ScopeId)], mut counts: Vec<u32>) {
        let mut total = 0;
        for count in &mut counts {
            total += std::mem::replace(count, total);
        }
        self.result.occurrences = vec![NodeId::ROOT; total as usize];
        self.result.first_occurrence.clone_from(&counts);
        for (id, _) in names {
            let Some(binding) = self.result.resolve(*id) else { continue };
            let Some(next) = counts.get_mut(binding.0 as usize) else { continue };
            if let Some(slot) = self.result.occurrences.get_mut(*next as usize) {
                *slot = *id;
            }
            *next += 1;
        }
    }

    /// The innermost visible binding of a name seen from `scope`.
    fn find(
        &self,
        in_force: &InForce,
        id: NodeId,
        node: &Node,
        scope: ScopeId,
    ) -> Option<BindingId> {
        if let Some(latest) = in_force.latest(node.symbol)
            && let Some(binding) = self.result.binding(latest)
            && (binding.declared_at == id && node.access == Access::Declare
                || binding.visible_from > id && self.is_same_pattern(id, node, binding.declared_at))
        {
            return Some(latest);
        }
        // `global x` skips every binding around; `nonlocal x` skips the function's own, which
        // was not bound.
        in_force.stack(node.symbol).find(|candidate| {
            let binding = self.result.binding(*candidate);
            binding.is_some_and(|binding| self.is_visible(binding, node, scope))
        })
    }

    /// Whether a name writes what an earlier alternative of its own pattern declares: `A(x) | B(x)`.
    fn is_same_pattern(&self, id: NodeId, node: &Node, declared_at: NodeId) -> bool {
        node.access == Access::Write
            && declared_at < id
            && self.declaration_of(id) == self.declaration_of(declared_at)
    }

    fn is_visible(&self, binding: &Binding, node: &Node, from: ScopeId) -> bool {
        let Some(scope) = self.result.scope(binding.scope) else { return false };
        // The name of a function or class stands inside the scope it opens, but is bound around.
        let is_around = binding.scope <= from && from < scope.end;
        if !is_around {
            return false;
        }
        let closed = scope.kind == ScopeKind::Class && self.scoping.class_scope_is_closed;
        let from_class_itself = binding.scope == from
            || node.role == Role::Name
            || self
                .result
                .scope(from)
                .is_some_and(|it| it.kind == ScopeKind::Block && it.function == binding.scope);
        !closed || from_class_itself
    }

    fn note_capture(&mut self, id: BindingId, from: ScopeId) {
        let Some(binding) = self.result.binding(id).copied() else { return };
        let function = |scope| self.result.scope(scope).map(|scope: &Scope| scope.function);
        if function(binding.scope) != function(from) {
            // A declared function's own name stands in its scope.
            let is_own_name = self.tree.role(binding.declared_at) == Role::Name
                && self.result.scope(from).map(|scope| scope.parent) == Some(binding.scope);
            if !is_own_name && let Some(slot) = self.result.entries.get_mut(id.0 as usize) {
                slot.is_captured = true;
            }
        }
    }
}
