//! What a client can show of a finding and do about it.

use std::path::Path;

use crate::client::Client;
use omnistack_lsp::server::explain::rule_page;
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;
use tower_lsp::ls_types::request::{CodeActionRequest, HoverRequest};

const URI: &str = "file:///tmp/x.py";
const FAULTY: &str = "def f(a):\n    return a <= a\n";
const MENDABLE: &str = "def remember(item, seen=[]):\n    seen.append(item)\n    return seen\n";

fn actions(client: &mut Client, at: (u32, u32), only: Value) -> Vec<lsp::CodeAction> {
    let position = json!({"line": at.0, "character": at.1});
    let mut params = json!({"textDocument": {"uri": URI},
        "range": {"start": position, "end": position}, "context": {"diagnostics": []}});
    if !only.is_null() {
        params["context"]["only"] = only;
    }
    let found = client.call::<CodeActionRequest>(params).unwrap_or_default();
    let action = |found| match found {
        lsp::CodeActionOrCommand::CodeAction(action) => action,
        lsp::CodeActionOrCommand::Command(command) => panic!("a command: {command:?}"),
    };
    found.into_iter().map(action).collect()
}

/// The text after an action's edit, for texts of ASCII.
fn apply(text: &str, action: &lsp::CodeAction, version: i32) -> String {
    let edit = action.edit.as_ref().unwrap();
    let Some(lsp::DocumentChanges::Edits(documents)) = &edit.document_changes else {
        panic!("not versioned: {edit:?}")
    };
    assert_eq!(documents[0].text_document.version, Some(version));
    assert_eq!(documents[0].text_document.uri.as_str(), URI);
    let offset = |position: lsp::Position| {
        let before: usize =
            text.split_inclusive('\n').take(position.line as usize).map(str::len).sum();
        before + position.character as usize
    };
    let mut result = text.to_owned();
    for edit in documents[0].edits.iter().rev() {
        let lsp::OneOf::Left(edit) = edit else { panic!("an annotated edit") };
        result.replace_range(offset(edit.range.start)..offset(edit.range.end), &edit.new_text);
    }
    result
}

fn suppress(client: &mut Client, text: &str, at: (u32, u32)) -> Option<String> {
    suppress_in(client, "python", text, at)
}

fn suppress_in(client: &mut Client, language: &str, text: &str, at: (u32, u32)) -> Option<String> {
    client.open(URI, language, text);
    let diagnostics = client.diagnostics(URI, 1);
    assert!(!diagnostics.is_empty(), "{text}");
    let found = actions(client, at, json!(["quickfix"]));
    let action = found.iter().find(|action| action.title.ends_with("on this line"));
    let after = action.map(|action| apply(text, action, 1));
    if let Some(after) = &after {
        // What the action promises: the finding is gone, and no other came.
        let change = json!({"textDocument": {"uri": URI, "version": 2},
            "contentChanges": [{"text": after}]});
        client.notify("textDocument/didChange", change);
        let left = client.diagnostics(URI, 2);
        assert_eq!(left.len(), diagnostics.len() - 1, "{after}\n{left:?}");
    }
    client.close(URI);
    client.publication(URI);
    after
}

#[test]
fn a_diagnostic_carries_code_link_and_data() {
    let mut client = Client::started();
    let diagnostics = client.check(URI, "python", FAULTY);
    let diagnostic = &diagnostics[0];
    assert_eq!(diagnostic.source.as_deref(), Some("omnistack"));
    assert_eq!(diagnostic.code, Some(lsp::NumberOrString::String("bug/self-comparison".into())));
    assert_eq!(
        diagnostic.code_description.as_ref().unwrap().href.as_str(),
        "https://github.com/omnistack/omnistack/blob/main/docs/rules/bug/self-comparison.md"
    );
    assert_eq!(diagnostic.severity, Some(lsp::DiagnosticSeverity::ERROR));
    let range = lsp::Range::new(lsp::Position::new(1, 11), lsp::Position::new(1, 17));
    assert_eq!(diagnostic.range, range);
    assert!(diagnostic.data.as_ref().unwrap()["fingerprint"].is_string());
}

#[test]
fn code_that_could_go_is_tagged_where_the_client_shows_it() {
    let tags = |client: &mut Client, text: &str| {
        let found = client.check(URI, "python", text);
        client.close(URI);
        client.publication(URI);
        found.into_iter().flat_map(|it| it.tags.unwrap_or_default()).collect::<Vec<_>>()
    };
    let unreachable = "def f(queue):\n    return 1\n    queue.close()\n";
    let deprecated = "import ssl\ncontext = ssl.SSLContext(ssl.PROTOCOL_SSLv3)\n";
    let mut client = Client::started();
    assert_eq!(tags(&mut client, unreachable), [lsp::DiagnosticTag::UNNECESSARY]);
    assert_eq!(tags(&mut client, deprecated), [lsp::DiagnosticTag::DEPRECATED]);
    assert_eq!(tags(&mut client, FAULTY), []);
    let one = json!({"textDocument": {"publishDiagnostics": {"tagSupport": {"valueSet": [2]}}}});
    let mut client = Client::started_with(one);
    assert_eq!(tags(&mut client, unreachable), []);
}

