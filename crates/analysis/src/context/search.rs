//! The search for symbols by name over all files of a workspace.
//!
//! Each name is compared with what was typed; only for the best of those that fit is it found out
//! where they stand, which takes putting their files' symbols together.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::matching::Pattern;
use super::outline::{SymbolKind, UnitSymbol};
use super::summary::{Summary, SummaryUnit};
use super::{FileSymbol, WorkspaceIndex};
use crate::cancellation::CancellationToken;
use crate::text::Span;

/// A symbol that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its file.
    pub file: Arc<str>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// What it belongs to; empty if to its file alone.
    pub container: String,
    /// Where its name stands in the file.
    pub name_span: Span,
}

/// A symbol by its place: the file, the unit and the symbol in it. The best is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit<'a> {
    score: u32,
    file: Reverse<&'a Arc<str>>,
    place: Reverse<Span>,
}

impl WorkspaceIndex {
    /// The symbols whose names fit best, at most so many, the best first. A name before the last dot
    /// or `::` is that of what the symbol belongs to. Nothing when cancelled.
    pub fn find(&self, query: &str, most: usize, cancel: &CancellationToken) -> Vec<Found> {
        let query = query.trim().trim_end_matches(['.', ':', '#', '(', ')']);
        let cut = query.rfind(['.', ':', '#']).map_or(0, |at| at + 1);
        let (container, name) = query.split_at(cut);
        let pattern = Pattern::new(name);
        let container = container.trim_end_matches(['.', ':', '#']);
        let container = (!container.is_empty()).then(|| Pattern::new(&last_part(container)));
        if most == 0 {
            return Vec::new();
        }
        let mut best: BinaryHeap<Reverse<Hit<'_>>> = BinaryHeap::new();
        for (file, summary) in self.files() {
            if cancel.is_cancelled() {
                return Vec::new();
            }
            let symbols = OnceCell::new();
            let placed = |place: Span| Hit { score: 0, file: Reverse(file), place: Reverse(place) };
            for_each_symbol(summary, |unit, symbol| {
                if !pattern.may_fit(symbol.letters) {
                    return;
                }
                let name = unit.outline.symbols.name(symbol);
                let weight = weight(symbol.kind);
                let least = best.peek().filter(|_| best.len() >= most);
                let least = least.map_or(0, |it| it.0.score.saturating_sub(weight));
                let Some(score) = pattern.score_from(name, least) else { return };
                let hit = Hit { score: score + weight, ..placed(Span::default()) };
                // Most fit worse than all that are kept.
                let worst = best.peek().filter(|_| best.len() >= most);
                let is_worse = |worst: &Reverse<Hit<'_>>| {
                    (hit.score, hit.file) < (worst.0.score, worst.0.file)
                };
                if worst.is_some_and(is_worse) {
                    return;
                }
                let place = name_place(unit, symbol);
                let belongs = |wanted: &Pattern| {
                    let symbols = symbols.get_or_init(|| summary.symbols());
                    let found = symbols.iter().find(|it| it.name_span == place);
                    found.is_some_and(|it| wanted.score(&last_part(it.container)).is_some())
                };
                if container.as_ref().is_some_and(|wanted| !belongs(wanted)) {
                    return;
                }
                best.push(Reverse(Hit { place: Reverse(place), ..hit }));
                if best.len() > most {
                    best.pop();
                }
            });
        }
        let mut files: FxHashMap<&Arc<str>, Vec<FileSymbol<'_>>> = FxHashMap::default();
        let mut hits: Vec<Hit<'_>> = best.into_iter().map(|it| it.0).collect();
        hits.sort_unstable_by_key(|hit| Reverse(*hit));
        let found = hits.into_iter().filter_map(|hit| {
            let file = hit.file.0;
            let symbols = match files.entry(file) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(self.summary(file)?.symbols())
                }
            };
            let symbol = symbols.iter().find(|it| it.name_span == hit.place.0)?;
            Some(Found {
                file: Arc::clone(file),
                name: symbol.name.to_owned(),
                kind: symbol.kind,
                container: symbol.container.to_owned(),
                name_span: symbol.name_span,
            })
        });
        found.collect()
    }

    /// How many symbols it holds.
    pub fn symbol_count(&self) -> usize {
        let mut count = 0;
        for (_, summary) in self.files() {
            for_each_symbol(summary, |_, _| count += 1);
        }
        count
    }
}

/// Shows each symbol of a file that may be looked for.
fn for_each_symbol<'a>(summary: &'a Summary, mut see: impl FnMut(&'a SummaryUnit, &'a UnitSymbol)) {
    for unit in summary.units() {
        for symbol in unit.outline.symbols.entries() {
            if symbol.has_name() && symbol.kind != SymbolKind::Implementation {
                see(unit, symbol);
            }
        }
    }
}

fn name_place(unit: &SummaryUnit, symbol: &UnitSymbol) -> Span {
    let end = symbol.name_at.saturating_add(u32::from(symbol.name_length));
    unit.to_file(Span::new(symbol.name_at, end))
}

/// Of names that fit alike, those of types and functions come before those of what they hold.
fn weight(kind: SymbolKind) -> u32 {
    match kind {
        SymbolKind::Class
        | SymbolKind::Struct
        | SymbolKind::Interface
        | SymbolKind::Enum
        | SymbolKind::TypeAlias
        | SymbolKind::Namespace => 300,
        SymbolKind::Function | SymbolKind::Macro => 250,
        SymbolKind::Method | SymbolKind::Constructor => 200,
        SymbolKind::Constant | SymbolKind::Object => 150,
        SymbolKind::Variable | SymbolKind::Property | SymbolKind::EnumMember => 100,
        SymbolKind::Field | SymbolKind::Implementation => 0,
    }
}

/// The last part of a dotted name, without what stands in brackets.
fn last_part(name: &str) -> String {
    let name = name.split(['<', '(', '[']).next().unwrap_or(name);
    name.rsplit(['.', ':', '#']).next().unwrap_or(name).to_owned()
}
