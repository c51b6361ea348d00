//! Calls both ways, for people: what a function calls, who calls it, and which function is meant at a
//! place of a file. A function is named by its file and its dotted name, which outlives edits that
//! move it; the module itself has the empty name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outline::SymbolKind;
use super::paths::normal;
use super::summary::{Summary, SummaryUnit};
use super::{FileSymbol, Resolver, Target, WorkspaceIndex};
use crate::cancellation::CancellationToken;
use crate::text::Span;

/// A function or class by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionName {
    /// Its file.
    pub file: Arc<str>,
    /// Its [full name](Summary::full_name) within the file; empty for the module.
    pub name: String,
}

/// One end of calls, with the places of all calls between the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallsWith {
    /// The function at the other end.
    pub function: FunctionName,
    /// Where the calls name what they call, in the caller's file, in order.
    pub places: Vec<Span>,
}

/// A function as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callable {
    /// Its own name, or the file's for the module.
    pub name: String,
    /// What it is; nothing for the module.
    pub kind: Option<SymbolKind>,
    /// What it belongs to.
    pub container: String,
    /// Where it stands.
    pub span: Span,
    /// Where its name stands.
    pub name_span: Span,
}

impl WorkspaceIndex {
    /// What is called, or defined, where an offset of a file lies in its name.
    pub fn callable_at(&self, path: &str, offset: u32) -> Option<FunctionName> {
        let path = normal(path);
        let file = self.path(&path)?;
        let summary = self.summary(&path)?;
        let here = Span::new(offset, offset);
        let is_here = |unit: &SummaryUnit, span: Span| unit.to_file(span).touches(here);
        for (at, call) in summary.calls() {
            let Some(unit) = summary.unit(at) else { continue };
            if is_here(unit, call.name_span()) {
                let target = Resolver::new(self).callee(&path, at, call)?;
                return Some(self.named(&target));
            }
        }
        let symbols = summary.symbols();
        let symbol = symbols.iter().find(|it| it.name_span.touches(here) && is_callable(it))?;
        let name = dotted_name(summary, &symbols, symbol);
        Some(FunctionName { file: Arc::clone(file), name })
    }

    /// A function as it is shown; nothing where it is no more.
    pub fn callable(&self, function: &FunctionName) -> Option<Callable> {
        let summary = self.summary(&function.file)?;
        if function.name.is_empty() {
            let (start, whole) = (Span::default(), summary.module_unit()?.span);
            let name = super::paths::last(&function.file).to_owned();
            let (kind, container) = (None, String::new());
            return Some(Callable { name, kind, container, span: whole, name_span: start });
        }
        let symbols = summary.symbols();
        let is_it = |it: &&FileSymbol<'_>| {
            is_callable(it) && dotted_name(summary, &symbols, it) == function.name
        };
        let symbol = symbols.iter().find(is_it)?;
        Some(Callable {
            name: symbol.name.to_owned(),
            kind: Some(symbol.kind),
            container: symbol.container.to_owned(),
            span: symbol.span,
            name_span: symbol.name_span,
        })
    }

    /// What a function calls, in the order of the first calls. Of a class, what its constructor calls.
    pub fn outgoing(&self, function: &FunctionName) -> Vec<CallsWith> {
        let name = self.constructor(function).unwrap_or_else(|| function.name.clone());
        let Some(summary) = self.summary(&function.file) else { return Vec::new() };
        let resolver = Resolver::new(self);
        let units = summary.named(&name);
        let mut found: Vec<CallsWith> = Vec::new();
        for (at, call) in summary.calls().filter(|(at, _)| units.contains(at)) {
            let Some(unit) = summary.unit(at) else { continue };
            let Some(target) = resolver.callee(&function.file, at, call) else { continue };
            let (called, place) = (self.named(&target), unit.to_file(call.name_span()));
            match found.iter_mut().find(|it| it.function == called) {
                Some(known) => known.places.push(place),
                None => found.push(CallsWith { function: called, places: vec![place] }),
            }
        }
        found
    }

    /// Who calls a function, in the order of their files. Of a class, who makes objects of it.
    /// Nothing when cancelled.
    pub fn incoming(&self, function: &FunctionName, cancel: &CancellationToken) -> Vec<CallsWith> {
        let constructor = self.constructor(function);
        let mut found: BTreeMap<FunctionName, Vec<Span>> = BTreeMap::new();
        for name in [Some(&function.name), constructor.as_ref()].into_iter().flatten() {
            for site in self.callers_unless(&function.file, name, cancel) {
                let caller = FunctionName { file: site.file, name: site.caller };
                found.entry(caller).or_default().push(site.name_span);
            }
        }
        for places in found.values_mut() {
            places.sort_unstable();
        }
        let found = found.into_iter();
        found.map(|(function, places)| CallsWith { function, places }).collect()
    }

    fn named(&self, target: &Target) -> FunctionName {
        FunctionName { file: Arc::clone(&target.file), name: self.name_of(target) }
    }

    /// The dotted name of a class's constructor, if it is a class that has one.
    fn constructor(&self, function: &FunctionName) -> Option<String> {
        let summary = self.summary(&function.file)?;
        let symbols = summary.symbols();
        let class = symbols.iter().position(|it| {
            is_type(it.kind) && dotted_name(summary, &symbols, it) == function.name
        })?;
        let is_it = |it: &&FileSymbol<'_>| {
            it.parent == Some(class)
                && it.kind == SymbolKind::Constructor
                && it.definition.is_some()
        };
        let constructor = symbols.iter().find(is_it)?;
        Some(dotted_name(summary, &symbols, constructor))
    }
}

fn is_type(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Class | SymbolKind::Struct | SymbolKind::Enum)
}

/// Whether a symbol may be called: a function that is a unit, or a class.
fn is_callable(symbol: &FileSymbol<'_>) -> bool {
    symbol.definition.is_some() || is_type(symbol.kind)
}

/// A symbol's name with those of the classes around it.
fn dotted_name(summary: &Summary, symbols: &[FileSymbol<'_>], symbol: &FileSymbol<'_>) -> String {
    if let Some(definition) = symbol.definition {
        return summary.full_name(definition);
    }
    let parent = |it: &&FileSymbol<'_>| it.parent.and_then(|at| symbols.get(at));
    let mut names: Vec<&str> =
        std::iter::successors(Some(symbol), |it| parent(it)).map(|it| it.name).collect();
    names.reverse();
    names.join(".")
}
