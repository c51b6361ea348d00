//! A real Neovim with the real server: diagnostics, hover, quick fix, suppression, fix of all and a
//! clean end; and the tests of the plug-in, which `cargo xtask editors neovim` also runs in older and
//! newer ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;

const RULE: &str = "bug/mutable-default-argument";

/// The second function's finding stands behind characters that each protocol encoding counts
/// differently.
const CODE: &str = "\
def remember(item, seen=[]):
    seen.append(item)
    return seen


def is_square(width, height):
    return (\"naïve 🦀\", width == width)


LIMIT = 3  # omnistack: ignore[bug/self-assignment]
";

const MENDED: [&str; 12] = [
    "def remember(item, seen=None):",
    "    if seen is None:",
    "        seen = []",
    "    seen.append(item)",
    "    return seen",
    "",
    "",
    "def is_square(width, height):",
    "    return (\"naïve 🦀\", width == width)",
    "",
    "",
    "LIMIT = 3  # omnistack: ignore[bug/self-assignment]",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Neovim as named by `OMNISTACK_TEST_NVIM`, else as set up, else as installed. (`NVIM` itself is
/// taken: in a terminal inside Neovim it is the address of that Neovim.)
fn neovim() -> OsString {
    if let Some(named) = env::var_os("OMNISTACK_TEST_NVIM") {
        return named;
    }
    let set_up = workspace().join("target/tools/python/bin/nvim");
    let candidates = [set_up.into_os_string(), "nvim".into()];
    candidates.into_iter().find(is_recent).unwrap_or_else(|| {
        panic!("this test drives Neovim 0.11 or newer, which is missing: run `cargo xtask setup`")
    })
}

fn is_recent(program: &OsString) -> bool {
    let Ok(output) = Command::new(program).arg("--version").stdin(Stdio::null()).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.strip_prefix("NVIM v").unwrap_or_default();
    let mut numbers = version.split(['.', '-', '\n']).map_while(|part| part.parse::<u32>().ok());
    let major_minor = (numbers.next(), numbers.next());
    major_minor >= (Some(0), Some(11))
}

/// Runs the session in `folder`, which also keeps Neovim from the user's own settings and state.
fn run(folder: &Path) -> Value {
    let (file, report) = (folder.join("project/bad.py"), folder.join("report.json"));
    fs::create_dir_all(folder.join("project")).unwrap();
    fs::write(folder.join("project/omnistack.toml"), "").unwrap();
    fs::write(&file, CODE).unwrap();
    let mut command = Command::new(neovim());
    command
        .args(["--headless", "--clean", "-u"])
        .arg(workspace().join("tests/neovim/session.lua"))
        .current_dir(folder.join("project"))
        .env("SERVER", env!("CARGO_BIN_EXE_omnistack-lsp"))
        .env("FILE", &file)
        .env("RULE", RULE)
        .env("REPORT", &report)
        .env_remove("NVIM")
        .stdin(Stdio::null());
    for name in ["CONFIG", "STATE", "DATA", "CACHE"] {
        command.env(format!("XDG_{name}_HOME"), folder.join("home"));
    }
    let output = command.output().expect("Neovim starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let text = fs::read_to_string(&report)
        .unwrap_or_else(|error| panic!("no report ({error}); Neovim said: {said}"));
    let log = fs::read_to_string(folder.join("home/nvim/lsp.log")).unwrap_or_default();
    let report: Value = serde_json::from_str(&text).unwrap();
    for key in ["problem", "gave_up"] {
        assert!(report[key].is_null(), "{report:#}\nNeovim said: {said}\nits log: {log}");
    }
    report
}

fn codes(diagnostics: &Value) -> Vec<&str> {
    let mut codes: Vec<_> =
        diagnostics.as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn a_session_in_neovim() {
    let folder = tempfile::tempdir().unwrap();
    let report = run(folder.path());

    let rules = [RULE, "bug/self-comparison", "practice/unused-suppression"];
    assert_eq!(codes(&report["before"]), rules, "{report:#}");
    let before = report["before"].as_array().unwrap();
    let of = |code: &str| before.iter().find(|it| it["code"] == code).unwrap();
    let range = |it: &Value| {
        ["line", "column", "end_line", "end_column"].map(|key| it[key].as_u64().unwrap())
    };
    assert_eq!(range(of(RULE)), [0, 24, 0, 26]);
    let message = of(RULE)["message"].as_str().unwrap();
    assert!(message.contains("`seen`"), "{message}");
    // Neovim counts columns in bytes, whatever the protocol counts in.
    let line = CODE.lines().nth(6).unwrap();
    let start = line.find("width == width").unwrap() as u64;
    assert_eq!(range(of("bug/self-comparison")), [6, start, 6, start + 14]);

    let hover = report["hover"].as_str().unwrap();
    for part in [RULE, "`seen`", "every later call"] {
        assert!(hover.contains(part), "no {part} in the hover: {hover}");
    }

    let actions = report["actions"].as_array().unwrap();
    assert!(actions.iter().all(|it| !it["title"].as_str().unwrap().is_empty()), "{actions:?}");
    assert_eq!(actions.first().unwrap()["kind"], "quickfix");
    assert_eq!(report["text"], serde_json::json!(MENDED));
    assert_eq!(codes(&report["after"]), rules[1..], "{report:#}");

    let mut lines = MENDED.map(str::to_owned);
    lines[8].push_str("  # omnistack: ignore[bug/self-comparison] <reason>");
    assert_eq!(report["suppressed"], serde_json::json!(lines));
    assert_eq!(report["fix_all"], "source.fixAll.omnistack");
    lines[11] = "LIMIT = 3".to_owned();
    assert_eq!(report["fixed"], serde_json::json!(lines));

    assert_eq!(report["clients_left"], 0);
    assert_eq!(report["exit"], serde_json::json!({"code": 0, "signal": 0}));
}

/// Runs one test of the plug-in; what went wrong, if something did.
fn plug_in_problem(test: &Path, neovim: &OsString) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let mut command = Command::new(neovim);
    command
        .args(["--headless", "-i", "NONE", "-u"])
        .arg(test)
        .env("PLUGIN", workspace().join("editors/neovim"))
        .env("SERVER", env!("CARGO_BIN_EXE_omnistack-lsp"))
        .env("INTERPRETER", neovim)
        .env("FOLDER", folder.path().canonicalize().unwrap())
        .env("XDG_RUNTIME_DIR", &home)
        .env_remove("NVIM")
        .stdin(Stdio::null());
    for name in ["CONFIG", "STATE", "DATA", "CACHE"] {
        command.env(format!("XDG_{name}_HOME"), &home);
    }
    let output = command.output().expect("Neovim starts");
    let said = String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| format!("{}: {said}", test.display()))
}

#[test]
fn the_plug_in() {
    let neovim = neovim();
    let mut tests: Vec<PathBuf> = fs::read_dir(workspace().join("editors/neovim/tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "lua"))
        .collect();
    tests.sort();
    assert!(tests.len() > 5, "{tests:?}");
    let problems: Vec<String> =
        tests.iter().filter_map(|test| plug_in_problem(test, &neovim)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}
