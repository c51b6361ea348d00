//! Prints the IR of files, for whoever writes a lowering table or a rule.
//!
//! `dump_ir FILE…` prints each unit's tree. `dump_ir --other PATH…` only counts, over all files
//! below the paths, what the IR has no kind for: a line per language with its id, the files, the
//! named syntax nodes and how many of them became `Other`, then each of their kinds with its count,
//! the most frequent first; all parted by tabs. `cargo xtask lowering` reads that.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::facts::Facts;
use analysis::ir::coverage::Coverage;
use analysis::ir::lower::lower;
use analysis::ir::units::units;
use analysis::ir::{Kind, NodeId, Tree};
use analysis::languages::Language;
use analysis::syntax::{SyntaxTree, parse};

fn main() {
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.first().is_some_and(|first| first == Path::new("--other")) {
        count_other(paths.split_off(1));
        return;
    }
    for path in paths {
        let Some((language, source, syntax)) = read(&path) else { continue };
        for (unit, node) in units(syntax.tree(), &source, language) {
            let lowered = lower(node, &source, language, &unit);
            println!("unit {:?} {:?}", unit.qualified_name(), unit.span);
            dump(&lowered.tree, &Facts::compute(&lowered.tree, language));
        }
    }
}

/// A file's language, text and syntax, if it is source text of a language we know.
fn read(path: &Path) -> Option<(Language, String, SyntaxTree)> {
    let language = Language::from_path(path)?;
    let source = std::fs::read_to_string(path).ok()?;
    let language = language.of_text(path, &source);
    let (grammar, limit) = (language.lowering().grammar(), Duration::from_mins(1));
    let syntax = parse(grammar, &source, None, limit, &CancellationToken::new()).ok()?;
    Some((language, source, syntax))
}

fn count_other(mut paths: Vec<PathBuf>) {
    let mut found: BTreeMap<usize, (usize, Coverage)> = BTreeMap::new();
    while let Some(path) = paths.pop() {
        if let Ok(folder) = std::fs::read_dir(&path) {
            paths.extend(folder.map(|entry| entry.unwrap().path()));
        } else if let Some((language, source, syntax)) = read(&path) {
            let (files, coverage) = found.entry(language.index()).or_default();
            *files += 1;
            coverage.add(&syntax, &source, language);
        }
    }
    for language in Language::all() {
        let Some((files, coverage)) = found.get(&language.index()) else { continue };
        print!("{language}\t{files}\t{}\t{}", coverage.named, coverage.others());
        for (kind, count) in coverage.missing() {
            print!("\t{kind}\t{count}");
        }
        println!();
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
