//! The editor and the command line say the same of the same files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::client::Client;
use serde_json::Value;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").canonicalize().unwrap()
}

/// What one finding says: file, rule, severity, start and end (from 0), message.
type Said = (String, String, u64, [u64; 4], String);

fn by_the_command_line() -> Vec<Said> {
    let output = Command::new(env!("CARGO_BIN_EXE_omnistack-lsp"))
        .args(["check", "--format", "json", "--no-predict"])
        .arg(examples())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let said = |finding: &Value| {
        let place = ["line", "column", "end_line", "end_column"];
        let severity = match finding["severity"].as_str().unwrap() {
            "error" => 1,
            "warning" => 2,
            "information" => 3,
            _ => 4,
        };
        (
            text(&finding["path"]),
            text(&finding["rule"]),
            severity,
            place.map(|name| finding[name].as_u64().unwrap() - 1),
            text(&finding["message"]),
        )
    };
    let mut said: Vec<Said> = report["findings"].as_array().unwrap().iter().map(said).collect();
    said.sort();
    said
}

fn by_the_editor(files: &[String]) -> Vec<Said> {
    let mut client = Client::of_process();
    // Columns in Unicode scalar values, as on the command line.
    let capabilities = serde_json::json!({"general": {"positionEncodings": ["utf-32"]}});
    client.initialize_in(&examples(), capabilities);
    let mut said = Vec::new();
    for path in files {
        let uri = format!("file://{path}");
        let language = match Path::new(path).extension().unwrap().to_str().unwrap() {
            "py" => "python",
            "js" => "javascript",
            "ts" => "typescript",
            "tsx" => "typescriptreact",
            "go" => "go",
            "java" => "java",
            "c" => "c",
            "cpp" => "cpp",
            _ => "rust",
        };
        let text = std::fs::read_to_string(path).unwrap();
        for diagnostic in client.check(&uri, language, &text) {
            let diagnostic = serde_json::to_value(diagnostic).unwrap();
            let number = |pointer: &str| diagnostic.pointer(pointer).unwrap().as_u64().unwrap();
            let place = [
                number("/range/start/line"),
                number("/range/start/character"),
                number("/range/end/line"),
                number("/range/end/character"),
            ];
            let text = |name: &str| diagnostic[name].as_str().unwrap().to_owned();
            said.push((path.clone(), text("code"), number("/severity"), place, text("message")));
        }
    }
    client.request("shutdown", Value::Null).unwrap();
    client.notify("exit", Value::Null);
    assert!(client.status(Duration::from_secs(10)).success());
    said.sort();
    said
}

#[test]
fn the_editor_says_what_the_command_line_says() {
    let mut files = Vec::new();
    let mut folders = vec![examples()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it != "md") {
                files.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    let theirs = by_the_command_line();
    assert!(theirs.len() >= 16 && files.len() >= 8);
    assert_eq!(by_the_editor(&files), theirs);
}
