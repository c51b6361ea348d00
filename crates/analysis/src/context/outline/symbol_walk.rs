//! The walk that finds a unit's symbols: a stack of what it is in tells a field from a variable, and
//! what is local to a function, of which only functions and classes count.

use super::symbol_kinds::{class_kind, has_parameters, is_constant_name, macro_name};
use super::symbols::{LetterSet, NO_STUB, SymbolKind, UnitSymbol};
use crate::facts::Bindings;
use crate::ir::{Access, Flags, Kind, NodeId, Role, Tree};
use crate::languages::Language;
use crate::text::Span;

/// What the walk is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    /// The module, or what does not matter in it.
    Module,
    /// A class of a kind.
    Class(SymbolKind),
    /// A function, where only functions and classes count.
    Local,
    /// A call, a loop or a value, where only functions and classes count.
    Value,
}

/// Something the walk is in, up to a node.
#[derive(Clone, Copy, Debug)]
struct Open {
    end: NodeId,
    around: Around,
    level: u16,
    /// The symbol, if it is one.
    symbol: Option<usize>,
}

/// The walk.
pub(super) struct Walk<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    /// Whether variables are declared, so that an assignment declares none.
    separates: bool,
    entries: Vec<UnitSymbol>,
    names: String,
    around: Vec<Open>,
    /// The function or class that bears the name of what holds it, with its symbol.
    value: Option<(NodeId, usize)>,
    /// The function of a function unit.
    root: Option<NodeId>,
    stubs: u32,
}

impl<'a> Walk<'a> {
    /// A walk of a unit's tree.
    pub(super) fn new(tree: &'a Tree, bindings: &'a Bindings, language: Language) -> Self {
        Self {
            tree,
            bindings,
            separates: !language.spec().scoping.assignment_declares,
            entries: Vec::new(),
            names: String::new(),
            around: Vec::new(),
            value: None,
            root: None,
            stubs: 0,
        }
    }

    /// The symbols, and the text that holds their names.
    pub(super) fn run(mut self) -> (Vec<UnitSymbol>, String) {
        let tree = self.tree;
        let end = NodeId(tree.len() as u32);
        let is_module = tree.kind(NodeId::ROOT) == Kind::Module;
        if is_module {
            self.around.push(Open { end, around: Around::Module, level: 0, symbol: None });
        } else {
            let function = tree.ids().find(|id| tree.kind(*id).is_function());
            let function = function.unwrap_or(NodeId::ROOT);
            let kind = self.function_kind(function);
            let name = tree.child(function, Role::Name);
            self.add(tree.span(NodeId::ROOT), name, kind, 0);
            self.around.push(Open { end, around: Around::Local, level: 1, symbol: None });
            self.root = Some(function);
        }
        for id in tree.ids() {
            while self.around.len() > 1 && self.around.last().is_some_and(|open| open.end <= id) {
                self.around.pop();
            }
            if let Some(open) = self.around.last().copied() {
                self.visit(id, open);
            }
        }
        (self.entries, self.names)
    }

