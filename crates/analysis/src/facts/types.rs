//! Lightweight types: what an expression surely is, from literals, constructors and annotations.

use super::paths::Paths;
use super::{BindingId, Bindings};
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

    fn of_expression(&self, id: NodeId, depth: u8) -> Option<ValueType> {
        let node = self.tree.node(id);
        match node.kind {
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
                self.constructed(&self.paths.of(callee)?)
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

    fn constructed(&self, path: &str) -> Option<ValueType> {
        let knowledge = self.language.spec().knowledge;
        let constructors = knowledge.constructors.iter().find(|(known, _)| *known == path);
        constructors.map(|(_, made)| *made)
    }

    fn binding(&self, id: BindingId, depth: u8) -> Option<ValueType> {
        let mut agreed = None;
        for name in self.bindings.definitions(self.tree, id) {
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
                if let Some(annotation) = self.tree.child(definition, Role::Type)
                    && let Some(annotated) = self.annotated(annotation)
                {
                    return Some(annotated);
                }
                let value = self.tree.child(definition, Role::Value)?;
                self.of_expression(value, depth.checked_sub(1)?)
            }
            _ => None,
        }
    }

    /// The type that an annotation names.
    fn annotated(&self, annotation: NodeId) -> Option<ValueType> {
        let text = self.tree.text(annotation).trim_start_matches([':', ' ', '&']);
        let text = text.trim_start_matches("mut ").trim();
        if text.ends_with("[]") {
            return Some(ValueType::List);
        }
        let end = text.find(['<', '[', ' ', '|', '(']).unwrap_or(text.len());
        // A union says nothing sure.
        if text.contains('|') || text.starts_with("Optional") {
            return None;
        }
        let head = text.get(..end)?;
        let known = self.language.spec().knowledge.annotations;
        known.iter().find(|(known, _)| *known == head).map(|(_, named)| *named)
    }
}
