//! The workspace's index: the summaries of its files, and where to look for a name.
//!
//! It is a value: whoever holds a copy sees the workspace as it was when the copy was made, and a
//! copy costs next to nothing. It says the same whatever the order in which files were put into it.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::outline::Call;
use super::paths::{folder, is_header, last, normal, stem};
use super::sharded::Sharded;
use super::spellings::Spellings;
use super::summary::{Definition, SummaryUnit, plain_name};
use super::twins::keys_of;
use super::{Resolver, Summary, Target};
use crate::cancellation::CancellationToken;
use crate::languages::ImportStyle;
use crate::text::Span;

/// A folder whose files others name by something else than its path: a Go module, a package of a
/// repository that holds several, a crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Root {
    pub(super) name: Box<str>,
    pub(super) folder: Box<str>,
}

/// Summaries of a workspace's files.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceIndex {
    files: Sharded<Arc<str>, Arc<Summary>>,
    /// Files by what they may be looked for under, in order.
    keys: Sharded<Box<str>, Vec<Arc<str>>>,
    /// Large functions by the keys of their sketches, in order.
    sketches: Sharded<u64, Vec<(Arc<str>, Definition)>>,
    roots: Arc<Vec<Root>>,
    weight: usize,
}

/// A place where a function is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallSite {
    /// The file.
    pub file: Arc<str>,
    /// The unit that calls, as its full name; empty for the module.
    pub caller: String,
    /// Where the call stands in the file.
    pub span: Span,
    /// Where it names what it calls.
    pub name_span: Span,
}

impl WorkspaceIndex {
    /// Puts a file's summary in the place of the one it had. Tells whether anything changed that
    /// other files may depend on.
    pub fn insert(&mut self, path: &str, summary: Arc<Summary>) -> bool {
        let path: Arc<str> = normal(path).into();
        let before = self.files.get(&*path).map(Arc::clone);
        self.weight += summary.weight();
        if let Some(before) = &before {
            self.weight = self.weight.saturating_sub(before.weight());
            self.forget_sketches(&path, before, &summary);
        }
        self.remember_sketches(&path, &summary, before.as_deref());
        if let Some(before) = &before {
            if before.exported() == summary.exported() {
                self.files.insert(path, summary);
                return false;
            }
            self.forget_keys(&path, before);
        }
        for key in keys(&path, &summary) {
            let Some(files) = self.keys.entry(key.into()) else { continue };
            if let Err(at) = files.binary_search(&path) {
                files.insert(at, Arc::clone(&path));
            }
        }
        self.files.insert(path, summary);
        true
    }

    /// Takes a file out; tells whether it was there.
    pub fn remove(&mut self, path: &str) -> bool {
        let path = normal(path);
        let Some(summary) = self.files.remove(&*path) else { return false };
        self.weight = self.weight.saturating_sub(summary.weight());
        self.forget_keys(&path, &summary);
        for (key, unit) in keys_of(&summary) {
            self.forget_sketch(&path, key, unit);
        }
        true
    }

    /// Takes out the functions that are not in a file's new summary.
    fn forget_sketches(&mut self, path: &str, before: &Summary, after: &Summary) {
        let kept: FxHashSet<(u64, Definition)> = keys_of(after).collect();
        for (key, unit) in keys_of(before).filter(|it| !kept.contains(it)) {
            self.forget_sketch(path, key, unit);
        }
    }

    fn forget_sketch(&mut self, path: &str, key: u64, unit: Definition) {
        let Some(functions) = self.sketches.entry(key) else { return };
        functions.retain(|(file, at)| !(**file == *path && *at == unit));
        if functions.is_empty() {
            self.sketches.remove(&key);
        }
    }

