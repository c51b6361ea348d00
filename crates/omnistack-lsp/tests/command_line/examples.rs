//! The example workspace shows every rule a beginner meets, in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::workspace::Workspace;

const SHOWN: [&str; 16] = [
    "bug/assignment-in-condition",
    "bug/constant-condition",
    "bug/duplicate-condition",
    "bug/identical-branches",
    "bug/loop-variable-captured",
    "bug/mutable-default-argument",
    "bug/self-assignment",
    "bug/self-comparison",
    "bug/unreachable-code",
    "bug/unused-result",
    "perf/blocking-call-in-async",
    "perf/linear-search-in-loop",
    "perf/regex-compile-in-loop",
    "perf/sequential-await-in-loop",
    "perf/string-concat-in-loop",
    "practice/swallowed-exception",
];

#[test]
fn the_examples_show_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let folder = folder.to_str().unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = Workspace::new().check(&[folder, "--select", "ALL"]);
    let rules: BTreeSet<String> = all.findings().iter().map(|it| text(it, "rule")).collect();
    let recommended = Workspace::new().check(&[folder]);
    let mut languages: BTreeMap<String, usize> = BTreeMap::new();
    for finding in recommended.findings() {
        *languages.entry(text(&finding, "language")).or_default() += 1;
    }
    let known = |rule: &&str| analysis::rules::find(rule).is_some();
    let missing: Vec<_> =
        SHOWN.into_iter().filter(known).filter(|rule| !rules.contains(*rule)).collect();
    assert!(missing.is_empty(), "not shown: {missing:?}");
    for language in ["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"] {
        assert!(languages.get(language).is_some_and(|count| *count >= 4), "{languages:?}");
    }
    assert!(all.skipped().is_empty());
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let section = readme.split("## What it finds").nth(1).unwrap();
    let excerpt = section.split("```").nth(1).unwrap().trim();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_omnistack-lsp"))
        .args(["check", "examples"])
        .current_dir(root)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    for finding in excerpt.split("\n\n") {
        assert!(printed.contains(finding), "no longer printed:\n{finding}");
    }
}

/// Slips that no rule knows, each put where a reader would have put something else.
#[test]
fn the_examples_show_predictions_that_are_right() {
    const SLIPS: [(&str, &str); 9] = [
        ("labels.py", "`self` looks wrong here: expected `name`"),
        ("labels.py", "`self` looks wrong here: expected `count`"),
        ("labels.py", "`self` looks wrong here: expected `marks`"),
        ("parcels.js", "`parcels` looks wrong here: expected `i`"),
        ("orders.go", "`==` looks wrong here: expected `!=`"),
        ("Balance.java", "`-=` looks wrong here: expected `=`"),
        ("Balance.java", "`values` looks wrong here: expected `format`"),
        ("errors.py", "`self` looks wrong here: expected `message`"),
        ("errors.py", "`Discount` and `line` look swapped here"),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let found = Workspace::new().check(&[folder.to_str().unwrap(), "--select", "predict"]);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let mut right = BTreeSet::new();
    for finding in found.findings() {
        let (path, message) = (text(&finding, "path"), text(&finding, "message"));
        let is_slip =
            |(file, said): &(&str, &str)| path.ends_with(file) && message.starts_with(said);
        let slip = SLIPS.iter().find(|slip| is_slip(slip));
        right.insert(*slip.unwrap_or_else(|| panic!("{path}: {message}")));
    }
    let files: BTreeSet<&str> = right.iter().map(|(file, _)| *file).collect();
    assert!(right.len() >= 3 && files.len() >= 2, "{right:?}");
}
