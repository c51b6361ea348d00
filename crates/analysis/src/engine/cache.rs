//! What the engine keeps between calls, and under which keys.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use crate::context::Outline;
use crate::custom::CustomOutcome;
use crate::facts::Facts;
use crate::ir::lower::Lowered;
use crate::ir::units::{Unit, head, is_idle};
use crate::languages::Language;
use crate::rules::{Panicked, UnitFinding};
use crate::text::Span;

/// Names the text and surroundings that a cached value was made from.
pub type CacheKey = u128;

/// A unit's IR and facts, which depend on its own text only.
#[derive(Debug)]
pub struct LoweredUnit {
    /// The IR and comments.
    pub lowered: Lowered,
    /// What was computed about it.
    pub facts: Facts,
    /// What it says to other files.
    pub outline: Arc<Outline>,
}

impl LoweredUnit {
    /// Bytes it occupies.
    pub fn weight(&self) -> usize {
        self.lowered.tree.weight()
            + self.facts.weight()
            + self.outline.weight()
            + self.lowered.comments.len() * 8
    }
}

/// A unit's findings, which depend on its text, its surroundings and the configuration.
#[derive(Debug, Default)]
pub struct CheckedUnit {
    /// Findings, relative to the unit.
    pub findings: Vec<UnitFinding>,
    /// Rules that panicked on it.
    pub panics: Vec<Panicked>,
}

impl CheckedUnit {
    /// Bytes it occupies, roughly.
    pub fn weight(&self) -> usize {
        64 + self.findings.len() * 512
    }
}

/// Keeps units between calls. The caller brings one that suits it; see [`NoCache`].
pub trait UnitCache: Send + Sync {
    /// The unit stored under `key`.
    fn lowered(&self, key: CacheKey) -> Option<Arc<LoweredUnit>>;
    /// Stores a unit.
    fn insert_lowered(&self, key: CacheKey, unit: Arc<LoweredUnit>);
    /// The findings stored under `key`.
    fn checked(&self, key: CacheKey) -> Option<Arc<CheckedUnit>>;
    /// Stores findings.
    fn insert_checked(&self, key: CacheKey, unit: Arc<CheckedUnit>);
    /// What rules that are not the engine's own say of the file stored under `key`.
    fn custom(&self, _key: CacheKey) -> Option<Arc<CustomOutcome>> {
        None
    }
    /// Stores what they say.
    fn insert_custom(&self, _key: CacheKey, _outcome: Arc<CustomOutcome>) {}
}

/// Keeps nothing: for a caller that sees every file once.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCache;

impl UnitCache for NoCache {
    fn lowered(&self, _: CacheKey) -> Option<Arc<LoweredUnit>> {
        None
    }
    fn insert_lowered(&self, _: CacheKey, _: Arc<LoweredUnit>) {}
    fn checked(&self, _: CacheKey) -> Option<Arc<CheckedUnit>> {
        None
    }
    fn insert_checked(&self, _: CacheKey, _: Arc<CheckedUnit>) {}
}

/// The key of a unit: a hash of its text, and of what stands in for the units inside it. A unit with
/// syntax errors has `damage`, which says whether its tree is provisional.
pub(super) fn unit_key(
    unit: &Unit,
    source: &str,
    language: Language,
    damage: Option<bool>,
) -> CacheKey {
    let mut hasher = Xxh3::new();
    if let Some(is_provisional) = damage {
        // How the parser recovers from an error depends on what stands around it.
        hasher.update(source.as_bytes());
        hasher.update(&[u8::from(is_provisional)]);
    }
    hasher.update(&language.discriminant().to_le_bytes());
    hasher.update(&[u8::from(unit.is_module), u8::from(unit.container.is_empty())]);
    let mut from = unit.span.start;
    for gap in &unit.elided {
        hasher.update(Span::new(from, gap.span.start).of(source).as_bytes());
        // Where a function was taken out, and under what name, and whether it is idle: the stub that
        // stands for it.
        hasher.update(&[0xff]);
        let function = gap.span.of(source);
        hasher.update(head(function).as_bytes());
        hasher.update(&[u8::from(is_idle(function))]);
        hasher.update(&[0xff]);
        from = gap.span.end;
    }
    hasher.update(Span::new(from, unit.span.end).of(source).as_bytes());
    hasher.digest128()
}
