//! Suppression comments, through the engine.

#![allow(clippy::unwrap_used, missing_docs)]

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Document, NoCache, analyze};
use analysis::findings::Finding;
use analysis::languages::Language;
use analysis::text::Snapshot;

/// The findings of Python code as `line rule`, lines from 1.
fn findings(code: &str) -> Vec<String> {
    findings_in("python", code)
}

/// As [`findings`], in another language.
fn findings_in(language: &str, code: &str) -> Vec<String> {
    let snapshot = Snapshot::new(code);
    let line = |offset| snapshot.lines().line_of(offset) + 1;
    let found = analysed(language, &snapshot);
    found.iter().map(|it| format!("{} {}", line(it.span.start), it.rule)).collect()
}

fn messages(language: &str, code: &str) -> Vec<String> {
    analysed(language, &Snapshot::new(code)).into_iter().map(|it| it.message).collect()
}

fn analysed(language: &str, snapshot: &Snapshot) -> Vec<Finding> {
    let mut document = Document::new(Language::from_id(language).unwrap(), snapshot.clone());
    let configuration = Configuration::default();
    analyze(&mut document, &configuration, &NoCache, &CancellationToken::new()).unwrap().findings
}

#[test]
fn a_comment_after_code_covers_its_line() {
    let code = "def f(a):\n    return a == a  # omnistack: ignore[bug/self-comparison] by design\n";
    assert_eq!(findings(code), [""; 0]);
    assert_eq!(findings(&code.replace("bug/self-comparison", "self-comparison")), [""; 0]);
    assert_eq!(findings(&code.replace("bug/self-comparison", "bug")), [""; 0]);
    assert_eq!(findings(&code.replace("bug/self-comparison", "bug/*")), [""; 0]);
    assert_eq!(findings(&code.replace("[bug/self-comparison]", "")), [""; 0]);
}

#[test]
fn a_comment_on_its_own_line_covers_the_next_line_of_code() {
    let code = "def f(a):
    # omnistack: ignore[bug/self-comparison] by design
    # of the protocol

    if a == a:
        return a == a
";
    assert_eq!(findings(code), ["6 bug/self-comparison"]);
}

#[test]
fn a_block_comment_covers_the_statement_with_its_branches() {
    let code = "# omnistack: ignore-block[bug/self-comparison] generated
@cached
def f(a):
    if a == a:
        return 1

    return a == a

def g(a):
    return a == a
";
    assert_eq!(findings(code), ["10 bug/self-comparison"]);
}

#[test]
fn a_file_comment_covers_the_file_wherever_it_stands() {
    let code = "def f(a):\n    return a == a\n\n# omnistack: ignore-file[bug]\n";
    assert_eq!(findings(code), [""; 0]);
}

#[test]
fn an_unused_name_is_reported_beside_a_used_one() {
    let code =
        "def f(a):\n    return a == a  # omnistack: ignore[self-comparison, self-assignment]\n";
    assert_eq!(findings(code), ["2 practice/unused-suppression"]);
}

#[test]
fn text_in_a_string_is_no_comment() {
    let code = "def f(a):\n    return a == a, '# omnistack: ignore'\n";
    assert_eq!(findings(code), ["2 bug/self-comparison"]);
}

#[test]
fn a_directive_may_follow_another_tools() {
    for other in [
        "noqa #",
        "noqa: E711  #",
        "noqa",
        "type: ignore[arg-type] #",
        "noqa # nosec;",
        "noqa: E501 see https://a.org #1 #",
    ] {
        let code = format!(
            "def f(a):\n    return a == a  # {other} omnistack: ignore[bug/self-comparison] why\n"
        );
        assert_eq!(findings(&code), [""; 0], "{other}");
    }
    let code =
        "f = (a) => a.x === a.x; // eslint-disable-line no-self-compare // omnistack: ignore\n";
    assert_eq!(findings_in("javascript", code), [""; 0]);
}

