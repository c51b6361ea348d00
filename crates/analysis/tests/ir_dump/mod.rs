//! What the tests of the front ends share: the IR of a source as text, and the units it is cut
//! into.

use std::fmt::Write as _;
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::ir::lower::{Lowered, lower};
use analysis::ir::units::{Unit, units};
use analysis::ir::{Flags, Kind, NodeId, Operator, Tree};
use analysis::languages::Language;
use analysis::syntax::parse;

const FLAGS: &[(Flags, &str)] = &[
    (Flags::DAMAGED, "damaged"),
    (Flags::ASYNC, "async"),
    (Flags::GENERATOR, "generator"),
    (Flags::METHOD, "method"),
    (Flags::STUB, "stub"),
    (Flags::CONSTRUCT, "construct"),
    (Flags::POST_CONDITION, "post-condition"),
    (Flags::FUNCTION_SCOPED, "function-scoped"),
    (Flags::CONSTANT, "constant"),
    (Flags::DEFAULT, "default"),
    (Flags::HAS_VALUE, "has-value"),
    (Flags::REST, "rest"),
    (Flags::OPTIONAL, "optional"),
    (Flags::PARENTHESIZED, "parenthesized"),
    (Flags::OVER_KEYS, "over-keys"),
    (Flags::LAZY, "lazy"),
    (Flags::BREAKABLE, "breakable"),
    (Flags::STATIC, "static"),
    (Flags::CONDITIONAL, "conditional"),
];

/// The units of a source with their IR, the module first.
pub(crate) fn lower_all(language: &str, source: &str) -> Vec<(Unit, Lowered)> {
    let language = Language::from_id(language).expect("a language");
    let grammar = language.lowering().grammar();
    let limit = Duration::from_mins(1);
    let syntax = parse(grammar, source, None, limit, &CancellationToken::new()).expect("a tree");
    let found = units(syntax.tree(), source, language);
    let lower_one = |(unit, node)| {
        let lowered = lower(node, source, language, &unit);
        (unit, lowered)
    };
    found.into_iter().map(lower_one).collect()
}

/// The names of the units of a source, without the module's.
pub(crate) fn unit_names(language: &str, source: &str) -> Vec<String> {
    let units = lower_all(language, source);
    units.iter().skip(1).map(|(unit, _)| unit.qualified_name()).collect()
}

/// The IR of a source: each unit's nodes, a line each, indented.
pub(crate) fn dump(language: &str, source: &str) -> String {
    let mut text = String::new();
    for (unit, lowered) in lower_all(language, source) {
        let name = if unit.is_module { "module".to_owned() } else { unit.qualified_name() };
        writeln!(text, "== {name}").unwrap();
        for id in lowered.tree.ids() {
            dump_node(&lowered.tree, id, &mut text);
        }
    }
    text
}

/// How many nodes the IR of a source has, and how many of them it has no kind for.
pub(crate) fn count_other(language: &str, source: &str) -> (usize, usize) {
    let units = lower_all(language, source);
    let trees = units.iter().map(|(_, lowered)| &lowered.tree);
    let other = trees.clone().flat_map(Tree::nodes).filter(|node| node.kind == Kind::Other).count();
    (trees.map(Tree::len).sum(), other)
}

fn dump_node(tree: &Tree, id: NodeId, text: &mut String) {
    let node = tree.node(id);
    let depth = tree.ancestors(id).count();
    write!(text, "{:1$}{2:?}:{3:?}", "", depth * 2, node.role, node.kind).unwrap();
    if node.operator != Operator::None {
        write!(text, " {:?}", node.operator).unwrap();
    }
    if node.symbol.is_some() {
        write!(text, " `{}`", tree.name(id)).unwrap();
    }
    if node.kind == Kind::Name {
        write!(text, " {:?}", node.access).unwrap();
    }
    for (_, name) in FLAGS.iter().filter(|(flag, _)| node.flags.has(*flag)) {
        write!(text, " {name}").unwrap();
    }
    text.push('\n');
}
