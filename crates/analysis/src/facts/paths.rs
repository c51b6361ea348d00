//! Dotted paths: what `sleep` in `from time import sleep` stands for, whatever a language writes.

use std::borrow::Cow;

use super::{BindingKind, Bindings, Environment};
use crate::ir::{Kind, NodeId, Role, Tree};

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
        let mut parts: Vec<&'a str> = Vec::new();
        let mut at = id;
        loop {
            match self.tree.kind(at) {
                Kind::Member => {
                    parts.push(self.tree.name(at));
                    at = self.tree.child(at, Role::Receiver)?;
                }
                Kind::Name => break,
                _ => return None,
            }
        }
        let root = self.root(at)?;
        if parts.is_empty() {
            return Some(Cow::Borrowed(root));
        }
        parts.push(root);
        parts.reverse();
        Some(Cow::Owned(parts.join(".")))
    }

    /// What a name at the root of a chain stands for.
    fn root(&self, name: NodeId) -> Option<&'a str> {
        let text = self.tree.name(name);
        let Some(binding) = self.bindings.resolve(name) else {
            return match self.environment.and_then(|it| it.entry(text)) {
                Some(entry) => entry.import_path(),
                // A builtin or global.
                None => Some(text),
            };
        };
        let binding = self.bindings.binding(binding)?;
        import_path(self.tree, binding.kind, binding.declared_at)
    }
}

/// The path that a name declared at `declared_at` imports: by an import, or by `require`.
pub(super) fn import_path(tree: &Tree, kind: BindingKind, declared_at: NodeId) -> Option<&str> {
    let declaration = tree.node(declared_at).parent;
    if kind == BindingKind::Import {
        return Some(tree.name(declaration)).filter(|path| !path.is_empty());
    }
    // `const fs = require('fs')`
    let value = (tree.kind(declaration) == Kind::Declare)
        .then(|| tree.child(declaration, Role::Value))??;
    let callee = (tree.kind(value) == Kind::Call).then(|| tree.child(value, Role::Callee))??;
    let argument = tree.child(value, Role::Argument)?;
    let is_require = tree.kind(callee) == Kind::Name && tree.name(callee) == "require";
    let module =
        (is_require && tree.kind(argument) == Kind::String).then(|| tree.text(argument))?;
    let module = module.trim_matches(['"', '\'', '`']);
    Some(module.strip_prefix("node:").unwrap_or(module))
}
