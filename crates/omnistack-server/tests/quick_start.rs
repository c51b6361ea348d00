//! The shell blocks of the guide work as they are written. Those of the quick start are run one after
//! the other in one shell, against a server; so are the commands for settings, clients, tokens and
//! keys.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

/// The shell blocks of a section of a page.
fn blocks(page: &str, heading: &str) -> Vec<String> {
    let section = page.split_once(&format!("\n{heading}\n")).unwrap().1;
    let section = section.split("\n## ").next().unwrap();
    let mut blocks = Vec::new();
    let mut block: Option<Vec<&str>> = None;
    for line in section.lines() {
        // Those in lists are set in.
        match (line.trim_start(), &mut block) {
            ("```sh", None) => block = Some(Vec::new()),
            ("```", Some(_)) => blocks.extend(block.take().map(|it| it.join("\n"))),
            (_, Some(lines)) => lines.push(line),
            _ => {}
        }
    }
    blocks
}

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    std::fs::read_to_string(page).unwrap()
}

/// What a script prints, in an empty folder.
fn run(script: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_omnistack-server")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("timeout")
        .args(["120", "bash", "-c", script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", program.display()))
        .env_remove("OMNISTACK_SERVER_CONFIG")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    said
}

/// What is run before each script.
const STRICT: &str = "set -eu\nset -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n";

#[test]
fn commands_for_operators_work_as_written() {
    let page = page();
    let mut script = STRICT.to_owned();
    for heading in ["## Clients and roles", "## Tokens and sessions", "## Keys", "## Settings"] {
        let blocks = blocks(&page, heading);
        assert!(!blocks.is_empty(), "{heading} has no block");
        writeln!(script, "echo '--- {heading}'\n{}", blocks.join("\n")).unwrap();
    }
    let said = run(&script);
    let parts: Vec<&str> = said.split("--- ").skip(1).collect();
    assert!(parts[0].contains("oss_"), "{said}");
    assert!(parts[0].contains(r#""client":"build""#), "{said}");
    assert!(parts[1].contains("eyJ"), "{said}");
    assert!(parts[2].contains("signs soon"), "{said}");
    for setting in ["address = \"0.0.0.0:8080\"", "\"10.1.0.0/16\"", "per_second = 20.0"] {
        assert!(parts[3].contains(setting), "{said}");
    }
}

#[test]
fn the_quick_start_works_as_written() {
    let blocks = blocks(&page(), "## Quick start");
    assert_eq!(blocks.len(), 6, "the section has other blocks: look at what they print");
    // Another port than the one of the page, since that may be taken here.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut script = STRICT.to_owned();
    for (index, block) in blocks.iter().enumerate() {
        let block = block
            .replace("serve --dev", &format!("serve --dev --listen 127.0.0.1:{port}"))
            .replace(
                "omnistack-server health",
                &format!("omnistack-server health --url http://127.0.0.1:{port}"),
            )
            .replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"))
            .replace("curl -sS", "curl -sS --fail-with-body --noproxy '*' --max-time 60");
        writeln!(script, "echo '--- {index}'\n{block}").unwrap();
    }
    let said = run(&script);
    let parts: Vec<&str> = said.split("--- ").skip(1).collect();
    let wanted = [
        (2, r#""rule":"predict/variable-misuse""#),
        (2, "`self` looks wrong here: expected `name`"),
        (3, "bug/self-comparison"),
        (4, r#""access_token":"eyJ"#),
        (4, r#""refresh_token":"#),
        (5, r#""state":"ready""#),
        (5, "omnistack_http_requests_total{"),
    ];
    for (part, text) in wanted {
        assert!(parts[part].contains(text), "block {part} did not print {text}:\n{said}");
    }
}
