//! Settings that change while the session goes on: pushed, asked for, and in files; by folder; and
//! what is wrong with a file, at its place.

use std::path::Path;
use std::time::Duration;

use omnistack_lsp::server::Options;
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use crate::client::Client;
use crate::workspace::{folder, uri};

const URI: &str = "file:///tmp/omnistack-settings/x.py";
const FAULTY: &str = "def f(x):\n    return x <= x\n";

fn asks() -> Value {
    json!({"workspace": {"configuration": true,
        "didChangeConfiguration": {"dynamicRegistration": true}}})
}

fn watches() -> Value {
    json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}})
}

/// The server's question about settings: its id, and what it asks for.
fn question(client: &mut Client) -> (Value, Vec<Value>) {
    let asked = client.wait_for(|message| message["method"] == "workspace/configuration");
    (asked["id"].clone(), asked["params"]["items"].as_array().unwrap().clone())
}

fn answer(client: &mut Client, id: &Value, settings: &Value) {
    client.send(&json!({"jsonrpc": "2.0", "id": id, "result": settings}));
}

/// The places of diagnostics, with their messages.
fn places(diagnostics: &[lsp::Diagnostic]) -> Vec<(u32, u32, u32, &str)> {
    let place = |it: &lsp::Diagnostic| {
        (it.range.start.line, it.range.start.character, it.range.end.character)
    };
    let one = |it| {
        let (line, start, end) = place(it);
        (line, start, end, it.message.as_str())
    };
    diagnostics.iter().map(one).collect()
}

fn changed(client: &mut Client, path: &Path) {
    let change = json!({"uri": uri(path), "type": 2});
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
}

#[test]
fn a_client_is_asked_for_its_settings_at_the_start_and_when_they_change() {
    let mut client = Client::started_with(asks());
    let registered = client.wait_for(|it| it["method"] == "client/registerCapability");
    let registration = &registered["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeConfiguration");
    assert_eq!(registration["registerOptions"]["section"], "omnistack");
    let (id, items) = question(&mut client);
    assert_eq!(items, [json!({"section": "omnistack"})]);
    // The first findings are those that the settings want.
    client.open(URI, "python", FAULTY);
    answer(&mut client, &id, &json!([{"ignore": ["bug/self-comparison"]}]));
    assert_eq!(client.diagnostics(URI, 1), []);
    // Settings that change twice are asked for twice, and only the newest answer counts.
    let nothing = json!({"settings": null});
    client.notify("workspace/didChangeConfiguration", &nothing);
    let (older, _) = question(&mut client);
    client.notify("workspace/didChangeConfiguration", &nothing);
    let (newer, _) = question(&mut client);
    answer(&mut client, &newer, &json!([{"severity": {"bug": "hint"}}]));
    let found = client.diagnostics(URI, 1);
    assert_eq!(found[0].severity, Some(lsp::DiagnosticSeverity::HINT));
    answer(&mut client, &older, &json!([{"select": []}]));
    client.change(URI, 2, [0, 0, 0, 0], "\n");
    assert_eq!(client.diagnostics(URI, 2).len(), 1);
}

#[test]
fn a_client_that_does_not_answer_holds_up_nothing() {
    let patience = Duration::from_millis(1);
    let mut client = Client::with_options(Options { model: None, patience, ..Options::default() });
    client.initialize(asks(), &Value::Null);
    client.wait_for(|it| it["method"] == "client/registerCapability");
    let (id, _) = question(&mut client);
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    // What it says late still holds, and an answer that is none is none.
    answer(&mut client, &id, &json!([{"select": []}]));
    assert_eq!(client.diagnostics(URI, 1), []);
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    let (id, _) = question(&mut client);
    let error = json!({"code": -32603, "message": "no"});
    client.send(&json!({"jsonrpc": "2.0", "id": id, "error": error}));
    answer(&mut client, &json!("omnistack-settings-99"), &json!(7));
    client.assert_alive();
}

