//! `--changed-since`.

use crate::workspace::{FAULTY, Workspace};

const TWO: &str =
    "def one(x):\n    y = 1\n    return x == x\n\n\ndef two(x):\n    y = 1\n    return x == x\n";

fn committed() -> Workspace {
    let workspace = Workspace::with("src/a.py", TWO);
    workspace.write("src/same.py", FAULTY);
    workspace.git(&["init", "--quiet"]);
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "--quiet", "-m", "first"]);
    workspace
}

#[test]
fn only_changed_functions_are_reported() {
    let workspace = committed();
    let since = ["--changed-since", "HEAD"];
    assert_eq!(workspace.check(&since).code, 0);
    workspace.write("src/a.py", TWO.replacen("y = 1", "y = 2", 1));
    let run = workspace.check(&since);
    assert_eq!((run.code, run.places()), (1, vec!["src/a.py:3:12 bug/self-comparison".into()]));
    workspace.write("src/a.py", TWO.replacen("two(x):\n    y = 1\n", "two(x):\n", 1));
    assert_eq!(workspace.check(&since).places(), ["src/a.py:7:12 bug/self-comparison"]);
}

#[test]
fn files_that_git_does_not_know_are_changed() {
    let workspace = committed();
    workspace.write("src/a new file.py", FAULTY);
    let run = workspace.check(&["--changed-since", "HEAD"]);
    assert_eq!(run.places(), ["src/a new file.py:2:12 bug/self-comparison"]);
    workspace.git(&["add", "."]);
    assert_eq!(workspace.check(&["--changed-since", "HEAD"]).findings().len(), 1);
}

#[test]
fn lines_that_look_like_a_diff_do_not_mislead() {
    let workspace = committed();
    workspace.git(&["config", "diff.interHunkContext", "9"]);
    workspace.git(&["config", "diff.noprefix", "true"]);
    let odd = format!("x = '''\n++ b/src/same.py\n@@ -1 +1,9 @@\n'''\n{TWO}");
    workspace.write("src/a.py", odd);
    assert_eq!(workspace.check(&["--changed-since", "HEAD"]).code, 0);
}

#[test]
fn it_works_from_any_folder() {
    let workspace = committed();
    workspace.write("src/a.py", TWO.replacen("y = 1", "y = 2", 1));
    let elsewhere = Workspace::new();
    let path = workspace.path("src");
    let run = elsewhere.check(&[path.to_str().unwrap(), "--changed-since", "HEAD"]);
    assert_eq!(run.findings().len(), 1, "{}", run.stderr);
}

#[test]
fn fixes_touch_changed_functions_only() {
    let function =
        |name: &str| format!("def {name}(item, items=[]):\n    items.append(item)\n\n\n");
    let workspace = committed();
    workspace.write("src/b.py", format!("{}{}", function("one"), function("two")));
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "--quiet", "-m", "second"]);
    let changed = function("two").replace("append(item)", "append(item + 1)");
    workspace.write("src/b.py", format!("{}{changed}", function("one")));
    workspace.check(&["--changed-since", "HEAD", "--fix", "--unsafe-fixes"]);
    let text = workspace.text("src/b.py");
    assert!(text.contains("def one(item, items=[])"), "{text}");
    assert!(text.contains("def two(item, items=None)"), "{text}");
}

#[test]
fn what_git_does_not_know_is_an_error() {
    let workspace = committed();
    for revision in ["nonsense", "--output=x"] {
        let run = workspace.check(&[&format!("--changed-since={revision}")]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(revision), "{}", run.stderr);
    }
    let outside = Workspace::with("a.py", FAULTY);
    assert_eq!(outside.check(&["--changed-since", "HEAD"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_program_that_a_repository_names_is_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = committed();
    workspace.write("watch.sh", "#!/bin/sh\ntouch was-run\n");
    let program = workspace.path("watch.sh");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    workspace.git(&["config", "core.fsmonitor", program.to_str().unwrap()]);
    workspace.write("src/a.py", TWO.replacen("y = 1", "y = 2", 1));
    assert_eq!(workspace.check(&["--changed-since", "HEAD"]).findings().len(), 1);
    assert!(!workspace.path("was-run").exists());
}
