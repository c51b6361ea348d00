//! The units of a source that must parse, for tests that look at facts about them.

use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::ir::lower::{Lowered, lower};
use analysis::ir::units::{Unit, units};
use analysis::languages::Language;
use analysis::syntax::parse;

/// The units of a source with their IR, the module first.
pub(crate) fn valid_units(language: Language, source: &str) -> Vec<(Unit, Lowered)> {
    let grammar = language.lowering().grammar();
    let token = CancellationToken::new();
    let syntax = parse(grammar, source, None, Duration::from_secs(9), &token).unwrap();
    assert!(!syntax.tree().root_node().has_error(), "a mistake in the test: {source}");
    let lowered = |(unit, node)| {
        let lowered = lower(node, source, language, &unit);
        (unit, lowered)
    };
    units(syntax.tree(), source, language).into_iter().map(lowered).collect()
}