#[test]
fn folders_have_settings_of_their_own_and_come_and_go() {
    let (first, second) = (folder(&[("a.py", FAULTY)]), folder(&[("b.py", FAULTY)]));
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[first.path()], asks(), &Value::Null);
    client.wait_for(|it| it["method"] == "client/registerCapability");
    let (id, items) = question(&mut client);
    assert_eq!(items[1]["scopeUri"], uri(first.path()));
    answer(&mut client, &id, &json!([null, {"select": []}]));
    let (a, b) = (uri(&first.path().join("a.py")), uri(&second.path().join("b.py")));
    assert_eq!(client.check(&a, "python", FAULTY), []);
    assert_eq!(client.check(&b, "python", FAULTY).len(), 1);
    let change = |added: &[&Path], removed: &[&Path]| {
        let all = |paths: &[&Path]| -> Vec<Value> {
            paths.iter().map(|it| json!({"uri": uri(it), "name": "a folder"})).collect()
        };
        json!({"event": {"added": all(added), "removed": all(removed)}})
    };
    let files = |client: &mut Client| {
        client.request("omnistack/status", Value::Null).unwrap()["workspace"]["files"].clone()
    };
    client.notify("workspace/didChangeWorkspaceFolders", change(&[second.path()], &[]));
    let (id, items) = question(&mut client);
    assert_eq!(items.len(), 3);
    answer(&mut client, &id, &json!([null, {"select": []}, {"severity": {"bug": "error"}}]));
    while client.diagnostics(&b, 1)[0].severity != Some(lsp::DiagnosticSeverity::ERROR) {}
    assert_eq!(files(&mut client), 2);
    client.close(&a);
    assert_eq!(client.publication(&a).diagnostics, []);
    client.notify("workspace/didChangeWorkspaceFolders", change(&[], &[first.path()]));
    let (id, items) = question(&mut client);
    assert_eq!(items[1]["scopeUri"], uri(second.path()));
    answer(&mut client, &id, &json!([null, {"severity": {"bug": "hint"}}]));
    while client.diagnostics(&b, 1)[0].severity != Some(lsp::DiagnosticSeverity::HINT) {}
    assert_eq!(files(&mut client), 1);
    client.may_say_more();
}

#[test]
fn what_is_wrong_with_a_file_is_shown_at_its_place_until_it_is_mended() {
    let wrong = "profle = \"strict\"\nselect = [\"bug\", \"bug/self-comparisn\"]\n\
        [limits]\nlines = \"many\" # \u{1f600}\nexclude\n";
    let folder = folder(&[("omnistack.toml", wrong), ("a.py", FAULTY)]);
    let (path, a) = (folder.path().join("omnistack.toml"), uri(&folder.path().join("a.py")));
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], watches(), &Value::Null);
    client.wait_for(|it| it["method"] == "client/registerCapability");
    // Nobody has opened it, nor anything else.
    let found = client.publication(&uri(&path));
    assert_eq!(found.version, None);
    let syntax = found.diagnostics.iter().find(|it| it.range.start.line == 4).unwrap();
    assert_eq!(syntax.severity, Some(lsp::DiagnosticSeverity::ERROR));
    let others: Vec<lsp::Diagnostic> =
        found.diagnostics.iter().filter(|it| *it != syntax).cloned().collect();
    assert_eq!(
        places(&others),
        [
            (0, 0, 6, "Unknown setting `profle`; did you mean `profile`?"),
            (
                1,
                17,
                37,
                "In `select`, no rule matches `bug/self-comparisn`; did you mean \
                `bug/self-comparison`?"
            ),
            (3, 8, 14, "`limits.lines` must be a whole number; \"many\" is ignored."),
        ]
    );
    let code = serde_json::to_value(&others[0]).unwrap()["code"].clone();
    assert_eq!(code, "settings/unknown-setting");
    // What is right holds.
    assert_eq!(client.check(&a, "python", FAULTY).len(), 1);
    std::fs::write(&path, "select = []\nignroe = []\n").unwrap();
    changed(&mut client, &path);
    assert_eq!(client.publication(&uri(&path)).diagnostics.len(), 1);
    assert_eq!(client.diagnostics(&a, 1), []);
    std::fs::remove_file(&path).unwrap();
    changed(&mut client, &path);
    assert_eq!(client.publication(&uri(&path)).diagnostics, []);
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
}

