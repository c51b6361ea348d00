//! Rules that users write, in a session: read again when they change, what is wrong with them at its
//! place, and what can be done about what they find.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp::ls_types as lsp;

use crate::client::Client;
use crate::workspace::{folder, uri};

const RULE: &str = "\
id: no-print
language: python
severity: warning
message: Log $WHAT
note: Output is for **results**.
url: https://example.org/no-print
rule:
  pattern: print($WHAT)
fix: log($WHAT)
";
const CODE: &str = "print(1)\n";

fn watches() -> Value {
    json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}})
}

fn changed(client: &mut Client, path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    let change = json!({"uri": uri(path), "type": 2});
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
}

fn started(folder: &TempDir, capabilities: Value, options: &Value) -> Client {
    let mut client = Client::uninitialized();
    let watches = capabilities["workspace"]["didChangeWatchedFiles"].is_object();
    client.initialize_in_folders(&[folder.path()], capabilities, options);
    if watches {
        client.wait_for(|it| it["method"] == "client/registerCapability");
    }
    client
}

#[test]
fn a_finding_has_all_that_its_rule_says() {
    let folder =
        folder(&[(".omnistack/rules/a.yml", RULE), ("a.py", CODE), ("omnistack.toml", "")]);
    let a = uri(&folder.path().join("a.py"));
    let mut client = started(&folder, watches(), &Value::Null);
    let found = client.check(&a, "python", CODE);
    assert_eq!(found.len(), 1);
    let diagnostic = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(diagnostic["code"], "custom/no-print");
    assert_eq!(diagnostic["message"], "Log 1");
    assert_eq!(diagnostic["severity"], 2);
    let at = json!({"textDocument": {"uri": a}, "position": {"line": 0, "character": 2}});
    let hover = client.request("textDocument/hover", at).unwrap()["contents"]["value"].clone();
    let hover = hover.as_str().unwrap();
    for part in
        ["`custom/no-print`", "Output is for **results**.", "(https://example.org/no-print)"]
    {
        assert!(hover.contains(part), "{part} in {hover}");
    }
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    let params =
        json!({"textDocument": {"uri": a}, "range": range, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let titles: Vec<&str> =
        actions.as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(titles[0], "Replace by `log(1)` (unsafe)");
    assert!(titles.contains(&"Suppress `custom/no-print` on this line"), "{titles:?}");
    assert!(titles.contains(&"Turn `custom/no-print` off in omnistack.toml"), "{titles:?}");
}

#[test]
fn rules_are_read_again_when_their_files_change() {
    let folder = folder(&[(".omnistack/rules/a.yml", RULE), ("a.py", CODE)]);
    let (path, a) =
        (folder.path().join(".omnistack/rules/a.yml"), uri(&folder.path().join("a.py")));
    let mut client = started(&folder, watches(), &Value::Null);
    assert_eq!(client.check(&a, "python", CODE)[0].message, "Log 1");
    changed(&mut client, &path, &RULE.replace("Log", "Note"));
    assert_eq!(client.diagnostics(&a, 1)[0].message, "Note 1");
    let more = folder.path().join(".omnistack/rules/b.yml");
    changed(&mut client, &more, "id: b\nlanguage: py\nrule: {kind: integer}\n");
    assert_eq!(client.diagnostics(&a, 1).len(), 2);
    // A mistake takes its rule away, and is shown where it is.
    changed(&mut client, &path, &RULE.replace("pattern", "patern"));
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
    let wrong = client.publication(&uri(&path)).diagnostics;
    assert_eq!(wrong[0].range.start, lsp::Position::new(7, 2));
    assert_eq!(wrong[0].range.end, lsp::Position::new(7, 8));
    assert_eq!(wrong[0].message, "`patern` is no key of a matcher; did you mean `pattern`?");
    changed(&mut client, &path, RULE);
    assert_eq!(client.diagnostics(&a, 1).len(), 2);
    assert_eq!(client.publication(&uri(&path)).diagnostics, []);
}

#[test]
fn rules_are_watched_where_the_client_does_not() {
    let folder = folder(&[("a.py", CODE)]);
    let a = uri(&folder.path().join("a.py"));
    let mut client = started(&folder, json!({}), &Value::Null);
    assert_eq!(client.check(&a, "python", CODE), []);
    let rules = folder.path().join(".omnistack/rules");
    std::fs::create_dir_all(folder.path().join(".omnistack")).unwrap();
    let made = folder.path().join("made");
    std::fs::create_dir(&made).unwrap();
    std::fs::write(made.join("a.yml"), RULE).unwrap();
    std::fs::rename(&made, &rules).unwrap();
    assert_eq!(client.diagnostics(&a, 1).len(), 1);
    std::fs::write(rules.join("a.yml"), format!("{RULE}# more\nseverity: off\n")).unwrap();
    let wrong = client.publication(&uri(&rules.join("a.yml"))).diagnostics;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(client.diagnostics(&a, 1), []);
}

#[test]
fn a_file_of_rules_is_looked_at_as_it_is_typed() {
    let folder = folder(&[(".omnistack/rules/a.yml", RULE)]);
    let yaml = uri(&folder.path().join(".omnistack/rules/a.yml"));
    let mut client = started(&folder, watches(), &Value::Null);
    client.open(&yaml, "yaml", RULE);
    assert_eq!(client.diagnostics(&yaml, 1), []);
    client.change(&yaml, 2, [1, 10, 1, 16], "pyton");
    let wrong = client.diagnostics(&yaml, 2);
    assert_eq!(wrong[0].message, "There is no language `pyton`; did you mean `python`?");
    assert_eq!(wrong[0].range.start, lsp::Position::new(1, 10));
    client.change(&yaml, 3, [1, 10, 1, 15], "py");
    assert_eq!(client.diagnostics(&yaml, 3), []);
    // One that is not saved yet is one all the same.
    let other = uri(&folder.path().join(".omnistack/rules/new.yml"));
    client.open(&other, "yaml", "id: no-print\nlanguage: py\nrule: {kind: call}\n");
    let wrong = client.diagnostics(&other, 1);
    assert!(wrong[0].message.contains("already the id"), "{wrong:?}");
}

#[test]
fn packs_need_trust() {
    let team = folder(&[("rules/a.yml", RULE)]);
    let settings = format!("[rules]\npacks = [{:?}]\n", team.path().display().to_string());
    let folder = folder(&[("omnistack.toml", &settings), ("a.py", CODE)]);
    let (toml, a) = (uri(&folder.path().join("omnistack.toml")), uri(&folder.path().join("a.py")));
    let mut client = started(&folder, watches(), &Value::Null);
    assert_eq!(client.check(&a, "python", CODE).len(), 1);
    drop(client);
    let mut client = started(&folder, watches(), &json!({"trusted": false}));
    let told = client.publication(&toml).diagnostics;
    assert!(told[0].message.contains("`rules.packs`"), "{told:?}");
    assert_eq!(client.check(&a, "python", CODE), []);
}

#[test]
fn an_untrusted_workspace_reads_no_rules_from_elsewhere() {
    let team = folder(&[("a.yml", RULE)]);
    let settings = format!("ruleDirs: [{:?}]\n", team.path().display().to_string());
    let folder = folder(&[("sgconfig.yml", &settings), ("a.py", CODE)]);
    let a = uri(&folder.path().join("a.py"));
    let sgconfig = uri(&folder.path().join("sgconfig.yml"));
    let mut client = started(&folder, watches(), &json!({"trusted": false}));
    let told = client.publication(&sgconfig).diagnostics;
    assert!(told[0].message.contains("not trusted"), "{told:?}");
    assert_eq!(client.check(&a, "python", CODE), []);
}

#[test]
fn a_pack_that_is_missing_is_told_at_its_place() {
    let settings = "[rules]\npacks = [\"nowhere\"]\n";
    let folder =
        folder(&[("omnistack.toml", settings), (".omnistack/rules/a.yml", RULE), ("a.py", CODE)]);
    let (toml, a) = (uri(&folder.path().join("omnistack.toml")), uri(&folder.path().join("a.py")));
    let mut client = started(&folder, watches(), &Value::Null);
    let told = client.publication(&toml).diagnostics;
    assert_eq!(told[0].range.start, lsp::Position::new(1, 9));
    assert!(told[0].message.starts_with("The pack of rules"), "{told:?}");
    assert_eq!(client.check(&a, "python", CODE).len(), 1);
}