#[test]
fn prose_and_code_that_was_commented_out_are_no_directives() {
    for comment in [
        "we use omnistack: ignored findings are listed below",
        "x = y  # omnistack: ignore[bug/self-comparison]",
        "see # omnistack: ignor[bug/self-comparison]",
        "noqa because omnistack: ignore[bug/self-comparison] is not enough",
        "`omnistack: ignore[` starts a list",
        "- omnistack: ignore[bug/self-comparison]",
        "omnistack: ignored findings are listed below",
        "omnistack: the tool we use",
        "Omnistack: more about it in the manual",
    ] {
        let code = format!("def f(a):\n    return a == a  # {comment}\n");
        assert_eq!(findings(&code), ["2 bug/self-comparison"], "{comment}");
    }
}

#[test]
fn a_comment_before_code_covers_its_own_line() {
    let code = "function f(a) {
  /* omnistack: ignore[bug/self-comparison] by design */ if (a.x === a.x) return 1;
  /* omnistack: ignore[bug/self-comparison] by design */
  /* of the protocol */ if (a.x === a.x) return 2;
  /* one */ /* omnistack: ignore[bug/self-comparison] */
  if (a.x === a.x) return 3;
  if (a.x === a.x) /* omnistack: ignore[bug/self-comparison] over
    two lines */ return a.x === a.x;
  if (a.x === a.x) return 4;
}
";
    let expected = ["8 bug/self-comparison", "9 bug/self-comparison"];
    assert_eq!(findings_in("javascript", code), expected);
    let block = "function f(a) {
  /* omnistack: ignore-block[bug/self-comparison] */ if (a) {
    return a.x === a.x;
  }
  return a.x === a.x;
}
";
    assert_eq!(findings_in("javascript", block), ["5 bug/self-comparison"]);
}

#[test]
fn a_malformed_directive_covers_nothing_and_is_told_how_to_be_written() {
    for (directive, said) in [
        (
            "omnistack: ignore[bug/self-comparison, bug/self-assignment by design",
            "`]` is missing; write `omnistack: ignore[bug/self-comparison, bug/self-assignment]`",
        ),
        (
            "omnistack: ignor[bug/self-comparison]",
            "no directive `ignor`; write `omnistack: ignore[bug/self-comparison]`",
        ),
        ("omnistack: ignor", "no directive `ignor`; write `omnistack: ignore`"),
        (
            "omnistack: ignore-fil[bug]",
            "no directive `ignore-fil`; write `omnistack: ignore-file[bug]`",
        ),
        ("omnistack: disable[bug]", "no directive `disable`; write `omnistack: ignore[bug]`"),
        (
            "OmniStack: Ignore[bug/self-comparison]",
            "lower case; write `omnistack: ignore[bug/self-comparison]`",
        ),
        ("noqa # omnistack: IGNORE", "lower case; write `omnistack: ignore`"),
        ("omnistack: ignore[]", "its brackets name no rule; write `omnistack: ignore["),
        ("omnistack: ignore[ , ] reason", "its brackets name no rule; write `omnistack: ignore["),
        (
            "omnistack: ignore bug/self-comparison",
            "outside brackets; write `omnistack: ignore[bug/self-comparison]`",
        ),
        (
            "omnistack: ignore(bug/self-comparison)",
            "outside brackets; write `omnistack: ignore[bug/self-comparison]`",
        ),
    ] {
        let code = format!("def f(a):\n    return a == a  # {directive}\n");
        let expected = ["2 bug/self-comparison", "2 practice/unused-suppression"];
        assert_eq!(findings(&code), expected, "{directive}");
        let messages = messages("python", &code);
        assert!(messages[1].contains(said), "{directive}: {}", messages[1]);
    }
}

#[test]
fn an_unknown_name_is_reported_with_the_nearest_known_one() {
    let code =
        "def f(a):\n    return a == a  # omnistack: ignore[self-comparison, self-asignment]\n";
    let messages = messages("python", code);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("did you mean `bug/self-assignment`?"), "{messages:?}");
}

#[test]
fn a_long_row_of_comments_is_looked_at_once() {
    let row = "// omnistack: ignore[bug/self-comparison]\n".repeat(20_000);
    let code = format!("x = y.z === y.z;\n{row}x = y.z === y.z;\n");
    assert_eq!(findings_in("javascript", &code), ["1 bug/self-comparison"]);
}
