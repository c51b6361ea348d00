//! C and C++: a function is found by its name where the linker would find one, if a header that is
//! included declares it.

use std::sync::Arc;

use super::{Meaning, Search, Site, Target, Thing};
use crate::context::callees::are_related;
use crate::context::index::function_key;
use crate::context::paths::{folder, is_header, join, last};

/// How many headers are looked into, one including the other.
const MOST_HEADERS: usize = 128;

impl Search<'_> {
    /// What a path means: a function, or a method through an object or class.
    pub(super) fn included_path(
        &self,
        site: &Site<'_>,
        path: &str,
        on_object: bool,
        steps: u8,
    ) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        let Some((before, name)) = path.rsplit_once('.') else {
            if let Some(class) = self.visible_class(site, path) {
                return Some(class);
            }
            return self.linked(site, path);
        };
        let class = before.rsplit('.').next().unwrap_or(before);
        if let Some(Thing::Class(file, class)) = self.visible_class(site, class) {
            return self.member_of_class(&file, &class, name, !on_object, steps);
        }
        if on_object {
            return None;
        }
        // `name_space::Class`, `name_space::function()`
        self.visible_class(site, name).or_else(|| self.linked(site, name))
    }

    /// The function of that name that the linker finds.
    fn linked(&self, site: &Site<'_>, name: &str) -> Option<Thing> {
        let own = self.free_functions(&[self.path(site.file)], name, site, true);
        if !own.is_empty() {
            return self.only(own);
        }
        let files = self.index().files_at(&function_key("", name));
        let found = self.free_functions(files, name, site, false);
        if found.is_empty() {
            return None;
        }
        let headers = self.headers(site);
        let declares = |file: &Arc<str>| {
            self.resolver.summary(file).is_some_and(|it| it.meaning(name).is_some())
        };
        let is_visible = site.summary.meaning(name).is_some() || headers.iter().any(declares);
        self.only(found).filter(|_| is_visible)
    }

    fn free_functions(
        &self,
        files: &[Arc<str>],
        name: &str,
        site: &Site<'_>,
        with_private: bool,
    ) -> Vec<Target> {
        let mut found = self.functions(files, "", name);
        found.retain(|target| {
            let summary = self.resolver.summary(&target.file);
            let is_private = self.resolver.unit(target).is_some_and(|it| it.manner().is_private);
            (with_private || !is_private || is_header(&target.file))
                && summary.is_some_and(|it| are_related(it.language, site.summary.language))
        });
        found
    }

    /// The class of that name that the file or a header defines.
    pub(super) fn visible_class(&self, site: &Site<'_>, name: &str) -> Option<Thing> {
        let own = self.path(site.file);
        let files = std::iter::once(own).chain(self.headers(site));
        let mut found = files.filter_map(|file| {
            let summary = self.resolver.summary(&file)?;
            let is_bound = matches!(summary.meaning(name), Some(Meaning::Class));
            let class = summary.class(name).filter(|_| is_bound)?;
            Some(Thing::Class(Arc::clone(&file), class.name.clone()))
        });
        found.next()
    }

    /// The headers that a file includes, and those that they include.
    fn headers(&self, site: &Site<'_>) -> Vec<Arc<str>> {
        let mut headers: Vec<Arc<str>> = Vec::new();
        let mut open = vec![self.path(site.file)];
        let mut at = 0;
        while let Some(file) = open.get(at).cloned() {
            at += 1;
            let Some(module) = self.resolver.summary(&file).and_then(|it| it.module()) else {
                continue;
            };
            for import in module.imports.iter().filter(|it| it.is_whole) {
                let header = self.header(&file, &import.module);
                if let Some(header) = header.filter(|it| !open.contains(it)) {
                    if open.len() > MOST_HEADERS {
                        return headers;
                    }
                    headers.push(Arc::clone(&header));
                    open.push(header);
                }
            }
        }
        headers
    }

    /// The header that an `#include` in a file names.
    fn header(&self, file: &str, name: &str) -> Option<Arc<str>> {
        if let Some(beside) = self.index().path(&join(folder(file), name)) {
            return Some(beside.clone());
        }
        let suffix = format!("/{name}");
        let files = self.index().files_at(&format!("header {}", last(name)));
        let mut fitting = files.iter().filter(|it| ***it == *name || it.ends_with(&suffix));
        let first = fitting.next()?;
        fitting.next().is_none().then(|| first.clone())
    }
}
