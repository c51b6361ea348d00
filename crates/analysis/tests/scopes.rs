//! Which declaration a name means, in the cases where languages differ.
//!
//! Each source reads and declares `x`; the expectation lists, for each read, its line and the line
//! of the declaration it means.

#![allow(clippy::unwrap_used, missing_docs)]

mod valid_units;

use analysis::facts::Facts;
use analysis::ir::{Access, Kind};
use analysis::languages::Language;

use valid_units::valid_units;

/// For each line that reads `x`, in order: the line that declares what is meant, or 0.
fn resolved(language: &str, source: &str) -> Vec<(usize, usize)> {
    let language = Language::from_id(language).unwrap();
    let mut found = Vec::new();
    for (unit, lowered) in valid_units(language, source) {
        let tree = &lowered.tree;
        let facts = Facts::compute(tree, language);
        let line = |id| {
            let start = unit.to_file(tree.span(id)).start as usize;
            source[..start].matches('\n').count() + 1
        };
        for name in tree.ids().filter(|id| tree.kind(*id) == Kind::Name && tree.name(*id) == "x") {
            if tree.node(name).access == Access::Read {
                let binding = facts.bindings.resolve(name);
                let declared = binding.and_then(|it| facts.bindings.binding(it));
                found.push((line(name), declared.map_or(0, |it| line(it.declared_at))));
            }
        }
    }
    found.sort_unstable();
    found
}

#[test]
fn go_declarations_are_visible_after_themselves() {
    let source = "package p

func f(x int) int {
\tif true {
\t\tx := x + 1
\t\treturn x
\t}
\tif x := g(); x > 0 {
\t\treturn x
\t} else {
\t\treturn -x
\t}
\treturn x
}
";
    assert_eq!(resolved("go", source), [(5, 3), (6, 5), (8, 8), (9, 8), (11, 8), (13, 3)]);
}

#[test]
fn a_second_short_declaration_in_gos_scope_means_the_first() {
    let source = "package p

func f() int {
\tx, a := g()
\tx, b := h(x)
\treturn x + a + b
}
";
    assert_eq!(resolved("go", source), [(5, 4), (6, 4)]);
}

#[test]
fn rusts_let_hides_what_was_before() {
    let source = "fn f(x: u8) -> u8 {
    let x = x + 1;
    let x = x + 1;
    if let Some(x) = g(x) { return x; } else { return x; }
    x
}
";
    assert_eq!(resolved("rust", source), [(2, 1), (3, 2), (4, 3), (4, 3), (4, 4), (5, 3)]);
}

#[test]
fn javascript_sees_its_declarations_in_all_of_their_scope() {
    let source = "function f() {
  use(x);
  {
    use(x);
    let x = 1;
  }
  var x = 2;
}
";
    assert_eq!(resolved("javascript", source), [(2, 7), (4, 5)]);
}
