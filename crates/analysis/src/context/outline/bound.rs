//! What a module binds, hands on and defines, as far as its own text says.

use super::{ClassOutline, Reader, Root, Written};
use crate::facts::{Binding, BindingId, BindingKind, ScopeId};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::languages::ImportStyle;

/// A name that a module binds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The name.
    pub name: Box<str>,
    /// What it means.
    pub meaning: Meaning,
}

/// What a name means in its module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A function, or a variable that holds one.
    Function,
    /// A class.
    Class,
    /// An import, by its position in the outline's imports.
    Import(u16),
    /// An object of a class.
    Object(Written),
    /// Another name for something.
    Alias(Written),
    /// A module that stands in the file itself, whose names count as the file's.
    Inside,
    /// Something else, or several things.
    Other,
}

impl Reader<'_> {
    /// The names that the module binds, in order.
    pub(super) fn bound(&self) -> Box<[Bound]> {
        let in_module = self.bindings.iter().filter(|(_, it)| it.scope == ScopeId(0));
        let mut bound: Vec<Bound> = in_module
            .map(|(id, binding)| {
                let name = self.tree.symbol_text(binding.symbol).into();
                Bound { name, meaning: self.meaning(id, binding) }
            })
            .collect();
        if self.language.spec().imports == ImportStyle::Crates {
            bound.extend(inner_modules(self.tree.source()));
        }
        bound.sort_by(|one, other| one.name.cmp(&other.name));
        // Two declarations of a name, where the language has scopes that the tree leaves out.
        for at in 1..bound.len() {
            let (before, rest) = bound.split_at_mut(at);
            if let (Some(before), Some(this)) = (before.last_mut(), rest.first_mut())
                && before.name == this.name
                && before.meaning != this.meaning
            {
                before.meaning = Meaning::Other;
                this.meaning = Meaning::Other;
            }
        }
        bound.dedup_by(|one, other| one.name == other.name);
        bound.into()
    }

    fn meaning(&self, id: BindingId, binding: &Binding) -> Meaning {
        let tree = self.tree;
        let is_only = self.bindings.definitions(id).nth(1).is_none();
        let declared_at = binding.declared_at;
        if let Some(import) = self.import_of(declared_at) {
            return if is_only { Meaning::Import(import) } else { Meaning::Other };
        }
        match binding.kind {
            // Several of them are told apart when one is looked for.
            BindingKind::Function | BindingKind::Variable if self.are_units(id) => {
                Meaning::Function
            }
            BindingKind::Function if is_only => Meaning::Function,
            BindingKind::Class => Meaning::Class,
            BindingKind::Variable => {
                let definition = tree.node(declared_at).parent;
                let is_target = tree.role(declared_at) == Role::Target;
                let value = tree.child(definition, Role::Value).filter(|_| is_target && is_only);
                match value.map(|it| (it, tree.kind(it))) {
                    Some((_, Kind::Lambda | Kind::Function)) => Meaning::Function,
                    Some((value, Kind::Name | Kind::Member)) => match self.written(value) {
                        Some(written) if written.root == Root::Free => Meaning::Alias(written),
                        _ => Meaning::Other,
                    },
                    _ => self.class_of_binding(id, 3).map_or(Meaning::Other, Meaning::Object),
                }
            }
            _ => Meaning::Other,
        }
    }

    /// Whether each definition of a name is a function that is a unit of its own, or declares one
    /// without a body.
    fn are_units(&self, id: BindingId) -> bool {
        let tree = self.tree;
        let mut has_body = false;
        let are_units = self.bindings.definitions(id).all(|name| {
            let definition = tree.node(name).parent;
            let is_unit =
                tree.kind(definition) == Kind::Function && tree.flags(definition).has(Flags::STUB);
            has_body |= is_unit;
            is_unit
        });
        are_units && has_body
    }

    /// The classes that the module defines.
    pub(super) fn classes(&self) -> Box<[ClassOutline]> {
        let tree = self.tree;
        let classes = tree.ids().filter(|id| tree.kind(*id) == Kind::Class);
        let classes = classes.filter(|id| {
            // A class in a function is nobody else's.
            !tree.ancestors(*id).any(|it| tree.kind(it).is_function())
        });
        classes
            .filter_map(|id| {
                let own = class_name(self, id).filter(|it| !it.is_empty())?;
                let mut names = vec![own];
                names.extend(tree.ancestors(id).filter_map(|it| class_name(self, it)));
                names.reverse();
                let bases = tree.children_with(id, Role::Base).filter_map(|it| self.base(it));
                Some(ClassOutline { name: names.join(".").into(), bases: bases.collect() })
            })
            .collect()
    }

    fn base(&self, base: NodeId) -> Option<Written> {
        match self.tree.kind(base) {
            Kind::Name | Kind::Member => self.written(base),
            Kind::Type => {
                let path = super::spelling::class_of_annotation(self.tree.text(base));
                Some(path.map_or(Written { root: Root::Unknown, path: "".into() }, |path| {
                    Written { root: Root::Free, path }
                }))
            }
            // `metaclass=…`
            Kind::Argument => None,
            _ => Some(Written { root: Root::Unknown, path: "".into() }),
        }
    }

    /// The package that the module says it belongs to.
    pub(super) fn package(&self) -> Option<Box<str>> {
        if !self.language.spec().imports.has_package_clause() {
            return None;
        }
        let tree = self.tree;
        let clause = tree.children(NodeId::ROOT).find(|id| {
            let is_name = |it: NodeId| tree.kind(it) == Kind::Attribute;
            tree.kind(*id) == Kind::Declare
                && tree.child(*id, Role::Target).is_none()
                && tree.children(*id).any(is_name)
        })?;
        Some(tree.name(clause).into())
    }
}

/// The name that a class declares.
fn class_name<'a>(reader: &Reader<'a>, class: NodeId) -> Option<&'a str> {
    let tree = reader.tree;
    if tree.kind(class) != Kind::Class {
        return None;
    }
    let name = tree.child(class, Role::Name)?;
    Some(tree.name(name))
}

/// The modules that a Rust file holds itself; the tree leaves them out.
fn inner_modules(source: &str) -> impl Iterator<Item = Bound> + '_ {
    let starts = source.match_indices("mod ").map(|(at, found)| (at, at + found.len()));
    starts.filter_map(|(at, end)| {
        let before = source.get(..at)?.chars().next_back();
        let rest = source.get(end..)?;
        let length = rest.find(|it: char| !it.is_alphanumeric() && it != '_')?;
        let (name, after) = rest.split_at(length);
        let is_word = before.is_none_or(char::is_whitespace) && !name.is_empty();
        let opens = after.trim_start().starts_with('{');
        (is_word && opens).then(|| Bound { name: name.into(), meaning: Meaning::Inside })
    })
}
