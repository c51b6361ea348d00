//! Java: classes by qualified name, those of the same package, and static imports.

use std::sync::Arc;

use super::{Search, Site, Thing};
use crate::context::index::class_key;

impl Search<'_> {
    /// What a qualified name means: a class, or something in one.
    pub(super) fn qualified(&self, path: &str, steps: u8) -> Option<Thing> {
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let (class, rest) = path.split_at(end);
            if let Some(class) = self.class_called(class) {
                return self.follow(class, rest, false, steps);
            }
        }
        None
    }

    /// The only class of that qualified name.
    fn class_called(&self, name: &str) -> Option<Thing> {
        match self.index().files_at(&format!("class {name}")) {
            [file] => {
                let class = name.rsplit('.').next().unwrap_or(name);
                Some(Thing::Class(Arc::clone(file), class.into()))
            }
            _ => None,
        }
    }

    /// What a name means that the file does not bind.
    pub(super) fn class_name(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        let mut around = Some(&*site.caller.container).filter(|it| !it.is_empty());
        while let Some(class) = around {
            let inner = format!("{class}.{name}");
            if site.summary.class(&inner).is_some() {
                return Some(Thing::Class(self.path(site.file), inner.into()));
            }
            around = class.rsplit_once('.').map(|(outer, _)| outer);
        }
        let module = site.summary.module()?;
        let package = module.package.as_deref().unwrap_or("");
        let key = class_key(package, name);
        if let Some(class) = self.class_called(key.strip_prefix("class ").unwrap_or(name)) {
            return Some(class);
        }
        let whole = module.imports.iter().filter(|it| it.is_whole);
        let mut found = whole.filter_map(|import| {
            self.class_called(&format!("{}.{name}", import.path)).or_else(|| {
                let class = self.qualified(&import.path, steps)?;
                self.member(&class, name, steps)
            })
        });
        if let Some(first) = found.next() {
            return found.next().is_none().then_some(first);
        }
        // The start of a qualified name.
        name.starts_with(char::is_lowercase).then(|| Thing::Package(name.to_owned()))
    }

    /// What a package holds under a name.
    pub(super) fn member_of_package(&self, package: &str, name: &str) -> Option<Thing> {
        let path = format!("{package}.{name}");
        self.class_called(&path)
            .or_else(|| name.starts_with(char::is_lowercase).then_some(Thing::Package(path)))
    }
}
