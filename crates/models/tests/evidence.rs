//! What the facts say of rewrites: each example has a slip, and names the signs of its repair.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use analysis::languages::Language;
use models::decision::evidence::{Sign, signs};
use models::decision::values::Ways;
use models::features::Features;
use models::snippet::Snippet;

/// The signs of the rewrite of `text` that gives `repaired`.
#[track_caller]
fn signs_of(language: &str, text: &str, repaired: &str) -> Vec<Sign> {
    let snippet = Snippet::read(text, Language::from_id(language).unwrap()).unwrap();
    let features: Features<'_> = snippet.features();
    let found = features.groups.iter().find_map(|group| {
        let mut own = features.candidates_of(group).iter();
        let candidate =
            own.find(|it| it.edit.apply(features.tree).trim_end() == repaired.trim_end())?;
        Some(signs(&features, &Ways::default(), group.kind, candidate, group.position))
    });
    found.expect("a candidate repairs it").iter().collect()
}

#[test]
fn a_parameter_that_nothing_reads_wants_to_be_read() {
    let slip = "def area(width, height):\n    return width * width\n";
    let repaired = "def area(width, height):\n    return width * height\n";
    assert_eq!(signs_of("python", slip, repaired), [Sign::NewIsUnused]);
}

#[test]
fn the_last_use_of_a_variable_wants_to_stay() {
    let right = "def area(width, height):\n    return width * height + width\n";
    let wrong = "def area(width, height):\n    return width * width + width\n";
    assert_eq!(signs_of("python", right, wrong), [Sign::OldIsUsedOnce]);
}

#[test]
fn a_variable_has_no_value_before_its_first_assignment() {
    let slip = "function f(a) {\n  let b;\n  let c;\n  c = a;\n  g(b);\n  b = c;\n  g(b);\n}";
    let repaired = "function f(a) {\n  let b;\n  let c;\n  c = a;\n  g(c);\n  b = c;\n  g(b);\n}";
    assert_eq!(signs_of("javascript", slip, repaired), [Sign::OldIsUnset]);
    assert_eq!(signs_of("javascript", repaired, slip), [Sign::NewIsUnset]);
}

#[test]
fn a_loop_leads_back_to_what_is_assigned_at_its_end() {
    let first = "def f(xs):\n    for x in xs:\n        g(x, last)\n        last = x\n";
    let other = "def f(xs):\n    for x in xs:\n        g(x, x)\n        last = x\n";
    assert_eq!(signs_of("python", first, other), [Sign::OldIsUsedOnce]);
}

#[test]
fn a_text_is_no_list() {
    let slip =
        "def f():\n    name = 'a'\n    names = []\n    g(names, name)\n    name.append(names)\n";
    let repaired =
        "def f():\n    name = 'a'\n    names = []\n    g(names, name)\n    names.append(names)\n";
    assert_eq!(signs_of("python", slip, repaired), [Sign::TypesClash]);
}

#[test]
fn a_copied_statement_renames_throughout() {
    let slip = "void f(Box left, Box right) {\n  if (left != null) { use(left); }\n  if (right != null) { use(left); }\n}";
    let repaired = "void f(Box left, Box right) {\n  if (left != null) { use(left); }\n  if (right != null) { use(right); }\n}";
    assert!(!signs_of("java", slip, repaired).contains(&Sign::NewIsUnused));
    let slip = "def f(a, b):\n    p = min(a.x, a.y)\n    q = min(b.x, a.y)\n    return p, q\n";
    let repaired = "def f(a, b):\n    p = min(a.x, a.y)\n    q = min(b.x, b.y)\n    return p, q\n";
    assert_eq!(signs_of("python", slip, repaired), [Sign::CopiedSibling]);
}

#[test]
fn calls_of_one_function_have_one_order() {
    let slip = "func f(a, b int) {\n\tdraw(a, b)\n\tdraw(b, a)\n}";
    let repaired = "func f(a, b int) {\n\tdraw(a, b)\n\tdraw(a, b)\n}";
    assert_eq!(signs_of("go", slip, repaired), [Sign::OtherOrderElsewhere]);
    let wrong = "func f(a, b int) {\n\tdraw(b, a)\n\tdraw(a, b)\n}";
    assert_eq!(signs_of("go", repaired, wrong), [Sign::SameOrderElsewhere]);
}
