//! What holds for every fix, on every example and on variations of it: the mended code parses, the
//! finding is gone, every comment is kept, and nothing changes outside of the edits.

use std::collections::BTreeMap;

use analysis::findings::{Finding, Fix};
use analysis::languages::Language;
use analysis::rules::{self, Example, Rule};
use analysis::text::Snapshot;

use super::{apply, describe, run, syntax_nodes, unmark};

/// A text that differs from an example in a way that must not matter to a fix.
struct Variation {
    name: String,
    code: String,
    /// Whether it must have the example's findings and fixes. A comment may do away with either.
    is_equal: bool,
}

#[test]
fn fixes_hold_on_variations_of_the_examples() {
    let mut failures = Vec::new();
    let mut checked = 0;
    for rule in super::checked().filter(|rule| rule.fix.is_some()) {
        for example in rule.examples.iter().filter(|example| example.is_bad()) {
            let code = unmark(example).code;
            let plain = fix_count(rule, example, &code);
            for variation in variations(example.language, &code) {
                checked += 1;
                let outcome = std::panic::catch_unwind(|| check(rule, example, &variation, plain));
                failures.extend(outcome.err().map(|panic| rules::panic_message(&*panic)));
            }
        }
    }
    assert!(checked > 1000, "only {checked} variations");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n---\n"));
}

fn fix_count(rule: &Rule, example: &Example, code: &str) -> usize {
    run(rule, example.language, code).findings.iter().map(|it| it.fixes.len()).sum()
}

fn check(rule: &Rule, example: &Example, variation: &Variation, plain: usize) {
    let Variation { name, code, is_equal } = variation;
    let analysis = run(rule, example.language, code);
    let header = format!("{} in {}, {name}", rule.id, example.language);
    assert!(analysis.panics.is_empty(), "{header}:\n{code}\n{:?}", analysis.panics);
    let count = analysis.findings.iter().map(|finding| finding.fixes.len()).sum::<usize>();
    assert!(!is_equal || count == plain, "{header}: {count} fixes, not {plain}:\n{code}");
    for finding in &analysis.findings {
        for fix in &finding.fixes {
            check_fix(rule, example.language, code, finding, fix, analysis.findings.len(), &header);
        }
    }
}

/// Checks one fix of a text without syntax errors.
fn check_fix(
    rule: &Rule,
    language: &str,
    code: &str,
    finding: &Finding,
    fix: &Fix,
    findings: usize,
    header: &str,
) {
    let snapshot = Snapshot::new(code);
    let found = describe(&snapshot, finding);
    check_edits(code, fix, header);
    let mended = apply(code, &[fix]);
    let header = format!("{header}\n{found}\n`{}` on\n{code}\ngives\n{mended}", fix.title);
    assert_eq!(errors(language, &mended), 0, "the mended code does not parse: {header}");
    let after = run(rule, language, &mended);
    assert!(after.findings.len() < findings, "the finding stays: {header}");
    let is_same = |it: &Finding| it.fingerprint == finding.fingerprint;
    assert!(!after.findings.iter().any(is_same), "the finding stays: {header}");
    let (mut before, kept) = (comments(language, code), comments(language, &mended));
    before.retain(|comment, count| kept.get(comment).is_none_or(|kept| kept < count));
    // A finding about a comment may take that out.
    let subject = finding.span.of(code);
    before.retain(|comment, _| !comment.contains(subject));
    assert!(before.is_empty(), "comments are lost: {before:?}: {header}");
    check_untouched_lines(code, fix, &mended, &header);
    check_layout(code, &mended, &header);
}

pub(super) fn errors(language: &str, code: &str) -> usize {
    let mut count = 0;
    syntax_nodes(language, code, |node| count += usize::from(node.is_error() || node.is_missing()));
    count
}

/// The comments of a text, each with how often it occurs.
fn comments(language: &str, code: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    syntax_nodes(language, code, |node| {
        let is_comment = node.kind().contains("comment")
            && node.parent().is_none_or(|it| !it.kind().contains("comment"));
        if is_comment {
            // The grammars differ in whether the line end belongs to the comment.
            *found.entry(code[node.byte_range()].trim_end().to_owned()).or_default() += 1;
        }
    });
    found
}

/// Edits are in order, apart from each other, inside the text and between its characters.
fn check_edits(code: &str, fix: &Fix, header: &str) {
    let mut from = 0;
    assert!(!fix.edits.is_empty(), "{header}: `{}` edits nothing", fix.title);
    for edit in &fix.edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        assert!(from <= start && start <= end, "{header}: edits overlap: {:?}", fix.edits);
        let text = code.get(start..end);
        assert!(text.is_some(), "{header}: an edit is not in the text: {:?}", fix.edits);
        assert_ne!(text, Some(&*edit.replacement), "{header}: an edit changes nothing");
        from = end;
    }
}

