//! Resolving: from a name as it is written in one file to what it means, in whatever file.
//!
//! A path is followed part by part, from what its first name means through modules and classes to
//! a function. Each step asks one file's summary; what differs between languages is how an import
//! leads to a file, and which names a file sees without one. A step that several answers fit ends
//! the search without any.

mod classes;
mod crates;
mod files;
mod folders;
mod includes;
mod members;
mod memo;
mod modules;
mod outside;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use std::hash::BuildHasher;

use memo::Memo;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::outline::{Call, CallTraits, Import, Meaning, Root, Written};
use super::summary::{Definition, SummaryUnit};
use super::{Summary, WorkspaceIndex};
use crate::languages::ImportStyle;

/// How many steps a search may take: a chain of re-exports and aliases, or one that goes in circles.
const MOST_STEPS: u8 = 60;
/// How many steps a search may take in all: one that branches at each step would never end.
const MOST_WORK: u16 = 10_000;

/// What a call calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The file it stands in.
    pub file: Arc<str>,
    /// The function, if it is one.
    pub definition: Option<Definition>,
    /// The class whose object is made, or that the method was found through.
    pub class: Option<Box<str>>,
    /// Whether a method is called through its class rather than an object.
    pub through_class: bool,
    /// Whether it is one of several of that name in that class, which types would tell apart.
    pub is_one_of_several: bool,
}

/// What a part of a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Thing {
    /// A file's module.
    Module(Arc<str>),
    /// A folder of modules, or of the files of a package.
    Folder(String),
    /// A package by its qualified name.
    Package(String),
    /// A function.
    Function(Target),
    /// A class of a file.
    Class(Arc<str>, Box<str>),
    /// An object of a class.
    Object(Arc<str>, Box<str>),
}

/// Follows names through a workspace.
#[derive(Debug)]
pub struct Resolver<'a> {
    index: &'a WorkspaceIndex,
    /// A file whose summary is newer than the index.
    newer: Option<(&'a str, &'a Summary)>,
    memo: Memo,
}

impl<'a> Resolver<'a> {
    /// A resolver over an index.
    pub fn new(index: &'a WorkspaceIndex) -> Self {
        Self { index, newer: None, memo: Memo::default() }
    }

    /// The same, with a file as it is now. The path must be as the index keeps it.
    #[must_use]
    pub fn with(self, path: &'a str, summary: &'a Summary) -> Self {
        Self { newer: Some((path, summary)), memo: Memo::default(), ..self }
    }

    /// A file's summary.
    pub fn summary(&self, path: &str) -> Option<&'a Summary> {
        match self.newer {
            Some((newer, summary)) if newer == path => Some(summary),
            _ => self.index.summary(path).map(|it| &**it),
        }
    }

    /// The function that a call calls.
    pub fn unit(&self, target: &Target) -> Option<&'a SummaryUnit> {
        self.summary(&target.file)?.unit(target.definition?)
    }

    /// Whether a call may call a function of another file, at a glance.
    pub(super) fn may_leave(&self, file: &str, unit: Definition, call: &Call) -> bool {
        let Some(summary) = self.summary(file) else { return false };
        let Some(caller) = summary.unit(unit) else { return false };
        if call.root == Root::Unknown || call.traits.has(CallTraits::CONSTRUCTS) {
            return false;
        }
        if call.root != Root::Free {
            return true;
        }
        let first = caller.outline.path(call);
        let first = first.split_once('.').map_or(first, |(first, _)| first);
        match summary.meaning(first) {
            Some(Meaning::Function | Meaning::Other) => {
                // C declares what another file defines.
                summary.language.spec().imports == ImportStyle::Includes
            }
            Some(_) => true,
            // Python's and JavaScript's own names.
            None => match summary.language.spec().imports {
                ImportStyle::Files => false,
                ImportStyle::Modules => {
                    summary.module().is_some_and(|it| it.imports.iter().any(|it| it.is_whole))
                }
                _ => true,
            },
        }
    }

    /// What a call calls, if that is sure.
    pub fn callee(&self, file: &str, unit: Definition, call: &Call) -> Option<Target> {
        let arguments = self.argument_count(file, unit, call);
        let search = Search::new(self, arguments);
        let summary = self.summary(file)?;
        let caller = summary.unit(unit)?;
        let path = caller.outline.path(call);
        let on_object = call.traits.has(CallTraits::ON_OBJECT);
        let place = Site { file, summary, caller };
        let steps = MOST_STEPS;
        let is_bare = call.traits.has(CallTraits::BARE_METHOD)
            || (call.traits.has(CallTraits::BARE) && place.sees_own_methods());
        if is_bare && let Some(found) = search.own_method(&place, path, steps) {
            return search.finish(found);
        }
        let thing = match call.root {
            Root::Unknown => None,
            Root::Own => search.on_own(&place, path, steps),
            Root::Base => search.on_base(&place, path, steps),
            Root::Import(at) => {
                let import = caller.outline.imports.get(usize::from(at))?;
                let start = search.import(&place, import, steps)?;
                search.follow(start, path, on_object, steps)
            }
            Root::Free => search.free_path(&place, path, on_object, steps),
        };
        search.finish(thing?)
    }

    fn argument_count(&self, file: &str, unit: Definition, call: &Call) -> Option<usize> {
        let outline = &self.summary(file)?.unit(unit)?.outline;
        let given = outline.given(call);
        (!given.is_open).then(|| given.count())
    }
}

