//! Documents through their edits, and how their diagnostics reach the client.

use crate::client::Client;
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

const URI: &str = "file:///tmp/x.py";
const FAULTY: &str = "def f(a):\n    return a == a\n";

fn pull(client: &mut Client, previous: Option<&str>) -> Value {
    let params = json!({"textDocument": {"uri": URI}, "previousResultId": previous});
    client.request("textDocument/diagnostic", params).unwrap()
}

#[test]
fn a_burst_of_edits_ends_with_the_last_version() {
    let mut client = Client::started();
    let functions = (0..300).map(|at| format!("def g{at}(b):\n    return b + 1\n\n\n"));
    let filler = functions.collect::<Vec<_>>().concat();
    client.check(URI, "python", &format!("{filler}\n"));
    let line = u32::try_from(filler.lines().count()).unwrap();
    let row = i64::from(line);
    let text = "same = value == value";
    let typed: Vec<char> = text.chars().cycle().take(199).collect();
    let mut version = 1;
    for (column, character) in typed.iter().enumerate() {
        version += 1;
        let column = i64::try_from(column).unwrap();
        client.change(URI, version, [row, column, row, column], &character.to_string());
    }
    // The last of 200 edits: a text that a lost or misplaced edit would have spoilt.
    let end = i64::try_from(text.len()).unwrap();
    client.change(URI, version + 1, [row, end, row, 199], "");
    let diagnostics = client.diagnostics(URI, version + 1);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0].range.start, lsp::Position::new(line, 7));
}

#[test]
fn unchanged_findings_are_published_again_with_the_new_version() {
    let mut client = Client::started();
    let first = client.check(URI, "python", FAULTY);
    client.change(URI, 2, [2, 0, 2, 0], "# more\n");
    assert_eq!(client.diagnostics(URI, 2), first);
    client.change(URI, 3, [0, 0, 0, 0], "\n");
    assert_eq!(client.diagnostics(URI, 3)[0].range.start.line, 2);
}

#[test]
fn the_changes_of_one_message_apply_one_after_the_other() {
    let mut client = Client::started();
    client.check(URI, "python", FAULTY);
    let change = |line: u32, from: u32, to: u32, text: &str| {
        json!({"range": {"start": {"line": line, "character": from},
            "end": {"line": line, "character": to}}, "text": text})
    };
    // The second finds its place only after the first, the third only after the second.
    let changes = [
        change(0, 0, 0, "\n"),
        change(2, 16, 17, "bb"),
        change(2, 16, 18, "a"),
        json!({"text": format!("\n\n{FAULTY}")}),
        change(3, 4, 4, "\u{1F600}"),
        change(3, 4, 6, ""),
    ];
    let params = json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": changes});
    client.notify("textDocument/didChange", params);
    let diagnostics = client.diagnostics(URI, 2);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].range.start, lsp::Position::new(3, 11));
}

#[test]
fn columns_count_what_the_client_counts() {
    let text = "def f(a):\n    s = '😀é'; return a == a\n";
    for (offered, chosen, column) in [
        (json!(["utf-8", "utf-16"]), "utf-8", 25),
        (json!(["nonsense", "utf-32"]), "utf-32", 21),
        (json!(["utf-16", "utf-8"]), "utf-16", 22),
        (json!([]), "utf-16", 22),
        (Value::Null, "utf-16", 22),
    ] {
        let mut client = Client::uninitialized();
        let capabilities = json!({"general": {"positionEncodings": offered}});
        let result = client.initialize(capabilities, &Value::Null);
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
        let diagnostics = client.check(URI, "python", text);
        assert_eq!(diagnostics[0].range.start, lsp::Position::new(1, column), "{chosen}");
        // An edit behind the wide characters: the comparison becomes one with `b`.
        let at = i64::from(column) + 5;
        client.change(URI, 2, [1, at, 1, at + 1], "b");
        assert_eq!(client.diagnostics(URI, 2), [], "{chosen}");
    }
}

#[test]
fn closing_clears() {
    let mut client = Client::started();
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    client.close(URI);
    assert_eq!(client.publication(URI).diagnostics, []);
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
}

#[test]
fn a_client_that_pulls_gets_nothing_pushed() {
    let mut client = Client::started_with(json!({"textDocument": {"diagnostic": {}}}));
    client.open(URI, "python", FAULTY);
    let report = pull(&mut client, None);
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "bug/self-comparison");
    let id = report["resultId"].as_str().unwrap().to_owned();
    assert_eq!(pull(&mut client, Some(&id)), json!({"kind": "unchanged", "resultId": id}));
    // Asked right behind an edit, the answer includes it.
    client.change(URI, 2, [1, 16, 1, 17], "b");
    let report = pull(&mut client, Some(&id));
    assert_eq!((&report["kind"], &report["items"]), (&json!("full"), &json!([])));
    client.close(URI);
    assert_eq!(pull(&mut client, None)["items"], json!([]));
}