#[test]
fn an_open_file_of_settings_is_looked_at_as_it_is_typed_and_mended_by_a_quick_fix() {
    let folder = folder(&[("omnistack.toml", "")]);
    let path = folder.path().join("omnistack.toml");
    let toml = uri(&path);
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], watches(), &Value::Null);
    client.wait_for(|it| it["method"] == "client/registerCapability");
    client.open(&toml, "toml", "generated = true\n");
    assert_eq!(client.diagnostics(&toml, 1), []);
    client.change(&toml, 2, [1, 0, 1, 0], "[severity]\n\"bugs\" = \"hint\"\nperf = \"hnt\"\n");
    let found = client.diagnostics(&toml, 2);
    assert_eq!(
        places(&found),
        [
            (2, 0, 6, "In `severity`, no rule matches `bugs`; did you mean `bug`?"),
            (
                3,
                7,
                12,
                "`severity.perf` must be hint, information, warning or error; \"hnt\" is \
                ignored."
            ),
        ]
    );
    let at = |line: u32| {
        json!({"textDocument": {"uri": toml}, "context": {"diagnostics": []},
            "range": {"start": {"line": line, "character": 8}, "end": {"line": line, "character": 8}}})
    };
    let actions = client.request("textDocument/codeAction", at(3)).unwrap();
    assert_eq!(actions.as_array().unwrap().len(), 1);
    assert_eq!(actions[0]["title"], "Change to `hint`");
    let edit = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["version"], 2);
    assert_eq!(edit["edits"][0]["newText"], "\"hint\"");
    assert_eq!(client.request("textDocument/codeAction", at(0)).unwrap(), json!([]));
    client.change(&toml, 3, [3, 7, 3, 12], "\"hint\"");
    assert_eq!(client.diagnostics(&toml, 3).len(), 1);
    client.change(&toml, 4, [2, 0, 2, 6], "bug");
    assert_eq!(client.diagnostics(&toml, 4), []);
    client.change(&toml, 5, [2, 0, 2, 3], "bgu");
    assert_eq!(client.diagnostics(&toml, 5).len(), 1);
    // What was not saved is gone when it is closed.
    client.close(&toml);
    assert_eq!(client.publication(&toml).diagnostics, []);
}

#[test]
fn settings_files_are_watched_where_the_client_does_not() {
    let folder = folder(&[("a.py", FAULTY)]);
    let (path, a) = (folder.path().join("omnistack.toml"), uri(&folder.path().join("a.py")));
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], json!({}), &Value::Null);
    assert_eq!(client.check(&a, "python", FAULTY).len(), 1);
    std::fs::write(&path, "select = []\n").unwrap();
    assert_eq!(client.diagnostics(&a, 1), []);
    std::fs::write(&path, "select = [\"bug\"]\n").unwrap();
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
    // A client that tells of saved documents need not be waited for.
    std::fs::write(&path, "select = [\"perf\"]\n").unwrap();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&path)}}));
    assert_eq!(client.diagnostics(&a, 1), []);
    client.may_say_more();
}

#[test]
fn files_outside_the_workspace_are_watched_by_the_server_whatever_the_client_does() {
    let elsewhere = folder(&[("base.toml", "select = []\n")]);
    let base = elsewhere.path().join("base.toml");
    let extends = format!("extends = ['{}']\n", base.display());
    let folder = folder(&[("omnistack.toml", &extends), ("a.py", FAULTY)]);
    let a = uri(&folder.path().join("a.py"));
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], watches(), &Value::Null);
    client.wait_for(|it| it["method"] == "client/registerCapability");
    assert_eq!(client.check(&a, "python", FAULTY), []);
    std::fs::write(&base, "slect = []\n").unwrap();
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
    assert_eq!(client.publication(&uri(&base)).diagnostics.len(), 1);
    std::fs::remove_file(&base).unwrap();
    // What is wrong now is wrong elsewhere.
    let toml = uri(&folder.path().join("omnistack.toml"));
    let found = client.publication(&toml).diagnostics;
    assert!(found[0].message.contains("cannot be read"), "{found:?}");
    assert_eq!(client.publication(&uri(&base)).diagnostics, []);
    client.may_say_more();
}

#[test]
fn files_that_others_extend_are_watched_by_any_name_and_before_they_are_there() {
    for capabilities in [json!({}), watches()] {
        let folder = folder(&[("omnistack.toml", "extends = \"sub/../shared.toml\"\n")]);
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let (shared, a) = (folder.path().join("shared.toml"), folder.path().join("a.py"));
        let a = uri(&a);
        let mut client = Client::uninitialized();
        client.initialize_in_folders(&[folder.path()], capabilities, &Value::Null);
        client.may_say_more();
        assert_eq!(client.check(&a, "python", FAULTY).len(), 1);
        std::fs::write(&shared, "select = []\n").unwrap();
        assert_eq!(client.diagnostics(&a, 1), []);
        std::fs::write(&shared, "select = [\"bug\"]\n").unwrap();
        assert_eq!(client.diagnostics(&a, 1).len(), 1);
        // Saved in the editor, it need not be waited for, however it is spelt.
        std::fs::write(&shared, "ignore = [\"bug\"]\n").unwrap();
        client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri(&shared)}}));
        assert_eq!(client.diagnostics(&a, 1), []);
    }
}

