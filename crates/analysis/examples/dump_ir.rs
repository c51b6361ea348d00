//! Prints the IR of files, for whoever writes a lowering table or a rule.
//!
//! `dump_ir FILE…` prints each unit's tree; `dump_ir --other FILE…` only counts, over all files,
//! the nodes the IR has no kind for, with the syntax text they start with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::facts::Facts;
use analysis::ir::lower::lower;
use analysis::ir::units::units;
use analysis::ir::{Kind, NodeId, Tree};
use analysis::languages::Language;
use analysis::syntax::parse;

fn main() {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let only_other = files.first().is_some_and(|first| first == "--other");
    if only_other {
        files.remove(0);
    }
    let (mut nodes, mut other) = (0, BTreeMap::<String, usize>::new());
    for file in &files {
        let Some(language) = Language::from_path(Path::new(file)) else { continue };
        let Ok(source) = std::fs::read_to_string(file) else { continue };
        let grammar = language.lowering().grammar();
        let limit = Duration::from_mins(1);
        let syntax = parse(grammar, &source, None, limit, &CancellationToken::new()).unwrap();
        for (unit, node) in units(syntax.tree(), &source, language) {
            let lowered = lower(node, &source, language, &unit);
            let facts = Facts::compute(&lowered.tree, language);
            nodes += lowered.tree.len();
            if only_other {
                count_other(&lowered.tree, &mut other);
            } else {
                println!("unit {:?} {:?}", unit.qualified_name(), unit.span);
                dump(&lowered.tree, &facts);
            }
        }
    }
    if only_other {
        let total: usize = other.values().sum();
        println!("{total} of {nodes} nodes ({:.3} %)", 100.0 * total as f64 / nodes as f64);
        let mut rows: Vec<_> = other.into_iter().collect();
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (text, count) in rows.into_iter().take(20) {
            println!("{count:8} {text}");
        }
    }
}

fn count_other(tree: &Tree, other: &mut BTreeMap<String, usize>) {
    for id in tree.ids().filter(|id| tree.kind(*id) == Kind::Other) {
        let text: String = tree.text(id).chars().take(30).collect();
        let under = tree.kind(tree.node(id).parent);
        *other.entry(format!("under {under:?}: {}", text.replace('\n', "⏎"))).or_default() += 1;
    }
}

fn dump(tree: &Tree, facts: &Facts) {
    for id in tree.ids() {
        let node = tree.node(id);
        let depth = tree.ancestors(id).count();
        let symbol =
            if node.symbol.is_some() { format!(" `{}`", tree.name(id)) } else { String::new() };
        let access =
            if node.kind == Kind::Name { format!(" {:?}", node.access) } else { String::new() };
        let binding = facts.bindings.resolve(id).and_then(|it| facts.bindings.binding(it));
        let bound =
            binding.map_or(String::new(), |it| format!(" ↑{}", line_of(tree, it.declared_at)));
        println!(
            "{:depth$}{:?} {:?} {:?}{symbol}{access}{bound}",
            "", node.kind, node.role, node.operator
        );
    }
}

fn line_of(tree: &Tree, id: NodeId) -> usize {
    tree.source()[..tree.span(id).start as usize].matches('\n').count() + 1
}