    /// Puts in the functions that were not in the summary that a file had.
    fn remember_sketches(&mut self, path: &Arc<str>, after: &Summary, before: Option<&Summary>) {
        let known: FxHashSet<(u64, Definition)> = before.into_iter().flat_map(keys_of).collect();
        for (key, unit) in keys_of(after).filter(|it| !known.contains(it)) {
            let Some(functions) = self.sketches.entry(key) else { continue };
            let function = (Arc::clone(path), unit);
            if let Err(at) = functions.binary_search(&function) {
                functions.insert(at, function);
            }
        }
    }

    /// The large functions whose sketches have a key, in order.
    pub(super) fn sharing(&self, key: u64) -> &[(Arc<str>, Definition)] {
        self.sketches.get(&key).map_or(&[], Vec::as_slice)
    }

    fn forget_keys(&mut self, path: &str, summary: &Summary) {
        for key in keys(path, summary) {
            let Some(files) = self.keys.entry(key.as_str().into()) else { continue };
            files.retain(|it| **it != *path);
            if files.is_empty() {
                self.keys.remove(key.as_str());
            }
        }
    }

    /// Makes it known that imports which begin with `name` are found below `folder`.
    pub fn add_root(&mut self, name: &str, folder: &str) {
        let root = Root { name: name.into(), folder: normal(folder).into() };
        let roots = Arc::make_mut(&mut self.roots);
        if let Err(at) = roots.binary_search(&root) {
            roots.insert(at, root);
        }
    }

    /// Takes over the names of folders that another index knows.
    pub fn add_roots_of(&mut self, other: &Self) {
        if other.roots.iter().any(|it| !self.roots.contains(it)) {
            for root in other.roots.iter() {
                self.add_root(&root.name, &root.folder);
            }
        }
    }

    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// A file's summary.
    pub fn summary(&self, path: &str) -> Option<&Arc<Summary>> {
        self.files.get(path).or_else(|| self.files.get(normal(path).as_str()))
    }

    /// A path as the index keeps it, if it holds the file.
    pub(super) fn path(&self, path: &str) -> Option<&Arc<str>> {
        self.files.key(path)
    }

