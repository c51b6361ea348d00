//! A file's summary: what it defines, imports, hands on and calls, without its trees.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::Xxh3;

use super::mentions::Mentions;
use super::outline::{Bound, Call, ClassOutline, Manner, Meaning, Outline};
use crate::facts::Signature;
use crate::ir::units::{Gap, to_file};
use crate::languages::Language;
use crate::text::{LineTable, Position, PositionEncoding, Snapshot, Span};

/// One unit of a summarised file.
#[derive(Clone, Debug)]
pub struct SummaryUnit {
    /// Its own name; empty for the module and for functions without one.
    pub name: Box<str>,
    /// The classes around it, with dots between.
    pub container: Box<str>,
    /// Where it stands in the file.
    pub span: Span,
    /// Parts of it that belong to other units.
    pub gaps: Box<[Gap]>,
    /// The line it starts in, from 0.
    pub line: u32,
    /// The column it starts in, from 0.
    pub column: u32,
    /// Whether it is the module.
    pub is_module: bool,
    /// Whether what stands around it marks it as a test.
    pub is_test: bool,
    /// How it is called; nothing where that is not sure.
    pub signature: Option<Arc<Signature>>,
    /// What it says.
    pub outline: Arc<Outline>,
}

/// A function or method of a summarised file.
pub type Definition = u32;

/// A file's summary.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The file's language.
    pub language: Language,
    units: Box<[SummaryUnit]>,
    /// Functions, as positions in `units`, by container and name.
    functions: Box<[Definition]>,
    /// Where its lines start.
    lines: LineTable,
    /// What it mentions, once somebody asked.
    mentions: OnceLock<Mentions>,
    /// A hash of all that other files may depend on.
    exported: u64,
    weight: usize,
}

impl Summary {
    /// Makes it of a file's units, the module first.
    pub fn new(language: Language, units: Vec<SummaryUnit>, lines: LineTable) -> Self {
        let mut functions: Vec<Definition> =
            (0..units.len() as u32).filter(|at| is_named(&units, *at)).collect();
        let key = |at: &Definition| units.get(*at as usize).map(|it| (&it.container, &it.name));
        functions.sort_by(|one, other| key(one).cmp(&key(other)));
        let weight = size_of::<Self>()
            + lines.weight()
            + units
                .iter()
                .map(|unit| {
                    size_of::<SummaryUnit>()
                        + unit.name.len()
                        + unit.container.len()
                        + unit.outline.weight()
                        + unit.signature.as_ref().map_or(0, |it| 48 + it.parameters.len() * 24)
                })
                .sum::<usize>();
        let exported = exported(&units);
        let (units, functions) = (units.into(), functions.into());
        let mentions = OnceLock::new();
        Self { language, units, functions, lines, mentions, exported, weight }
    }

    /// The same, in memory of its own. What was made while the file was analysed lies scattered among
    /// what is freed afterwards; kept for long, it would leave holes that slow down all that follows.
    #[must_use]
    pub fn moved_together(&self) -> Self {
        let mentions = OnceLock::from(self.mentions().clone());
        let units = self.units.iter().map(|unit| SummaryUnit {
            signature: unit.signature.as_deref().map(|it| Arc::new(it.clone())),
            outline: Arc::new((*unit.outline).clone()),
            ..unit.clone()
        });
        Self {
            units: units.collect(),
            functions: self.functions.clone(),
            lines: self.lines.clone(),
            mentions,
            ..*self
        }
    }

