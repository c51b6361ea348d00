//! Which files are looked at, and what becomes of those that cannot be.

use crate::workspace::{CLEAN, FAULTY, Workspace};

#[test]
fn ignored_and_hidden_files_are_left_out_unless_named() {
    let workspace = Workspace::with("a.py", FAULTY);
    workspace.write(".gitignore", "built/\n*_gen.py\n");
    workspace.write("built/b.py", FAULTY);
    workspace.write("c_gen.py", FAULTY);
    workspace.write(".hidden/d.py", FAULTY);
    workspace.write("notes.txt", FAULTY);
    assert_eq!(workspace.check(&[]).places(), ["a.py:2:12 bug/self-comparison"]);
    let named = workspace.check(&["built/b.py", "c_gen.py", ".hidden/d.py"]);
    assert_eq!(named.findings().len(), 3);
}

#[test]
fn files_are_reported_in_the_order_of_their_paths_and_once() {
    let workspace = Workspace::new();
    for name in ["b/x.py", "a.py", "b.py", "a/z.py"] {
        workspace.write(name, FAULTY);
    }
    let run = workspace.check(&[".", "b", "./b.py", "b/x.py"]);
    let paths: Vec<_> =
        run.places().iter().map(|it| it.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(paths, ["a/z.py", "a.py", "b/x.py", "b.py"]);
    assert_eq!(run.report()["summary"]["files"], 4);
}

#[test]
fn no_supported_file_is_a_note_and_a_valid_report() {
    let workspace = Workspace::with("notes.txt", "nothing\n");
    for path in [".", "notes.txt"] {
        let run = workspace.check(&[path]);
        assert_eq!((run.code, run.findings().len()), (0, 0));
        assert!(run.stderr.contains("no file of a supported language"), "{}", run.stderr);
    }
}

#[test]
fn what_cannot_be_read_as_text_is_skipped_and_the_rest_is_checked() {
    let workspace = Workspace::with("ok.py", FAULTY);
    workspace.write("binary.py", "x = 1\0\n");
    workspace.write("huge.py", format!("# {}\n", "x".repeat(20 << 20)));
    workspace.write("latin.py", b"x = '\xe9'\n");
    workspace.write("utf16.py", b"\xff\xfex\0 \0=\0 \x001\0\n\0");
    let run = workspace.check(&[]);
    assert_eq!((run.code, run.places()), (1, vec!["ok.py:2:12 bug/self-comparison".into()]));
    let expected = [
        ("binary.py", "binary"),
        ("huge.py", "too_large"),
        ("latin.py", "encoding"),
        ("utf16.py", "encoding"),
    ];
    assert_eq!(run.skipped(), expected.map(|(path, reason)| (path.to_owned(), reason.to_owned())));
    workspace.write("ok.py", CLEAN);
    assert_eq!(workspace.check(&[]).code, 0, "skipped files do not change the code");
}

#[test]
fn a_named_file_that_is_skipped_is_noted_and_leaves_the_code() {
    let workspace = Workspace::with("src/latin.py", b"x = '\xe9'\n");
    let run = workspace.check(&["src"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "nobody named it");
    for format in ["text", "json"] {
        let run = workspace.run(&["check", "src/latin.py", "--format", format]);
        assert_eq!(run.code, 0);
        let start = "note: src/latin.py was not checked (encoding): ";
        assert!(run.stderr.starts_with(start), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1);
    }
}

#[test]
fn a_named_file_with_syntax_errors_is_noted() {
    let workspace = Workspace::with("src/a.go", "package a\n\nfunc ( { if x { ]] }\n");
    let run = workspace.check(&["src"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "nobody named it");
    let run = workspace.check(&["src/a.go"]);
    let note = "note: src/a.go has syntax errors: nothing is said of what stands there\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, note));
}

#[test]
fn a_folder_with_the_name_of_a_file_is_a_folder() {
    let workspace = Workspace::with("x.py/a.py", FAULTY);
    for named in [&["x.py"][..], &[]] {
        assert_eq!(workspace.check(named).places(), ["x.py/a.py:2:12 bug/self-comparison"]);
    }
}

#[test]
fn a_byte_order_mark_moves_no_position() {
    let text = "x = 1; y = x == x\r\n";
    let workspace = Workspace::with("plain.py", text);
    workspace.write("marked.py", format!("\u{feff}{text}"));
    let run = workspace.check(&[]);
    let expected = ["marked.py:1:12 bug/self-comparison", "plain.py:1:12 bug/self-comparison"];
    assert_eq!(run.places(), expected);
}

#[test]
fn columns_count_characters_and_lines_end_in_any_way() {
    let workspace = Workspace::with("a.py", "x = 1\r\ny = ('é😀', x == x)\r\n");
    let finding = workspace.check(&[]).findings().remove(0);
    let place = ["line", "column", "end_line", "end_column"].map(|key| finding[key].as_u64());
    assert_eq!(place, [2, 12, 2, 18].map(Some));
}

#[test]
fn the_summary_counts_files_lines_and_functions() {
    let workspace = Workspace::with("a.py", CLEAN);
    workspace.write("b.py", "x = 1\n\ny = 2");
    workspace.write("c.py", "");
    let summary = workspace.check(&[]).report()["summary"].clone();
    assert_eq!([&summary["files"], &summary["lines"], &summary["functions"]], [3, 5, 1]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn loops_of_links_end() {
        let workspace = Workspace::with("a/b/x.py", FAULTY);
        symlink("..", workspace.path("a/b/up")).unwrap();
        symlink("self", workspace.path("a/self")).unwrap();
        let run = workspace.check(&[]);
        assert_eq!(run.places(), ["a/b/x.py:2:12 bug/self-comparison"]);
        let expected = [("a/b/up", "symlink_loop"), ("a/self", "symlink_loop")];
        assert_eq!(
            run.skipped(),
            expected.map(|(path, reason)| (path.to_owned(), reason.to_owned()))
        );
    }

    #[test]
    fn a_link_to_a_folder_around_the_named_one_is_not_followed() {
        let workspace = Workspace::with("a/loop/x.py", FAULTY);
        workspace.write("a/y.py", FAULTY);
        symlink("..", workspace.path("a/loop/up")).unwrap();
        symlink("../..", workspace.path("a/loop/top")).unwrap();
        let run = workspace.check(&["a/loop"]);
        assert_eq!(run.places(), ["a/loop/x.py:2:12 bug/self-comparison"]);
        let expected = [("a/loop/top", "symlink_loop"), ("a/loop/up", "symlink_loop")];
        assert_eq!(
            run.skipped(),
            expected.map(|(path, reason)| (path.to_owned(), reason.to_owned()))
        );
    }

    #[test]
    fn folders_that_link_to_each_other_are_searched_once() {
        let workspace = Workspace::with("a/x.py", FAULTY);
        workspace.write("b/y.py", FAULTY);
        symlink("../b", workspace.path("a/to_b")).unwrap();
        symlink("../a", workspace.path("b/to_a")).unwrap();
        let run = workspace.check(&[]);
        let expected = ["a/x.py:2:12 bug/self-comparison", "b/y.py:2:12 bug/self-comparison"];
        assert_eq!(run.places(), expected);
        assert!(run.skipped().iter().all(|(_, reason)| reason == "symlink_loop"));
        assert_eq!(run.skipped().len(), 2);
    }

    #[test]
    fn a_link_to_a_file_that_is_found_anyway_is_not_reported_again() {
        let workspace = Workspace::with("b.py", FAULTY);
        symlink("b.py", workspace.path("a.py")).unwrap();
        assert_eq!(workspace.check(&[]).places(), ["b.py:2:12 bug/self-comparison"]);
    }

    #[test]
    fn scripts_are_known_by_their_first_line() {
        let workspace = Workspace::new();
        let script = format!("#!/usr/bin/env python3\n{FAULTY}");
        workspace.write("bin/run", &script);
        workspace.write("bin/data", &script);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(workspace.path("bin/run"), mode).unwrap();
        assert_eq!(workspace.check(&[]).places(), ["bin/run:3:12 bug/self-comparison"]);
        assert_eq!(workspace.check(&["bin/data"]).findings().len(), 1, "named files are read");
    }

    /// The system administrator may read everything: then there is nothing to skip.
    #[test]
    fn what_may_not_be_read_is_skipped() {
        let workspace = Workspace::with("ok.py", CLEAN);
        workspace.write("locked/a.py", FAULTY);
        let locked = workspace.path("locked");
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
        let may_read = std::fs::read_dir(&locked).is_ok();
        let run = workspace.check(&[]);
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
        if may_read {
            assert_eq!((run.code, run.findings().len()), (1, 1));
        } else {
            assert_eq!(run.code, 0);
            assert_eq!(run.skipped(), [("locked".to_owned(), "unreadable".to_owned())]);
        }
    }

    #[test]
    fn pipes_and_devices_are_not_read() {
        let workspace = Workspace::with("ok.py", FAULTY);
        let made = std::process::Command::new("mkfifo").arg(workspace.path("pipe.py")).status();
        assert!(made.unwrap().success());
        symlink("/dev/zero", workspace.path("zero.py")).unwrap();
        let run = workspace.check(&["ok.py", "pipe.py", "zero.py", "/dev/zero"]);
        assert_eq!((run.code, run.findings().len()), (1, 1));
        let expected = ["/dev/zero", "pipe.py", "zero.py"];
        let expected = expected.map(|path| (path.to_owned(), "unreadable".to_owned()));
        assert_eq!(run.skipped(), expected);
        assert!(run.stderr.contains("neither a file nor a folder"), "{}", run.stderr);
        assert_eq!(workspace.check(&[]).places(), ["ok.py:2:12 bug/self-comparison"]);
    }

    #[test]
    fn standard_input_without_an_end_is_skipped() {
        let workspace = Workspace::new();
        let mut command = crate::workspace::binary();
        command.current_dir(workspace.root()).args(["check", "--stdin-filename", "a.py"]);
        let output = command.stdin(std::fs::File::open("/dev/zero").unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("skipped a.py (binary)"), "{said}");
    }

    #[test]
    fn a_link_to_nothing_is_unreadable() {
        let workspace = Workspace::with("ok.py", CLEAN);
        symlink("nothing.py", workspace.path("gone.py")).unwrap();
        let run = workspace.check(&[]);
        assert_eq!(run.code, 0);
        assert_eq!(run.skipped(), [("gone.py".to_owned(), "unreadable".to_owned())]);
    }
}

#[test]
fn a_header_is_in_the_language_that_its_text_shows() {
    let workspace = Workspace::with("plain.h", "int f(int a) { return a == a; }\n");
    workspace.write("shop.h", "class Shop {\npublic:\n  int f(int a) { return a == a; }\n};\n");
    let run = workspace.check(&[]);
    let languages: Vec<String> =
        run.findings().iter().map(|it| it["language"].as_str().unwrap().to_owned()).collect();
    assert_eq!(languages, ["c", "cpp"]);
}
