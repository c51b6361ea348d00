//! Rules that users write, from the folder to the report; the guide's worked example among them.

use std::io::Write;

use serde_json::Value;

use crate::workspace::{Run, Workspace};

const RULE: &str = "\
id: no-print
language: python
severity: warning
message: Log $WHAT
note: Output is for results.
url: https://example.org/no-print
rule: {pattern: print($WHAT)}
fix: log($WHAT)
metadata: {fix: safe}
";

fn workspace() -> Workspace {
    let workspace = Workspace::with("src/a.py", "print(1)\n");
    workspace.write(".omnistack/rules/no-print.yml", RULE);
    workspace
}

fn check(workspace: &Workspace, arguments: &[&str]) -> Run {
    workspace.run(&[&["check"], arguments].concat())
}

fn findings(workspace: &Workspace, arguments: &[&str]) -> Vec<String> {
    let run = check(workspace, &[&["--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|_| unreachable!("no report: {}", run.stderr));
    let one = |it: &Value| {
        format!("{}:{} {}", it["path"].as_str().unwrap(), it["line"], it["rule"].as_str().unwrap())
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

/// The pieces of a document that say in their first line which file they are.
fn files(document: &str) -> Vec<(&str, &str)> {
    let blocks = document.split("\n```").skip(1).step_by(2);
    let named = |block| {
        let (_, code) = str::split_once(block, '\n')?;
        let name = code.lines().next()?.strip_prefix("# ")?;
        name.contains('/').then_some((name, code))
    };
    blocks.filter_map(named).collect()
}

#[test]
fn the_guide_does_what_it_says() {
    let guide = include_str!("../../../../docs/user-rules.md");
    let workspace = Workspace::with("x.txt", "");
    let files = files(guide);
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            ".omnistack/rules/no-print.yml",
            "src/report.py",
            ".omnistack/rule-tests/no-print-test.yml"
        ]
    );
    for (name, text) in &files {
        workspace.write(name, text);
    }
    workspace.write("src/cli.py", "print(1)\n");
    workspace.write("other.py", "print(1)\n");
    assert_eq!(findings(&workspace, &["."]), ["src/report.py:3 custom/no-print"]);
    let tested = workspace.run(&["rules", "test"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
    assert!(guide.contains(&format!("```text\n{}```", tested.stdout)), "{}", tested.stdout);
    // What the guide shows of a mistake is what is said.
    let wrong = files[0].1.replace("pattern:", "patern:");
    workspace.write(".omnistack/rules/no-print.yml", &wrong);
    let run = check(&workspace, &["."]);
    let expected = "`patern` is no key of a matcher; did you mean `pattern`?";
    assert!(run.stderr.contains(expected) && guide.contains(expected), "{}", run.stderr);
}

#[test]
fn they_are_selected_mended_and_known_like_any_other() {
    let workspace = workspace();
    assert_eq!(findings(&workspace, &["."]), ["src/a.py:1 custom/no-print"]);
    for selector in ["custom", "custom/no-print", "no-print", "custom/*", "ALL"] {
        assert_eq!(findings(&workspace, &["--select", selector, "."]).len(), 1, "{selector}");
        assert_eq!(findings(&workspace, &["--ignore", selector, "."]).len(), 0, "{selector}");
    }
    let run = check(&workspace, &["--select", "no-prnt", "."]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `custom/no-print`?"), "{}", run.stderr);
    let run = check(&workspace, &["--baseline", "known.json", "--write-baseline", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(findings(&workspace, &["--baseline", "known.json", "."]).len(), 0);
    workspace.write("omnistack.toml", "severity = { \"custom/no-print\" = \"hint\" }\n");
    assert_eq!(findings(&workspace, &["--min-severity", "warning", "."]).len(), 0);
    workspace.write("omnistack.toml", "ignore = [\"custom\"]\n");
    assert_eq!(findings(&workspace, &["."]).len(), 0);
    workspace.write("omnistack.toml", "");
    let run = check(&workspace, &["--fix", "."]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(workspace.text("src/a.py"), "log(1)\n");
}

#[test]
fn sarif_describes_them() {
    let run = check(&workspace(), &["--format", "sarif", "."]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "custom/no-print");
    assert_eq!(rule["fullDescription"]["text"], "Output is for results.");
    assert_eq!(rule["helpUri"], "https://example.org/no-print");
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["ruleIndex"]), (&rule["id"], &Value::from(0)));
    assert_eq!(result["message"]["text"], "Log 1");
}

#[test]
fn rdjson_links_to_their_own_pages() {
    let run = check(&workspace(), &["--format", "rdjson", "."]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let code = &report["diagnostics"][0]["code"];
    assert_eq!(code["value"], "custom/no-print");
    assert_eq!(code["url"], "https://example.org/no-print");
}

#[test]
fn they_are_explained() {
    for name in ["custom/no-print", "no-print"] {
        let run = workspace().run(&["explain", name]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for part in ["custom/no-print", "Log $WHAT", "Output is for results.", "no-print.yml:1"] {
            assert!(run.stdout.contains(part), "{part} in {}", run.stdout);
        }
    }
    let run = workspace().run(&["explain", "no-prnt", "--format", "json"]);
    assert!(run.stderr.contains("did you mean `custom/no-print`?"), "{}", run.stderr);
    let run = workspace().run(&["explain", "no-print", "--format", "json"]);
    let explained: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&explained["fix"], &explained["severity"]),
        (&Value::from("safe"), &Value::from("warning"))
    );
}

#[test]
fn what_is_wrong_is_an_error_with_its_place_and_the_others_run() {
    let workspace = workspace();
    workspace.write(".omnistack/rules/a.yml", "id: a\nlanguage: pyton\nrule: {kind: call}\n");
    workspace.write(".omnistack/rules/b.yml", "id: b\n\trule: x\n");
    workspace.write(".omnistack/rules/huge.yml", "# x\n".repeat(3 << 20));
    workspace.write("omnistack.toml", "[rules]\npacks = [\"nowhere\"]\n");
    let run = check(&workspace, &["--format", "json", "."]);
    assert_eq!(run.code, 2, "some rules are missing");
    for expected in [
        "a.yml:2: there is no language `pyton`; did you mean `python`?",
        "b.yml:1: this is no YAML",
        "huge.yml: this file is not read",
        "omnistack.toml:2: the pack of rules",
    ] {
        assert!(run.stderr.contains(expected), "{expected} in {}", run.stderr);
    }
    assert_eq!(run.stderr.matches("nowhere").count(), 1, "{}", run.stderr);
    assert!(run.stdout.contains("custom/no-print"));
    let run = workspace.run(&["rules", "test"]);
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
}

#[test]
fn failing_tests_say_what_differs() {
    let workspace = workspace();
    let tests = "id: no-print\nvalid: [print(2)]\ninvalid: [log(3)]\n";
    workspace.write(".omnistack/rules/no-print-test.yml", tests);
    let run = workspace.run(&["rules", "test"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for expected in [
        "FAIL  no-print  (0 passed, 2 failed)",
        "no-print-test.yml:2: found something in code that is valid:",
        "| print(2)",
        "found in line 1: print(2)",
        "no-print-test.yml:3: found nothing in code that is invalid:",
        "2 tests: 0 passed, 2 failed",
    ] {
        assert!(run.stdout.contains(expected), "{expected} in {}", run.stdout);
    }
    let run = workspace.run(&["rules", "test", "--filter", "other-*"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn folders_that_ast_grep_names_are_read_and_tested() {
    let workspace = Workspace::with("a.py", "print(1)\nlog(2)\n");
    workspace.write("sgconfig.yml", "ruleDirs: [lint/rules, missing]\nutilDirs: [lint/utils]\ntestConfigs:\n- testDir: lint/tests\n");
    workspace.write(
        "lint/rules/deep/a.yml",
        format!("{RULE}---\nid: b\nlanguage: py\nrule: {{matches: is-log}}\n"),
    );
    workspace.write("lint/utils/log.yml", "id: is-log\nlanguage: py\nrule: {pattern: log($A)}\n");
    workspace.write("lint/tests/a-test.yml", "id: no-print\ninvalid: [print(1)]\n");
    let snapshot = "id: no-print\nsnapshots:\n  print(1):\n    fixed: log(2)\n    labels:\n    - source: print(1)\n      style: primary\n      start: 0\n      end: 8\n";
    workspace.write("lint/tests/__snapshots__/no-print-snapshot.yml", snapshot);
    assert_eq!(findings(&workspace, &["."]), ["a.py:1 custom/no-print", "a.py:2 custom/b"]);
    let run = check(&workspace, &["."]);
    assert!(
        run.stderr.contains("sgconfig.yml:1: there is no folder `missing` here"),
        "{}",
        run.stderr
    );
    let run = workspace.run(&["rules", "test"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout
            .contains("the fix differs; expected:\n    | log(2)\n    but it is:\n    | log(1)"),
        "{}",
        run.stdout
    );
}

/// A pack with its rules in a folder, as archives have them.
fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // A path that leads out of the archive is none that a library would write.
        let bytes = header.as_old_mut();
        bytes.name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn packs_are_folders_and_archives() {
    let workspace = Workspace::with("a.py", "print(1)\nlog(2)\nx.y(3)\n");
    let utility = "id: is-log\nlanguage: py\nrule: {pattern: log($A)}\n";
    let uses = "id: b\nlanguage: py\nrule: {matches: is-log}\n";
    workspace.write("team/rules/a.yml", RULE);
    let bad = "id: c\nlanguage: py\nrule: {pattern: x.y($A)}\n";
    let archive = tar(&[
        ("pack/rules/b.yml", uses),
        ("pack/utils/log.yml", utility),
        ("../../out/rules/c.yml", bad),
        ("/rules/c.yml", bad),
        ("pack/readme.md", "no rule"),
    ]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive).unwrap();
    workspace.write("team.tar.gz", packed.finish().unwrap());
    workspace.write("omnistack.toml", "[rules]\npacks = [\"team\", \"team.tar.gz\"]\n");
    assert_eq!(findings(&workspace, &["."]), ["a.py:1 custom/no-print", "a.py:2 custom/b"]);

    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("c.yml", options).unwrap();
    zip.write_all(bad.as_bytes()).unwrap();
    zip.start_file("wrong.yml", options).unwrap();
    zip.write_all(b"id: w\nlanguage: py\nrule: {kind: cal}\n").unwrap();
    workspace.write("team.zip", zip.finish().unwrap().into_inner());
    workspace.write("omnistack.toml", "[rules]\npacks = [\"team.zip\"]\n");
    assert_eq!(findings(&workspace, &["."]), ["a.py:3 custom/c"]);
    let run = check(&workspace, &["."]);
    assert!(
        run.stderr.contains("team.zip!wrong.yml:3: There is no syntax of the kind `cal` in Python"),
        "{}",
        run.stderr
    );

    workspace.write("team.zip", b"no archive");
    let run = check(&workspace, &["."]);
    assert!(run.stderr.contains("is no archive that can be read"), "{}", run.stderr);
}

#[test]
fn an_archive_that_claims_too_much_is_refused() {
    let workspace = Workspace::with("a.py", "x = 1\n");
    let huge = "# x\n".repeat(1 << 19);
    let archive = tar(&[("rules/a.yml", &huge)]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&archive).unwrap();
    workspace.write("team.tgz", packed.finish().unwrap());
    workspace.write("omnistack.toml", "[rules]\npacks = [\"team.tgz\"]\n");
    let run = check(&workspace, &["."]);
    assert!(run.stderr.contains("over the limit of 1048576 bytes"), "{}", run.stderr);
}
