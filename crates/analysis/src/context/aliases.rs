//! Aliases: under which names a function may be called. To find out what a call calls costs more
//! than all else, and the name that it says tells of nearly all calls that they call something else.

use rustc_hash::FxHashSet;

use super::WorkspaceIndex;
use super::outline::{Exported, Meaning, Outline};

/// How often a name may be renamed on its way.
const MOST_RENAMINGS: usize = 2;

/// The names under which a function may be called; nothing where it may be any.
pub(super) struct Aliases<'a> {
    names: Option<FxHashSet<&'a str>>,
}

impl<'a> Aliases<'a> {
    /// Of the function of that dotted name in a file.
    pub(super) fn of(index: &'a WorkspaceIndex, path: &str, function: &'a str) -> Self {
        let (container, name) = function.rsplit_once('.').unwrap_or(("", function));
        let class = container.rsplit('.').next().unwrap_or(container);
        // What makes an object is called by the name of its class, or of one that inherits it.
        if name.starts_with("__") || name == "constructor" || name == class {
            return Self { names: None };
        }
        let mut names = FxHashSet::from_iter([name]);
        let module = index.summary(path).and_then(|it| it.module());
        let mut exports = module.into_iter().flat_map(|it| &it.exports);
        if exports.any(|it| is_nameless(&it.name)) {
            names.extend(["default", "=", ""]);
        }
        for _ in 0..MOST_RENAMINGS {
            let before = names.len();
            for (_, summary) in index.files() {
                for unit in summary.units() {
                    add(&mut names, &unit.outline);
                }
            }
            if names.len() == before {
                break;
            }
        }
        names.remove("");
        Self { names: Some(names) }
    }

    /// Whether a call by that path may mean it.
    pub(super) fn may_be(&self, path: &str) -> bool {
        let said = path.rsplit('.').next().unwrap_or(path);
        // A bare module that is called bears whatever name it was given.
        self.names.as_ref().is_none_or(|names| said.is_empty() || names.contains(said))
    }
}

fn is_nameless(name: &str) -> bool {
    matches!(name, "default" | "=")
}

/// Adds the names that a unit gives to what bears one of the names.
fn add<'a>(names: &mut FxHashSet<&'a str>, outline: &'a Outline) {
    for import in &outline.imports {
        let original = import.path.rsplit('.').next().unwrap_or("");
        if let Some(local) = import.local.as_deref().filter(|_| names.contains(original)) {
            names.insert(local);
        }
    }
    for export in &outline.exports {
        let is_known = match &export.what {
            Exported::Local(name) | Exported::Member(name) => names.contains(&**name),
            Exported::Import(_) => false,
        };
        if is_known {
            names.insert(&export.name);
        }
    }
    for bound in &outline.bound {
        if let Meaning::Alias(written) = &bound.meaning
            && names.contains(written.path.rsplit('.').next().unwrap_or(""))
        {
            names.insert(&bound.name);
        }
    }
}