    fn visit(&mut self, id: NodeId, open: Open) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Class => self.class(id, open),
            Kind::Function | Kind::Lambda => self.function(id, open),
            Kind::Declare | Kind::Assign => self.definition(id, open),
            Kind::Pair | Kind::Attribute | Kind::Type | Kind::Parameter => self.member(id, open),
            Kind::Macro if open.around == Around::Module => {
                if let Some((name, kind)) = macro_name(tree.text(id)) {
                    let at = tree.span(id).start + name.start;
                    let span = Span::new(at, at + name.len());
                    let text = span.of(tree.source());
                    self.push(tree.span(id), span, text, kind, open.level);
                }
            }
            Kind::Call | Kind::ForEach | Kind::ForCount | Kind::While | Kind::Infinite
                if matches!(open.around, Around::Module | Around::Class(_)) =>
            {
                self.enter(id, Around::Value, open.level, None);
            }
            _ => {}
        }
    }

    fn enter(&mut self, id: NodeId, around: Around, level: u16, symbol: Option<usize>) {
        let end = self.tree.node(id).subtree_end;
        self.around.push(Open { end, around, level, symbol });
    }

    fn class(&mut self, id: NodeId, open: Open) {
        let tree = self.tree;
        if let Some(at) = self.value_of(id) {
            let kind = class_kind(tree, id);
            if let Some(entry) = self.entries.get_mut(at) {
                entry.kind = kind;
            }
            return self.enter(id, Around::Class(kind), open.level, Some(at));
        }
        let kind = class_kind(tree, id);
        let name = tree.child(id, Role::Name).or_else(|| {
            let is_name = |it: &NodeId| !tree.name(*it).is_empty();
            tree.child(id, Role::Attribute).filter(is_name)
        });
        if kind == SymbolKind::Implementation {
            let span = tree.span(id);
            let body = tree.child(id, Role::Body).map_or(span.end, |it| tree.span(it).start);
            let head = Span::new(span.start, body).of(tree.source());
            let head = head.split(['{', '\n']).next().unwrap_or("").trim();
            let name = Span::new(span.start, span.start + head.len() as u32);
            self.push(span, name, head, kind, open.level);
        } else if name.is_some() {
            self.add(tree.span(id), name, kind, open.level);
        } else {
            // The alias that it stands in names it, or nobody does.
            return self.enter(id, Around::Class(kind), open.level, None);
        }
        let symbol = self.entries.len().checked_sub(1);
        self.enter(id, Around::Class(kind), open.level.saturating_add(1), symbol);
    }

    fn function(&mut self, id: NodeId, open: Open) {
        let tree = self.tree;
        if self.root == Some(id) {
            return;
        }
        let is_stub = tree.flags(id).has(Flags::STUB);
        let stub = if is_stub { self.stubs } else { NO_STUB };
        self.stubs += u32::from(is_stub);
        let at = match self.value_of(id) {
            Some(at) => at,
            None if is_stub || tree.kind(id) == Kind::Function => {
                let name = tree.child(id, Role::Name);
                let is_constructor = self.is_constructor(name, open);
                let kind = match self.function_kind(id) {
                    _ if is_constructor => SymbolKind::Constructor,
                    kind => kind,
                };
                // A stub's name stands in its own unit.
                self.add(tree.span(id), name.filter(|_| !is_stub), kind, open.level);
                self.entries.len() - 1
            }
            // A function without a name inside another: what is in it counts as the other's.
            None => return self.enter(id, Around::Local, open.level, None),
        };
        if let Some(entry) = self.entries.get_mut(at).filter(|_| is_stub) {
            entry.stub = stub;
            entry.is_stub = true;
        }
        if is_stub {
            // What ends with it ends where it ends.
            let seam = tree.span(id).end;
            for open in self.around.iter().rev() {
                let Some(entry) = open.symbol.and_then(|at| self.entries.get_mut(at)) else {
                    continue;
                };
                if entry.span.end != seam {
                    break;
                }
                if !entry.is_stub {
                    entry.stub = stub;
                }
            }
        } else {
            let level = self.entries.get(at).map_or(open.level, |it| it.level).saturating_add(1);
            self.enter(id, Around::Local, level, None);
        }
    }

    /// The symbol that a value bears the name of.
    fn value_of(&self, id: NodeId) -> Option<usize> {
        self.value.filter(|(value, _)| *value == id).map(|(_, at)| at)
    }

    fn is_constructor(&self, name: Option<NodeId>, open: Open) -> bool {
        let name = name.map_or("", |it| self.tree.name(it));
        let class =
            || open.symbol.and_then(|at| self.entries.get(at)).map(|it| it.name_in(&self.names));
        let is_in_class = matches!(open.around, Around::Class(_));
        is_in_class && (matches!(name, "__init__" | "constructor") || class() == Some(name))
    }

    fn function_kind(&self, id: NodeId) -> SymbolKind {
        let tree = self.tree;
        if !tree.flags(id).has(Flags::METHOD) {
            return SymbolKind::Function;
        }
        let text = tree.text(id);
        let name = tree.child(id, Role::Name).map_or("", |it| tree.name(it));
        if matches!(name, "__init__" | "constructor") {
            return SymbolKind::Constructor;
        }
        let mut words = text.split_whitespace().take_while(|it| !it.contains('('));
        let around = Some(tree.node(id).parent).filter(|it| tree.kind(*it) == Kind::Decorated);
        let decorators = around.into_iter().flat_map(|it| tree.children(it));
        let mut decorators = decorators.filter(|it| tree.kind(*it) == Kind::Decorator);
        let is_property = decorators.any(|it| {
            let text = tree.text(it).trim();
            text.ends_with("property") || text.ends_with(".setter")
        });
        if is_property || words.any(|it| matches!(it, "get" | "set")) {
            SymbolKind::Property
        } else {
            SymbolKind::Method
        }
    }

    /// `let`, `const`, fields, and assignments where they declare.
    fn definition(&mut self, id: NodeId, open: Open) {
        let tree = self.tree;
        let targets: Vec<NodeId> = tree.children_with(id, Role::Target).collect();
        let value = tree.child(id, Role::Value);
        let callable = value.filter(|it| {
            let kind = tree.kind(*it);
            kind.is_function() || kind == Kind::Class
        });
        let holds_functions = |it: NodeId| {
            let mut parts = tree.children(it);
            let is_function = |it: NodeId| tree.kind(it).is_function();
            tree.kind(it) == Kind::Map
                && parts.any(|part| {
                    let value = tree.child(part, Role::Value);
                    is_function(part) || value.is_some_and(is_function)
                })
        };
        let object = value.filter(|it| open.around == Around::Module && holds_functions(*it));
        let counts = match open.around {
            Around::Local | Around::Value => callable.is_some(),
            Around::Module | Around::Class(_) => true,
        };
        if !counts {
            return;
        }
        let mut names = Vec::new();
        for target in &targets {
            self.names_in(*target, id, value, &mut names);
        }
        if targets.is_empty() && tree.kind(id) == Kind::Declare {
            // What an annotation's type lists.
            let is_name = |it: &NodeId| tree.kind(*it) == Kind::Attribute;
            let is_member = matches!(open.around, Around::Class(_));
            names.extend(tree.child(id, Role::Attribute).filter(is_name).filter(|_| is_member));
        }
        let is_namespace = tree
            .child(id, Role::Body)
            .is_some_and(|it| tree.kind(it) == Kind::Block && tree.kind(id) == Kind::Declare);
        let is_only = names.len() == 1;
        for name in names {
            let kind = match open.around {
                _ if is_namespace => SymbolKind::Namespace,
                _ if callable.is_some() => match open.around {
                    Around::Class(_) => SymbolKind::Method,
                    _ => SymbolKind::Function,
                },
                _ if object.is_some() => SymbolKind::Object,
                Around::Class(_) if self.is_constructor(Some(name), open) => {
                    SymbolKind::Constructor
                }
                Around::Class(class) => self.member_kind(id, class, name),
                _ => self.variable_kind(id, name),
            };
            let span = if is_only { tree.span(id) } else { tree.span(name) };
            self.add(span, Some(name), kind, open.level);
        }
        let Some(symbol) = self.entries.len().checked_sub(1).filter(|_| is_only) else { return };
        if let Some(value) = callable {
            self.value = Some((value, symbol));
        }
        match open.around {
            // `a = b = 1` declares both.
            _ if value.is_some_and(|it| tree.kind(it) == Kind::Assign) => {}
            _ if is_namespace => {
                self.enter(id, Around::Module, open.level.saturating_add(1), Some(symbol));
            }
            // A constant of an enum may have methods of its own, and so may an object.
            _ => self.enter(id, Around::Value, open.level.saturating_add(1), Some(symbol)),
        }
    }

    /// The names that a target declares.
    fn names_in(
        &self,
        target: NodeId,
        definition: NodeId,
        value: Option<NodeId>,
        names: &mut Vec<NodeId>,
    ) {
        let tree = self.tree;
        let declares = tree.kind(definition) == Kind::Declare;
        if tree.kind(target) == Kind::Member {
            // `exports.go = function …`
            let holds = |it: NodeId| {
                tree.kind(it).is_function() || matches!(tree.kind(it), Kind::Class | Kind::Map)
            };
            let is_outermost = self.around.len() == 1;
            if value.is_some_and(holds) && is_outermost {
                names.extend(tree.child(target, Role::Attribute));
            }
            return;
        }
        let inside = std::iter::once(target).chain(tree.descendants(target));
        names.extend(inside.filter(|id| {
            let node = tree.node(*id);
            match node.kind {
                Kind::Attribute => declares && *id == target && tree.name(*id) != "_",
                Kind::Name if tree.name(*id) == "_" => false,
                Kind::Name if node.access == Access::Declare => true,
                Kind::Name if node.access == Access::Write => {
                    let binding = self.bindings.resolve(*id);
                    let binding = binding.and_then(|it| self.bindings.binding(it));
                    let is_first = binding.is_some_and(|it| it.declared_at == *id);
                    is_first && (declares || !self.separates)
                }
                _ => false,
            }
        }));
    }

    fn member_kind(&self, id: NodeId, class: SymbolKind, name: NodeId) -> SymbolKind {
        let tree = self.tree;
        if has_parameters(tree, id, name) {
            return SymbolKind::Method;
        }
        // Of an enum's members, only fields have a type.
        let outer = tree.node(id).parent;
        let is_typed = |it: NodeId| tree.child(it, Role::Type).is_some();
        let has_type = is_typed(id) || tree.kind(outer) == Kind::Declare && is_typed(outer);
        if class == SymbolKind::Enum && !has_type {
            return SymbolKind::EnumMember;
        }
        let flags = tree.flags(id);
        let is_constant =
            flags.has(Flags::CONSTANT.with(Flags::STATIC)) || tree.text(id).starts_with("const ");
        if is_constant || is_constant_name(tree.name(name)) {
            SymbolKind::Constant
        } else {
            SymbolKind::Field
        }
    }

    fn variable_kind(&self, id: NodeId, name: NodeId) -> SymbolKind {
        let tree = self.tree;
        if has_parameters(tree, id, name) {
            return SymbolKind::Function;
        }
        let is_constant = tree.flags(id).has(Flags::CONSTANT);
        if is_constant || is_constant_name(tree.name(name)) {
            SymbolKind::Constant
        } else {
            SymbolKind::Variable
        }
    }

    /// Fields and variants that are no declarations, another name for a type, the fields of a record.
    fn member(&mut self, id: NodeId, open: Open) {
        let tree = self.tree;
        let parent = tree.node(id).parent;
        let is_member = || {
            let above = tree.node(parent).parent;
            tree.role(parent) == Role::Body && tree.kind(above) == Kind::Class
        };
        match (tree.kind(id), open.around) {
            (Kind::Pair, Around::Class(class)) if is_member() => {
                let keys: Vec<NodeId> = tree.children_with(id, Role::Key).collect();
                let kind = match class {
                    SymbolKind::Enum => SymbolKind::EnumMember,
                    _ => SymbolKind::Field,
                };
                let is_only = keys.len() == 1;
                for key in keys {
                    let span = if is_only { tree.span(id) } else { tree.span(key) };
                    self.add(span, Some(key), kind, open.level);
                }
                self.enter(id, Around::Value, open.level.saturating_add(1), None);
            }
            (Kind::Pair, Around::Value) => {
                let value = tree.child(id, Role::Value).filter(|it| tree.kind(*it).is_function());
                let key = tree.child(id, Role::Key);
                if let (Some(value), Some(key)) = (value, key) {
                    self.add(tree.span(id), Some(key), SymbolKind::Method, open.level);
                    let symbol = self.entries.len() - 1;
                    self.value = Some((value, symbol));
                    self.enter(id, Around::Value, open.level.saturating_add(1), Some(symbol));
                }
            }
            (Kind::Attribute, Around::Class(SymbolKind::Enum))
                if tree.role(id) == Role::Element && is_member() =>
            {
                self.add(tree.span(id), Some(id), SymbolKind::EnumMember, open.level);
            }
            (Kind::Type, Around::Class(SymbolKind::Interface)) if is_member() => {
                let is_name = |it: &NodeId| tree.kind(*it) == Kind::Attribute;
                let target = tree.child(id, Role::Target).filter(is_name);
                let label = tree.child(id, Role::Attribute).filter(is_name);
                let kind = if target.is_some() { SymbolKind::Method } else { SymbolKind::Property };
                if let Some(name) = target.or(label) {
                    self.add(tree.span(id), Some(name), kind, open.level);
                    self.enter(id, Around::Value, open.level.saturating_add(1), None);
                }
            }
            (Kind::Type, Around::Module) if tree.role(id) == Role::Statement => {
                let is_name = |it: &NodeId| !tree.name(*it).is_empty();
                let Some(name) = tree.child(id, Role::Attribute).filter(is_name) else { return };
                let class = tree.child(id, Role::Type).filter(|it| tree.kind(*it) == Kind::Class);
                let is_unnamed = |it: &NodeId| tree.child(*it, Role::Name).is_none();
                self.add(tree.span(id), Some(name), SymbolKind::TypeAlias, open.level);
                let symbol = self.entries.len() - 1;
                if let Some(class) = class.filter(is_unnamed) {
                    self.value = Some((class, symbol));
                }
                self.enter(id, Around::Module, open.level.saturating_add(1), Some(symbol));
            }
            (Kind::Parameter, Around::Class(_)) if tree.kind(parent) == Kind::Class => {
                let name = tree.child(id, Role::Target);
                self.add(tree.span(id), name, SymbolKind::Field, open.level);
            }
            _ => {}
        }
    }

    /// Adds a symbol with the name that a node bears.
    fn add(&mut self, span: Span, name: Option<NodeId>, kind: SymbolKind, level: u16) {
        let tree = self.tree;
        let (at, text) = match name {
            Some(name) => (tree.span(name), tree.name(name)),
            None => (Span::new(span.start, span.start), ""),
        };
        self.push(span, at, text, kind, level);
    }

    fn push(&mut self, span: Span, at: Span, name: &str, kind: SymbolKind, level: u16) {
        let length = u16::try_from(name.len()).unwrap_or(0);
        let start = self.names.len() as u32;
        if length > 0 {
            self.names.push_str(name);
        }
        self.entries.push(UnitSymbol {
            span: span.cover(at),
            name_at: at.start,
            name: start,
            letters: LetterSet::of(name),
            length,
            name_length: u16::try_from(at.len()).unwrap_or(0),
            level,
            kind,
            stub: NO_STUB,
            is_stub: false,
        });
    }
}
