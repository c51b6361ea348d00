//! Files that are not open: they are read when the session starts, followed when they change, and
//! what is open is looked at again when something that it calls has changed.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp::ls_types as lsp;

use crate::client::Client;

const SHAPES: &str = "def draw(width, height):\n    return width * height\n";
const CALLER: &str =
    "from shapes import draw\n\n\ndef show(width, height):\n    draw(height, width)\n";

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        std::fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A file, as the protocol spells it.
pub(crate) fn uri(path: &Path) -> String {
    lsp::Uri::from_file_path(path).unwrap().as_str().to_owned()
}

fn codes(diagnostics: &[lsp::Diagnostic]) -> Vec<Value> {
    diagnostics.iter().map(|it| serde_json::to_value(it).unwrap()["code"].clone()).collect()
}

#[test]
fn a_call_of_a_file_that_is_not_open_is_checked() {
    let folder = folder(&[("shapes.py", SHAPES)]);
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    let found = client.check(&uri(&folder.path().join("caller.py")), "python", CALLER);
    assert_eq!(codes(&found), ["bug/swapped-arguments"]);
    let related = found[0].related_information.as_ref().unwrap();
    assert_eq!(related[0].location.uri.as_str(), uri(&folder.path().join("shapes.py")));
    assert_eq!(related[0].location.range.start.line, 0);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert_eq!(status["workspace"]["files"], 2);
    assert_eq!(status["workspace"]["reading"], false);
}

#[test]
fn an_edit_of_what_is_called_is_heard_of_where_it_is_called() {
    let folder = folder(&[("shapes.py", SHAPES)]);
    let (shapes, caller) =
        (uri(&folder.path().join("shapes.py")), uri(&folder.path().join("caller.py")));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(client.check(&caller, "python", CALLER).len(), 1);
    assert_eq!(client.check(&shapes, "python", SHAPES).len(), 0);
    // A line more, which changes nothing for others: nobody says anything of the caller.
    client.change(&shapes, 2, [1, 0, 1, 0], "    print(width)\n");
    client.diagnostics(&shapes, 2);
    client.change(&shapes, 3, [0, 9, 0, 22], "height, width");
    client.diagnostics(&shapes, 3);
    assert_eq!(client.publication(&caller).diagnostics.len(), 0);
    // What was not saved is gone when the document is closed.
    client.close(&shapes);
    assert_eq!(client.publication(&shapes).diagnostics.len(), 0);
    assert_eq!(client.publication(&caller).diagnostics.len(), 1);
}

#[test]
fn files_that_change_behind_the_editors_back_are_read_again() {
    let folder = folder(&[("shapes.py", SHAPES), (".gitignore", "ignored\n")]);
    let (shapes, caller) = (folder.path().join("shapes.py"), uri(&folder.path().join("caller.py")));
    let mut client = Client::uninitialized();
    let watch = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    client.initialize_in(folder.path(), watch);
    let registered = client.wait_for(|it| it["method"] == "client/registerCapability");
    let options = &registered["params"]["registrations"][0]["registerOptions"];
    assert!(options["watchers"][0]["globPattern"].as_str().unwrap().contains("py"));
    assert_eq!(client.check(&caller, "python", CALLER).len(), 1);
    let changed = |client: &mut Client, path: &Path, kind: u8| {
        let change = json!({"uri": uri(path), "type": kind});
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    };
    std::fs::write(&shapes, "def draw(height, width):\n    pass\n").unwrap();
    changed(&mut client, &shapes, 2);
    assert_eq!(client.publication(&caller).diagnostics.len(), 0);
    std::fs::write(&shapes, SHAPES).unwrap();
    changed(&mut client, &shapes, 2);
    assert_eq!(client.publication(&caller).diagnostics.len(), 1);
    std::fs::remove_file(&shapes).unwrap();
    changed(&mut client, &shapes, 3);
    assert_eq!(client.publication(&caller).diagnostics.len(), 0);
    // What is ignored stays so.
    let ignored = folder.path().join("ignored/shapes.py");
    std::fs::create_dir(folder.path().join("ignored")).unwrap();
    std::fs::write(&ignored, SHAPES).unwrap();
    changed(&mut client, &ignored, 1);
    std::fs::write(&shapes, SHAPES).unwrap();
    changed(&mut client, &shapes, 1);
    assert_eq!(client.publication(&caller).diagnostics.len(), 1);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert_eq!(status["workspace"]["files"], 2);
}

