//! Python: dotted modules below a source root, relative imports, packages and their `__init__`.

use super::{Meaning, Search, Site, Thing};
use crate::context::paths::{folder, is_below, join, last, stem};

const PACKAGE: &str = "__init__";

impl Search<'_> {
    /// What an imported path means: `a.b.f`, `..a.f`.
    pub(super) fn module_path(&self, site: &Site<'_>, path: &str, steps: u8) -> Option<Thing> {
        let rest = path.trim_start_matches('.');
        let level = path.len() - rest.len();
        if level == 0 {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let top = self.top_module(site, first)?;
            return self.follow(top, rest, false, steps);
        }
        let mut base = folder(site.file);
        for _ in 1..level {
            base = Some(folder(base)).filter(|it| *it != base)?;
        }
        self.follow(self.package(base)?, rest, false, steps)
    }

    /// What a folder means as a package.
    fn package(&self, folder: &str) -> Option<Thing> {
        self.resolver.memo.answer(4, [folder, "", ""], None, || {
            let init = join(folder, &format!("{PACKAGE}.py"));
            Some(match self.index().path(&init) {
                Some(init) => Thing::Module(init.clone()),
                None => Thing::Folder(folder.to_owned()),
            })
        })
    }

    /// A module or package in a folder.
    pub(super) fn child_module_of(&self, folder: &str, name: &str) -> Option<Thing> {
        let find = || self.find_child_module(folder, name);
        self.resolver.memo.answer(2, [folder, name, ""], None, find)
    }

    fn find_child_module(&self, folder: &str, name: &str) -> Option<Thing> {
        let below = join(folder, name);
        let files = [format!("{below}/{PACKAGE}.py"), format!("{below}.py")];
        if let Some(file) = files.iter().find_map(|it| self.index().path(it)) {
            return Some(Thing::Module(file.clone()));
        }
        let is_folder = !self.index().files_at(&format!("folder {below}")).is_empty();
        is_folder.then_some(Thing::Folder(below))
    }

    /// The module or package of that name below a source root.
    fn top_module(&self, site: &Site<'_>, name: &str) -> Option<Thing> {
        let find = || self.find_top_module(site, name);
        self.resolver.memo.answer(3, [folder(site.file), name, ""], None, find)
    }

    fn find_top_module(&self, site: &Site<'_>, name: &str) -> Option<Thing> {
        let mut roots: Vec<(&str, bool)> = Vec::new();
        for file in self.index().files_at(&format!("module {name}")) {
            let is_package = stem(file) == PACKAGE;
            let root = folder(if is_package { folder(file) } else { file });
            // What lies in a package has that package's name before its own.
            let is_inside = self.index().path(&join(root, &format!("{PACKAGE}.py"))).is_some();
            let is_near = is_below(site.file, root);
            if !is_inside && (is_near || is_package) && !roots.iter().any(|it| it.0 == root) {
                roots.push((root, is_near));
            }
        }
        let near = roots.iter().filter(|(_, is_near)| *is_near).map(|(root, _)| *root);
        let nearest = near.max_by_key(|root| root.len());
        let root = match (nearest, roots.as_slice()) {
            (Some(root), _) => root,
            (None, [(root, _)]) => root,
            (None, []) => self.folder_above(site, name)?,
            // Two packages of one name: nobody knows which one is installed.
            _ => return None,
        };
        self.child_module_of(root, name)
    }

    /// The nearest folder around a file that holds a folder of modules of that name.
    fn folder_above<'s>(&self, site: &Site<'s>, name: &str) -> Option<&'s str> {
        let mut at = folder(site.file);
        loop {
            let below = join(at, name);
            let is_package = self.index().path(&join(at, &format!("{PACKAGE}.py"))).is_some();
            if !is_package && !self.index().files_at(&format!("folder {below}")).is_empty() {
                return Some(at);
            }
            let above = folder(at);
            if above == at {
                return None;
            }
            at = above;
        }
    }

    /// What a module has under a name: what it binds, else a module of its package.
    pub(super) fn member_of_module(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let is_package = stem(site.file) == PACKAGE;
        let child = || self.child_module_of(folder(site.file), name).filter(|_| is_package);
        match site.summary.meaning(name) {
            // `from . import name`
            Some(Meaning::Import(at)) if is_package && is_child(site, *at, name) => child(),
            Some(_) => self.name(site, name, steps),
            // To look through all that `import *` lets in for each part of a path would take long.
            None => child().or_else(|| self.name_let_in(site, name, steps)),
        }
    }

    /// A name that `from module import *` lets in.
    pub(super) fn name_let_in(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        if name.starts_with('_') || !self.is_new(site.file, name) {
            return None;
        }
        let imports = site.summary.module()?.imports.iter().filter(|it| it.is_whole);
        let mut found = imports.filter_map(|import| {
            let module = self.module_path(site, &import.path, steps)?;
            match &module {
                Thing::Module(file) if **file == *site.file => None,
                _ => self.member(&module, name, steps),
            }
        });
        let first = found.next()?;
        found.all(|it| it == first).then_some(first)
    }
}

/// Whether an import of a package means the package's own module of that name.
fn is_child(site: &Site<'_>, import: u16, name: &str) -> bool {
    let import = site.summary.module().and_then(|it| it.imports.get(usize::from(import)));
    import.is_some_and(|it| {
        // `.name`, or `a.b.name` in `a/b`
        let package = it.path.strip_suffix(name).and_then(|it| it.strip_suffix('.'));
        package.is_some_and(|it| {
            it.is_empty() || it.rsplit('.').next() == Some(last(folder(site.file)))
        })
    })
}
