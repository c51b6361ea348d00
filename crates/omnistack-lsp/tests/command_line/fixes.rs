//! `--fix`, `--unsafe-fixes` and `--diff`.

use crate::workspace::{CLEAN, FAULTY, MENDABLE, SAFELY_MENDABLE, Workspace};

const MENDED: &str = "def add(item, items=None):\n    if items is None:\n        items = []\n    items.append(item)\n    return items\n";
const SAFELY_MENDED: &str = "def f(x):\n    return x\n";

#[test]
fn safe_fixes_are_applied_and_unsafe_ones_only_if_asked_for() {
    let workspace = Workspace::with("a.py", MENDABLE);
    workspace.write("b.py", SAFELY_MENDABLE);
    let run = workspace.check(&["--fix"]);
    assert_eq!((run.code, run.findings().len()), (1, 1), "what is left is reported");
    assert_eq!(
        (workspace.text("a.py"), workspace.text("b.py")),
        (MENDABLE.into(), SAFELY_MENDED.into())
    );
    let run = workspace.check(&["--fix", "--unsafe-fixes"]);
    assert_eq!((run.code, run.findings().len()), (0, 0));
    assert_eq!(workspace.text("a.py"), MENDED);
}

#[test]
fn line_ends_and_byte_order_mark_stay() {
    let workspace = Workspace::with("a.py", format!("\u{feff}{MENDABLE}").replace('\n', "\r\n"));
    assert_eq!(workspace.check(&["--fix", "--unsafe-fixes"]).code, 0);
    assert_eq!(workspace.text("a.py"), format!("\u{feff}{MENDED}").replace('\n', "\r\n"));
}

#[test]
fn what_is_inserted_is_indented_as_the_file_is() {
    let method = "class A:\n  def f(self):\n    return 1\n\n  def add(self, item, items=[]):\n    \
                  items.append([\n                item])\n    return items\n";
    let mended = method
        .replace("=[]", "=None")
        .replace("    items.app", "    if items is None:\n      items = []\n    items.app");
    let tabs = |text: &str| text.replace("    ", "\t\t").replace("  ", "\t");
    let workspace = Workspace::with("spaces.py", method);
    workspace.write("tabs.py", tabs(method));
    assert_eq!(workspace.check(&["--fix", "--unsafe-fixes"]).code, 0);
    assert_eq!(workspace.text("spaces.py"), mended);
    assert_eq!(workspace.text("tabs.py"), tabs(&mended));
}

#[test]
fn a_default_of_several_lines_is_moved_as_it_is() {
    let text = "def add(item, items=[\n  \"\"\"a\n  b\"\"\",\n]):\n    items.append(item)\n    return items\n";
    let workspace = Workspace::with("a.py", text);
    assert_eq!(workspace.check(&["--fix", "--unsafe-fixes"]).code, 0);
    let expected = "def add(item, items=None):\n    if items is None:\n        items = [\n  \"\"\"a\n  \
                    b\"\"\",\n]\n    items.append(item)\n    return items\n";
    assert_eq!(workspace.text("a.py"), expected);
}

#[test]
fn only_what_would_be_reported_is_fixed() {
    let workspace = Workspace::with("a.py", MENDABLE);
    let mend = ["--fix", "--unsafe-fixes"];
    for limit in [["--min-severity", "error"], ["--min-confidence", "1"], ["--select", "perf"]] {
        assert_eq!(workspace.check(&[&mend[..], &limit].concat()).code, 0);
        assert_eq!(workspace.text("a.py"), MENDABLE, "{limit:?}");
    }
    workspace.check(&["--baseline", "known.json", "--write-baseline"]);
    workspace.check(&[&mend[..], &["--baseline", "known.json"]].concat());
    assert_eq!(workspace.text("a.py"), MENDABLE);
}

#[test]
fn a_diff_shows_the_change_and_makes_none() {
    let workspace = Workspace::with("src/a.py", MENDABLE);
    workspace.write("src/b.py", CLEAN);
    for arguments in [&["--diff", "--unsafe-fixes"][..], &["--fix", "--diff", "--unsafe-fixes"]] {
        let run = workspace.run(&[&["check", "src"], arguments].concat());
        let expected = "\
--- a/src/a.py
+++ b/src/a.py
@@ -1,3 +1,5 @@
-def add(item, items=[]):
+def add(item, items=None):
+    if items is None:
+        items = []
     items.append(item)
     return items
";
        assert_eq!((run.code, run.stdout.as_str()), (1, expected));
        assert_eq!(workspace.text("src/a.py"), MENDABLE);
    }
    let run = workspace.run(&["check", "src", "--diff"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "there is a finding, but no safe fix");
    let run = workspace.run(&["check", "src/b.py", "--diff"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
}

#[test]
fn standard_input_is_printed_with_its_fixes() {
    let workspace = Workspace::new();
    let arguments = ["check", "--fix", "--unsafe-fixes", "--stdin-filename", "a.py"];
    let run = workspace.run_with_input(&arguments, MENDABLE);
    assert_eq!((run.code, run.stdout.as_str()), (0, MENDED));
    let run = workspace.run_with_input(&arguments, FAULTY);
    assert_eq!((run.code, run.stdout.as_str()), (1, FAULTY), "unchanged where nothing is fixed");
    assert!(!workspace.path("a.py").exists());
}

#[cfg(unix)]
#[test]
fn what_links_lead_to_outside_is_not_mended() {
    use std::os::unix::fs::symlink;
    let workspace = Workspace::with("project/a.py", MENDABLE);
    workspace.write("other/o.py", MENDABLE);
    workspace.write("beside/b.py", MENDABLE);
    symlink("../other/o.py", workspace.path("project/l.py")).unwrap();
    symlink("../beside", workspace.path("project/link")).unwrap();
    let run = workspace.run(&["check", "project", "--fix", "--unsafe-fixes"]);
    assert_eq!(workspace.text("project/a.py"), MENDED);
    assert_eq!([workspace.text("other/o.py"), workspace.text("beside/b.py")], [MENDABLE; 2]);
    for path in ["project/l.py", "project/link/b.py"] {
        let note = format!("note: {path} was not mended: it lies outside what was named");
        assert!(run.stderr.contains(&note), "{}", run.stderr);
    }
    let run = workspace.run(&["check", "project", "other", "--fix", "--unsafe-fixes"]);
    assert_eq!(workspace.text("other/o.py"), MENDED, "this is named: {}", run.stderr);
    assert_eq!(workspace.text("beside/b.py"), MENDABLE);
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_mended_in_its_place() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let workspace = Workspace::with("real/a.py", MENDABLE);
    let mode = std::fs::Permissions::from_mode(0o750);
    std::fs::set_permissions(workspace.path("real/a.py"), mode).unwrap();
    symlink("real/a.py", workspace.path("link.py")).unwrap();
    assert_eq!(workspace.check(&["link.py", "--fix", "--unsafe-fixes"]).code, 0);
    assert_eq!(workspace.text("real/a.py"), MENDED);
    let metadata = std::fs::symlink_metadata(workspace.path("real/a.py")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o750);
    assert!(std::fs::symlink_metadata(workspace.path("link.py")).unwrap().is_symlink());
}
