//! The formats that other programs read: SARIF, GitLab's code quality, reviewdog's rdjson, JUnit.
//! What is written is held against schemas; `cargo xtask integrations` gives it to the programs.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::workspace::{CLEAN, FAULTY, MENDABLE, SAFELY_MENDABLE, Workspace};

/// Findings with and without fixes, in folders with odd names, beside a file that is skipped.
fn varied() -> Workspace {
    let workspace = Workspace::with("sub dir/a.py", format!("{MENDABLE}{FAULTY}"));
    workspace.write("ümlaut/b&<c>.py", format!("é = '😀'; é = é  # {}\n{FAULTY}", "x"));
    workspace.write("c.py", SAFELY_MENDABLE);
    workspace.write("d.py", "def f(x):\n    return x\n    print(x)\n");
    workspace.write("e.py", "def run(text):\n    return eval(text)\n");
    workspace.write("latin.py", b"x = '\xe9'\n");
    workspace
}

/// The report in a format, all rules asked.
fn report(workspace: &Workspace, format: &str) -> String {
    let run = workspace.run(&["check", "--select", "ALL", "--format", format]);
    assert_eq!(run.stderr, "");
    run.stdout
}

fn in_json(workspace: &Workspace, format: &str) -> Value {
    serde_json::from_str(&report(workspace, format)).unwrap()
}

/// What a schema has to say against a document.
fn errors(schema: &str, document: &Value) -> Vec<String> {
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(document).map(|it| format!("{}: {it}", it.instance_path)).collect()
}

const SARIF: &str = include_str!("schemas/sarif-schema-2.1.0.json");
const GITLAB: &str = include_str!("schemas/gitlab-code-quality.json");
const RDJSON: &str = include_str!("schemas/rdjson.json");

#[test]
fn sarif_fits_the_official_schema() {
    let log = in_json(&varied(), "sarif");
    assert!(log["runs"][0]["results"].as_array().unwrap().len() >= 6, "{log:#}");
    assert_eq!(errors(SARIF, &log), [""; 0]);
    assert_eq!(errors(SARIF, &in_json(&Workspace::with("a.py", CLEAN), "sarif")), [""; 0]);
    let mut wrong = log;
    wrong["runs"][0]["results"][0]["level"] = json!("fatal");
    assert_eq!(errors(SARIF, &wrong).len(), 1, "the schema is one that can be broken");
}

#[test]
fn sarif_says_how_sure_and_how_grave() {
    let log = in_json(&varied(), "sarif");
    let run = &log["runs"][0];
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        let properties = &rule["properties"];
        let precision = properties["precision"].as_str().unwrap();
        assert!(["very-high", "high", "medium", "low"].contains(&precision), "{rule:#}");
        let is_security = rule["id"].as_str().unwrap().starts_with("security/");
        assert_eq!(properties["security-severity"].is_string(), is_security, "{rule:#}");
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.iter().any(|it| it["ruleId"].as_str().unwrap().starts_with("security/")));
    for result in results {
        let confidence = result["properties"]["confidence"].as_f64().unwrap();
        assert!((result["rank"].as_f64().unwrap() - 100.0 * confidence).abs() < 0.01);
    }
    let of = |rule: &str| results.iter().find(|it| it["ruleId"] == rule).unwrap();
    assert_eq!(of("practice/unused-suppression")["fixes"][0]["properties"]["safety"], "safe");
    assert_eq!(of("bug/mutable-default-argument")["fixes"][0]["properties"]["safety"], "unsafe");
}

#[test]
fn gitlab_gets_what_it_documents() {
    let entries = in_json(&varied(), "gitlab");
    assert_eq!(errors(GITLAB, &entries), [""; 0]);
    let entries = entries.as_array().unwrap();
    assert!(entries.len() >= 6);
    let entry = entries.iter().find(|it| it["location"]["path"] == "sub dir/a.py").unwrap();
    assert_eq!(entry["check_name"], "bug/mutable-default-argument");
    assert_eq!(entry["severity"], "minor");
    assert_eq!(entry["location"]["lines"], json!({ "begin": 1, "end": 1 }));
    assert_eq!(in_json(&Workspace::with("a.py", CLEAN), "gitlab"), json!([]));
}

