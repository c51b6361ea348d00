//! Go: a package is a folder, whose files see each other; an import names it by its path.

use std::sync::Arc;

use super::{Search, Site, Thing};
use crate::context::paths::{folder, is_below, join};
use crate::languages::ImportStyle;

/// How many parts of an import's path must be a folder's, where no module says what it is called.
const FEWEST_PARTS: usize = 2;

impl Search<'_> {
    /// The folder that an import names, its path with dots between the parts.
    pub(super) fn imported_folder(&self, site: &Site<'_>, path: &str) -> Option<Thing> {
        let mut is_known = false;
        for root in self.index().roots() {
            let name = root.name.replace('/', ".");
            is_known |= is_below(site.file, &root.folder);
            let Some(rest) = path.strip_prefix(name.as_str()) else { continue };
            if rest.is_empty() || rest.starts_with('.') {
                let below = join(&root.folder, rest.replace('.', "/").trim_start_matches('/'));
                return Some(Thing::Folder(below))
                    .filter(|_| !self.files_in(site, path).is_empty());
            }
        }
        if is_known {
            // What its module does not hold comes from elsewhere.
            return None;
        }
        let mut best: Vec<&str> = Vec::new();
        let mut most = FEWEST_PARTS;
        for file in self.files_in(site, path) {
            let folder = folder(file);
            let count = common_parts(folder, path);
            if count > most {
                (most, best) = (count, Vec::new());
            }
            if count == most && !best.contains(&folder) {
                best.push(folder);
            }
        }
        match best.as_slice() {
            [only] => Some(Thing::Folder((*only).to_owned())),
            _ => None,
        }
    }

    /// The files in folders that are called like the last part of an import's path.
    fn files_in(&self, _: &Site<'_>, path: &str) -> &[Arc<str>] {
        let last = path.rsplit('.').next().unwrap_or(path);
        self.index().files_at(&format!("package {last}"))
    }

    /// A name of the package around, or one that a package with a dot for its name lets in.
    pub(super) fn folder_name(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        if let Some(found) = self.member_of_folder(folder(site.file), name, steps) {
            return Some(found);
        }
        let imports = site.summary.module()?.imports.iter().filter(|it| it.is_whole);
        let mut found = imports.filter_map(|import| {
            let folder = self.imported_folder(site, &import.path)?;
            self.member(&folder, name, steps)
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// What the files of a folder bind under a name.
    pub(super) fn member_of_folder(&self, folder: &str, name: &str, _: u8) -> Option<Thing> {
        let files = self.index().files_at(&format!("folder {folder}"));
        let style = |file: &Arc<str>| Some(self.resolver.summary(file)?.language.spec().imports);
        if files.first().and_then(style) != Some(ImportStyle::Folders) {
            return self.child_module_of(folder, name);
        }
        let functions = self.functions(files, "", name);
        let mut classes = files
            .iter()
            .filter(|file| self.resolver.summary(file).is_some_and(|it| it.class(name).is_some()));
        match (functions.is_empty(), classes.next()) {
            (false, None) => self.only(functions),
            (true, Some(file)) if classes.next().is_none() => {
                Some(Thing::Class(Arc::clone(file), name.into()))
            }
            _ => None,
        }
    }
}

/// How many of the last parts of a folder's path are those of an import's.
fn common_parts(folder: &str, path: &str) -> usize {
    let (mut folder, mut path) = (folder.rsplit('/'), path.rsplit('.'));
    let pairs = std::iter::from_fn(|| Some((folder.next()?, path.next()?)));
    pairs.take_while(|(one, other)| one == other && !one.is_empty()).count()
}
