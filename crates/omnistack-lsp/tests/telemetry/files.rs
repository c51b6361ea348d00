//! Logs in files, and what of a workspace has no say.

use serde_json::{Value, json};

use crate::client::Client;

const FAULTY: &str = "def f(a):\n    return a == a\n";

#[test]
fn a_log_in_a_folder_is_json_and_names_what_was_slow() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_PREDICT_ENABLED", "false"),
        ("OMNISTACK_TELEMETRY_LOG_FOLDER", logs.to_str().unwrap()),
        ("OMNISTACK_TELEMETRY_LOG_FORMAT", "json"),
        ("OMNISTACK_TELEMETRY_SLOW_REQUEST_MS", "1"),
    ]);
    client.initialize(json!({}), &Value::Null);
    // Nobody analyses that much in a millisecond.
    let uri = "file:///tmp/x.py";
    let text: String = (0..400).map(|at| FAULTY.replace("def f", &format!("def f{at}"))).collect();
    assert_eq!(client.check(uri, "python", &text).len(), 400);
    let file = logs.join(format!("omnistack-lsp-{}.log", client.process_id()));
    drop(client);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let slow = lines.iter().find(|line| line["fields"]["what"] == "analysis").expect(&text);
    assert_eq!((&slow["level"], &slow["target"]), (&json!("WARN"), &json!("omnistack_lsp::slow")));
    assert_eq!(slow["fields"]["about"], uri);
    assert!(slow["fields"]["milliseconds"].as_u64().unwrap() >= 1);
    assert!(lines.iter().any(|line| line["fields"]["message"] == "ending: exit"), "{text}");
    assert!(!text.contains("a == a"), "{text}");
}

#[test]
fn a_folder_that_takes_no_log_is_told_and_not_named_as_one_that_does() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let logs = file.path().join("logs");
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_PREDICT_ENABLED", "false"),
        ("OMNISTACK_TELEMETRY_LOG_FOLDER", logs.to_str().unwrap()),
    ]);
    client.initialize(json!({}), &Value::Null);
    let telemetry = client.request("omnistack/status", Value::Null).unwrap()["telemetry"].take();
    assert_eq!(telemetry["logs"], Value::Null);
    let problem = telemetry["problems"][0].as_str().unwrap();
    assert!(problem.starts_with(&format!("Cannot write logs to {}", logs.display())), "{problem}");
}

#[test]
fn a_workspace_cannot_turn_telemetry_on() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "[telemetry]\nmetrics-port = 0\notlp-endpoint = \"http://127.0.0.1:1\"\n";
    std::fs::write(folder.path().join("omnistack.toml"), settings).unwrap();
    let source = folder.path().join("x.py");
    std::fs::write(&source, FAULTY).unwrap();
    let mut client = Client::of_process();
    client.initialize_in(folder.path(), json!({}));
    let uri = tower_lsp::ls_types::Uri::from_file_path(&source).unwrap();
    assert_eq!(client.check(uri.as_str(), "python", FAULTY).len(), 1);
    let settings = folder.path().join("omnistack.toml").canonicalize().unwrap();
    let settings = tower_lsp::ls_types::Uri::from_file_path(&settings).unwrap();
    let told = &client.publication(settings.as_str()).diagnostics;
    let [told] = told.as_slice() else { panic!("{told:#?}") };
    assert!(told.message.starts_with("`telemetry` is ignored here"), "{told:#?}");
    assert_eq!(told.range.start.line, 0);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert_eq!(
        (&status["telemetry"]["metrics"], &status["telemetry"]["traces"]),
        (&Value::Null, &Value::Null)
    );
}