#[test]
fn settings_apply_at_once_and_mistakes_are_reported() {
    let mut client = Client::uninitialized();
    let options = json!({"omnistack": {"ignore": ["bug/self-comparison"], "sevrity": {}}});
    client.initialize(json!({}), &options);
    let log = client.wait_for_notification("window/showMessage");
    let expected = "Unknown setting `omnistack.sevrity`; did you mean `severity`?";
    assert_eq!(log["message"], expected);
    assert_eq!(client.check(URI, "python", FAULTY), []);

    let settings = json!({"ignore": [], "severity": {"bug/self-comparison": "hint"}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    let diagnostics = client.diagnostics(URI, 1);
    assert_eq!(diagnostics[0].severity, Some(lsp::DiagnosticSeverity::HINT));
    // What was told is not told again.
}

#[test]
fn the_workspaces_file_holds_under_the_editors_settings() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("omnistack.toml", "ignore = [\"bug/self-comparison\"]\nexclud = []\n");
    let uri = format!("file://{}/x.py", folder.path().display());
    let mut client = Client::started();
    assert_eq!(client.check(&uri, "python", FAULTY), []);
    let file = format!("file://{}/omnistack.toml", folder.path().display());
    let said = client.publication(&file).diagnostics;
    assert_eq!(said[0].message, "Unknown setting `exclud`; did you mean `exclude`?");
    let settings = json!({"select": ["bug"]});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    assert_eq!(client.diagnostics(&uri, 1).len(), 1);
}

#[test]
fn a_client_that_pulls_is_told_when_settings_change() {
    let mut client = Client::started_with(json!({"textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}}}));
    client.open(URI, "python", FAULTY);
    assert_eq!(pull(&mut client, None)["items"].as_array().unwrap().len(), 1);
    let settings = json!({"omnistack": {"select": []}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    let refresh = client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh");
    client.send(&json!({"jsonrpc": "2.0", "id": refresh["id"], "result": null}));
    assert_eq!(pull(&mut client, None)["items"], json!([]));
}

#[test]
fn many_documents_at_once() {
    let mut client = Client::started();
    let uris: Vec<String> = (0..50).map(|index| format!("file:///tmp/{index}.py")).collect();
    for uri in &uris {
        client.open(uri, "python", FAULTY);
    }
    for uri in &uris {
        assert_eq!(client.diagnostics(uri, 1).len(), 1);
    }
}

#[test]
fn an_edit_without_a_version_counts() {
    let mut client = Client::started();
    assert_eq!(client.check(URI, "python", "x = 1\n").len(), 0);
    let change = json!({"textDocument": {"uri": URI, "version": null},
        "contentChanges": [{"text": "def f(x):\n    return x <= x\n"}]});
    client.notify("textDocument/didChange", change);
    let found = client.publication(URI);
    assert_eq!((found.version, found.diagnostics.len()), (None, 1));
    client.change(URI, 7, [1, 16, 1, 17], "y");
    assert_eq!(client.diagnostics(URI, 7), []);
}

#[test]
fn an_edit_that_cannot_be_understood_is_told() {
    let mut client = Client::started();
    assert_eq!(client.check(URI, "python", "x = 1\n").len(), 0);
    let change =
        json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"txt": 1}]});
    client.notify("textDocument/didChange", change);
    let told = client.wait_for_notification("window/showMessage")["message"].take();
    assert!(told.as_str().unwrap().starts_with(&format!("An edit of {URI} cannot be")), "{told}");
}

#[test]
fn a_document_is_told_of_as_its_client_spells_it() {
    let mut client = Client::started();
    let uri = "file:///tmp/a b.py";
    let found = |client: &mut Client| {
        let found = client.wait_for_notification("textDocument/publishDiagnostics");
        assert_eq!(found["uri"], uri);
        found["diagnostics"].as_array().unwrap().len()
    };
    client.open(uri, "python", "def f(x):\n    return x <= x\n");
    assert_eq!(found(&mut client), 1);
    client.close(uri);
    assert_eq!(found(&mut client), 0);
}

#[test]
fn nothing_is_told_of_a_view_of_what_is_kept_elsewhere() {
    let mut client = Client::started();
    let view = "git:/tmp/x.py?%7B%22ref%22%3A%22HEAD%22%7D";
    client.open(view, "python", "def f(x):\n    return x <= x\n");
    let at = json!({"textDocument": {"uri": view}, "position": {"line": 0, "character": 4}});
    let hover = client.request("textDocument/hover", at).unwrap();
    assert!(hover["contents"]["value"].as_str().is_some(), "{hover}");
    client.change(view, 2, [0, 0, 0, 0], "\n");
    client.close(view);
    // The client fails the test if anything is published.
    assert_eq!(client.check(URI, "python", "def f(x):\n    return x <= x\n").len(), 1);
}
