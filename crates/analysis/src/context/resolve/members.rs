//! Functions by name, and methods: of a class, of those it inherits from, and of the class around.

use std::sync::Arc;

use super::crates::is_same_crate;
use super::{Search, Site, Target, Thing};
use crate::context::callees::are_related;
use crate::context::index::function_key;
use crate::context::outline::{Root, Written};
use crate::context::paths::folder;
use crate::languages::ImportStyle;

impl Search<'_> {
    /// The one function of that name in a file, or the one that takes so many arguments.
    pub(super) fn function(&self, file: &str, container: &str, name: &str) -> Option<Thing> {
        let found = self.functions(&[self.path(file)], container, name);
        self.only(found)
    }

    /// The functions of that name in files.
    pub(super) fn functions(&self, files: &[Arc<str>], container: &str, name: &str) -> Vec<Target> {
        let mut found = Vec::new();
        for file in files {
            let Some(summary) = self.resolver.summary(file) else { continue };
            found.extend(summary.functions(container, name).map(|definition| Target {
                file: Arc::clone(file),
                definition: Some(definition),
                class: None,
                through_class: false,
                is_one_of_several: false,
            }));
        }
        found
    }

    /// The one of several functions that the call can mean.
    pub(super) fn only(&self, mut found: Vec<Target>) -> Option<Thing> {
        // What is declared for a type checker's eyes only is not what runs.
        if found.len() > 1 {
            found.retain(|it| self.resolver.unit(it).is_none_or(|it| !it.manner().is_overload));
        }
        let style = self.resolver.summary(&found.first()?.file)?.language.spec().imports;
        // Java's arguments decide even where a class has but one: others are inherited.
        if found.len() > 1 || (style == ImportStyle::Classes && self.arguments.is_some()) {
            let count = self.arguments.filter(|_| style.has_overloads())?;
            found.retain(|target| {
                let signature = self.resolver.unit(target).and_then(|it| it.signature.as_ref());
                signature.is_none_or(|it| {
                    let takes = usize::from(it.required)..=it.parameters.len();
                    it.takes_more || takes.contains(&count)
                })
            });
        }
        let first = found.first()?.clone();
        let container = |it: &Target| self.resolver.unit(it).map(|it| &it.container);
        let is_one_class = style.has_overloads()
            && found.iter().all(|it| it.file == first.file && container(it) == container(&first));
        let is_one_of_several = found.len() > 1;
        (is_one_class || !is_one_of_several)
            .then_some(Thing::Function(Target { is_one_of_several, ..first }))
    }

    /// A method of a class, or of a class it inherits from; or a class within it.
    pub(super) fn member_of_class(
        &self,
        file: &Arc<str>,
        class: &str,
        name: &str,
        through_class: bool,
        steps: u8,
    ) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        let site = self.site(file)?;
        let inner = format!("{class}.{name}");
        if site.summary.class(&inner).is_some() {
            return Some(Thing::Class(Arc::clone(file), inner.into()));
        }
        let found = self.methods(&site, class, name);
        if !found.is_empty() {
            let has_several = found.len() > 1;
            if let Some(Thing::Function(target)) = self.only(found) {
                let class = Some(class.into());
                return Some(Thing::Function(Target { class, through_class, ..target }));
            }
            if has_several || site.style() != ImportStyle::Classes {
                return None;
            }
        }
        self.inherited(&site, class, name, through_class, steps)
    }

    /// The methods of that name that a class itself has.
    pub(super) fn methods(&self, site: &Site<'_>, class: &str, name: &str) -> Vec<Target> {
        match site.style() {
            ImportStyle::Folders => {
                let files = self.index().files_at(&format!("folder {}", folder(site.file)));
                self.functions(files, class, name)
            }
            ImportStyle::Crates | ImportStyle::Includes => {
                let own = self.functions(&[self.path(site.file)], class, name);
                if own.is_empty() { self.methods_elsewhere(site, class, name) } else { own }
            }
            _ => self.functions(&[self.path(site.file)], class, name),
        }
    }

    /// The methods of a class's name in other files that may be its.
    pub(super) fn methods_elsewhere(
        &self,
        site: &Site<'_>,
        class: &str,
        name: &str,
    ) -> Vec<Target> {
        let last = class.rsplit('.').next().unwrap_or(class);
        let files = self.index().files_at(&function_key(last, name));
        let mut found = Vec::new();
        for file in files {
            let Some(summary) = self.resolver.summary(file) else { continue };
            let is_near = match site.style() {
                ImportStyle::Crates => is_same_crate(self.index(), site.file, file),
                _ => true,
            };
            if !is_near || !are_related(summary.language, site.summary.language) {
                continue;
            }
            for (definition, unit) in summary.definitions() {
                let is_class = unit.container.rsplit('.').next() == Some(last);
                if is_class && *unit.name == *name {
                    found.push(Target {
                        file: Arc::clone(file),
                        definition: Some(definition),
                        class: None,
                        through_class: false,
                        is_one_of_several: false,
                    });
                }
            }
        }
        found
    }

    /// A method that a class inherits. A base that nobody knows may have it too, so that what comes
    /// after is not sure.
    pub(super) fn inherited(
        &self,
        site: &Site<'_>,
        class: &str,
        name: &str,
        through_class: bool,
        steps: u8,
    ) -> Option<Thing> {
        let steps = self.step(steps, 4)?;
        let bases = &site.summary.class(class)?.bases;
        for base in bases {
            let Thing::Class(file, base) = self.base(site, class, base, steps)? else {
                return None;
            };
            if *file == *site.file && *base == *class {
                return None;
            }
            if let Some(found) = self.member_of_class(&file, &base, name, through_class, steps) {
                return Some(found);
            }
            if !self.is_wholly_known(&file, &base, steps) {
                return None;
            }
        }
        None
    }

    pub(super) fn base(
        &self,
        site: &Site<'_>,
        class: &str,
        base: &Written,
        steps: u8,
    ) -> Option<Thing> {
        if base.root == Root::Free
            && let Some((outer, _)) = class.rsplit_once('.')
        {
            let inner = format!("{outer}.{}", base.path);
            if site.summary.class(&inner).is_some() {
                return Some(Thing::Class(self.path(site.file), inner.into()));
            }
        }
        self.written(site, base, steps)
    }

    /// Whether all that a class inherits from is known.
    pub(super) fn is_wholly_known(&self, file: &str, class: &str, steps: u8) -> bool {
        let mut open = vec![(self.path(file), Box::<str>::from(class))];
        let mut left = 16_u8;
        while let Some((file, class)) = open.pop() {
            let Some(fewer) = left.checked_sub(1) else { return false };
            left = fewer;
            let Some(site) = self.site(&file) else { return false };
            let Some(outline) = site.summary.class(&class) else { return false };
            for base in &outline.bases {
                // `object` has nothing that a program would call.
                if base.root == Root::Free && &*base.path == "object" {
                    continue;
                }
                match self.base(&site, &class, base, steps) {
                    Some(Thing::Class(file, class)) => open.push((file, class)),
                    _ => return false,
                }
            }
        }
        true
    }

    /// A method of the class around, or of those around it, by its bare name.
    pub(super) fn own_method(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        if site.style() == ImportStyle::Includes {
            let Thing::Class(file, class) = self.class_of_unit(site)? else { return None };
            return self.member_of_class(&file, &class, name, false, steps);
        }
        let file = self.path(site.file);
        let mut class = &*site.caller.container;
        loop {
            let found = self.member_of_class(&file, class, name, false, steps);
            if let Some(Thing::Function(_)) = found {
                return found;
            }
            class = class.rsplit_once('.')?.0;
        }
    }

    /// What a path from the object itself means: a method of its class.
    pub(super) fn on_own(&self, site: &Site<'_>, path: &str, steps: u8) -> Option<Thing> {
        // What its fields hold is not known.
        if path.contains('.') || path.is_empty() {
            return None;
        }
        let Thing::Class(file, class) = self.class_of_unit(site)? else { return None };
        self.outermost(steps, 5, [&file, &class, path], || {
            self.member_of_class(&file, &class, path, false, steps)
        })
    }

    /// What a path from `super` means.
    pub(super) fn on_base(&self, site: &Site<'_>, path: &str, steps: u8) -> Option<Thing> {
        if path.contains('.') || path.is_empty() {
            return None;
        }
        let Thing::Class(file, class) = self.class_of_unit(site)? else { return None };
        self.inherited(&self.site(&file)?, &class, path, false, steps)
    }

    /// The class around the unit. What stands outside a class but names one is in it too.
    pub(super) fn class_of_unit(&self, site: &Site<'_>) -> Option<Thing> {
        let class = Some(&*site.caller.container).filter(|it| !it.is_empty())?;
        if site.style() == ImportStyle::Includes && site.summary.class(class).is_none() {
            return self.visible_class(site, class.rsplit('.').next().unwrap_or(class));
        }
        Some(Thing::Class(self.path(site.file), class.into()))
    }
}
