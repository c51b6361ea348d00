//! What each stage of the flow costs, by language, over the text of all rules' examples.
//!
//! `cargo bench --package analysis` runs all; a part of a name chooses: `cargo bench --package
//! analysis -- rules`. Examples are denser in what rules look for than other code is, so the last
//! stages look slower here than on a real project.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt;
use std::time::Duration;

use analysis::cancellation::{CancellationToken, Patience};
use analysis::configuration::Configuration;
use analysis::context::{Outline, Sketch};
use analysis::engine::{Document, NoCache, analyze};
use analysis::facts::{Environment, Facts, Memo};
use analysis::ir::lower::{Lowered, lower};
use analysis::ir::units::{Unit, units};
use analysis::languages::Language;
use analysis::rules::{self, Context, check_unit};
use analysis::syntax::{self, SyntaxTree};
use analysis::text::Snapshot;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// One benchmark's argument: a language, shown by its id.
struct Argument(Language);

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.id())
    }
}

fn languages() -> impl Iterator<Item = Argument> {
    Language::all().map(Argument)
}

/// The examples of a language in its usual dialect, without their markers.
fn text(language: Language) -> String {
    let examples = rules::all().iter().flat_map(|rule| rule.examples);
    let own = examples.filter(|example| {
        let dialect = Language::from_id(example.language).unwrap();
        dialect.discriminant() == language.discriminant()
    });
    let lines = own.flat_map(|example| example.code.split_inclusive('\n'));
    lines.filter(|line| !line.trim_start().starts_with('^')).collect()
}

fn tree(language: Language, text: &str) -> SyntaxTree {
    let limit = Duration::from_mins(1);
    let grammar = language.lowering().grammar();
    syntax::parse(grammar, text, None, limit, &CancellationToken::new()).unwrap()
}

fn lowered(language: Language, text: &str, tree: &SyntaxTree) -> Vec<(Unit, Lowered)> {
    let lower = |(unit, node)| {
        let lowered = lower(node, text, language, &unit);
        (unit, lowered)
    };
    units(tree.tree(), text, language).into_iter().map(lower).collect()
}

fn facts(language: Language, units: Vec<(Unit, Lowered)>) -> Vec<(Unit, Lowered, Facts)> {
    let facts = |(unit, lowered): (Unit, Lowered)| {
        let facts = Facts::compute(&lowered.tree, language);
        (unit, lowered, facts)
    };
    units.into_iter().map(facts).collect()
}

/// Text to syntax, from scratch.
#[divan::bench(name = "parse", args = languages())]
fn parsing(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    bencher.counter(BytesCount::of_str(&text)).bench(|| tree(*language, black_box(&text)));
}

/// Syntax to units, and each of them to its generic tree.
#[divan::bench(name = "lower", args = languages())]
fn lowering(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    let tree = tree(*language, &text);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| lowered(*language, black_box(&text), &tree));
}

/// What is computed of every unit: scopes, bindings, and what it offers to others.
#[divan::bench(name = "facts", args = languages())]
fn fact_finding(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    let units = lowered(*language, &text, &tree(*language, &text));
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let facts = |(_, lowered): &(Unit, Lowered)| Facts::compute(&lowered.tree, *language);
        black_box(&units).iter().map(facts).collect::<Vec<_>>()
    });
}

/// What every function looks like, for comparison with those of other files.
#[divan::bench(name = "sketch", args = languages())]
fn sketching(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    let units = lowered(*language, &text, &tree(*language, &text));
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let sketch = |(_, lowered): &(Unit, Lowered)| Sketch::of_unit(&lowered.tree);
        black_box(&units).iter().filter_map(sketch).count()
    });
}

/// What a unit says to the workspace, with its sketch.
#[divan::bench(name = "outline", args = languages())]
fn outlining(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    let units = facts(*language, lowered(*language, &text, &tree(*language, &text)));
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let outline = |(_, lowered, facts): &(Unit, Lowered, Facts)| {
            Outline::of_unit(&lowered.tree, facts, *language).calls.len()
        };
        black_box(&units).iter().map(outline).sum::<usize>()
    });
}

/// All rules, with the facts that only they ask for.
#[divan::bench(name = "rules", args = languages())]
fn checking(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    let units = facts(*language, lowered(*language, &text, &tree(*language, &text)));
    let environment = Environment::of_file(units.iter().map(|(unit, _, facts)| (unit, facts)));
    let patience = Patience::new(&CancellationToken::new(), Duration::from_hours(1));
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let check = |(_, lowered, facts): &(Unit, Lowered, Facts)| {
            let (Lowered { tree, comments }, memo) = (lowered, Memo::default());
            let mut context = Context::new(*language, tree, comments, facts, &environment, &memo);
            check_unit(&mut context, &|_| true, &patience, None).unwrap();
            context.into_findings().len()
        };
        black_box(&units).iter().map(check).sum::<usize>()
    });
}

/// The engine's one entry with all rules: all of the above, and making findings of it.
#[divan::bench(name = "whole", args = languages())]
fn all_stages(bencher: Bencher<'_, '_>, Argument(language): &Argument) {
    let text = text(*language);
    let snapshot = Snapshot::new(text.as_str());
    let mut configuration = Configuration::default();
    configuration.select(&["ALL"]).unwrap();
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| Document::new(*language, snapshot.clone()))
        .bench_values(|mut document| {
            let token = CancellationToken::new();
            analyze(&mut document, &configuration, &NoCache, &token).unwrap().findings.len()
        });
}
