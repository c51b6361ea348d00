//! What a file mentions at all: the last names of what it calls, and the names that it renames.
//!
//! Whoever looks for the callers of one function asks each file of the workspace; most of them say
//! at a glance that they do not know its name.

use xxhash_rust::xxh3::xxh3_64;

use super::outline::{Call, Exported, Import, Meaning, Outline, Root};
use super::summary::SummaryUnit;

/// Stands for calls that name a class without its name: `super(…)`, `this(…)`, `Self(…)`.
const CLASS_AROUND: u32 = 0;
/// Stands for calls of what was imported without a name.
const ANYTHING: u32 = 1;

/// What a file mentions.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    /// Hashes of the names that its calls say, in order.
    said: Box<[u32]>,
    /// What has the first name gets the second one, too.
    renamed: Box<[(Box<str>, Box<str>)]>,
}

/// What is looked for among the mentions of files.
#[derive(Debug)]
pub(super) struct Wanted(Vec<u32>);

impl Wanted {
    /// Calls that say one of the names; `is_class` when a call may mean it without a name.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>, is_class: bool) -> Self {
        let mut hashes: Vec<u32> = names.map(hash).chain([ANYTHING]).collect();
        hashes.extend(is_class.then_some(CLASS_AROUND));
        Self(hashes)
    }
}

impl Mentions {
    /// What a file's units mention.
    pub(super) fn of(units: &[SummaryUnit]) -> Self {
        let (mut said, mut renamed) = (Vec::new(), Vec::new());
        for outline in units.iter().map(|it| &*it.outline) {
            for call in &outline.calls {
                add_said(outline, call, &mut said);
            }
            add_renamed(outline, &mut renamed);
        }
        said.sort_unstable();
        said.dedup();
        renamed.sort_unstable();
        renamed.dedup();
        Self { said: said.into(), renamed: renamed.into() }
    }

    /// Whether a call of the file may mean what is wanted.
    pub(super) fn has(&self, wanted: &Wanted) -> bool {
        wanted.0.iter().any(|it| self.said.binary_search(it).is_ok())
    }

    /// Pairs of names: what has the first one gets the second one, too.
    pub(super) fn renamed(&self) -> &[(Box<str>, Box<str>)] {
        &self.renamed
    }
}

/// The name that a call says last; where it calls an import itself, the names of that.
fn add_said(outline: &Outline, call: &Call, said: &mut Vec<u32>) {
    let name = last(outline.path(call));
    match call.root {
        Root::Import(at) if name.is_empty() => {
            let import = outline.imports.get(usize::from(at));
            match import.and_then(|it| Some((it, it.local.as_deref()?))) {
                Some((import, local)) => said.extend([hash(original(import)), hash(local)]),
                None => said.push(ANYTHING),
            }
        }
        _ if is_class_around(name) => said.push(CLASS_AROUND),
        _ => said.push(hash(name)),
    }
}

/// The names that one unit gives to what has another.
fn add_renamed(outline: &Outline, renamed: &mut Vec<(Box<str>, Box<str>)>) {
    let mut add = |from: &str, to: &str| {
        if from != to && !to.is_empty() {
            renamed.push((from.into(), to.into()));
        }
    };
    for import in &outline.imports {
        add(original(import), import.local.as_deref().unwrap_or(""));
    }
    for export in &outline.exports {
        let from = match &export.what {
            Exported::Local(name) | Exported::Member(name) => Some(&**name),
            Exported::Import(at) => outline.imports.get(usize::from(*at)).map(original),
        };
        if let Some(from) = from {
            add(from, &export.name);
        }
    }
    for bound in &outline.bound {
        if let Meaning::Alias(written) = &bound.meaning {
            add(last(&written.path), &bound.name);
        }
    }
}

/// Whether what a call says last means the class around it, or one that this inherits from.
pub(super) fn is_class_around(name: &str) -> bool {
    matches!(name, "" | "this" | "super" | "Self")
}

/// The name of what is imported, where it comes from; `=` for what stands for a module.
pub(super) fn original(import: &Import) -> &str {
    match last(&import.path) {
        "" => "=",
        name => name,
    }
}

/// The last name of a dotted path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn hash(name: &str) -> u32 {
    // The two lowest are taken.
    (xxh3_64(name.as_bytes()) as u32).max(2)
}