/// Lines whose code no edit touches stand in the mended text as they were, indentation included.
fn check_untouched_lines(code: &str, fix: &Fix, mended: &str, header: &str) {
    let mut start = 0;
    let mut remaining = mended.lines();
    for line in code.split_inclusive('\n') {
        let first = start + line.len() - line.trim_start().len();
        let last = start + line.trim_end().len();
        start += line.len();
        let touches = |start: u32, end: u32| {
            let (start, end) = (start as usize, end as usize);
            start <= last && first <= end && !(start == end && end < first)
        };
        let is_touched = fix.edits.iter().any(|it| touches(it.span.start, it.span.end));
        if is_touched || line.trim().is_empty() {
            continue;
        }
        let is_kept = remaining.any(|it| it.trim_end() == line.trim_end());
        assert!(is_kept, "the line `{}` is not kept: {header}", line.trim_end());
    }
}

/// What a fix inserts is laid out as the text is.
fn check_layout(code: &str, mended: &str, header: &str) {
    let lone = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
    if code.contains("\r\n") && lone(code) == 0 {
        assert_eq!(lone(mended), 0, "line ends differ: {header}");
    } else {
        assert!(!mended.contains('\r'), "line ends differ: {header}");
    }
    let is_indented_by = |text: &str, by: char| text.lines().any(|line| line.starts_with(by));
    if is_indented_by(code, '\t') && !is_indented_by(code, ' ') {
        assert!(!is_indented_by(mended, ' '), "indentation differs: {header}");
    }
    let trailing = |text: &str| text.lines().filter(|it| it.ends_with([' ', '\t'])).count();
    assert!(trailing(mended) <= trailing(code), "blanks are left at a line's end: {header}");
}

/// The variations of a text that have no syntax errors.
fn variations(language: &str, code: &str) -> Vec<Variation> {
    let sign = Language::from_id(language).unwrap().spec().line_comment;
    let equal =
        |name: &str, code: String| Variation { name: name.to_owned(), code, is_equal: true };
    let mut found = vec![
        equal("as it is", code.to_owned()),
        equal("with CRLF", code.replace('\n', "\r\n")),
        equal("with tabs", with_tabs(code)),
        equal("with tabs and CRLF", with_tabs(code).replace('\n', "\r\n")),
        equal("after other letters", after_other_letters(code, sign)),
    ];
    let many = comments(language, code).len();
    for (name, code) in
        commented_lines(code, sign).into_iter().chain(inner_comments(language, code))
    {
        // Inside of a text or of a macro's arguments, it is no comment.
        if comments(language, &code).len() == many + 1 {
            found.push(Variation { name, code, is_equal: false });
        }
    }
    found.retain(|variation| errors(language, &variation.code) == 0);
    found
}

/// A first line whose characters take two to four bytes, and one or two units of UTF-16.
fn after_other_letters(code: &str, sign: &str) -> String {
    // A package clause, say, must come before all but comments.
    format!("{sign} Größe – 大きさ 😀\n{code}")
}

fn with_tabs(code: &str) -> String {
    let indentations = code.lines().map(|line| line.len() - line.trim_start_matches(' ').len());
    let Some(step) = indentations.filter(|width| *width > 1).min() else { return code.to_owned() };
    let lines = code.split_inclusive('\n').map(|line| {
        let text = line.trim_start_matches(' ');
        let width = line.len() - text.len();
        "\t".repeat(width / step) + &" ".repeat(width % step) + text
    });
    lines.collect()
}

/// The text with one comment: on a line of its own before each line, and at the end of each.
fn commented_lines(code: &str, sign: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let indentation = &line[..line.len() - line.trim_start().len()];
        let with = |text: String| {
            let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            lines[at] = text;
            lines.join("\n") + "\n"
        };
        let above = with(format!("{indentation}{sign} kept\n{line}"));
        found.push((format!("a comment before line {}", at + 1), above));
        let behind = with(format!("{line} {sign} kept"));
        found.push((format!("a comment at the end of line {}", at + 1), behind));
    }
    found
}

/// The text with one comment before each of its tokens, if the language has comments that end
/// within a line.
fn inner_comments(language: &str, code: &str) -> Vec<(String, String)> {
    if Language::from_id(language).unwrap().spec().line_comment != "//" {
        return Vec::new();
    }
    let mut starts = Vec::new();
    syntax_nodes(language, code, |node| {
        if node.child_count() == 0 {
            starts.push(node.start_byte());
        }
    });
    starts.dedup();
    let with = |at: usize| format!("{}/* kept */ {}", &code[..at], &code[at..]);
    starts.into_iter().map(|at| (format!("a comment at byte {at}"), with(at))).collect()
}