#[test]
fn every_link_leads_to_a_page_of_the_repository() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for rule in analysis::rules::all() {
        let page = rule_page(rule.id);
        let start = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/");
        let path = page.strip_prefix(start).expect("a page of the repository");
        assert!(docs.join(path).is_file(), "{page}");
    }
}

#[test]
fn a_modest_client_is_sent_only_what_it_understands() {
    let mut client = Client::started_with(json!({"textDocument": {"publishDiagnostics": null}}));
    let diagnostics = client.check(URI, "python", FAULTY);
    let value = serde_json::to_value(&diagnostics[0]).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["code", "message", "range", "severity", "source"]);
}

#[test]
fn a_hover_explains_a_finding() {
    for (formats, kind) in [
        (json!(["markdown", "plaintext"]), lsp::MarkupKind::Markdown),
        (json!(["plaintext"]), lsp::MarkupKind::PlainText),
    ] {
        let mut client =
            Client::started_with(json!({"textDocument": {"hover": {"contentFormat": formats}}}));
        client.open(URI, "python", FAULTY);
        // Asked before the analysis is done: the answer waits for it.
        let at = |line, character| json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}});
        let hover = client.call::<HoverRequest>(at(1, 13)).unwrap();
        let lsp::HoverContents::Markup(content) = hover.contents else { panic!("no markup") };
        assert_eq!(content.kind, kind);
        for part in ["A value is compared with itself", "95 %", "rules/bug/self-comparison"] {
            assert!(content.value.contains(part), "{}", content.value);
        }
        assert_eq!(content.value.contains("**"), kind == lsp::MarkupKind::Markdown);
        assert_eq!(hover.range.unwrap().start, lsp::Position::new(1, 11));
        assert_eq!(client.call::<HoverRequest>(at(0, 0)), None);
        client.diagnostics(URI, 1);
    }
}

#[test]
fn a_fix_is_offered_for_the_version_it_was_made_for() {
    let mut client = Client::started();
    client.check(URI, "python", &format!("\n{MENDABLE}"));
    client.change(URI, 2, [0, 0, 1, 0], "");
    let found = actions(&mut client, (0, 25), Value::Null);
    let fix = &found[0];
    assert_eq!(fix.kind, Some(lsp::CodeActionKind::QUICKFIX));
    assert_eq!(fix.is_preferred, None, "this fix is not safe");
    assert_eq!(fix.diagnostics.as_ref().unwrap().len(), 1);
    let expected = "def remember(item, seen=None):\n    if seen is None:\n        seen = []\n    \
                    seen.append(item)\n    return seen\n";
    assert_eq!(apply(MENDABLE, fix, 2), expected);
    client.diagnostics(URI, 2);
    assert_eq!(actions(&mut client, (2, 0), Value::Null), []);
    assert_eq!(actions(&mut client, (0, 25), json!(["refactor"])), []);
}

#[test]
fn a_client_without_versioned_edits_gets_plain_ones() {
    let capabilities = json!({"workspace": {"workspaceEdit": {"documentChanges": false}}});
    let mut client = Client::started_with(capabilities);
    client.check(URI, "python", MENDABLE);
    let found = actions(&mut client, (0, 25), json!(["quickfix"]));
    let edit = found[0].edit.as_ref().unwrap();
    assert_eq!(edit.document_changes, None);
    assert_eq!(edit.changes.as_ref().unwrap().len(), 1);
}

#[test]
fn all_safe_findings_are_fixed_at_once() {
    let mut client = Client::started();
    let text = "a = 1  # omnistack: ignore[bug/self-comparison]\n\
                b = 2  # omnistack: ignore[bug/self-assignment]\n";
    assert_eq!(client.check(URI, "python", text).len(), 2);
    for only in ["source", "source.fixAll", "source.fixAll.omnistack"] {
        // Anywhere in the file.
        let found = actions(&mut client, (2, 0), json!([only]));
        assert_eq!(found.len(), 1, "{only}");
        assert_eq!(found[0].kind.as_ref().unwrap().as_str(), "source.fixAll.omnistack");
        assert_eq!(apply(text, &found[0], 1), "a = 1\nb = 2\n");
    }
    let found = actions(&mut client, (0, 10), json!(["quickfix"]));
    assert_eq!(found[0].is_preferred, Some(true));
}

#[test]
fn a_finding_is_suppressed_at_the_end_of_its_line() {
    let mut client = Client::started();
    assert_eq!(
        suppress(&mut client, FAULTY, (1, 12)).unwrap(),
        "def f(a):\n    return a <= a  # omnistack: ignore[bug/self-comparison] <reason>\n"
    );
}

