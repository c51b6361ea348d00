//! What a unit imports, and what its module hands on.

use super::Reader;
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::languages::ImportStyle;

/// One name that an import binds, or a whole module whose names it lets in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Import {
    /// The name it binds; nothing where it binds none, or all names of the module.
    pub local: Option<Box<str>>,
    /// The module, where the language writes it apart; else empty.
    pub module: Box<str>,
    /// The dotted path of what is imported; where the module stands apart, what is taken out of it,
    /// which is empty for the module itself.
    pub path: Box<str>,
    /// Whether it lets in all names of the module.
    pub is_whole: bool,
}

/// A name under which a module hands something on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Export {
    /// The name, or `default`, or `=` for what stands for the module itself; empty for all names of
    /// another module.
    pub name: Box<str>,
    /// What it hands on.
    pub what: Exported,
}

/// What an export hands on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Exported {
    /// What the module binds under a name.
    Local(Box<str>),
    /// An import, by its position in the outline's imports.
    Import(u16),
    /// A function that stands in an object of exports, by its name there.
    Member(Box<str>),
}

impl Reader<'_> {
    /// The unit's imports, in the order of their nodes.
    pub(super) fn find_imports(&self) -> Vec<(NodeId, Import)> {
        let tree = self.tree;
        let mut imports = Vec::new();
        for id in tree.ids() {
            match tree.kind(id) {
                Kind::ImportBinding => imports.push((id, self.import(id))),
                // `#include "x.h"`, `export * from './x'`
                Kind::Import | Kind::Export if is_whole(self, id) => {
                    let module = tree.name(id).trim_matches(['"', '\'', '<', '>']).into();
                    let path = "".into();
                    imports.push((id, Import { local: None, module, path, is_whole: true }));
                }
                Kind::Call => {
                    if let Some(module) = self.required(id) {
                        let (module, path) = (module.into(), "".into());
                        imports.push((id, Import { local: None, module, path, is_whole: false }));
                    }
                }
                _ => {}
            }
        }
        if !self.language.spec().imports.has_exports() {
            return imports;
        }
        // What an object pattern takes out of a required module.
        let mut taken = Vec::new();
        for (id, binding) in self.bindings.iter() {
            let (name, declared_at) = (tree.symbol_text(binding.symbol), binding.declared_at);
            let Some((module, path)) = self.taken(declared_at) else { continue };
            let is_first = self.bindings.definitions(id).next() == Some(declared_at);
            if is_first {
                let local = Some(name.into());
                let import =
                    Import { local, module: module.into(), path: path.into(), is_whole: false };
                taken.push((declared_at, import));
            }
        }
        imports.extend(taken);
        imports.sort_by_key(|(id, _)| *id);
        imports
    }

    fn import(&self, id: NodeId) -> Import {
        let tree = self.tree;
        let module = tree.name(tree.node(id).parent).trim_matches(['"', '\'']);
        let module = module.strip_prefix("node:").unwrap_or(module);
        let local = tree.child(id, Role::Target).map(|name| tree.name(name).into());
        let symbol = tree.name(id);
        let path = match symbol.strip_prefix(module) {
            Some(rest) if !module.is_empty() => rest.strip_prefix('.').unwrap_or(rest),
            _ => symbol,
        };
        let whole = path.strip_suffix(".*");
        Import {
            // A dot for a name lets in all names of a package.
            is_whole: whole.is_some()
                || (local.is_none() && self.language.spec().imports == ImportStyle::Folders),
            local,
            module: module.into(),
            path: whole.unwrap_or(path).into(),
        }
    }

    /// The import that binds a name where it is declared.
    pub(super) fn import_of(&self, declared_at: NodeId) -> Option<u16> {
        let parent = self.tree.node(declared_at).parent;
        self.import_at(parent)
            .filter(|_| self.tree.kind(parent) == Kind::ImportBinding)
            .or_else(|| self.import_at(declared_at))
    }

    /// The module that a call requires.
    pub(super) fn required(&self, call: NodeId) -> Option<&str> {
        let tree = self.tree;
        if !self.language.spec().imports.has_exports() {
            return None;
        }
        let callee = tree.child(call, Role::Callee)?;
        let argument = tree.child(call, Role::Argument)?;
        let is_require = tree.kind(callee) == Kind::Name && tree.name(callee) == "require";
        (is_require && tree.kind(argument) == Kind::String)
            .then(|| tree.text(argument).trim_matches(['"', '\'', '`']))
    }

    /// The module and member that a declared name takes out of a required module.
    fn taken(&self, declared_at: NodeId) -> Option<(&str, &str)> {
        let tree = self.tree;
        let around = tree.node(declared_at).parent;
        let (declaration, member) = match tree.kind(around) {
            Kind::Declare => (around, ""),
            Kind::Map => (tree.node(around).parent, tree.name(declared_at)),
            Kind::Pair => {
                let pattern = tree.node(around).parent;
                let key = tree.child(around, Role::Key)?;
                (tree.node(pattern).parent, tree.name(key))
            }
            _ => return None,
        };
        if tree.kind(declaration) != Kind::Declare {
            return None;
        }
        let value = tree.child(declaration, Role::Value)?;
        // `require('x').y`
        if tree.kind(value) == Kind::Member && member.is_empty() {
            let module = self.required(tree.child(value, Role::Receiver)?)?;
            return Some((module, tree.name(value)));
        }
        Some((self.required(value)?, member))
    }

    /// What the module hands on.
    pub(super) fn exports(&self) -> Box<[Export]> {
        let tree = self.tree;
        let mut exports = Vec::new();
        if !self.language.spec().imports.has_exports() {
            return exports.into();
        }
        for statement in tree.children(NodeId::ROOT) {
            match tree.kind(statement) {
                Kind::Export => self.export(statement, &mut exports),
                Kind::Assign => self.assigned_export(statement, &mut exports),
                _ => {}
            }
        }
        exports.into()
    }

    fn export(&self, statement: NodeId, exports: &mut Vec<Export>) {
        let tree = self.tree;
        if let Some(import) = self.import_at(statement) {
            exports.push(Export { name: "".into(), what: Exported::Import(import) });
            return;
        }
        let is_default = tree.flags(statement).has(Flags::DEFAULT);
        for child in tree.children(statement) {
            let name = |id: NodeId| tree.name(id);
            match tree.kind(child) {
                Kind::ImportBinding => {
                    let Some(import) = self.import_at(child) else { continue };
                    let alias = tree
                        .child(child, Role::Attribute)
                        .or_else(|| tree.child(child, Role::Value));
                    let name = alias.map_or("", name).trim_matches(['"', '\'']).into();
                    exports.push(Export { name, what: Exported::Import(import) });
                }
                Kind::Pair => {
                    let Some(local) = tree.child(child, Role::Value) else { continue };
                    let alias = tree.child(child, Role::Attribute).unwrap_or(local);
                    let what = Exported::Local(name(local).into());
                    exports
                        .push(Export { name: name(alias).trim_matches(['"', '\'']).into(), what });
                }
                Kind::Function | Kind::Class => {
                    let local = tree.child(child, Role::Name).map_or("", name);
                    declared_export(local, is_default, exports);
                }
                Kind::Declare => {
                    let nested = tree.children_with(child, Role::Statement);
                    for declaration in std::iter::once(child).chain(nested) {
                        for target in tree.children_with(declaration, Role::Target) {
                            declared_export(name(target), false, exports);
                        }
                    }
                }
                Kind::Name if is_default => declared_export(name(child), true, exports),
                // `export = name`
                Kind::Name => {
                    let what = Exported::Local(name(child).into());
                    exports.push(Export { name: "=".into(), what });
                }
                _ => {}
            }
        }
    }

    /// `module.exports = …`, `exports.name = …`
    fn assigned_export(&self, statement: NodeId, exports: &mut Vec<Export>) {
        let tree = self.tree;
        let target = tree.child(statement, Role::Target).map_or("", |it| tree.text(it));
        let Some(value) = tree.child(statement, Role::Value) else { return };
        let member = target.strip_prefix("module.").unwrap_or(target);
        let Some(name) = member.strip_prefix("exports") else { return };
        let Some(name) =
            name.strip_prefix('.').or((name.is_empty() && member != target).then_some("="))
        else {
            return;
        };
        match tree.kind(value) {
            Kind::Name => {
                let what = Exported::Local(tree.name(value).into());
                exports.push(Export { name: name.into(), what });
            }
            Kind::Lambda | Kind::Function => {
                exports.push(Export { name: name.into(), what: Exported::Member(name.into()) });
            }
            Kind::Map if name == "=" => {
                for element in tree.children_with(value, Role::Element) {
                    let (name, what) = match tree.kind(element) {
                        Kind::Name => {
                            (tree.name(element), Exported::Local(tree.name(element).into()))
                        }
                        Kind::Function => {
                            (tree.name(element), Exported::Member(tree.name(element).into()))
                        }
                        Kind::Pair => {
                            let key = tree.child(element, Role::Key).map_or("", |it| tree.name(it));
                            match self.child_of(element, Role::Value, Kind::Name) {
                                Some(local) => (key, Exported::Local(tree.name(local).into())),
                                None => (key, Exported::Member(key.into())),
                            }
                        }
                        _ => continue,
                    };
                    exports.push(Export { name: name.into(), what });
                }
            }
            _ => {}
        }
    }
}

/// Adds a declaration that is handed on. A function without a name is its module's default.
fn declared_export(local: &str, is_default: bool, exports: &mut Vec<Export>) {
    let name = if is_default { "default" } else { local };
    exports.push(Export { name: name.into(), what: Exported::Local(local.into()) });
}

/// Whether a statement lets in, or hands on, all names of a module: `#include`, `export * from`.
fn is_whole(reader: &Reader<'_>, statement: NodeId) -> bool {
    let tree = reader.tree;
    let binds = tree.children(statement).any(|it| tree.kind(it) == Kind::ImportBinding);
    let takes_all =
        tree.kind(statement) == Kind::Import || reader.language.spec().imports.has_exports();
    takes_all && !binds && !tree.name(statement).is_empty()
}