#[test]
fn a_client_that_asks_for_diagnostics_is_told_to_ask_again() {
    let folder = folder(&[("shapes.py", SHAPES)]);
    let caller = uri(&folder.path().join("caller.py"));
    let mut client = Client::uninitialized();
    let pull = json!({"textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}}});
    client.initialize_in(folder.path(), pull);
    client.open(&caller, "python", CALLER);
    let ask = json!({"textDocument": {"uri": caller}});
    let count = |report: &Value| report["items"].as_array().unwrap().len();
    let report = client.request("textDocument/diagnostic", ask.clone()).unwrap();
    assert_eq!(count(&report), 1);
    let shapes = uri(&folder.path().join("shapes.py"));
    client.open(&shapes, "python", "def draw(height, width):\n    pass\n");
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh");
    assert_eq!(count(&client.request("textDocument/diagnostic", ask).unwrap()), 0);
}

#[test]
fn files_that_change_are_noticed_where_the_client_tells_nothing() {
    let folder = folder(&[("shapes.py", SHAPES), (".gitignore", "ignored\n")]);
    let (shapes, moved) = (folder.path().join("shapes.py"), folder.path().join("moved.py"));
    let caller = uri(&folder.path().join("caller.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(client.check(&caller, "python", CALLER).len(), 1);
    let known = |client: &mut Client| -> Vec<String> {
        let found = client.request("workspace/symbol", json!({"query": "draw"})).unwrap();
        let uris = found.as_array().unwrap().iter().map(|it| &it["location"]["uri"]);
        uris.map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    std::fs::rename(&shapes, &moved).unwrap();
    assert_eq!(client.publication(&caller).diagnostics.len(), 0);
    assert_eq!(known(&mut client), [uri(&moved)]);
    std::fs::write(&shapes, SHAPES).unwrap();
    assert_eq!(client.publication(&caller).diagnostics.len(), 1);
    std::fs::write(&shapes, "def draw(height, width):\n    pass\n").unwrap();
    assert_eq!(client.publication(&caller).diagnostics.len(), 0);
    // What is ignored stays so, and what comes to be ignored is gone.
    std::fs::create_dir(folder.path().join("ignored")).unwrap();
    std::fs::write(folder.path().join("ignored/shapes.py"), SHAPES).unwrap();
    std::fs::write(&shapes, SHAPES).unwrap();
    assert_eq!(client.publication(&caller).diagnostics.len(), 1);
    assert_eq!(known(&mut client), [uri(&moved), uri(&shapes)]);
    std::fs::write(folder.path().join(".gitignore"), "ignored\nshapes.py\n").unwrap();
    assert_eq!(client.publication(&caller).diagnostics.len(), 0);
    assert_eq!(known(&mut client), [uri(&moved)]);
}

#[test]
fn lenses_are_asked_for_again_when_callers_elsewhere_change() {
    let folder = folder(&[("shapes.py", SHAPES)]);
    let shapes = uri(&folder.path().join("shapes.py"));
    let mut client = Client::uninitialized();
    let refresh = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
    client.initialize_in(folder.path(), refresh);
    let settings = json!({"settings": {"lens": {"enabled": true}}});
    client.notify("workspace/didChangeConfiguration", settings);
    let refreshed = |it: &Value| it["method"] == "workspace/codeLens/refresh";
    client.wait_for(refreshed);
    assert_eq!(client.check(&shapes, "python", SHAPES), []);
    let caller = uri(&folder.path().join("caller.py"));
    let titles = |client: &mut Client| {
        let lenses = json!({"textDocument": {"uri": shapes}});
        let found = client.request("textDocument/codeLens", lenses).unwrap();
        found[0]["command"]["title"].as_str().unwrap().to_owned()
    };
    assert!(titles(&mut client).contains("0 callers"));
    assert_eq!(client.check(&caller, "python", CALLER).len(), 1);
    client.wait_for(refreshed);
    assert!(titles(&mut client).contains("1 caller"));
    // A call more in a function that others see as it was.
    client.change(&caller, 2, [4, 0, 4, 0], "    print(width)\n");
    client.diagnostics(&caller, 2);
    client.wait_for(refreshed);
    client.may_say_more();
}

#[cfg(unix)]
#[test]
fn a_file_that_is_open_by_a_link_is_found_once() {
    let folder = folder(&[("shapes.py", SHAPES)]);
    // The folder's own path may lead by way of links.
    let root = folder.path().canonicalize().unwrap();
    let (real, link) = (root.join("shapes.py"), root.join("link.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(&root, json!({}));
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let found = |client: &mut Client| -> Vec<Value> {
        let found = client.request("workspace/symbol", json!({"query": "draw"})).unwrap();
        found.as_array().unwrap().iter().map(|it| it["location"]["uri"].clone()).collect()
    };
    client.check(&uri(&link), "python", SHAPES);
    assert_eq!(found(&mut client), [json!(uri(&link))]);
    client.check(&uri(&real), "python", SHAPES);
    assert_eq!(found(&mut client), [json!(uri(&real))]);
}