    /// The files that may be looked for under a key, in order.
    pub(super) fn files_at(&self, key: &str) -> &[Arc<str>] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }

    /// All files with their summaries, in no particular order.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Summary>)> {
        self.files.iter()
    }

    /// How many files it holds.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes its summaries occupy, roughly.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// What the function of that full name in a file calls, as far as that is known.
    pub fn callees(&self, path: &str, function: &str) -> Vec<(Call, Target)> {
        let resolver = Resolver::new(self);
        let path = normal(path);
        let Some(summary) = self.summary(&path) else { return Vec::new() };
        let units = summary.named(function);
        let calls = summary.calls().filter(|(unit, _)| units.contains(unit));
        calls
            .filter_map(|(unit, call)| Some((*call, resolver.callee(&path, unit, call)?)))
            .collect()
    }

    /// Who calls the function of that full name in a file, in order.
    pub fn callers(&self, path: &str, function: &str) -> Vec<CallSite> {
        self.callers_unless(path, function, &CancellationToken::new())
    }

    /// The same; nobody when cancelled.
    pub fn callers_unless(
        &self,
        path: &str,
        function: &str,
        cancel: &CancellationToken,
    ) -> Vec<CallSite> {
        let path = normal(path);
        let resolver = Resolver::new(self);
        let plain = plain_name(function);
        let spellings = Spellings::of(self, plain);
        let wanted = spellings.wanted(self.may_be_class(&path, plain));
        let mut sites = Vec::new();
        for (file, summary) in self.files() {
            if cancel.is_cancelled() {
                return Vec::new();
            }
            if !summary.mentions().has(&wanted) {
                continue;
            }
            for (at, call) in summary.calls() {
                let Some(unit) = summary.unit(at) else { continue };
                if !spellings.may_mean(&unit.outline, call) {
                    continue;
                }
                let Some(target) = resolver.callee(file, at, call) else { continue };
                let is_it = || self.name_of(&target) == function || self.may_be(&target, function);
                if *target.file == *path && is_it() {
                    let caller = summary.full_name(at);
                    sites.push(CallSite {
                        file: Arc::clone(file),
                        caller,
                        span: unit.to_file(call.span),
                        name_span: unit.to_file(call.name_span()),
                    });
                }
            }
        }
        sites.sort();
        sites
    }

    /// Whether a call that types would have to decide on may mean the function, too: one of the same
    /// name, which takes as many arguments.
    fn may_be(&self, target: &Target, function: &str) -> bool {
        let Some(summary) = self.summary(&target.file).filter(|_| target.is_one_of_several) else {
            return false;
        };
        let Some(first) = target.definition.and_then(|it| summary.unit(it)) else { return false };
        let taken = |unit: &SummaryUnit| unit.signature.as_ref().map(|it| it.parameters.len());
        let is_alike = |it: &SummaryUnit| {
            (&it.container, &it.name) == (&first.container, &first.name)
                && taken(it) == taken(first)
        };
        let named = summary.named(function);
        named.into_iter().filter_map(|it| summary.unit(it)).any(is_alike)
    }

    /// Whether a dotted name of a file may be a class's, or its constructor's: whatever a call
    /// reaches that only says `super` or the like.
    fn may_be_class(&self, path: &str, function: &str) -> bool {
        let (container, name) = function.rsplit_once('.').unwrap_or(("", function));
        let Some(summary) = self.summary(path) else { return true };
        // What is no function is a class.
        if summary.functions(container, name).next().is_none() {
            return true;
        }
        let constructors =
            ["__init__", "__new__", "__call__", "constructor", "new", "init", "create"];
        let class = container.rsplit('.').next().filter(|it| !it.is_empty());
        class.is_some_and(|class| class == name || constructors.contains(&name))
    }

    /// The dotted name of what a call calls, within its file.
    pub fn name_of(&self, target: &Target) -> String {
        let name = || Some(self.summary(&target.file)?.full_name(target.definition?));
        name().unwrap_or_else(|| target.class.as_deref().unwrap_or("").to_owned())
    }
}

/// What a file may be looked for under.
fn keys(path: &str, summary: &Summary) -> Vec<String> {
    let style = summary.language.spec().imports;
    let mut keys = Vec::new();
    match style {
        ImportStyle::Modules => {
            let name = if stem(path) == "__init__" { last(folder(path)) } else { stem(path) };
            keys.push(format!("module {name}"));
            keys.push(format!("folder {}", folder(path)));
        }
        ImportStyle::Folders => {
            keys.push(format!("folder {}", folder(path)));
            keys.push(format!("package {}", last(folder(path))));
        }
        ImportStyle::Classes => {
            let package = summary.module().and_then(|it| it.package.as_deref()).unwrap_or("");
            for class in summary.module().into_iter().flat_map(|it| &it.classes) {
                if !class.name.contains('.') {
                    keys.push(class_key(package, &class.name));
                }
            }
        }
        ImportStyle::Crates => {
            for (_, unit) in summary.definitions().filter(|(_, it)| !it.container.is_empty()) {
                keys.push(function_key(&unit.container, &unit.name));
            }
        }
        ImportStyle::Includes => {
            keys.push(format!("header {}", last(path)));
            for (_, unit) in summary.definitions() {
                // What a header defines for each file that includes it is found by all of them.
                if !unit.manner().is_private || is_header(path) {
                    keys.push(function_key(&unit.container, &unit.name));
                }
            }
        }
        ImportStyle::Files => {}
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key of a class by its qualified name.
pub(super) fn class_key(package: &str, class: &str) -> String {
    if package.is_empty() { format!("class {class}") } else { format!("class {package}.{class}") }
}

/// The key of a function by its name and the innermost class it is in.
pub(super) fn function_key(container: &str, name: &str) -> String {
    match container.rsplit('.').next() {
        Some("") | None => format!("function {name}"),
        Some(class) => format!("function {class}.{name}"),
    }
}
