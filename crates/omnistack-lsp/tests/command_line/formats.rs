//! Text, GitHub's annotations, SARIF, statistics.

use serde_json::{Value, json};

use crate::workspace::{CLEAN, FAULTY, MENDABLE, SAFELY_MENDABLE, Workspace};

#[test]
fn text_shows_place_rule_source_and_summary() {
    let workspace = Workspace::with("a.py", FAULTY);
    let run = workspace.run(&["check"]);
    let expected = "\
a.py:2:12: error[bug/self-comparison] `x` is compared with itself: always true
  |
2 |     return x <= x
  |            ^^^^^^

Found 1 finding in 1 file, 2 lines.
";
    assert_eq!(run.stdout, expected);
    assert_eq!(run.stderr, "");
}

#[test]
fn text_names_fixes_and_how_to_apply_them() {
    let workspace = Workspace::with("a.py", MENDABLE);
    workspace.write("b.py", SAFELY_MENDABLE);
    let run = workspace.run(&["check"]);
    assert!(
        run.stdout.contains(
            "\nhelp: Make the default of `items` anew in each call (--fix --unsafe-fixes)\n"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with(
        "Found 2 findings (1 fixable with --fix, 1 fixable with --unsafe-fixes) in 2 files, 5 lines.\n"
    ), "{}", run.stdout);
    workspace.write("a.py", CLEAN);
    workspace.write("b.py", CLEAN);
    assert_eq!(workspace.run(&["check"]).stdout, "No findings in 2 files, 4 lines.\n");
}

#[test]
fn text_names_other_places_that_belong_to_a_finding() {
    let workspace = Workspace::with("a.py", "def f(x):\n    return x\n    print(x)\n");
    let run = workspace.run(&["check"]);
    let note = "\nnote: a.py:2:5: control never passes this statement\n";
    assert!(run.stdout.contains(note), "{}", run.stdout);
}

#[test]
fn colours_are_for_terminals_only() {
    let workspace = Workspace::with("a.py", FAULTY);
    assert!(!workspace.run(&["check"]).stdout.contains('\u{1b}'));
    let forced = |name: &str, value: &str| {
        let mut command = crate::workspace::binary();
        command.current_dir(workspace.root()).arg("check").env("CLICOLOR_FORCE", "1");
        let output = command.env(name, value).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(forced("TERM", "xterm"));
    assert!(!forced("NO_COLOR", "1"));
}

#[test]
fn a_terminal_is_not_told_what_a_name_says() {
    let workspace = Workspace::with("a\u{1b}[31m.py", FAULTY);
    assert!(!workspace.run(&["check"]).stdout.contains('\u{1b}'));
}

#[test]
fn a_very_long_line_prints_little() {
    let line = format!("x = [{}]\n", "1, ".repeat(1_000_000));
    let workspace =
        Workspace::with("a.py", format!("{line}{FAULTY}y = x == x{}\n", " ".repeat(900)));
    let run = workspace.run(&["check"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("a.py:3:12:") && run.stdout.contains("a.py:4:5:"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.len() < 2000, "{} bytes", run.stdout.len());
}

#[test]
fn github_gets_annotations_with_escaped_names() {
    let workspace = Workspace::with("a,b%:c.py", FAULTY);
    let run = workspace.run(&["check", "--format", "github"]);
    let expected = "::error file=a%2Cb%25%3Ac.py,line=2,col=12,endLine=2,endColumn=18,\
                    title=bug/self-comparison::`x` is compared with itself: always true\n";
    assert_eq!((run.code, run.stdout.as_str()), (1, expected));
}

#[test]
fn statistics_count_by_rule() {
    let other = FAULTY.replace("def f", "def g");
    let workspace = Workspace::with("a.py", format!("{FAULTY}{MENDABLE}{other}"));
    let text = workspace.run(&["check", "--statistics"]).stdout;
    let lines: Vec<Vec<&str>> = text.lines().map(|it| it.split_whitespace().collect()).collect();
    assert_eq!(lines[..2], [["2", "bug/self-comparison"], ["1", "bug/mutable-default-argument"]]);
    let report = workspace.check(&["--statistics"]).report();
    let expected = json!([
        { "rule": "bug/self-comparison", "findings": 2 },
        { "rule": "bug/mutable-default-argument", "findings": 1 },
    ]);
    assert_eq!(report["summary"]["statistics"], expected);
}

fn sarif(workspace: &Workspace) -> Value {
    let run = workspace.run(&["check", "--format", "sarif"]);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn sarif_has_what_viewers_want() {
    let workspace = Workspace::with("sub dir/a.py", format!("{MENDABLE}{FAULTY}"));
    workspace.write("latin.py", b"x = '\xe9'\n");
    let log = sarif(&workspace);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "OmniStack");
    for rule in driver["rules"].as_array().unwrap() {
        assert!(rule["help"]["text"].is_string() && rule["help"]["markdown"].is_string());
        assert!(rule["shortDescription"]["text"].is_string());
        assert!(rule["defaultConfiguration"]["level"].is_string());
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(driver["rules"][index]["id"], result["ruleId"]);
        let fingerprints = result["partialFingerprints"].as_object().unwrap();
        assert!(fingerprints.values().all(Value::is_string) && !fingerprints.is_empty());
    }
    let location = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "sub%20dir/a.py");
    let region = json!({ "startLine": 1, "startColumn": 21, "endLine": 1, "endColumn": 23 });
    assert_eq!(location["region"], region);
    let change = &results[0]["fixes"][0]["artifactChanges"][0];
    assert!(change["replacements"][0]["insertedContent"]["text"].is_string());
    let notes = &run["invocations"][0]["toolExecutionNotifications"];
    assert!(notes[0]["message"]["text"].as_str().unwrap().contains("encoding"));
}

#[test]
fn sarif_without_findings_is_a_whole_log() {
    let log = sarif(&Workspace::with("a.py", CLEAN));
    assert_eq!(log["runs"][0]["results"], json!([]));
}
