//! `--baseline` and `--write-baseline`.

use crate::workspace::{FAULTY, MENDABLE, Workspace};

const WRITE: [&str; 3] = ["--baseline", "known.json", "--write-baseline"];
const USE: [&str; 2] = ["--baseline", "known.json"];

fn known(text: &str) -> Workspace {
    let workspace = Workspace::with("a.py", text);
    let run = workspace.check(&WRITE);
    assert_eq!((run.code, run.findings().len()), (0, 0), "{}", run.stderr);
    workspace
}

#[test]
fn known_findings_are_not_reported_again() {
    let workspace = known(FAULTY);
    let run = workspace.check(&USE);
    assert_eq!((run.code, run.findings().len()), (0, 0));
    assert_eq!(workspace.check(&[]).code, 1);
}

#[test]
fn what_was_written_is_counted() {
    let workspace = Workspace::with("a.py", FAULTY);
    assert_eq!(workspace.check(&WRITE).stderr, "wrote 1 finding to known.json\n");
    workspace.write("b.py", MENDABLE);
    assert_eq!(workspace.check(&WRITE).stderr, "wrote 2 findings to known.json\n");
}

#[test]
fn moved_code_is_still_known() {
    let workspace = known(&format!("{FAULTY}{MENDABLE}"));
    workspace.write("a.py", format!("import os\n\n\n{MENDABLE}\n\n{FAULTY}\nprint(os)\n"));
    assert_eq!(workspace.check(&USE).code, 0);
    std::fs::rename(workspace.path("a.py"), workspace.path("renamed.py")).unwrap();
    assert_eq!(workspace.check(&USE).code, 0);
}

#[test]
fn new_findings_are_reported() {
    let workspace = known(FAULTY);
    workspace.write("a.py", format!("{FAULTY}{MENDABLE}"));
    let run = workspace.check(&USE);
    assert_eq!(
        (run.code, run.places()),
        (1, vec!["a.py:3:21 bug/mutable-default-argument".into()])
    );
}

#[test]
fn a_copy_of_known_code_is_new_in_the_file_it_was_copied_to() {
    let workspace = Workspace::with("b.py", FAULTY);
    workspace.check(&WRITE);
    workspace.write("a.py", FAULTY);
    assert_eq!(workspace.check(&USE).places(), ["a.py:2:12 bug/self-comparison"]);
}

#[test]
fn a_baseline_is_overwritten() {
    let workspace = known(FAULTY);
    workspace.write("a.py", MENDABLE);
    assert_eq!(workspace.check(&USE).code, 1);
    assert_eq!(workspace.check(&WRITE).code, 0);
    assert_eq!(workspace.check(&USE).code, 0);
    workspace.write("a.py", FAULTY);
    assert_eq!(workspace.check(&USE).code, 1, "what was known before is not any more");
}

#[test]
fn what_is_no_baseline_is_an_error() {
    let workspace = Workspace::with("a.py", FAULTY);
    let run = workspace.check(&USE);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--write-baseline"), "{}", run.stderr);
    for text in ["", "[]", "{\"version\": 99, \"findings\": []}"] {
        workspace.write("known.json", text);
        let run = workspace.check(&USE);
        assert_eq!((run.code, run.stderr.contains("--write-baseline")), (2, true), "{text}");
    }
    assert_eq!(workspace.check(&["--write-baseline"]).code, 2, "which file?");
}

const PRUNE: [&str; 3] = ["--baseline", "known.json", "--prune-baseline"];

fn entries(workspace: &Workspace) -> Vec<String> {
    let baseline: serde_json::Value = serde_json::from_str(&workspace.text("known.json")).unwrap();
    let entries = baseline["findings"].as_array().unwrap();
    let text = |it: &serde_json::Value| {
        format!("{} {}", it["path"].as_str().unwrap(), it["rule"].as_str().unwrap())
    };
    entries.iter().map(text).collect()
}

#[test]
fn what_is_gone_is_told_and_removed_if_asked_for() {
    let workspace = known(&format!("{FAULTY}{MENDABLE}"));
    workspace.write("a.py", FAULTY);
    let run = workspace.check(&USE);
    let note = "note: 1 finding of known.json is gone; --prune-baseline removes it from there\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, note));
    assert_eq!(entries(&workspace).len(), 2, "told only");
    let run = workspace.check(&PRUNE);
    assert_eq!((run.code, run.stderr.as_str()), (0, "removed 1 finding from known.json\n"));
    assert_eq!(entries(&workspace), ["a.py bug/self-comparison"]);
    workspace.write("a.py", format!("{FAULTY}{MENDABLE}"));
    let run = workspace.check(&PRUNE);
    assert_eq!(
        run.places(),
        ["a.py:3:21 bug/mutable-default-argument"],
        "it is new when it is back"
    );
    assert_eq!((run.code, run.stderr.as_str()), (1, "removed 0 findings from known.json\n"));
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let workspace = Workspace::with("a/x.py", FAULTY);
    workspace.write("b/y.py", MENDABLE);
    workspace.check(&WRITE);
    let both = ["a/x.py bug/self-comparison", "b/y.py bug/mutable-default-argument"];
    workspace.write("b/y.py", "");
    std::fs::remove_file(workspace.path("a/x.py")).unwrap();
    workspace.write("a/z.py", "");
    workspace.check(&[&PRUNE[..], &["a/z.py"]].concat());
    assert_eq!(entries(&workspace), both);
    workspace.check(&[&PRUNE[..], &["a"]].concat());
    assert_eq!(entries(&workspace), [both[1]], "its file is not there any more");
    workspace.check(&PRUNE);
    assert_eq!(entries(&workspace), [""; 0]);
}

#[test]
fn predictions_are_gone_only_if_the_network_was_asked() {
    let workspace = Workspace::with("a.py", FAULTY);
    let entry =
        |rule: &str| format!("{{\"path\":\"a.py\",\"rule\":\"{rule}\",\"fingerprint\":\"0\"}}");
    let findings = format!("{},{}", entry("predict/wrong-operator"), entry("bug/zero-index"));
    workspace.write("known.json", format!("{{\"version\":1,\"findings\":[{findings}]}}"));
    workspace.check(&PRUNE);
    assert_eq!(entries(&workspace), ["a.py predict/wrong-operator"]);
}

#[test]
fn pruning_takes_a_whole_run() {
    let workspace = known(FAULTY);
    let partial = [
        ["--select", "bug"],
        ["--ignore", "bug"],
        ["--min-severity", "error"],
        ["--min-confidence", "1"],
        ["--changed-since", "HEAD"],
        ["--stdin-filename", "a.py"],
    ];
    for flags in partial {
        let run = workspace.check(&[&PRUNE[..], &flags].concat());
        assert_eq!(run.code, 2, "{flags:?}");
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
    assert_eq!(workspace.check(&["--prune-baseline"]).code, 2, "which file?");
    // Such a run does not say either that what it does not look for is gone.
    let run = workspace.check(&[&USE[..], &["--select", "perf"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn moved_code_is_not_gone() {
    let workspace = known(&format!("{FAULTY}{MENDABLE}"));
    workspace.write("a.py", MENDABLE);
    workspace.write("b.py", format!("import os\n\n{FAULTY}\nprint(os)\n"));
    let run = workspace.check(&PRUNE);
    assert_eq!((run.code, run.stderr.as_str()), (0, "removed 0 findings from known.json\n"));
}
