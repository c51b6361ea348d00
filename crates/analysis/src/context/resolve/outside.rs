//! Whether a call surely leaves the workspace: it starts at an import of something that is not here,
//! or at a name that no file offers. How many of the other calls are resolved tells how good this
//! module is.

use super::{CallTraits, MOST_STEPS, Meaning, Resolver, Root, Search, Site, Thing};
use crate::context::outline::{Call, Import};
use crate::context::summary::Definition;
use crate::languages::ImportStyle;

impl Resolver<'_> {
    /// Whether a call surely calls nothing of the workspace.
    pub fn leads_outside(&self, file: &str, unit: Definition, call: &Call) -> bool {
        let Some(summary) = self.summary(file) else { return true };
        let Some(caller) = summary.unit(unit) else { return true };
        let search = Search::new(self, None);
        let site = Site { file, summary, caller };
        let path = caller.outline.path(call);
        let first = path.split_once('.').map_or(path, |(first, _)| first);
        let rest = path.split_once('.').map_or("", |(_, rest)| rest);
        let start = match call.root {
            Root::Unknown => return true,
            // A base that nobody knows may have it, and what a field holds is not known.
            Root::Own | Root::Base => {
                return path.contains('.') || search.may_inherit_from_outside(&site);
            }
            Root::Import(at) => {
                let import = caller.outline.imports.get(usize::from(at));
                let Some(import) = import.filter(|it| !search.is_from_outside(&site, it)) else {
                    return true;
                };
                return search
                    .import(&site, import, MOST_STEPS)
                    .is_some_and(|it| search.ends_outside(it, path));
            }
            Root::Free if call.traits.has(CallTraits::BARE_METHOD) => {
                return search.may_inherit_from_outside(&site)
                    || search.lets_in_from_outside(&site);
            }
            Root::Free if site.style() == ImportStyle::Includes => {
                return matches!(summary.meaning(first), Some(Meaning::Object(_)))
                    && search.visible_class(&site, first).is_none();
            }
            Root::Free if matches!(first, "crate" | "self" | "super") => return false,
            Root::Free => search.name(&site, first, MOST_STEPS),
        };
        match (start, summary.meaning(first)) {
            (Some(start), _) => search.ends_outside(start, rest),
            (None, Some(Meaning::Import(at))) => {
                let import = summary.module().and_then(|it| it.imports.get(usize::from(*at)));
                import.is_none_or(|it| {
                    search.is_from_outside(&site, it) || search.imports_value(&site, it)
                })
            }
            // A variable, or an object of a class from elsewhere; or what no file offers.
            (None, meaning) => !matches!(meaning, Some(Meaning::Function | Meaning::Class)),
        }
    }
}

impl Search<'_> {
    /// Whether the rest of a path leads to something that an object of unknown class has.
    fn ends_outside(&self, start: Thing, rest: &str) -> bool {
        let mut at = start;
        let mut parts = rest.split('.').filter(|it| !it.is_empty()).peekable();
        while let Some(part) = parts.next() {
            if let Some(next) = self.member(&at, part, MOST_STEPS) {
                at = next;
                continue;
            }
            return match &at {
                Thing::Class(file, class) | Thing::Object(file, class) => {
                    parts.peek().is_some() || !self.is_wholly_known(file, class, MOST_STEPS)
                }
                Thing::Module(file) => self.is_value(file, part),
                _ => false,
            };
        }
        false
    }

    fn is_value(&self, file: &str, name: &str) -> bool {
        let meaning = self.resolver.summary(file).and_then(|it| it.meaning(name));
        matches!(meaning, Some(Meaning::Other | Meaning::Alias(_) | Meaning::Object(_)))
    }

    /// Whether an import binds a variable of another file.
    fn imports_value(&self, site: &Site<'_>, import: &Import) -> bool {
        match site.style() {
            ImportStyle::Files => {
                let file = self.file_of(site, &import.module);
                file.is_some_and(|it| self.is_value(&it, &import.path))
            }
            ImportStyle::Modules => import.path.rsplit_once('.').is_some_and(|(module, name)| {
                let module = if module.is_empty() { "." } else { module };
                match self.module_path(site, module, MOST_STEPS) {
                    Some(Thing::Module(file)) => self.is_value(&file, name),
                    _ => false,
                }
            }),
            _ => false,
        }
    }

    fn is_from_outside(&self, site: &Site<'_>, import: &Import) -> bool {
        let first = import.path.split_once('.').map_or(&*import.path, |(first, _)| first);
        match site.style() {
            ImportStyle::Modules => {
                !import.path.starts_with('.') && self.module_path(site, first, MOST_STEPS).is_none()
            }
            ImportStyle::Files => {
                !import.module.starts_with('.') && self.file_of(site, &import.module).is_none()
            }
            ImportStyle::Crates => {
                !matches!(first, "crate" | "self" | "super")
                    && self.name(site, first, MOST_STEPS).is_none()
            }
            ImportStyle::Folders => self.imported_folder(site, &import.path).is_none(),
            ImportStyle::Classes => self.qualified(&import.path, MOST_STEPS).is_none(),
            ImportStyle::Includes => true,
        }
    }

    fn may_inherit_from_outside(&self, site: &Site<'_>) -> bool {
        let mut class = &*site.caller.container;
        loop {
            if !class.is_empty() && !self.is_wholly_known(site.file, class, MOST_STEPS) {
                return true;
            }
            match class.rsplit_once('.') {
                Some((outer, _)) => class = outer,
                None => return false,
            }
        }
    }

    fn lets_in_from_outside(&self, site: &Site<'_>) -> bool {
        let imports = site.summary.module().into_iter().flat_map(|it| &it.imports);
        imports.filter(|it| it.is_whole).any(|it| self.is_from_outside(site, it))
    }
}
