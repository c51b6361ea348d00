//! Predictions in the editor: they follow the rules' findings, come sooner for what was changed, and
//! can be dismissed.

use std::path::PathBuf;

use models::model::Source;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::certain_model::{TWO, write_model};
use crate::client::Client;

/// The model in a folder of its own, with one threshold for unchanged and one for changed code.
fn model(unchanged: Option<f32>, changed: Option<f32>) -> TempDir {
    let folder = TempDir::new().unwrap();
    write_model(folder.path(), unchanged, changed);
    folder
}

fn started(model: &TempDir, capabilities: Value) -> Client {
    let source = Source::Folder(model.path().to_owned());
    let mut client = Client::with_model(Some(source));
    client.initialize(capabilities, &Value::Null);
    client
}

/// A file in a folder of its own, and its URI.
fn file() -> (TempDir, PathBuf, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.py");
    let uri = format!("file://{}", path.display());
    (folder, path, uri)
}

#[test]
fn predictions_follow_the_findings_of_rules() {
    let model = model(Some(-99.0), Some(-99.0));
    let mut client = started(&model, json!({}));
    let (_folder, _, uri) = file();
    assert_eq!(client.check(&uri, "python", TWO), []);
    let predicted = client.diagnostics(&uri, 1);
    assert_eq!(predicted.len(), 2);
    // They stay while another function is edited, and the edited one's follows.
    client.change(&uri, 2, [5, 11, 5, 11], "0 + ");
    let kept = client.diagnostics(&uri, 2);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].range.start.line, 1);
    assert_eq!(client.diagnostics(&uri, 2).len(), 2);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert_eq!(status["predictions"]["state"], "ready");
    assert!(status["predictions"]["entries"].as_u64().unwrap() >= 2);
}

#[test]
fn what_was_changed_since_it_was_opened_is_judged_as_new() {
    let model = model(None, Some(-99.0));
    let mut client = started(&model, json!({}));
    let (_folder, _, uri) = file();
    assert_eq!(client.check(&uri, "python", TWO), []);
    client.change(&uri, 2, [1, 17, 1, 18], "+");
    assert_eq!(client.diagnostics(&uri, 2), []);
    let predicted = client.diagnostics(&uri, 2);
    assert_eq!(predicted.len(), 1);
    assert_eq!(predicted[0].range.start.line, 1);
}

#[test]
fn a_copy_of_an_old_file_is_new() {
    let model = model(None, Some(-99.0));
    let mut client = started(&model, json!({}));
    let (folder, path, uri) = file();
    std::fs::write(&path, TWO).unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"];
        let mut command = std::process::Command::new("git");
        command.arg("-C").arg(folder.path()).args(identity).args(arguments);
        assert!(command.output().unwrap().status.success());
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "first"]);
    assert_eq!(client.check(&uri, "python", TWO), []);
    // Once the network was asked about the old file, what it said of it is remembered.
    loop {
        let status = client.request("omnistack/status", Value::Null).unwrap();
        if status["predictions"]["entries"].as_u64().unwrap() >= 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let copy = uri.replace("a.py", "b.py");
    std::fs::write(folder.path().join("b.py"), TWO).unwrap();
    assert_eq!(client.check(&copy, "python", TWO), []);
    assert_eq!(client.diagnostics(&copy, 1).len(), 2);
}

#[test]
fn a_hover_tells_the_runners_up_and_a_prediction_can_be_dismissed() {
    let model = model(Some(-99.0), None);
    let mut client = started(&model, json!({}));
    let (folder, path, uri) = file();
    std::fs::write(&path, TWO).unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    client.check(&uri, "python", TWO);
    let predicted = client.diagnostics(&uri, 1);
    let range = serde_json::to_value(predicted[0].range).unwrap();
    let document = json!({"uri": uri});
    let at = json!({"textDocument": document, "position": range["start"]});
    let hover = client.request("textDocument/hover", at).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("Runner-up: ") && text.contains("The network gives"), "{text}");
    let mut facts: Vec<&str> = text.lines().filter(|it| it.starts_with("- ")).collect();
    let all = facts.len();
    facts.sort_unstable();
    facts.dedup();
    assert_eq!(facts.len(), all, "each runner-up says something else: {text}");
    let wanted = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", wanted).unwrap();
    let find = |title: &str| {
        let mut actions = actions.as_array().unwrap().iter();
        actions.find(|it| it["title"].as_str().unwrap().starts_with(title)).cloned().unwrap()
    };
    let replace = find("Replace `");
    assert!(replace["edit"].is_object());
    assert!(replace["title"].as_str().unwrap().ends_with(" (unsafe)"), "{replace}");
    assert_eq!(replace["isPreferred"], Value::Null);
    // There are two, and each is a guess of its own.
    let mut titles = actions.as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap());
    assert!(!titles.any(|it| it.starts_with("Fix all findings of")), "{actions}");
    let dismiss = find("Dismiss this prediction");
    assert!(dismiss.get("edit").is_none());
    client.request("workspace/executeCommand", dismiss["command"].clone()).unwrap();
    assert_eq!(client.diagnostics(&uri, 1).len(), 1);
    let remembered = std::fs::read_to_string(folder.path().join(".omnistack/dismissed.json"));
    assert!(remembered.unwrap().contains("\"path\": \"a.py\""));
    client.close(&uri);
    client.publication(&uri);
    // Nor do they come back when it is opened again.
    assert_eq!(client.check(&uri, "python", TWO), []);
    assert_eq!(client.diagnostics(&uri, 1).len(), 1);
}

