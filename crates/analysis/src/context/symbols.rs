//! A file's symbols, put together from those of its units: what an editor shows as the outline of a
//! document, and what a search by name finds.

use super::outline::{SymbolKind, UnitSymbol};
use super::summary::{Definition, Summary, SummaryUnit};
use crate::text::Span;

/// A symbol of a file. Symbols stand in the order of the text, each before those inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSymbol<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: SymbolKind,
    /// Where it stands, with all that belongs to it.
    pub span: Span,
    /// Where its name stands; within `span`.
    pub name_span: Span,
    /// The symbol around it, by its place among the file's.
    pub parent: Option<usize>,
    /// What it belongs to: the classes around a method, wherever it stands, or the symbol around it.
    pub container: &'a str,
    /// The function unit that it is.
    pub definition: Option<Definition>,
}

/// A symbol on the way to its place.
struct Placed<'a> {
    symbol: FileSymbol<'a>,
    level: u32,
}

impl Summary {
    /// The file's symbols.
    pub fn symbols(&self) -> Vec<FileSymbol<'_>> {
        let Some((module, functions)) = self.units().split_first() else { return Vec::new() };
        let mut placed = Vec::new();
        if !module.is_module {
            return Vec::new();
        }
        for entry in module.outline.symbols.entries() {
            let function = entry.unit().and_then(|at| Some((at, functions.get(at)?)));
            if let Some((at, function)) = function {
                add_function(module, entry, function, at as u32 + 1, &mut placed);
            } else {
                let last = entry.last_unit().and_then(|at| functions.get(at));
                add(module, entry, last, &mut placed);
            }
        }
        nest(placed)
    }
}

fn add<'a>(
    unit: &'a SummaryUnit,
    entry: &UnitSymbol,
    last: Option<&SummaryUnit>,
    placed: &mut Vec<Placed<'a>>,
) {
    let span = unit.to_file(entry.span);
    let symbol = FileSymbol {
        name: unit.outline.symbols.name(entry),
        kind: entry.kind,
        span: last.map_or(span, |last| span.cover(last.span)),
        name_span: name_span(unit, entry),
        parent: None,
        container: "",
        definition: None,
    };
    placed.push(Placed { symbol, level: u32::from(entry.level) });
}

/// Adds a function with what is inside it.
fn add_function<'a>(
    module: &'a SummaryUnit,
    entry: &UnitSymbol,
    function: &'a SummaryUnit,
    at: Definition,
    placed: &mut Vec<Placed<'a>>,
) {
    let own = &function.outline.symbols;
    let Some((root, inside)) = own.entries().split_first() else { return };
    let mut level = u32::from(entry.level);
    // A function that a variable or field holds bears its name.
    let held = module.outline.symbols.name(entry);
    let symbol = FileSymbol {
        name: if held.is_empty() { own.name(root) } else { held },
        kind: if held.is_empty() && entry.kind != SymbolKind::Constructor {
            root.kind
        } else {
            entry.kind
        },
        span: if held.is_empty() {
            function.span
        } else {
            module.to_file(entry.span).cover(function.span)
        },
        name_span: if held.is_empty() {
            name_span(function, root)
        } else {
            name_span(module, entry)
        },
        parent: None,
        container: &function.container,
        definition: Some(at),
    };
    if symbol.name.is_empty() {
        // Nobody looks for a function without a name, but for what is inside it.
        level = level.saturating_sub(1);
    } else {
        placed.push(Placed { symbol, level });
    }
    for entry in inside {
        add(function, entry, None, placed);
        if let Some(last) = placed.last_mut() {
            last.level += level;
        }
    }
}

fn name_span(unit: &SummaryUnit, entry: &UnitSymbol) -> Span {
    let end = entry.name_at.saturating_add(u32::from(entry.name_length));
    unit.to_file(Span::new(entry.name_at, end))
}

/// Finds out what stands in what, and has each symbol cover all inside it.
fn nest(placed: Vec<Placed<'_>>) -> Vec<FileSymbol<'_>> {
    // Symbols that are open, with their levels.
    let mut open: Vec<(u32, usize)> = Vec::new();
    let mut symbols: Vec<FileSymbol<'_>> = Vec::with_capacity(placed.len());
    for (at, Placed { mut symbol, level }) in placed.into_iter().enumerate() {
        while open.last().is_some_and(|(of, _)| *of >= level) {
            open.pop();
        }
        symbol.parent = open.last().map(|(_, parent)| *parent);
        if symbol.container.is_empty() {
            let parent = symbol.parent.and_then(|parent| symbols.get(parent));
            symbol.container = parent.map_or("", |parent| parent.name);
        }
        symbols.push(symbol);
        open.push((level, at));
    }
    for at in (0..symbols.len()).rev() {
        let Some(symbol) = symbols.get_mut(at) else { continue };
        symbol.span = symbol.span.cover(symbol.name_span);
        let (span, parent) = (symbol.span, symbol.parent);
        if let Some(parent) = parent.and_then(|parent| symbols.get_mut(parent)) {
            parent.span = parent.span.cover(span);
        }
    }
    symbols
}