#[test]
fn gitlab_can_tell_copies_apart_and_knows_moved_code() {
    let workspace = Workspace::with("a.py", FAULTY);
    let first = in_json(&workspace, "gitlab")[0]["fingerprint"].clone();
    workspace.write("a.py", format!("import os\n\n\n{FAULTY}\nprint(os)\n"));
    assert_eq!(in_json(&workspace, "gitlab")[0]["fingerprint"], first, "moved code is the same");
    for copy in ["b.py", "c.py"] {
        workspace.write(copy, FAULTY);
    }
    let entries = in_json(&workspace, "gitlab");
    let fingerprints = entries.as_array().unwrap().iter().map(|it| it["fingerprint"].to_string());
    assert_eq!(fingerprints.collect::<HashSet<_>>().len(), 3, "{entries:#}");
}

#[test]
fn rdjson_is_what_reviewdog_reads() {
    let workspace = varied();
    let report = in_json(&workspace, "rdjson");
    assert_eq!(errors(RDJSON, &report), [""; 0]);
    let diagnostics = report["diagnostics"].as_array().unwrap();
    let of = |rule: &str| diagnostics.iter().find(|it| it["code"]["value"] == rule).unwrap();
    let related = &of("bug/unreachable-code")["relatedLocations"][0];
    assert_eq!(related["location"]["path"], "d.py");
    assert_eq!(related["location"]["range"]["start"], json!({ "line": 2, "column": 5 }));
    // A fix of one edit is a suggestion; one of two edits cannot be.
    let suggestion = &of("practice/unused-suppression")["suggestions"][0];
    assert_eq!(suggestion["range"]["start"]["line"], 2);
    assert!(of("bug/mutable-default-argument")["suggestions"].is_null());
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    let workspace = Workspace::with("a.py", "y = ('é😀', x == x)\n");
    let report = in_json(&workspace, "rdjson");
    let range = &report["diagnostics"][0]["location"]["range"];
    let expected = json!({
        "start": { "line": 1, "column": 16 },
        "end": { "line": 1, "column": 22 },
    });
    assert_eq!(*range, expected);
}

#[test]
fn junit_shows_findings_as_failed_tests() {
    let workspace = Workspace::with("a&b.py", FAULTY);
    let expected = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"OmniStack\" tests=\"1\" skipped=\"0\" failures=\"1\" errors=\"0\">
    <testsuite name=\"a&amp;b.py\" tests=\"1\" skipped=\"0\" errors=\"0\" failures=\"1\">
        <testcase name=\"bug/self-comparison at line 2\" classname=\"a&amp;b.py\">
            <failure message=\"`x` is compared with itself: always true\" type=\"error\">a&amp;b.py:2:12

    return x &lt;= x</failure>
        </testcase>
    </testsuite>
</testsuites>
";
    let run = workspace.run(&["check", "--format", "junit"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, expected));
    workspace.write("a&b.py", CLEAN);
    let run = workspace.run(&["check", "--format", "junit"]);
    assert!(run.stdout.contains("tests=\"1\" skipped=\"0\" failures=\"0\""), "{}", run.stdout);
    assert_eq!(run.code, 0);
}

#[test]
fn no_format_tells_a_terminal_what_code_says() {
    let workspace = Workspace::with("a\u{1b}[31m.py", FAULTY);
    for format in ["gitlab", "rdjson", "sarif", "json", "junit"] {
        let text = workspace.run(&["check", "--format", format]).stdout;
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
    }
}

#[test]
fn an_unknown_format_is_an_error_that_names_the_known_ones() {
    let run = Workspace::with("a.py", FAULTY).run(&["check", "--format", "xml"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for known in ["text", "json", "sarif", "github", "gitlab", "rdjson", "junit"] {
        assert!(run.stderr.contains(known), "{}", run.stderr);
    }
}