#[test]
fn an_untrusted_workspace_names_no_files_elsewhere() {
    let elsewhere = folder(&[("base.toml", "select = []\n")]);
    let extends = format!("extends = ['{}']\n", elsewhere.path().join("base.toml").display());
    let folder = folder(&[("omnistack.toml", &extends), ("a.py", FAULTY)]);
    let (path, a) = (folder.path().join("omnistack.toml"), uri(&folder.path().join("a.py")));
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], json!({}), &json!({"trusted": false}));
    assert_eq!(client.check(&a, "python", FAULTY).len(), 1);
    let found = client.publication(&uri(&path)).diagnostics;
    assert_eq!(found[0].severity, Some(lsp::DiagnosticSeverity::INFORMATION));
    assert!(found[0].message.contains("not trusted"), "{found:?}");
    // The workspace cannot give itself what the session was refused.
    let settings = json!({"settings": {"omnistack": {"trusted": true, "generated": true}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
    client.may_say_more();

    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], json!({}), &Value::Null);
    assert_eq!(client.check(&a, "python", FAULTY), []);
    // An editor may refuse it later.
    let settings = json!({"settings": {"omnistack": {"trusted": false}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
    assert_eq!(client.publication(&uri(&path)).diagnostics.len(), 1);
}

#[test]
fn calls_are_followed_into_other_files_unless_that_is_off() {
    let shapes = "def draw(width, height):\n    return width * height\n";
    let caller = "from shapes import draw\n\n\ndef show(width, height):\n    draw(height, width)\n";
    let folder = folder(&[("shapes.py", shapes), ("caller.py", caller)]);
    let caller_uri = uri(&folder.path().join("caller.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(client.check(&caller_uri, "python", caller).len(), 1);
    let settings = json!({"settings": {"features": {"cross-file": false}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(client.diagnostics(&caller_uri, 1), []);
}

#[test]
fn what_is_wrong_with_the_editors_settings_is_told_once_in_one_message() {
    let mut client = Client::uninitialized();
    let names: Vec<String> = (0..200).map(|it| format!("nope{it}")).collect();
    client.initialize(json!({}), &json!({"ignore": names}));
    let shown = client.wait_for_notification("window/showMessage");
    let message = shown["message"].as_str().unwrap();
    assert!(message.starts_with("In `omnistack.ignore`, no rule matches `nope0`"), "{message}");
    assert!(message.ends_with(" 197 more settings are wrong; the log names them."), "{message}");
    let log = client.wait_for_notification("window/logMessage")["message"].take();
    assert!(log.as_str().unwrap().contains("`nope99`"), "{log}");
    // The client fails the test if more is said.
    let wrong = json!({"settings": {"omnistack": {"ignore": names}}});
    client.notify("workspace/didChangeConfiguration", &wrong);
    let one = json!({"settings": {"omnistack": {"ignore": names, "bogus": 1}}});
    client.notify("workspace/didChangeConfiguration", &one);
    let shown = client.wait_for_notification("window/showMessage");
    assert!(shown["message"].as_str().unwrap().starts_with("Unknown setting `omnistack.bogus`"));
    client.wait_for_notification("window/logMessage");
    client.notify("workspace/didChangeConfiguration", &wrong);
    client.notify("workspace/didChangeConfiguration", &one);
    client.assert_alive();
}

#[test]
fn a_wrong_variable_is_told_once() {
    let mut client =
        Client::of_process_with(&[("OMNISTACK_PROFILE", "bogus"), ("OMNISTACK_LIMITS_LINES", "x")]);
    client.initialize(asks(), &Value::Null);
    client.wait_for(|it| it["method"] == "client/registerCapability");
    let shown = client.wait_for_notification("window/showMessage");
    let message = shown["message"].as_str().unwrap();
    for name in ["`OMNISTACK_PROFILE`", "`OMNISTACK_LIMITS_LINES`"] {
        assert_eq!(message.matches(name).count(), 1, "{message}");
    }
    let (id, _) = question(&mut client);
    answer(&mut client, &id, &json!([{"generated": true}]));
    client.check(URI, "python", FAULTY);
    client.assert_alive();
}

#[test]
fn settings_that_are_no_table_are_told() {
    let mut client = Client::uninitialized();
    client.initialize(json!({}), &json!([1]));
    let shown = client.wait_for_notification("window/showMessage");
    assert_eq!(shown["message"], "The settings must be a table; [1] is ignored.");
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
}
