//! Rust: paths through a crate's tree of modules. Items of an inline module count as its file's.

use std::sync::Arc;

use super::{Search, Site, Thing};
use crate::context::WorkspaceIndex;
use crate::context::paths::{folder, join, last};

/// Files that start a crate in a folder of sources.
const ROOTS: &[&str] = &["lib.rs", "main.rs"];

/// Folders in which each file is a crate of its own.
const SINGLE: &[&str] = &["tests", "examples", "benches", "bin"];

impl Search<'_> {
    /// What a path means: `crate::a::f`, `super::f`, `other::f`.
    pub(super) fn crate_path(&self, site: &Site<'_>, path: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        match first {
            "crate" => {
                let root = crate_root(self.index(), site.file)?;
                self.follow(Thing::Module(root), rest, false, steps)
            }
            "self" => {
                let own = Thing::Module(self.path(site.file));
                if rest.is_empty() { Some(own) } else { self.follow(own, rest, false, steps) }
            }
            "super" => {
                // In an inline module, what is above is the file itself: both are asked.
                let here = (!rest.starts_with("super"))
                    .then(|| self.follow(Thing::Module(self.path(site.file)), rest, false, steps))
                    .flatten()
                    .filter(|_| !rest.is_empty());
                let above = parent_module(self.index(), site.file).and_then(|above| {
                    let start = self.site(&above)?;
                    match rest.split_once('.').map_or(rest, |(next, _)| next) {
                        "super" => self.crate_path(&start, rest, steps),
                        _ => self.follow(Thing::Module(Arc::clone(&above)), rest, false, steps),
                    }
                });
                match (here, above) {
                    (Some(here), Some(above)) => (here == above).then_some(here),
                    (here, above) => here.or(above),
                }
            }
            _ => {
                let start = self.name(site, first, steps)?;
                self.follow(start, rest, false, steps)
            }
        }
    }

    /// What a name means that a file does not bind: a module below it, something that `use a::*`
    /// lets in, or another crate.
    pub(super) fn crate_name(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        if let Some(module) = child_module(self.index(), site.file, name) {
            return Some(Thing::Module(module));
        }
        if !self.is_new(site.file, name) {
            return None;
        }
        let imports = site.summary.module()?.imports.iter().filter(|it| it.is_whole);
        let mut found = imports.filter_map(|import| {
            let module = self.crate_path(site, &import.path, steps)?;
            match &module {
                Thing::Module(file) if **file == *site.file => None,
                _ => self.member(&module, name, steps),
            }
        });
        if let Some(first) = found.next() {
            return found.all(|it| it == first).then_some(first);
        }
        let roots = self.index().roots().iter().filter(|it| is_crate(&it.name, name));
        let mut folders = roots.filter_map(|root| {
            let file = join(&root.folder, "src/lib.rs");
            self.index().path(&file).cloned()
        });
        let first = folders.next()?;
        folders.next().is_none().then_some(Thing::Module(first))
    }

    /// What a module has under a name.
    pub(super) fn member_of_crate(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let child = || child_module(self.index(), site.file, name).map(Thing::Module);
        self.name(site, name, steps).or_else(child)
    }
}

fn is_crate(name: &str, written: &str) -> bool {
    name.len() == written.len()
        && name
            .bytes()
            .zip(written.bytes())
            .all(|(one, other)| one == other || (one == b'-' && other == b'_'))
}

/// Whether a file is the root of a crate.
fn is_root(path: &str) -> bool {
    ROOTS.contains(&last(path)) || SINGLE.contains(&last(folder(path)))
}

/// The folder in which a module's own modules lie.
fn inside(path: &str) -> String {
    let above = folder(path);
    if is_root(path) || last(path) == "mod.rs" {
        above.to_owned()
    } else {
        path.strip_suffix(".rs").unwrap_or(path).to_owned()
    }
}

/// The file of a module that stands below the one of a file.
pub(super) fn child_module(index: &WorkspaceIndex, file: &str, name: &str) -> Option<Arc<str>> {
    let below = join(&inside(file), name);
    let files = [format!("{below}.rs"), format!("{below}/mod.rs")];
    files.iter().find_map(|it| index.path(it)).cloned()
}

/// The file of the module above the one of a file.
fn parent_module(index: &WorkspaceIndex, file: &str) -> Option<Arc<str>> {
    if is_root(file) {
        return None;
    }
    let own = if last(file) == "mod.rs" { folder(file) } else { file };
    let above = folder(own);
    let files = [
        join(above, "mod.rs"),
        format!("{above}.rs"),
        join(above, "lib.rs"),
        join(above, "main.rs"),
    ];
    files.iter().filter(|it| **it != file).find_map(|it| index.path(it)).cloned()
}

/// The root of the crate that a file belongs to.
fn crate_root(index: &WorkspaceIndex, file: &str) -> Option<Arc<str>> {
    if is_root(file) {
        return index.path(file).cloned().or_else(|| Some(file.into()));
    }
    let mut at = folder(file);
    loop {
        if let Some(root) = ROOTS.iter().find_map(|it| index.path(&join(at, it))) {
            return Some(root.clone());
        }
        let above = folder(at);
        if above == at {
            return None;
        }
        at = above;
    }
}

/// Whether two files belong to one crate, as far as folders tell.
pub(super) fn is_same_crate(index: &WorkspaceIndex, one: &str, other: &str) -> bool {
    let root = |file| crate_root(index, file).map(|it| folder(&it).to_owned());
    root(one).is_some_and(|it| root(other) == Some(it))
}
