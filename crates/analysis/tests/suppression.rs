//! Suppression comments, through the engine.

#![allow(clippy::unwrap_used, missing_docs)]

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Document, NoCache, analyze};
use analysis::languages::Language;
use analysis::text::Snapshot;

/// The findings of Python code as `line rule`, lines from 1.
fn findings(code: &str) -> Vec<String> {
    let snapshot = Snapshot::new(code);
    let mut document = Document::new(Language::from_id("python").unwrap(), snapshot.clone());
    let configuration = Configuration::default();
    let analysis =
        analyze(&mut document, &configuration, &NoCache, &CancellationToken::new()).unwrap();
    let line = |offset| snapshot.lines().line_of(offset) + 1;
    analysis.findings.iter().map(|it| format!("{} {}", line(it.span.start), it.rule)).collect()
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
