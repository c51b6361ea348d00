//! Dotted paths: what `sleep` in `from time import sleep` stands for, whatever a language writes.

use std::borrow::Cow;

use super::{BindingKind, Bindings, Environment};
use crate::ir::{Kind, NodeId, Role, Tree};

/// Whether the last part of a dotted path is `name`: quicker than to resolve a path, so that tables
/// of paths ask it first.
pub fn ends_in(path: &str, name: &str) -> bool {
    // From behind, since nearly every path differs in its last letters.
    path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Resolves expressions to dotted paths.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    /// The unit's IR.
    pub tree: &'a Tree,
    /// Its bindings.
    pub bindings: &'a Bindings,
    /// What free names mean; nothing while the environment itself is being gathered.
    pub environment: Option<&'a Environment<'a>>,
}

impl<'a> Paths<'a> {
    /// The path of a name or member chain whose root is an import or a global; nothing when the
    /// root is a variable, or the expression no chain.
    pub fn of(&self, id: NodeId) -> Option<Cow<'a, str>> {
        let mut parts: Vec<&str> = Vec::new();
        let mut at = id;
        loop {
            match self.tree.kind(at) {
                Kind::Member => {
                    parts.push(self.tree.name(at));
                    // A path that nests to the right shows its middle as further receivers.
                    let mut receivers = self.tree.children_with(at, Role::Receiver);
                    let first = receivers.next()?;
                    let from = parts.len();
                    parts.extend(receivers.map(|middle| self.tree.name(middle)));
                    if let Some(middle) = parts.get_mut(from..) {
                        middle.reverse();
                    }
                    at = first;
                }
                Kind::Name => break,
                _ => return None,
            }
        }
        let root = self.root(at)?;
        if parts.is_empty() {
            return Some(root);
        }
        parts.push(&root);
        parts.reverse();
        Some(Cow::Owned(parts.join(".")))
    }

    /// Whether the root of a name or member chain is an import.
    pub fn is_imported(&self, id: NodeId) -> bool {
        let inward = |at: &NodeId| {
            let receiver = self.tree.child(*at, Role::Receiver);
            receiver.filter(|_| self.tree.kind(*at) == Kind::Member)
        };
        let root = std::iter::successors(Some(id), inward).last().unwrap_or(id);
        if self.tree.kind(root) != Kind::Name {
            return false;
        }
        if let Some(binding) = self.bindings.resolve(root) {
            let binding = self.bindings.binding(binding);
            return binding
                .is_some_and(|it| import_path(self.tree, it.kind, it.declared_at).is_some());
        }
        let entry = self.environment.and_then(|it| it.entry(self.tree.name(root)));
        entry.is_some_and(|it| it.import_path().is_some())
    }

    /// What a name at the root of a chain stands for.
    fn root(&self, name: NodeId) -> Option<Cow<'a, str>> {
        let text = self.tree.name(name);
        let Some(binding) = self.bindings.resolve(name) else {
            return match self.environment.and_then(|it| it.entry(text)) {
                Some(entry) => entry.import_path().map(Cow::Borrowed),
                // A builtin or global.
                None => Some(Cow::Borrowed(text)),
            };
        };
        let binding = self.bindings.binding(binding)?;
        import_path(self.tree, binding.kind, binding.declared_at)
    }
}

/// The path that a name declared at `declared_at` imports: by an import, or by `require`.
pub(super) fn import_path(
    tree: &Tree,
    kind: BindingKind,
    declared_at: NodeId,
) -> Option<Cow<'_, str>> {
    let declaration = tree.node(declared_at).parent;
    if kind == BindingKind::Import {
        return Some(tree.name(declaration)).filter(|path| !path.is_empty()).map(Cow::Borrowed);
    }
    match tree.kind(declaration) {
        // `const fs = require('fs')`
        Kind::Declare => required_module(tree, declaration).map(Cow::Borrowed),
        // `const { readFileSync } = require('fs')`, `const { readFileSync: read } = …`
        Kind::Map => member_of(tree, declaration, tree.name(declared_at)),
        Kind::Pair => member_of(tree, tree.node(declaration).parent, tree.name(declaration)),
        _ => None,
    }
}

/// The path of a member that an object pattern takes out of a required module.
fn member_of<'a>(tree: &'a Tree, pattern: NodeId, member: &str) -> Option<Cow<'a, str>> {
    let declaration = tree.node(pattern).parent;
    let is_whole_target = tree.kind(pattern) == Kind::Map && tree.role(pattern) == Role::Target;
    let module =
        required_module(tree, declaration).filter(|_| is_whole_target && !member.is_empty())?;
    Some(Cow::Owned(format!("{module}.{member}")))
}

/// The module that a declaration's value requires.
fn required_module(tree: &Tree, declaration: NodeId) -> Option<&str> {
    if tree.kind(declaration) != Kind::Declare {
        return None;
    }
    let value = tree.child(declaration, Role::Value).filter(|it| tree.kind(*it) == Kind::Call)?;
    let callee = tree.child(value, Role::Callee)?;
    let argument = tree.child(value, Role::Argument)?;
    let is_require = tree.kind(callee) == Kind::Name && tree.name(callee) == "require";
    let module =
        (is_require && tree.kind(argument) == Kind::String).then(|| tree.text(argument))?;
    let module = module.trim_matches(['"', '\'', '`']);
    Some(module.strip_prefix("node:").unwrap_or(module))
}
