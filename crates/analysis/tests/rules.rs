//! Every rule's examples: each marker is a finding, each finding has a marker, fixes mend and keep
//! what they do not mean to change.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "rules/fixes.rs"]
mod fixes;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Analysis, Document, NoCache, analyze};
use analysis::findings::{Category, Finding, Fix};
use analysis::languages::Language;
use analysis::rules::{self, Example, Rule};
use analysis::text::{PositionEncoding, Snapshot};

/// Code without its markers, and what the markers say.
struct Marked {
    code: String,
    expected: Vec<Expected>,
}

#[derive(Debug)]
struct Expected {
    line: u32,
    start: u32,
    end: u32,
    message: String,
}

fn unmark(example: &Example) -> Marked {
    let mut code = String::new();
    let mut expected = Vec::new();
    let mut line = 0;
    for text in example.code.split_inclusive('\n') {
        let marker = text.trim();
        if !marker.starts_with('^') {
            code.push_str(text);
            line += 1;
            continue;
        }
        let start = text.chars().take_while(|c| matches!(c, ' ' | '\t')).count() as u32;
        let carets = marker.chars().take_while(|c| *c == '^').count();
        let message = marker[carets..].trim().to_owned();
        expected.push(Expected { line: line - 1, start, end: start + carets as u32, message });
    }
    Marked { code, expected }
}

fn run(rule: &Rule, language: &str, code: &str) -> Analysis {
    let language = Language::from_id(language).expect("an example's language exists");
    let mut configuration = Configuration::default();
    configuration.select(&[rule.id]).unwrap();
    let mut document = Document::new(language, Snapshot::new(code));
    analyze(&mut document, &configuration, &NoCache, &CancellationToken::new()).unwrap()
}