    /// Whether it says something else of its functions than another, wherever these stand.
    pub fn says_else(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&SummaryUnit, &SummaryUnit)| {
            Arc::ptr_eq(&one.outline, &other.outline)
                && one.name == other.name
                && one.container == other.container
        };
        self.units.len() != other.units.len() || !self.units.iter().zip(&other.units).all(is_same)
    }

    /// Its units, the module first.
    pub fn units(&self) -> &[SummaryUnit] {
        &self.units
    }

    /// The unit at a position.
    pub fn unit(&self, at: Definition) -> Option<&SummaryUnit> {
        self.units.get(at as usize)
    }

    /// The module.
    pub fn module_unit(&self) -> Option<&SummaryUnit> {
        self.units.first().filter(|unit| unit.is_module)
    }

    /// What the module says.
    pub fn module(&self) -> Option<&Outline> {
        self.module_unit().map(|unit| &*unit.outline)
    }

    /// The functions of that name in that container; a container is empty outside classes.
    pub fn functions<'a>(
        &'a self,
        container: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = Definition> + 'a {
        let key =
            |at: &Definition| self.unit(*at).map_or(("", ""), |it| (&*it.container, &*it.name));
        let from = self.functions.partition_point(|at| key(at) < (container, name));
        let rest = self.functions.get(from..).unwrap_or(&[]).iter().copied();
        rest.take_while(move |at| key(at) == (container, name))
    }

    /// A unit's dotted name, which tells it from the others of the file: of several functions of one
    /// name, from the second on, with its number behind a `#`.
    pub fn full_name(&self, at: Definition) -> String {
        let Some(unit) = self.unit(at) else { return String::new() };
        let name = unit.qualified_name();
        let before = self.functions(&unit.container, &unit.name).position(|it| it == at);
        match before {
            None | Some(0) => name,
            Some(before) => format!("{name}#{}", before + 1),
        }
    }

    /// The units of a [full name](Self::full_name); more than one only where functions have no name
    /// of their own.
    pub fn named(&self, full: &str) -> Vec<Definition> {
        let plain = plain_name(full);
        let number: usize = full.get(plain.len() + 1..).and_then(|it| it.parse().ok()).unwrap_or(1);
        let (container, name) = plain.rsplit_once('.').unwrap_or(("", plain));
        let found = self.functions(container, name).nth(number.saturating_sub(1));
        if let Some(found) = found.filter(|it| self.full_name(*it) == full) {
            return vec![found];
        }
        // The module, a function without a name, or one with a dot in it.
        let all = 0..self.units.len() as u32;
        all.filter(|it| self.full_name(*it) == full).collect()
    }

    /// All named functions.
    pub fn definitions(&self) -> impl Iterator<Item = (Definition, &SummaryUnit)> {
        self.functions.iter().filter_map(|at| Some((*at, self.unit(*at)?)))
    }

    /// What the module binds under a name.
    pub fn meaning(&self, name: &str) -> Option<&Meaning> {
        let bound = &self.module()?.bound;
        let at = bound.binary_search_by(|it: &Bound| (*it.name).cmp(name)).ok()?;
        bound.get(at).map(|it| &it.meaning)
    }

    /// The class of that name.
    pub fn class(&self, name: &str) -> Option<&ClassOutline> {
        let mut named = self.module()?.classes.iter().filter(|it| &*it.name == name);
        let first = named.next();
        first.filter(|_| named.next().is_none())
    }

    /// Each call with the position of its unit.
    pub fn calls(&self) -> impl Iterator<Item = (Definition, &Call)> {
        let numbered = self.units.iter().enumerate();
        numbered.flat_map(|(at, unit)| unit.outline.calls.iter().map(move |it| (at as u32, it)))
    }

    /// The names that it calls and renames.
    pub(super) fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(&self.units))
    }

    /// Where its lines start.
    pub fn lines(&self) -> &LineTable {
        &self.lines
    }

    /// The byte offset of a position in the file.
    pub fn offset(&self, position: Position, encoding: PositionEncoding) -> u32 {
        self.lines.offset(position, encoding)
    }

    /// The position of a byte offset of the file.
    pub fn position(&self, offset: u32, encoding: PositionEncoding) -> Position {
        self.lines.position(offset, encoding)
    }

    /// A hash of all that other files may depend on: names, signatures, imports; not places.
    pub fn exported(&self) -> u64 {
        self.exported
    }

    /// Bytes it occupies, roughly.
    pub fn weight(&self) -> usize {
        self.weight
    }
}

impl SummaryUnit {
    /// The dotted name that tells the unit from its siblings.
    pub fn qualified_name(&self) -> String {
        match (&*self.container, &*self.name) {
            ("", name) => name.to_owned(),
            (container, name) => format!("{container}.{name}"),
        }
    }

    /// The file span of a span that is relative to the unit.
    pub fn to_file(&self, span: Span) -> Span {
        to_file(self.span, &self.gaps, span)
    }

    /// Line and column of where a span of a file starts.
    pub fn position(snapshot: &Snapshot, span: Span) -> (u32, u32) {
        let position = snapshot.position(span.start, PositionEncoding::Utf16);
        (position.line, position.column)
    }

    /// How it is declared.
    pub fn manner(&self) -> Manner {
        self.outline.manner
    }
}

/// A full name without the number that tells functions of one name apart.
pub fn plain_name(full: &str) -> &str {
    full.rsplit_once('#')
        .filter(|(_, number)| number.parse::<u32>().is_ok())
        .map_or(full, |it| it.0)
}

fn is_named(units: &[SummaryUnit], at: Definition) -> bool {
    units.get(at as usize).is_some_and(|it| !it.is_module && !it.name.is_empty())
}

fn exported(units: &[SummaryUnit]) -> u64 {
    let mut hasher = Xxh3::new();
    for unit in units {
        (&unit.name, &unit.container, &unit.signature, unit.manner()).hash(&mut hasher);
        let outline = &unit.outline;
        if unit.is_module {
            (&outline.imports, &outline.exports, &outline.classes).hash(&mut hasher);
            (&outline.bound, &outline.package).hash(&mut hasher);
        }
    }
    hasher.finish()
}
