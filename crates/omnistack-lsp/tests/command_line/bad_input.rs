//! What is wrong from the start: each is said in one sentence, with the exit code of an error, and
//! nothing is lost by it.

use crate::workspace::{FAULTY, MENDABLE, Run, SAFELY_MENDABLE, Workspace};

/// The one sentence that an error consists of.
fn sentence(run: &Run) -> &str {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    run.stderr.trim_end().strip_prefix("error: ").unwrap()
}

fn make_read_only(workspace: &Workspace, path: &str) {
    let path = workspace.path(path);
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(path, permissions).unwrap();
}

#[test]
fn a_baseline_of_another_version_is_refused() {
    let workspace = Workspace::with("a.py", FAULTY);
    for (version, shown) in [("99", "99"), ("\"2.0\"", "\"2.0\"")] {
        // What else such a file holds is not ours to guess.
        workspace.write("known.json", format!("{{\"version\": {version}, \"entries\": {{}}}}"));
        let run = workspace.check(&["--baseline", "known.json"]);
        let expected = format!(
            "the baseline known.json was written by another version of OmniStack (its format is \
             {shown}, this one reads 1); write it anew with --write-baseline"
        );
        assert_eq!(sentence(&run), expected);
    }
}

#[test]
fn a_broken_baseline_is_refused() {
    let workspace = Workspace::with("a.py", FAULTY);
    for text in ["", "[]", "{\"version\": 1, \"findings\": [", "{\"version\": 1}", "{}"] {
        workspace.write("known.json", text);
        let run = workspace.check(&["--baseline", "known.json"]);
        let said = sentence(&run);
        assert!(said.starts_with("known.json is no baseline ("), "{said}");
        assert!(said.ends_with("write it anew with --write-baseline"), "{said}");
    }
    workspace.write("known.json", b"\xff\xfe");
    let run = workspace.check(&["--baseline", "known.json"]);
    assert!(sentence(&run).starts_with("cannot read known.json: "));
    assert_eq!(
        sentence(&workspace.check(&["--baseline", "none.json"])),
        "there is no baseline none.json; make it with --write-baseline"
    );
}

#[test]
fn a_baseline_that_must_not_be_written_stays() {
    let workspace = Workspace::with("a.py", FAULTY);
    workspace.write("known.json", "{\"version\": 1, \"findings\": []}\n");
    make_read_only(&workspace, "known.json");
    for flag in ["--write-baseline", "--prune-baseline"] {
        let run = workspace.check(&["--baseline", "known.json", flag]);
        assert_eq!(sentence(&run), "cannot write known.json: it is read-only", "{flag}");
    }
    assert_eq!(workspace.text("known.json"), "{\"version\": 1, \"findings\": []}\n");
}

#[test]
fn a_missing_revision_is_named() {
    let workspace = Workspace::with("a.py", FAULTY);
    workspace.git(&["init", "--quiet"]);
    let missing = |workspace: &Workspace| {
        let run = workspace.check(&["--changed-since", "v1.0"]);
        sentence(&run).to_owned()
    };
    let expected = "cannot tell what changed since `v1.0`: the repository has no such revision";
    assert_eq!(missing(&workspace), expected, "there is no commit yet");
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "--quiet", "-m", "first"]);
    assert_eq!(missing(&workspace), expected);
    workspace.git(&["tag", "v1.0"]);
    workspace.write("a.py", format!("x = 1\n{FAULTY}"));
    workspace.git(&["commit", "--quiet", "--all", "-m", "second"]);
    assert_eq!(workspace.check(&["--changed-since", "v1.0"]).code, 0, "the function is the same");
    let clone = Workspace::new();
    let from = format!("file://{}", workspace.root().display());
    clone.git(&["clone", "--quiet", "--depth=1", "--no-tags", &from, "."]);
    let said = missing(&clone);
    assert!(said.starts_with(expected) && said.contains("fetch-depth: 0"), "{said}");
}

#[test]
fn a_revision_outside_a_repository_is_an_error() {
    let run = Workspace::with("a.py", FAULTY).check(&["--changed-since", "HEAD"]);
    assert!(sentence(&run).contains("not a git repository"));
}

#[test]
fn a_report_does_not_replace_a_read_only_file() {
    let workspace = Workspace::with("a.py", FAULTY);
    workspace.write("report.json", "kept");
    make_read_only(&workspace, "report.json");
    let run = workspace.check(&["--output", "report.json"]);
    assert_eq!(sentence(&run), "cannot write report.json: it is read-only");
    assert_eq!(workspace.text("report.json"), "kept");
    let run = workspace.check(&["--output", "."]);
    assert!(sentence(&run).starts_with("cannot write .: "));
}

/// A disk without room shows only while one writes.
#[cfg(target_os = "linux")]
#[test]
fn a_report_without_room_is_an_error() {
    let workspace = Workspace::with("a.py", FAULTY.repeat(2000));
    for format in ["text", "json", "sarif", "gitlab", "rdjson", "junit", "github"] {
        let run = workspace.run(&["check", "--format", format, "--output", "/dev/full"]);
        let said = sentence(&run);
        assert!(said.starts_with("cannot write /dev/full: "), "{format}: {said}");
    }
}

#[test]
fn a_read_only_file_is_not_mended_and_the_others_are() {
    let workspace = Workspace::with("locked.py", SAFELY_MENDABLE);
    workspace.write("open.py", SAFELY_MENDABLE);
    make_read_only(&workspace, "locked.py");
    let run = workspace.check(&["--fix"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: cannot write the fixes to ./locked.py: it is read-only\n");
    assert_eq!(run.places(), ["locked.py:2:15 practice/unused-suppression"], "it is still there");
    assert_eq!(workspace.text("locked.py"), SAFELY_MENDABLE);
    assert_eq!(workspace.text("open.py"), "def f(x):\n    return x\n");
    let run = workspace.run(&["check", "--diff", "locked.py"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "to look at is allowed");
}

/// An editor puts what is printed in place of what it sent.
#[test]
fn input_that_cannot_be_mended_comes_back_as_it_was() {
    let workspace = Workspace::new();
    let mend = |name: &str, input: &[u8]| {
        let mut command = crate::workspace::binary();
        command.current_dir(workspace.root()).args(["check", "--fix", "--stdin-filename", name]);
        let mut child = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut to = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || std::io::Write::write_all(&mut to, &input));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        output
    };
    let huge = [MENDABLE.as_bytes(), &b"# x\n".repeat(3 << 20)].concat();
    let cases: [(&str, &[u8], &str); 4] = [
        ("a.py", b"x = '\xe9'\n", "invalid UTF-8 at byte 5"),
        ("a.py", b"x = 1\0\n", "NUL byte"),
        ("notes.txt", b"just a note\n", "no file of a supported language"),
        ("a.py", &huge, "a.py was not checked (too_large)"),
    ];
    for (name, input, said) in cases {
        let output = mend(name, input);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(output.stdout == input, "{name}: {said}: what came back is something else");
        assert!(stderr.contains(said) && stderr.lines().count() == 1, "{stderr}");
    }
}