/// Visits every syntax node of a text.
fn syntax_nodes(language: &str, code: &str, mut visit: impl FnMut(tree_sitter::Node<'_>)) {
    let language = Language::from_id(language).unwrap();
    let mut document = Document::new(language, Snapshot::new(code));
    let configuration = Configuration::default();
    document.parse(&configuration, &CancellationToken::new()).unwrap().unwrap();
    let mut cursor = document.tree().unwrap().tree().walk();
    loop {
        visit(cursor.node());
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

fn apply(code: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<_> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut result = code.to_owned();
    for edit in edits.iter().rev() {
        result.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    result
}

fn matches(snapshot: &Snapshot, finding: &Finding, expected: &Expected) -> bool {
    let start = snapshot.position(finding.span.start, PositionEncoding::Utf32);
    let end = snapshot.position(finding.span.end, PositionEncoding::Utf32);
    let line_end = snapshot.lines().line_end(snapshot.text(), expected.line);
    let line_end = snapshot.position(line_end, PositionEncoding::Utf32).column;
    let ends = if end.line == expected.line { end.column } else { line_end };
    (start.line, start.column, ends) == (expected.line, expected.start, expected.end)
        && finding.message.contains(&expected.message)
}

fn describe(snapshot: &Snapshot, finding: &Finding) -> String {
    let start = snapshot.position(finding.span.start, PositionEncoding::Utf32);
    let text = finding.span.of(snapshot.text());
    format!("{}:{} `{text}`: {}", start.line + 1, start.column + 1, finding.message)
}

fn check(rule: &Rule, example: &Example) {
    let Marked { code, expected } = unmark(example);
    let header = format!("{} in {}:\n{}", rule.id, example.language, example.code);
    assert_eq!(fixes::errors(example.language, &code), 0, "the example does not parse: {header}");
    let analysis = run(rule, example.language, &code);
    assert!(analysis.panics.is_empty(), "{header}\n{:?}", analysis.panics);
    let snapshot = Snapshot::new(code.as_str());
    let found: Vec<_> = analysis.findings.iter().filter(|it| it.rule == rule.id).collect();
    let listed: Vec<_> = found.iter().map(|it| describe(&snapshot, it)).collect();
    assert_eq!(found.len(), expected.len(), "{header}\nfound: {listed:#?}");
    for expected in &expected {
        let is_found = found.iter().any(|finding| matches(&snapshot, finding, expected));
        assert!(is_found, "{header}\nexpected {expected:?}, found: {listed:#?}");
    }
    for finding in &found {
        assert!(!finding.evidence.is_empty(), "a finding says why: {header}");
        for fix in &finding.fixes {
            let safety = rule.fix.expect("a rule with fixes says so in its metadata");
            assert!(fix.safety >= safety, "a fix is safer than the metadata says: {header}");
        }
    }
    let fixes: Vec<_> = found.iter().filter_map(|it| it.fixes.first()).collect();
    match example.fixed {
        Some(expected) => assert_eq!(apply(&code, &fixes), expected, "{header}"),
        None if example.is_bad() && rule.fix.is_some() => {
            assert!(fixes.is_empty(), "an example with a fix shows the result: {header}");
        }
        None => {}
    }
}

/// The rules whose findings the engine makes itself. What is predicted depends on a network.
fn checked() -> impl Iterator<Item = &'static &'static Rule> {
    rules::all().iter().filter(|rule| rule.category != Category::Predict)
}

#[test]
fn every_example_holds() {
    let mut failures = Vec::new();
    for rule in checked() {
        for example in rule.examples {
            let outcome = std::panic::catch_unwind(|| check(rule, example));
            if let Err(panic) = outcome {
                failures.push(rules::panic_message(&*panic));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n---\n"));
}

#[test]
fn every_rule_shows_bad_and_good_code_in_each_language_it_claims() {
    for rule in checked() {
        for language in rule.languages {
            let language = Language::from_id(language).expect("a known language");
            for bad in [true, false] {
                let count = rule
                    .examples
                    .iter()
                    .filter(|it| {
                        Language::from_id(it.language) == Some(language) && it.is_bad() == bad
                    })
                    .count();
                assert!(count >= 2, "{}: {count} examples (bad: {bad}) in {language}", rule.id);
            }
        }
    }
}

#[test]
fn metadata_is_complete_and_ordered() {
    let ids: Vec<_> = rules::all().iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for rule in rules::all() {
        let (category, name) = rule.id.split_once('/').expect("category/name");
        assert_eq!(category, rule.category.as_str(), "{}", rule.id);
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.id);
        let texts = [rule.documentation.what, rule.documentation.why, rule.documentation.fix];
        assert!(texts.iter().all(|text| text.len() > 20), "{}: thin documentation", rule.id);
        assert!(!rule.summary.ends_with('.') && rule.summary.len() < 90, "{}", rule.id);
        assert!((0.0..=1.0).contains(&rule.confidence), "{}", rule.id);
    }
}

/// A comment that silences a finding is used: the rule does not fall silent because there is a
/// comment.
#[test]
fn what_silences_a_finding_is_used() {
    let mut wrong = Vec::new();
    let mut silenced = 0;
    // Its own findings are comments.
    for rule in checked().filter(|it| it.id != "practice/unused-suppression") {
        for example in rule.examples.iter().filter(|it| it.is_bad()) {
            let Marked { code, expected } = unmark(example);
            let mark = if example.language == "python" { "#" } else { "//" };
            for line in expected.iter().map(|it| it.line as usize) {
                let comment = format!("  {mark} omnistack: ignore[{}] on purpose", rule.id);
                let with: Vec<String> = code
                    .lines()
                    .enumerate()
                    .map(|(at, it)| format!("{it}{}", if at == line { &*comment } else { "" }))
                    .collect();
                let with = with.join("\n") + "\n";
                let is_comment = fixes::errors(example.language, &with) == 0
                    && comments(example.language, &with).contains(&comment.trim().to_owned());
                if !is_comment {
                    // Within a string, or behind the backslash of a macro.
                    continue;
                }
                silenced += 1;
                let language = Language::from_id(example.language).unwrap();
                let mut configuration = Configuration::default();
                configuration.select(&[rule.id, "practice/unused-suppression"]).unwrap();
                let mut document = Document::new(language, Snapshot::new(with.as_str()));
                let token = CancellationToken::new();
                let analysis = analyze(&mut document, &configuration, &NoCache, &token).unwrap();
                let snapshot = Snapshot::new(with.as_str());
                let is_left = |it: &&Finding| {
                    it.rule != rule.id
                        || snapshot.position(it.span.start, PositionEncoding::Utf32).line
                            == line as u32
                };
                let left: Vec<_> = analysis.findings.iter().filter(is_left).collect();
                if !left.is_empty() {
                    let left: Vec<_> = left.iter().map(|it| describe(&snapshot, it)).collect();
                    wrong.push(format!("{} in {}:\n{with}{left:#?}", rule.id, example.language));
                }
            }
        }
    }
    assert!(silenced > 1000, "only {silenced} comments");
    assert!(wrong.is_empty(), "{} of {silenced}:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The comments of a text.
fn comments(language: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    syntax_nodes(language, code, |node| {
        if node.kind().contains("comment") {
            found.push(code[node.byte_range()].trim().to_owned());
        }
    });
    found
}
