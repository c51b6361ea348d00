//! A file among others: its summary, and what its units call in other files.

use std::sync::Arc;

use super::cache::{CacheKey, LoweredUnit};
use super::{File, Workspace};
use crate::context::{Callees, OwnTwins, Resolver, Summary, SummaryUnit, Twin};
use crate::findings::Place;
use crate::ir::units::Unit;
use crate::text::LineTable;

/// What a file's units are looked up in.
pub(super) struct Surroundings<'a> {
    resolver: Resolver<'a>,
    path: &'a str,
}

impl Surroundings<'_> {
    /// What the unit at a position calls in other files.
    pub(super) fn callees(&self, at: usize, unit: &LoweredUnit) -> Callees {
        Callees::of_unit(&self.resolver, self.path, at as u32, &unit.outline)
    }
}

impl File<'_> {
    /// The file's summary, if somebody asked.
    pub(super) fn summarise(
        &self,
        units: &[(Unit, CacheKey, Arc<LoweredUnit>)],
    ) -> Option<Arc<Summary>> {
        if matches!(self.beside.workspace, Workspace::Unknown) {
            return None;
        }
        let snapshot = self.document.snapshot();
        let units = units.iter().map(|(unit, _, entry)| {
            let (line, column) = SummaryUnit::position(snapshot, unit.span);
            // A marker may make something else of it.
            let is_itself = !unit.is_test && !unit.is_rewritten;
            let signature = entry.facts.offers.signature().filter(|_| is_itself);
            // A function that a variable holds bears its name.
            let (container, name) = match unit.container.rsplit_once('.') {
                _ if !unit.name.is_empty() => (&*unit.container, &*unit.name),
                Some(split) => split,
                None => ("", &*unit.container),
            };
            SummaryUnit {
                name: name.into(),
                container: container.into(),
                span: unit.span,
                gaps: unit.elided.as_slice().into(),
                line,
                column,
                is_module: unit.is_module,
                is_test: unit.is_test,
                signature: signature.map(Arc::clone),
                outline: Arc::clone(&entry.outline),
            }
        });
        let lines = LineTable::new(snapshot.text(), snapshot.lines());
        Some(Arc::new(Summary::new(self.document.language(), units.collect(), lines)))
    }

    /// The function before that of a unit, in this file or an earlier one, which it repeats.
    pub(super) fn twin(
        &self,
        at: usize,
        units: &[(Unit, CacheKey, Arc<LoweredUnit>)],
        own: &OwnTwins<'_>,
    ) -> Option<Twin> {
        let (unit, _, entry) = units.get(at).filter(|(unit, ..)| !unit.is_test)?;
        if unit.is_module {
            return None;
        }
        let near = own.before(at as u32).and_then(|(other, percent)| {
            let (other, ..) = units.get(other as usize).filter(|(other, ..)| !other.is_test)?;
            let (line, column) = SummaryUnit::position(self.document.snapshot(), other.span);
            let place = Place { file: String::new(), line, column };
            let name = other.qualified_name().into();
            Some(Twin { name, place, near: Some(other.span), percent })
        });
        if near.is_some() {
            return near;
        }
        let Workspace::Read { index, path } = self.beside.workspace else { return None };
        index.twin_before(path, self.document.language(), &entry.outline)
    }

    /// Where to look up what the units call, if the other files are known.
    pub(super) fn surroundings<'s>(&'s self, summary: &'s Summary) -> Option<Surroundings<'s>> {
        let Workspace::Read { index, path } = self.beside.workspace else { return None };
        Some(Surroundings { resolver: Resolver::new(index).with(path, summary), path })
    }
}
