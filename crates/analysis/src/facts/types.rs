//! Lightweight types: what an expression surely is, from literals, constructors and annotations.

use super::paths::{Paths, ends_in};
use super::{BindingId, Bindings, Memo};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role, Tree};
use crate::languages::{Language, ValueType};

/// What types are derived from: a unit, its names, and what free names mean.
#[derive(Clone, Copy, Debug)]
pub struct Types<'a> {
    /// The unit's IR.
    pub tree: &'a Tree,
    /// Its bindings.
    pub bindings: &'a Bindings,
    /// Its dotted paths.
    pub paths: Paths<'a>,
    /// Its language.
    pub language: Language,
    /// Where answers are kept, if anywhere.
    pub memo: Option<&'a Memo>,
}

impl Types<'_> {
    /// The type of an expression, if it is sure.
    pub fn of(&self, id: NodeId) -> Option<ValueType> {
        self.of_expression(id, 3)
    }

    /// The type of every value a binding ever gets, if they agree.
    pub fn of_binding(&self, binding: BindingId) -> Option<ValueType> {
        self.binding(binding, 3)
    }

    /// The type of the value that one definition gives a binding, if it is sure.
    pub fn of_definition(&self, name: NodeId) -> Option<ValueType> {
        self.defined(name, 3)
    }

    /// The type that a name is declared to have, as it is written: `const int`, `: number[]`.
    pub fn declared(&self, name: NodeId) -> Option<NodeId> {
        let binding = self.bindings.binding(self.bindings.resolve(name)?)?;
        self.annotation(self.tree.parent(binding.declared_at)?)
    }

    /// Whether an expression is a call that may give null.
    pub fn may_be_null(&self, id: NodeId) -> bool {
        let Some(callee) = self.tree.child(id, Role::Callee) else { return false };
        if self.tree.kind(id) != Kind::Call {
            return false;
        }
        let known = self.language.spec().knowledge.nullable_results;
        let name = self.tree.name(callee);
        let arguments = || self.tree.children_with(id, Role::Argument).count();
        // `os.environ.get(1)`: with one argument only.
        let plain = |path: &'static str| match path.strip_suffix("(1)") {
            Some(path) => (arguments() == 1).then_some(path),
            None => Some(path),
        };
        let known = known.iter().filter_map(|path| plain(path));
        let mut candidates = known.filter(|path| ends_in(path, name)).peekable();
        if candidates.peek().is_none() {
            return false;
        }
        let path = self.paths.of(callee);
        candidates.any(|known| known.starts_with('.') || path.as_deref() == Some(known))
    }

    fn of_expression(&self, id: NodeId, depth: u8) -> Option<ValueType> {
        let node = self.tree.node(id);
        match node.kind {
            // What a list in braces makes, its declaration tells.
            Kind::List if node.flags.has(Flags::LAZY) => None,
            Kind::List => Some(ValueType::List),
            Kind::Set => Some(ValueType::Set),
            Kind::Map => Some(ValueType::Map),
            Kind::Tuple if node.flags.has(Flags::HAS_VALUE) => None,
            Kind::Tuple => Some(ValueType::Tuple),
            Kind::String | Kind::Template => Some(ValueType::String),
            Kind::Number => Some(ValueType::Number),
            Kind::Boolean => Some(ValueType::Boolean),
            Kind::Null => Some(ValueType::Null),
            Kind::Lambda => Some(ValueType::Function),
            Kind::Comprehension => self.of_comprehension(id),
            Kind::Macro => self.constructed(self.tree.name(id)),
            Kind::Call => {
                let callee = self.tree.child(id, Role::Callee)?;
                match self.paths.of(callee) {
                    Some(path) => self.constructed(&path),
                    None => self
                        .result_of_method(callee, depth)
                        .or_else(|| self.result_with_callback(id, callee)),
                }
            }
            Kind::Binary if node.operator == Operator::Add => {
                let operands = [Role::Left, Role::Right].map(|role| self.tree.child(id, role));
                let types = operands.map(|it| self.of_expression(it?, depth.checked_sub(1)?));
                types.into_iter().flatten().find(|it| *it == ValueType::String)
            }
            Kind::Name => {
                let depth = depth.checked_sub(1)?;
                match self.bindings.resolve(id) {
                    Some(binding) => self.binding(binding, depth),
                    None => self.paths.environment?.entry(self.tree.name(id))?.value_type(),
                }
            }
            _ => None,
        }
    }

    fn of_comprehension(&self, id: NodeId) -> Option<ValueType> {
        match self.tree.text(id).as_bytes().first()? {
            b'[' => Some(ValueType::List),
            b'{' => {
                let body = self.tree.child(id, Role::Body)?;
                let is_map = self.tree.kind(body) == Kind::Pair;
                Some(if is_map { ValueType::Map } else { ValueType::Set })
            }
            _ => None,
        }
    }

    /// The type of what a method gives, by its name and its receiver's type.
    fn result_of_method(&self, callee: NodeId, depth: u8) -> Option<ValueType> {
        let receiver = self.tree.child(callee, Role::Receiver)?;
        let name = self.tree.name(callee);
        let results = self.language.spec().knowledge.method_results;
        let mut named = results.iter().filter(|(_, method, _)| *method == name).peekable();
        named.peek()?;
        let of = self.of_expression(receiver, depth.checked_sub(1)?);
        named.find(|(on, ..)| on.is_none() || *on == of).map(|(.., result)| *result)
    }

    /// The type of what a method gives that is called with a function: `items.map((item) => …)`.
    /// Wrappers that name the methods of lists after their own fashion (`$(items)`, `_(items)`) are
    /// left out.
    fn result_with_callback(&self, call: NodeId, callee: NodeId) -> Option<ValueType> {
        let receiver = self.tree.child(callee, Role::Receiver)?;
        let results = self.language.spec().knowledge.callback_results;
        let name = self.tree.name(callee);
        let (_, result) = results.iter().find(|(method, _)| *method == name)?;
        let argument = self.tree.child(call, Role::Argument)?;
        let is_plain = matches!(self.tree.kind(receiver), Kind::Name | Kind::Member)
            && !self.tree.text(receiver).contains(['$', '(']);
        (is_plain && self.tree.kind(argument) == Kind::Lambda).then_some(*result)
    }

    /// Whether the expression is surely something else than a number that may be NaN.
    pub fn is_never_nan(&self, id: NodeId) -> bool {
        match self.of(id) {
            Some(ValueType::Number) | None => self.is_integer(id),
            Some(_) => true,
        }
    }

    /// Whether the expression is a variable declared as an integer.
    fn is_integer(&self, id: NodeId) -> bool {
        let declared = || {
            let binding = self.bindings.binding(self.bindings.resolve(id)?)?;
            let declaration = self.tree.node(binding.declared_at).parent;
            let annotation = self.tree.child(declaration, Role::Type)?;
            Some(self.tree.text(annotation).trim_start_matches([':', ' ', '&']).trim())
        };
        let integers = self.language.spec().knowledge.integer_annotations;
        declared().is_some_and(|annotation| integers.contains(&annotation))
    }

    fn constructed(&self, path: &str) -> Option<ValueType> {
        let knowledge = self.language.spec().knowledge;
        let constructors = knowledge.constructors.iter().find(|(known, _)| *known == path);
        constructors.map(|(_, made)| *made)
    }

    fn binding(&self, id: BindingId, depth: u8) -> Option<ValueType> {
        match self.memo {
            Some(memo) => memo.type_of(id, depth, || self.of_definitions(id, depth)),
            None => self.of_definitions(id, depth),
        }
    }

    fn of_definitions(&self, id: BindingId, depth: u8) -> Option<ValueType> {
        // Where variables are declared, every value they get is of the type declared.
        if !self.language.spec().scoping.assignment_declares
            && let Some(declared) = self.bindings.binding(id).map(|it| it.declared_at)
            && self.tree.role(declared) == Role::Target
            && let Some(annotation) = self.annotation(self.tree.node(declared).parent)
            && let Some(annotated) = self.annotated(annotation)
        {
            return Some(annotated);
        }
        let mut agreed = None;
        for name in self.bindings.definitions(id) {
            // `x += …` keeps the type of `x`.
            if self.tree.node(name).access == Access::ReadWrite {
                continue;
            }
            let value = self.defined(name, depth)?;
            if agreed.is_some_and(|agreed| agreed != value) {
                return None;
            }
            agreed = Some(value);
        }
        agreed
    }

    /// The type of the value that one definition gives.
    fn defined(&self, name: NodeId, depth: u8) -> Option<ValueType> {
        let node = self.tree.node(name);
        let definition = node.parent;
        if !matches!(node.role, Role::Target) {
            return None;
        }
        match self.tree.kind(definition) {
            Kind::Assign | Kind::Declare | Kind::Parameter => {
                if let Some(annotation) = self.annotation(definition)
                    && let Some(annotated) = self.annotated(annotation)
                {
                    return Some(annotated);
                }
                let value = self.tree.child(definition, Role::Value)?;
                self.of_expression(value, depth.checked_sub(1)?)
            }
            Kind::ForEach => self.annotated(self.annotation(definition)?),
            _ => None,
        }
    }

    /// The annotation of a definition; the variables of one declaration share it.
    fn annotation(&self, definition: NodeId) -> Option<NodeId> {
        self.tree.child(definition, Role::Type).or_else(|| {
            let around = self.tree.node(definition).parent;
            let is_row = [definition, around].map(|it| self.tree.kind(it)) == [Kind::Declare; 2];
            is_row.then(|| self.tree.child(around, Role::Type))?
        })
    }

    /// The type that an annotation names.
    fn annotated(&self, annotation: NodeId) -> Option<ValueType> {
        let text = self.tree.text(annotation).trim_start_matches([':', ' ', '&']);
        // `&'a mut [T]`, `readonly string[]`
        let text = match text.strip_prefix('\'') {
            Some(lifetime) => lifetime.split_once(' ').map_or("", |(_, named)| named),
            None => text,
        };
        let text = text.trim_start_matches("mut ").trim_start_matches("readonly ").trim();
        if text.ends_with("[]") && !text.contains('|') {
            return Some(ValueType::List);
        }
        let known = self.language.spec().knowledge.annotations;
        if text.starts_with('[') && !text.contains(';') {
            return known.iter().find(|(known, _)| *known == "[").map(|(_, named)| *named);
        }
        let end = text.find(['<', '[', ' ', '|', '(']).unwrap_or(text.len());
        // A union says nothing sure.
        if text.contains('|') || text.starts_with("Optional") {
            return None;
        }
        let head = text.get(..end)?;
        known.iter().find(|(known, _)| *known == head).map(|(_, named)| *named)
    }
}