/// Where a path is written.
#[derive(Clone, Copy, Debug)]
struct Site<'a> {
    file: &'a str,
    summary: &'a Summary,
    caller: &'a SummaryUnit,
}

impl Site<'_> {
    fn style(&self) -> ImportStyle {
        self.summary.language.spec().imports
    }

    /// Whether a bare name may mean a method of the class around.
    fn sees_own_methods(&self) -> bool {
        self.style() == ImportStyle::Includes && !self.caller.container.is_empty()
    }
}

/// One search for what a call calls.
#[derive(Debug)]
struct Search<'a> {
    resolver: &'a Resolver<'a>,
    /// How many steps may still be taken, down whatever branch.
    left: Cell<u16>,
    /// The modules that were looked through for a name: what is reached on two ways, or in a
    /// circle, is looked through once.
    seen: RefCell<FxHashSet<u64>>,
    /// How many arguments the call gives, if that is sure.
    arguments: Option<usize>,
}

impl<'a> Search<'a> {
    fn new(resolver: &'a Resolver<'a>, arguments: Option<usize>) -> Self {
        Self { resolver, arguments, left: Cell::new(MOST_WORK), seen: RefCell::default() }
    }

    /// Takes a step of a search that may still go so many steps deep; nothing when it has taken too
    /// many.
    fn step(&self, depth: u8, by: u8) -> Option<u8> {
        self.left.set(self.left.get().checked_sub(1)?);
        depth.checked_sub(by)
    }

    /// Whether this is the first time that a module is looked through for a name.
    fn is_new(&self, file: &str, name: &str) -> bool {
        self.seen.borrow_mut().insert(FxBuildHasher.hash_one((file, name)))
    }