#[test]
fn a_finding_is_suppressed_above_a_line_that_takes_no_comment() {
    let mut client = Client::started();
    let comment = "    # omnistack: ignore[bug/self-comparison] <reason>\n";
    for line in ["    return a <= a  # why\n", "    return a == a, '''\n  two lines'''\n"] {
        let text = format!("def f(a):\n{line}");
        let after = suppress(&mut client, &text, (1, 12)).unwrap();
        assert_eq!(after, format!("def f(a):\n{comment}{line}"));
    }
}

#[test]
fn a_comment_that_suppresses_already_takes_another_name() {
    let mut client = Client::started();
    let text =
        "def f(a, b=[]): b.append(a); return a <= a  # omnistack: ignore[bug/self-comparison]\n";
    let after = suppress(&mut client, text, (0, 12)).unwrap();
    let expected = "ignore[bug/self-comparison, bug/mutable-default-argument]\n";
    assert!(after.ends_with(expected), "{after}");
}

#[test]
fn no_comment_is_put_where_it_would_become_text() {
    let mut client = Client::started();
    let text = "def f(a):\n    return f'''\n{a <= a}\n'''\n";
    assert_eq!(suppress(&mut client, text, (2, 2)), None);
}

#[test]
fn comments_are_written_in_the_language_of_the_document() {
    let mut client = Client::started();
    let text = "const same = (a, b) => a.id === a.id;\n";
    assert_eq!(
        suppress_in(&mut client, "javascript", text, (0, 25)).unwrap(),
        "const same = (a, b) => a.id === a.id;  // omnistack: ignore[bug/self-comparison] <reason>\n"
    );
    let text = "const same = (a, b) => `${a.id === a.id}\n`;\n";
    assert_eq!(
        suppress_in(&mut client, "typescript", text, (0, 28)).unwrap(),
        format!("// omnistack: ignore[bug/self-comparison] <reason>\n{text}")
    );
    // Between tags a comment would be shown on the page.
    let text = "const View = ({a}) => <div>\n  {a.id === a.id}\n</div>;\n";
    assert_eq!(suppress_in(&mut client, "javascriptreact", text, (1, 5)), None);
}

#[test]
fn two_findings_of_a_rule_on_a_line_are_suppressed_by_one_offer() {
    let mut client = Client::started();
    assert_eq!(client.check(URI, "python", "def f(a, b):\n    return a <= a, b == b\n").len(), 2);
    let params = json!({"textDocument": {"uri": URI}, "context": {"diagnostics": []},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}});
    let found = client.call::<CodeActionRequest>(params).unwrap();
    let titles = found.iter().map(|it| serde_json::to_value(it).unwrap()["title"].clone());
    let suppressions = titles.filter(|it| it.as_str().unwrap().ends_with("on this line"));
    assert_eq!(suppressions.count(), 1);
}

#[test]
fn what_is_inserted_is_laid_out_as_the_document_is() {
    let mut client = Client::started();
    let mended = "def remember(item, seen=None):\n    if seen is None:\n        seen = []\n    \
                  seen.append(item)\n    return seen\n";
    for (step, line_ending) in [("  ", "\n"), ("    ", "\r\n"), ("\t", "\r\n"), ("   ", "\n")] {
        let laid_out = |text: &str| text.replace("    ", step).replace('\n', line_ending);
        let text = laid_out(MENDABLE);
        client.check(URI, "python", &text);
        let found = actions(&mut client, (0, 25), Value::Null);
        assert_eq!(apply(&text, &found[0], 1), laid_out(mended));
        client.close(URI);
        client.publication(URI);
    }
    let text = "def f(a):\r\n\treturn a == a  # why\r\n";
    assert_eq!(
        suppress(&mut client, text, (1, 10)).unwrap(),
        "def f(a):\r\n\t# omnistack: ignore[bug/self-comparison] <reason>\r\n\treturn a == a  # why\r\n"
    );
}

#[test]
fn an_empty_list_of_names_takes_the_first_without_a_comma() {
    let mut client = Client::started();
    let text = "def f(a):\n    return a == a  # omnistack: ignore[]\n";
    client.check(URI, "python", text);
    let found = actions(&mut client, (1, 12), json!(["quickfix"]));
    let action = found.iter().find(|it| it.title.contains("bug/self-comparison")).unwrap();
    let expected = "def f(a):\n    return a == a  # omnistack: ignore[bug/self-comparison]\n";
    assert_eq!(apply(text, action, 1), expected);
}

#[test]
fn a_finding_about_a_comment_is_mended_not_suppressed() {
    let mut client = Client::started();
    let text = "a = 1  # omnistack: ignore[bug/self-comparison]\n";
    assert_eq!(client.check(URI, "python", text).len(), 1);
    let found = actions(&mut client, (0, 10), json!(["quickfix"]));
    let titles: Vec<&str> = found.iter().map(|it| it.title.as_str()).collect();
    let rule = "practice/unused-suppression";
    assert_eq!(titles, ["Remove the unused suppression comment", &format!("Explain `{rule}`")]);
}
