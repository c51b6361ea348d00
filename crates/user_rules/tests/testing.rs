//! Tests of rules, as `rules test` runs them.
#![allow(clippy::unwrap_used, missing_docs)]

use user_rules::testing::{Outcome, Snapshots, run};
use user_rules::{RuleSet, Text, compile};

const RULE: &str = "\
id: no-print
language: py
rule: {pattern: print($A)}
fix: log($A)
";

fn set() -> RuleSet {
    compile(&[Text { name: "a.yml".to_owned(), text: RULE.into(), is_utility: false }]).rules
}

#[test]
fn cases_pass_or_say_how_they_failed() {
    let tests = "\
id: no-print
valid:
- log(1)
- |
  x = 1
  print(2)
invalid:
- print(1)
- log(3)
";
    let tested = run(&set(), tests, &|_| None);
    assert_eq!(tested.problems, []);
    let outcomes: Vec<_> = tested.cases.iter().map(|it| (it.line, it.outcome.clone())).collect();
    assert_eq!(outcomes[0], (3, Outcome::Passed));
    assert_eq!(outcomes[1].1, Outcome::Noisy(vec![(2, "print(2)".to_owned())]));
    assert_eq!(outcomes[2], (8, Outcome::Passed));
    assert_eq!(outcomes[3], (9, Outcome::Silent));
}

#[test]
fn a_snapshot_says_what_is_to_be_found() {
    let snapshot = |fixed: &str, end: usize| {
        Snapshots::read(&format!(
            "id: no-print\nsnapshots:\n  print(1):\n    fixed: {fixed}\n    labels:\n    - source: \
             print(1)\n      style: primary\n      start: 0\n      end: {end}\n"
        ))
    };
    let tests = "id: no-print\ninvalid: [print(1)]\n";
    let outcome = |snapshots: Snapshots| {
        run(&set(), tests, &|_| Some(snapshots.clone())).cases.remove(0).outcome
    };
    assert_eq!(outcome(snapshot("log(1)", 8)), Outcome::Passed);
    let Outcome::Differs(differences) = outcome(snapshot("logg(1)", 7)) else {
        unreachable!("it differs");
    };
    let what: Vec<_> = differences.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(what, ["the place", "the fix"]);
    assert_eq!((&*differences[1].expected, &*differences[1].found), ("logg(1)", "log(1)"));
}

#[test]
fn tests_that_are_wrong_are_told() {
    for (tests, expected) in [
        (
            "id: no-prin\nvalid: [x]\n",
            "There is no rule `no-prin` that runs; did you mean `no-print`?",
        ),
        (
            "id: no-print\nvalids: [x]\nvalid: [x]\n",
            "`valids` is no key of a test; did you mean `valid`?",
        ),
        ("valid: [x]\n", "A test needs the `id` of a rule."),
        ("id: no-print\n", "This tests nothing of `no-print`."),
        ("id: no-print\nvalid: x\n", "`valid` is a list of pieces of code."),
        ("id: no-print\nvalid: [\n", "This is no YAML"),
    ] {
        let problems = run(&set(), tests, &|_| None).problems;
        assert!(problems[0].message.starts_with(expected), "{problems:?}");
    }
}
