//! What is found in files that are not open, for whoever wants that.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp::ls_types as lsp;

use crate::client::Client;
use crate::workspace::folder;

const FAULTY: &str = "def f(a):\n    return a <= a\n";
const FINE: &str = "def f(a):\n    return a\n";
const WANTED: &str = "[workspace]\ndiagnostics = true\n";

fn uri(folder: &TempDir, name: &str) -> String {
    lsp::Uri::from_file_path(folder.path().join(name)).unwrap().as_str().to_owned()
}

/// Writes a file, or removes it, and tells the server so.
fn change(client: &mut Client, folder: &TempDir, name: &str, text: Option<&str>) {
    let path: &Path = &folder.path().join(name);
    match text {
        Some(text) => std::fs::write(path, text).unwrap(),
        None => std::fs::remove_file(path).unwrap(),
    }
    let change = json!({"uri": uri(folder, name), "type": if text.is_some() { 2 } else { 3 }});
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
}

fn configure(client: &mut Client, wanted: bool) {
    let settings = json!({"omnistack": {"workspace": {"diagnostics": wanted}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
}

/// What is published for a file that is not open: how much is found.
fn published(client: &mut Client, uri: &str) -> usize {
    let publication = client.publication(uri);
    assert_eq!(publication.version, None);
    publication.diagnostics.len()
}

#[test]
fn closed_files_are_told_of_where_that_is_wanted() {
    let folder = folder(&[("a.py", FAULTY), ("b.py", FINE), ("omnistack.toml", WANTED)]);
    let (a, b) = (uri(&folder, "a.py"), uri(&folder, "b.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(published(&mut client, &a), 1);
    // They follow their files.
    change(&mut client, &folder, "b.py", Some(FAULTY));
    assert_eq!(published(&mut client, &b), 1);
    change(&mut client, &folder, "b.py", Some(FINE));
    assert_eq!(published(&mut client, &b), 0);
    change(&mut client, &folder, "b.py", Some(FAULTY));
    assert_eq!(published(&mut client, &b), 1);
    change(&mut client, &folder, "b.py", None);
    assert_eq!(published(&mut client, &b), 0);
    // What is wanted no more is cleared, and comes back.
    configure(&mut client, false);
    assert_eq!(published(&mut client, &a), 0);
    configure(&mut client, true);
    assert_eq!(published(&mut client, &a), 1);
    // A document that is open is as its editor has it, and as its file afterwards.
    assert_eq!(client.check(&a, "python", FINE).len(), 0);
    client.close(&a);
    assert_eq!(published(&mut client, &a), 0);
    assert_eq!(published(&mut client, &a), 1);
}

#[test]
fn closed_files_are_left_alone_unless_somebody_wants_otherwise() {
    let folder = folder(&[("a.py", FAULTY)]);
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    change(&mut client, &folder, "a.py", Some("def f(a):\n    return a == a\n"));
    let pulled = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    // The client fails the test if anything was published.
    assert_eq!(pulled, Ok(json!({"items": []})));
}

#[test]
fn a_change_of_what_closed_files_call_is_heard_of_there() {
    let shapes = "def draw(width, height):\n    return width * height\n";
    let caller = "from shapes import draw\n\n\ndef show(width, height):\n    draw(height, width)\n";
    let folder =
        folder(&[("shapes.py", shapes), ("caller.py", caller), ("omnistack.toml", WANTED)]);
    let caller = uri(&folder, "caller.py");
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(published(&mut client, &caller), 1);
    let shapes_uri = uri(&folder, "shapes.py");
    client.check(&shapes_uri, "python", shapes);
    client.change(&shapes_uri, 2, [0, 9, 0, 22], "height, width");
    client.diagnostics(&shapes_uri, 2);
    assert_eq!(published(&mut client, &caller), 0);
}

#[test]
fn the_check_of_many_files_shows_how_far_it_is() {
    let folder = folder(&[("omnistack.toml", WANTED)]);
    for number in 0..40 {
        std::fs::write(folder.path().join(format!("file{number}.py")), FAULTY).unwrap();
    }
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    client.wait_for(|it| {
        it["method"] == "window/workDoneProgress/create"
            && it["params"]["token"] == "omnistack-checking"
    });
    let begin = client.wait_for_notification("$/progress");
    assert_eq!(begin["value"]["kind"], "begin");
    assert_eq!(begin["value"]["message"], "40 files");
    let mut last = 0;
    loop {
        let value = client.wait_for_notification("$/progress")["value"].take();
        if value["kind"] == "end" {
            break;
        }
        let now = value["percentage"].as_u64().unwrap();
        assert!(now >= last, "{now} after {last}");
        last = now;
    }
    // In the order of their paths.
    let mut names: Vec<String> = (0..40).map(|it| format!("file{it}.py")).collect();
    names.sort();
    for name in names {
        let next = client.wait_for_notification("textDocument/publishDiagnostics");
        assert_eq!(next["uri"], uri(&folder, &name));
    }
}

/// What a client that asks for diagnostics can do.
fn pulling() -> Value {
    json!({"textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}}})
}

fn pull(client: &mut Client, previous: &[(&str, &Value)]) -> Vec<Value> {
    let one = |(uri, value): &(&str, &Value)| json!({"uri": uri, "value": value});
    let previous: Vec<Value> = previous.iter().map(one).collect();
    let params = json!({"previousResultIds": previous});
    let mut report = client.request("workspace/diagnostic", params).unwrap();
    serde_json::from_value(report["items"].take()).unwrap()
}

#[test]
fn a_client_that_asks_gets_all_files_and_what_has_changed() {
    let folder = folder(&[("a.py", FAULTY), ("b.py", FAULTY), ("omnistack.toml", WANTED)]);
    let (a, b) = (uri(&folder, "a.py"), uri(&folder, "b.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), pulling());
    // The answer waits until all files are looked at.
    let reports = pull(&mut client, &[]);
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh");
    let uris: Vec<&Value> = reports.iter().map(|it| &it["uri"]).collect();
    assert_eq!(uris, [&json!(a), &json!(b)]);
    for report in &reports {
        assert_eq!((&report["kind"], &report["version"]), (&json!("full"), &Value::Null));
        assert_eq!(report["items"].as_array().unwrap().len(), 1);
    }
    let (of_a, of_b) = (&reports[0]["resultId"], &reports[1]["resultId"]);
    let again = pull(&mut client, &[(&a, of_a), (&b, of_b)]);
    assert!(again.iter().all(|it| it["kind"] == "unchanged" && it["items"].is_null()), "{again:?}");
    // What is gone is said to be empty, what is new is told of in full.
    change(&mut client, &folder, "b.py", Some(FINE));
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh");
    let after = pull(&mut client, &[(&a, of_a), (&b, of_b)]);
    assert_eq!(after[0]["kind"], "unchanged");
    assert_eq!(after[1], json!({"kind": "full", "uri": b, "version": null, "items": []}));
    // An open document is reported as its editor has it.
    client.open(&b, "python", FAULTY);
    client.request("textDocument/diagnostic", json!({"textDocument": {"uri": b}})).unwrap();
    let open = pull(&mut client, &[(&a, of_a)]);
    let of_b = open.iter().find(|it| it["uri"] == b).unwrap();
    assert_eq!((&of_b["version"], of_b["items"].as_array().unwrap().len()), (&json!(1), 1));
}

#[test]
fn a_client_with_a_token_gets_reports_as_they_are_made() {
    let folder = folder(&[("a.py", FAULTY), ("b.py", FAULTY), ("omnistack.toml", WANTED)]);
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), pulling());
    let params = json!({"previousResultIds": [], "partialResultToken": "some"});
    let whole = client.request("workspace/diagnostic", params).unwrap();
    assert_eq!(whole, json!({"items": []}));
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh");
    let mut uris = Vec::new();
    while uris.len() < 2 {
        let progress = client.wait_for_notification("$/progress");
        assert_eq!(progress["token"], "some");
        let items = progress["value"]["items"].as_array().unwrap();
        uris.extend(items.iter().map(|it| it["uri"].clone()));
    }
    assert_eq!(uris, [json!(uri(&folder, "a.py")), json!(uri(&folder, "b.py"))]);
}

#[test]
fn all_files_are_looked_at_on_request() {
    let folder = folder(&[("a.py", FAULTY), ("b.py", FINE), ("c.py", FAULTY)]);
    let a = uri(&folder, "a.py");
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(client.check(&a, "python", FAULTY).len(), 1);
    let params = json!({"command": "omnistack.checkWorkspace", "arguments": []});
    let found = client.request("workspace/executeCommand", params).unwrap();
    assert_eq!(found, json!({"files": 2, "findings": 2}));
    let c = uri(&folder, "c.py");
    assert_eq!(published(&mut client, &c), 1);
    // They are followed from then on.
    change(&mut client, &folder, "b.py", Some(FAULTY));
    assert_eq!(published(&mut client, &uri(&folder, "b.py")), 1);
}