#[test]
fn what_is_not_there_is_not_dismissed() {
    let model = model(Some(-99.0), None);
    let mut client = started(&model, json!({}));
    let (folder, path, uri) = file();
    std::fs::write(&path, TWO).unwrap();
    client.check(&uri, "python", TWO);
    let command = "omnistack.dismissPrediction";
    let request = json!({"command": command, "arguments": [uri, "0123456789abcdef"]});
    client.request("workspace/executeCommand", request).unwrap();
    let shown = client.wait_for_notification("window/showMessage");
    assert!(shown["message"].as_str().unwrap().contains("nothing was dismissed"), "{shown}");
    assert!(!folder.path().join(".omnistack").exists());
}

#[test]
fn a_client_that_pulls_is_told_to_pull_again() {
    let model = model(Some(-99.0), None);
    let capabilities = json!({"textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}}});
    let mut client = started(&model, capabilities);
    let (_folder, _, uri) = file();
    client.open(&uri, "python", TWO);
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh");
    let document = json!({"textDocument": {"uri": uri}});
    let report = client.request("textDocument/diagnostic", document).unwrap();
    assert_eq!(report["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_damaged_model_is_told_of_once_and_one_put_in_its_place_is_used() {
    let model = model(Some(-99.0), None);
    let manifest = model.path().join("manifest.json");
    let whole = std::fs::read(&manifest).unwrap();
    std::fs::write(&manifest, "{}").unwrap();
    let mut client = started(&model, json!({}));
    let (_folder, _, uri) = file();
    let faulty = format!("{TWO}\n\ndef three(x):\n    return x <= x\n");
    assert_eq!(client.check(&uri, "python", &faulty).len(), 1);
    let log = client.wait_for_notification("window/logMessage");
    assert!(log["message"].as_str().unwrap().contains("There are no predictions"), "{log}");
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert_eq!(status["predictions"]["state"], "failed");
    assert!(status["predictions"]["problem"].as_str().unwrap().contains("manifest.json"));
    std::fs::remove_file(&manifest).unwrap();
    std::fs::write(&manifest, whole).unwrap();
    client.change(&uri, 2, [0, 0, 0, 0], "\n");
    assert_eq!(client.diagnostics(&uri, 2).len(), 1);
    assert_eq!(client.diagnostics(&uri, 2).len(), 3);
}

#[test]
fn settings_name_another_model_unless_the_workspace_is_not_trusted() {
    let (silent, loud) = (model(None, None), model(Some(-99.0), Some(-99.0)));
    let (folder, path, uri) = file();
    std::fs::write(&path, TWO).unwrap();
    let settings = format!("[predict]\nmodel = '{}'\n", loud.path().display());
    std::fs::write(folder.path().join("omnistack.toml"), settings).unwrap();
    let started = |options: Value| {
        let mut client = Client::with_model(Some(Source::Folder(silent.path().to_owned())));
        client.initialize_in_folders(&[folder.path()], json!({}), &options);
        assert_eq!(client.check(&uri, "python", TWO), []);
        client
    };
    let mut client = started(Value::Null);
    assert_eq!(client.diagnostics(&uri, 1).len(), 2);
    // What the editor sets holds over that, at once.
    let settings = json!({"settings": {"predict": {"model": silent.path()}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(client.diagnostics(&uri, 1), []);
    client.may_say_more();

    let mut client = started(json!({"trusted": false}));
    let toml = format!("file://{}/omnistack.toml", folder.path().display());
    let found = client.publication(&toml).diagnostics;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].range.start.line, 1);
    client.may_say_more();
}

#[test]
fn a_model_that_a_file_names_and_that_is_none_is_told_at_its_place() {
    let good = model(Some(-99.0), None);
    let (folder, path, uri) = file();
    std::fs::write(&path, TWO).unwrap();
    let settings = folder.path().join("omnistack.toml");
    let named = |predict: &std::path::Path| {
        let search = folder.path().join("no-encoder");
        let text = format!(
            "[predict]\nmodel = '{}'\n\n[search]\nmodel = '{}'\n",
            predict.display(),
            search.display()
        );
        std::fs::write(&settings, text).unwrap();
    };
    named(&folder.path().join("no-model"));
    let mut client = Client::with_model(Some(Source::Folder(good.path().to_owned())));
    client.initialize_in_folders(&[folder.path()], json!({}), &Value::Null);
    client.check(&uri, "python", TWO);
    let toml = format!("file://{}", settings.display());
    let told = |client: &mut Client, count: usize| loop {
        let found = client.publication(&toml).diagnostics;
        if found.len() == count {
            let place = |it: &tower_lsp::ls_types::Diagnostic| {
                (it.range.start.line, it.message.split(':').next().unwrap().to_owned())
            };
            return found.iter().map(place).collect::<Vec<_>>();
        }
        // Each shows when it is first used.
    };
    let (predict, search) = ("There are no predictions", "Functions are found by name only");
    assert_eq!(told(&mut client, 2), [(1, predict.to_owned()), (4, search.to_owned())]);
    named(good.path());
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": toml}}));
    assert_eq!(told(&mut client, 1), [(4, search.to_owned())]);
    client.may_say_more();
}
