//! Twins: functions of a workspace that are nearly the same, and those that are alike.

use std::cmp::Reverse;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::callees::are_related;
use super::paths::{folder, last, normal, stem};
use super::sketch::Sketch;
use super::summary::{Definition, Summary, SummaryUnit};
use super::{Outline, WorkspaceIndex};
use crate::findings::Place;
use crate::languages::Language;
use crate::text::Span;

/// From so many nodes on, a function that is found twice is worth a word.
const FEWEST_NODES: u32 = 120;
/// … if it has so many lines, too.
const FEWEST_LINES: u32 = 10;
/// From here on, two functions are nearly the same.
const NEARLY: f32 = 0.9;
/// A key that so many functions share tells nothing.
const MOST_SHARING: usize = 48;

/// A function that is nearly the same as another one that comes before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// The other function's dotted name.
    pub name: Box<str>,
    /// Where that stands.
    pub place: Place,
    /// The other function, if it is in the same file.
    pub near: Option<Span>,
    /// How alike they are, in percent.
    pub percent: u8,
}

impl Twin {
    /// The other function's file as a message names it.
    pub fn file_name(&self) -> String {
        let path = &self.place.file;
        let says_nothing = matches!(stem(path), "__init__" | "index" | "mod" | "lib" | "main");
        match last(folder(path)) {
            folder if says_nothing && !folder.is_empty() => format!("{folder}/{}", last(path)),
            _ => last(path).to_owned(),
        }
    }

    /// Hashes what a finding about it says, but for places.
    pub(super) fn digest(&self, hasher: &mut impl Hasher) {
        (&self.name, &self.place.file, self.near.is_some(), self.percent).hash(hasher);
    }
}

/// A function by its file and its unit.
type Function = (Arc<str>, Definition);

/// A function that is like another.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// Its file.
    pub file: Arc<str>,
    /// Its dotted name.
    pub name: String,
    /// The line it starts in, from 0.
    pub line: u32,
    /// The column it starts in, from 0.
    pub column: u32,
    /// How alike they are, 0 to 1.
    pub similarity: f32,
}

/// The large functions of one file, by the keys of their sketches.
#[derive(Debug, Default)]
pub(crate) struct OwnTwins<'a> {
    by_key: FxHashMap<u64, Vec<u32>>,
    outlines: Vec<&'a Outline>,
}

impl<'a> OwnTwins<'a> {
    /// Of the outlines of a file's units, in the order of the units.
    pub(crate) fn of(outlines: impl Iterator<Item = &'a Outline>) -> Self {
        let mut own = Self { outlines: outlines.collect(), ..Self::default() };
        for (at, outline) in own.outlines.iter().enumerate() {
            for key in outline
                .sketch
                .as_deref()
                .filter(|it| is_large(it))
                .into_iter()
                .flat_map(Sketch::keys)
            {
                own.by_key.entry(key).or_default().push(at as u32);
            }
        }
        own
    }

    /// The unit before one of this file that is nearly the same.
    pub(crate) fn before(&self, unit: u32) -> Option<(u32, u8)> {
        let sketch =
            self.outlines.get(unit as usize)?.sketch.as_deref().filter(|it| is_large(it))?;
        let mut found: Vec<u32> = sketch
            .keys()
            .filter_map(|key| self.by_key.get(&key))
            .filter(|sharing| sharing.len() <= MOST_SHARING)
            .flatten()
            .copied()
            .filter(|it| *it < unit)
            .collect();
        found.sort_unstable();
        found.dedup();
        let other = |at: u32| self.outlines.get(at as usize)?.sketch.as_deref();
        let alike = found.into_iter().filter_map(|at| {
            let similarity = other(at)?.similarity(sketch);
            (similarity >= NEARLY).then(|| (at, percent(similarity)))
        });
        alike.max_by_key(|(at, percent)| (*percent, Reverse(*at)))
    }
}