    fn index(&self) -> &'a WorkspaceIndex {
        self.resolver.index
    }

    fn site<'s>(&self, file: &'s str) -> Option<Site<'s>>
    where
        'a: 's,
    {
        let summary = self.resolver.summary(file)?;
        Some(Site { file, summary, caller: summary.units().first()? })
    }

    /// A path as the index keeps it. A file that is open but not there yet has its own.
    fn path(&self, file: &str) -> Arc<str> {
        self.index().path(file).cloned().unwrap_or_else(|| file.into())
    }

    fn finish(&self, thing: Thing) -> Option<Target> {
        let thing = match thing {
            // What stands for the module itself is called.
            Thing::Module(file) => self.exported(&file, "=", MOST_STEPS)?,
            thing => thing,
        };
        match thing {
            Thing::Function(target) => Some(target),
            Thing::Class(file, class) => Some(Target {
                file,
                definition: None,
                class: Some(class),
                through_class: false,
                is_one_of_several: false,
            }),
            _ => None,
        }
    }

    /// What a path from a free name means.
    fn free_path(&self, site: &Site<'_>, path: &str, on_object: bool, steps: u8) -> Option<Thing> {
        if site.style() == ImportStyle::Includes {
            return self.included_path(site, path, on_object, steps);
        }
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        if site.style() == ImportStyle::Crates && matches!(first, "crate" | "self" | "super") {
            return self.crate_path(site, path, steps);
        }
        let start = self.outermost(steps, 0, [site.file, first, &site.caller.container], || {
            self.name(site, first, steps)
        })?;
        self.follow(start, rest, on_object, steps)
    }

    /// A search, or what is remembered of it if it is no part of another.
    fn outermost(
        &self,
        steps: u8,
        kind: u8,
        question: [&str; 3],
        find: impl FnOnce() -> Option<Thing>,
    ) -> Option<Thing> {
        if steps != MOST_STEPS {
            return find();
        }
        self.resolver.memo.answer(kind, question, self.arguments, || {
            self.left.set(MOST_WORK);
            self.seen.borrow_mut().clear();
            find()
        })
    }

    /// Follows the rest of a path; on an object, its last part is a method of the class before.
    fn follow(&self, start: Thing, rest: &str, on_object: bool, steps: u8) -> Option<Thing> {
        let mut at = start;
        let mut parts = rest.split('.').filter(|it| !it.is_empty()).peekable();
        while let Some(part) = parts.next() {
            if on_object && parts.peek().is_none() {
                let Thing::Class(file, class) = at else { return None };
                at = Thing::Object(file, class);
            }
            at = match &at {
                Thing::Module(file) => {
                    self.outermost(steps, 1, [file, part, ""], || self.member(&at, part, steps))
                }
                Thing::Object(file, class) => {
                    self.outermost(steps, 5, [file, class, part], || self.member(&at, part, steps))
                }
                _ => self.member(&at, part, steps),
            }?;
        }
        Some(at)
    }

    /// What a name means in a file.
    fn name(&self, site: &Site<'_>, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        let file = || self.path(site.file);
        match site.summary.meaning(name) {
            Some(Meaning::Function) => self.function(site.file, "", name),
            Some(Meaning::Class) => Some(Thing::Class(file(), name.into())),
            Some(Meaning::Import(at)) => {
                let import = site.summary.module()?.imports.get(usize::from(*at))?;
                self.import(site, import, steps)
            }
            Some(Meaning::Object(class)) => {
                let class = self.written(site, class, steps)?;
                let Thing::Class(file, class) = class else { return None };
                Some(Thing::Object(file, class))
            }
            Some(Meaning::Alias(written)) if *written.path != *name => {
                self.written(site, written, steps)
            }
            Some(Meaning::Inside) => Some(Thing::Module(file())),
            // `mod name;`
            Some(Meaning::Other) if site.style() == ImportStyle::Crates => {
                let module = crates::child_module(self.index(), site.file, name)?;
                Some(Thing::Module(module))
            }
            Some(Meaning::Alias(_) | Meaning::Other) => None,
            None => match site.style() {
                ImportStyle::Modules => self.name_let_in(site, name, steps),
                ImportStyle::Files | ImportStyle::Includes => None,
                ImportStyle::Crates => self.crate_name(site, name, steps),
                ImportStyle::Folders => self.folder_name(site, name, steps),
                ImportStyle::Classes => self.class_name(site, name, steps),
            },
        }
    }

    /// What a name with its root means, as the module of a file writes it.
    fn written(&self, site: &Site<'_>, written: &Written, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        match written.root {
            Root::Free => self.free_path(site, &written.path, false, steps),
            Root::Import(at) => {
                let import = site.summary.module()?.imports.get(usize::from(at))?;
                let start = self.import(site, import, steps)?;
                self.follow(start, &written.path, false, steps)
            }
            Root::Own | Root::Base | Root::Unknown => None,
        }
    }

    /// What an import binds.
    fn import(&self, site: &Site<'_>, import: &Import, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        match site.style() {
            ImportStyle::Modules => self.module_path(site, &import.path, steps),
            ImportStyle::Files => {
                let module = self.file_of(site, &import.module)?;
                if import.path.is_empty() {
                    Some(Thing::Module(module))
                } else {
                    self.exported(&module, &import.path, steps)
                }
            }
            ImportStyle::Crates => self.crate_path(site, &import.path, steps),
            ImportStyle::Folders => self.imported_folder(site, &import.path),
            ImportStyle::Classes => self.qualified(&import.path, steps),
            ImportStyle::Includes => None,
        }
    }

    /// A member of what a path means so far.
    fn member(&self, of: &Thing, name: &str, steps: u8) -> Option<Thing> {
        let steps = self.step(steps, 1)?;
        match of {
            Thing::Module(file) => {
                let site = self.site(file)?;
                match site.style() {
                    ImportStyle::Modules => self.member_of_module(&site, name, steps),
                    ImportStyle::Files => self.exported(file, name, steps),
                    ImportStyle::Crates => self.member_of_crate(&site, name, steps),
                    _ => self.name(&site, name, steps),
                }
            }
            Thing::Folder(folder) => self.member_of_folder(folder, name, steps),
            Thing::Package(package) => self.member_of_package(package, name),
            Thing::Class(file, class) => self.member_of_class(file, class, name, true, steps),
            Thing::Object(file, class) => self.member_of_class(file, class, name, false, steps),
            Thing::Function(_) => None,
        }
    }
}
