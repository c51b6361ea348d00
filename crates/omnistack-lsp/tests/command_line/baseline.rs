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