impl WorkspaceIndex {
    /// The function of an earlier file that is nearly the same as a unit of this one.
    pub(crate) fn twin_before(
        &self,
        path: &str,
        language: Language,
        outline: &Outline,
    ) -> Option<Twin> {
        let sketch = outline.sketch.as_deref().filter(|it| is_large(it))?;
        let path = normal(path);
        let mut best: Option<(u8, Reverse<Function>)> = None;
        for key in sketch.keys() {
            let sharing = self.sharing(key);
            if sharing.len() > MOST_SHARING {
                continue;
            }
            for (file, at) in sharing.iter().filter(|(file, _)| **file < *path) {
                let Some(summary) = self.summary(file) else { continue };
                let unit = summary.unit(*at).filter(|_| are_related(summary.language, language));
                let Some(other) = unit.and_then(|it| it.outline.sketch.as_deref()) else {
                    continue;
                };
                let similarity = other.similarity(sketch);
                let found = (percent(similarity), Reverse((Arc::clone(file), *at)));
                if similarity >= NEARLY && best.as_ref().is_none_or(|best| *best < found) {
                    best = Some(found);
                }
            }
        }
        let (percent, Reverse((file, at))) = best?;
        let unit = self.summary(&file)?.unit(at)?;
        Some(Twin {
            name: unit.qualified_name().into(),
            place: Place { file: file.as_ref().to_owned(), line: unit.line, column: unit.column },
            near: None,
            percent,
        })
    }

    /// Whether a function of a file is nearly the same as one of an earlier file.
    pub fn has_twin_before(&self, path: &str, summary: &Summary) -> bool {
        let units = summary.units().iter();
        units
            .filter(|unit| !unit.is_test)
            .any(|unit| self.twin_before(path, summary.language, &unit.outline).is_some())
    }

    /// The functions that are like the unit at a position of a file, the most alike first: at most
    /// so many, and none that is less alike than that.
    pub fn similar(&self, path: &str, unit: Definition, most: usize, least: f32) -> Vec<Similar> {
        let path = normal(path);
        let Some(summary) = self.summary(&path) else { return Vec::new() };
        let sketch = summary.unit(unit).and_then(|it| it.outline.sketch.as_deref());
        let Some(sketch) = sketch else { return Vec::new() };
        let mut found = Vec::new();
        for (file, other) in self.files() {
            if !are_related(summary.language, other.language) {
                continue;
            }
            for (at, it) in other.units().iter().enumerate() {
                let is_itself = **file == *path && at as u32 == unit;
                let Some(other) = it.outline.sketch.as_deref().filter(|_| !is_itself) else {
                    continue;
                };
                let similarity = other.similarity(sketch);
                if similarity >= least {
                    found.push(similar(file, it, similarity));
                }
            }
        }
        found.sort_by(|one, other| {
            let by_likeness = other.similarity.total_cmp(&one.similarity);
            by_likeness.then_with(|| (&one.file, one.line).cmp(&(&other.file, other.line)))
        });
        found.truncate(most);
        found
    }
}

fn similar(file: &Arc<str>, unit: &SummaryUnit, similarity: f32) -> Similar {
    Similar {
        file: Arc::clone(file),
        name: unit.qualified_name(),
        line: unit.line,
        column: unit.column,
        similarity,
    }
}

/// The keys under which a file's large functions are looked for, each with the function's unit.
pub(super) fn keys_of(summary: &Summary) -> impl Iterator<Item = (u64, Definition)> + '_ {
    summary.units().iter().enumerate().flat_map(|(at, unit)| {
        let sketch = unit.outline.sketch.as_deref().filter(|it| is_large(it) && !unit.is_test);
        sketch.into_iter().flat_map(Sketch::keys).map(move |key| (key, at as Definition))
    })
}

fn is_large(sketch: &Sketch) -> bool {
    sketch.nodes >= FEWEST_NODES && sketch.lines >= FEWEST_LINES
}

fn percent(similarity: f32) -> u8 {
    // From 0 to 1, so that it fits.
    #[allow(clippy::cast_sign_loss)]
    let percent = (similarity * 100.0).round() as u8;
    percent
}
