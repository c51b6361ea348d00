//! Options, exit codes and errors.

use crate::workspace::{CLEAN, FAULTY, MENDABLE, Workspace, binary};

const TWO_RULES: &str = "def f(x, a=[]):\n    a.append(x)\n    return x <= x\n";

#[test]
fn exit_codes_tell_nothing_found_from_findings_from_errors() {
    let workspace = Workspace::with("clean.py", CLEAN);
    assert_eq!(workspace.check(&[]).code, 0);
    workspace.write("faulty.py", FAULTY);
    let run = workspace.check(&[]);
    assert_eq!((run.code, run.places()), (1, vec!["faulty.py:2:12 bug/self-comparison".into()]));
    assert_eq!(workspace.check(&["--exit-zero"]).code, 0);
    assert_eq!(workspace.check(&["clean.py"]).code, 0);
    assert_eq!(workspace.check(&["--no-such-flag"]).code, 2);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let workspace = Workspace::with("faulty.py", FAULTY);
    let run = workspace.check(&["faulty.py", "missing.py"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("missing.py") && run.stdout.is_empty(), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}

#[test]
fn every_documented_flag_is_accepted() {
    let workspace = Workspace::with("faulty.py", FAULTY);
    let run = workspace.check(&[
        "--no-predict",
        "--no-cache",
        "--cache",
        "--threads",
        "1",
        "--min-severity",
        "error",
        "--min-confidence",
        "0.5",
        "--select",
        "bug",
        "--ignore",
        "bug/self-assignment",
        ".",
    ]);
    assert_eq!((run.code, run.findings().len()), (1, 1), "{}", run.stderr);
}

#[test]
fn selection_takes_ids_categories_globs_and_lists() {
    let workspace = Workspace::with("a.py", TWO_RULES);
    let count = |arguments: &[&str]| workspace.check(arguments).findings().len();
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["--select", "bug/self-comparison"]), 1);
    assert_eq!(count(&["--select", "bug/self-comparison,bug/mutable-default-argument"]), 2);
    assert_eq!(
        count(&["--select", "bug/self-comparison", "--select", "bug/mutable-default-argument"]),
        2
    );
    assert_eq!(count(&["--select", "bug/self-*"]), 1);
    assert_eq!(count(&["--select", "perf/*"]), 0);
    assert_eq!(count(&["--select", "ALL", "--ignore", "bug/self-comparison"]), 1);
    assert_eq!(count(&["--select", "recommended"]), 2);
    let run = workspace.check(&["--select", "bug/self-comparisn"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `bug/self-comparison`"), "{}", run.stderr);
}

#[test]
fn findings_below_a_severity_or_confidence_are_left_out() {
    let workspace = Workspace::with("a.py", TWO_RULES);
    let run = workspace.check(&["--min-severity", "error"]);
    assert_eq!(run.places(), ["a.py:3:12 bug/self-comparison"]);
    let run = workspace.check(&["--min-confidence", "1"]);
    assert_eq!((run.code, run.findings().len()), (0, 0));
    for wrong in ["1.5", "-1", "NaN", "much"] {
        assert_eq!(workspace.check(&[&format!("--min-confidence={wrong}")]).code, 2, "{wrong}");
    }
    assert_eq!(workspace.check(&["--min-severity", "bad"]).code, 2);
}

#[test]
fn the_report_can_go_to_a_file() {
    let workspace = Workspace::with("src/a.py", FAULTY);
    let run = workspace.run(&["check", "src", "--format", "json", "--output", "report.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(workspace.text("report.json").contains("bug/self-comparison"));
    let run = workspace.run(&["check", "src", "--output", "missing/report.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("missing/report.json"), "{}", run.stderr);
}

#[test]
fn standard_input_is_checked_under_a_name() {
    let workspace = Workspace::new();
    let arguments = ["check", "--format", "json", "--stdin-filename", "src/new.py"];
    let run = workspace.run_with_input(&arguments, FAULTY);
    assert_eq!((run.code, run.places()), (1, vec!["src/new.py:2:12 bug/self-comparison".into()]));
    let run = workspace.run_with_input(&arguments, CLEAN);
    assert_eq!((run.code, run.findings().len()), (0, 0));
    let run = workspace.run_with_input(&arguments, b"x = '\xe9'\n");
    assert_eq!((run.code, run.skipped()[0].1.as_str()), (0, "encoding"));
    let script = ["check", "--format", "json", "--stdin-filename", "script"];
    let run = workspace.run_with_input(&script, format!("#!/usr/bin/env python3\n{FAULTY}"));
    assert_eq!(run.findings().len(), 1);
    let run = workspace.run_with_input(&script, "nothing we know\n");
    assert_eq!((run.code, run.findings().len()), (0, 0));
    assert!(run.stderr.contains("no file of a supported language"), "{}", run.stderr);
}

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let workspace = Workspace::new();
    for file in 0..40 {
        workspace.write(&format!("{}/{file}.py", file % 7), format!("{FAULTY}{MENDABLE}"));
    }
    let one = workspace.check(&["--threads", "1"]);
    assert_eq!(one.findings().len(), 80);
    for _ in 0..5 {
        assert_eq!(workspace.check(&["--threads", "4"]).stdout, one.stdout);
    }
    assert_eq!(workspace.check(&["--threads", "0"]).code, 2);
}

#[test]
fn a_reader_that_goes_away_is_no_failure_and_hides_no_finding() {
    let workspace = Workspace::with("a.py", FAULTY.repeat(4000));
    for format in ["text", "json", "sarif", "github", "gitlab", "rdjson", "junit"] {
        let mut child = binary()
            .current_dir(workspace.root())
            .args(["check", "--format", format])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {output:?}");
        assert!(output.stderr.is_empty(), "{format}: {output:?}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let workspace = Workspace::new();
    for arguments in [["--help"], ["--version"]] {
        let run = workspace.run(&arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert!(run.stdout.contains("omnistack-lsp"));
    }
}

#[test]
fn without_a_command_it_is_a_language_server() {
    let workspace = Workspace::new();
    for arguments in [&[][..], &["--stdio"], &["--stdio", "--clientProcessId=1"]] {
        // The session ends with its input, without `shutdown`: code 1.
        let run = workspace.run_with_input(arguments, "");
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{arguments:?}");
    }
}

#[test]
fn options_that_exclude_each_other_are_an_error() {
    let workspace = Workspace::with("a.py", FAULTY);
    for format in ["json", "sarif", "github", "gitlab", "rdjson", "junit"] {
        let run = workspace.run(&["check", "--diff", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(&format!("not {format}")), "{}", run.stderr);
    }
    for format in ["sarif", "github", "gitlab", "rdjson", "junit"] {
        let run = workspace.run(&["check", "--statistics", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(&format!("not in {format}")), "{}", run.stderr);
    }
    assert_eq!(workspace.run(&["check", "--diff", "--format", "text"]).code, 1);
    assert_eq!(workspace.run(&["check", "--diff", "--statistics"]).code, 2);
}

#[test]
fn a_path_beside_standard_input_is_an_error() {
    let workspace = Workspace::with("a.py", FAULTY);
    for path in ["a.py", ".", "missing.py"] {
        let run = workspace.run(&["check", "--stdin-filename", "b.py", path]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{path}");
        assert!(run.stderr.contains(&format!("leave out {path}")), "{}", run.stderr);
    }
    let arguments = ["check", "--format", "json", "--stdin-filename", "b.py", "-"];
    let run = workspace.run_with_input(&arguments, FAULTY);
    assert_eq!((run.code, run.places()), (1, vec!["b.py:2:12 bug/self-comparison".into()]));
    let run = workspace.run(&["check", "-"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--stdin-filename"), "{}", run.stderr);
}
