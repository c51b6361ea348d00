//! Configuration files: `omnistack.toml`, nested, extended, by path; the environment and the flags
//! over them.

use crate::workspace::{CLEAN, FAULTY, Workspace};

/// `x <= x` and a mutable default.
const TWO_RULES: &str = "def f(x, a=[]):\n    a.append(x)\n    return x <= x\n";

fn rules(workspace: &Workspace, arguments: &[&str]) -> Vec<String> {
    let mut rules: Vec<String> = workspace
        .check(arguments)
        .findings()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect();
    rules.sort();
    rules
}

#[test]
fn the_nearest_file_counts() {
    let workspace = Workspace::with("a.py", TWO_RULES);
    workspace.write("omnistack.toml", "ignore = [\"bug/self-comparison\"]\n");
    workspace.write("inner/b.py", FAULTY);
    workspace.write("inner/omnistack.toml", "select = [\"bug/self-comparison\"]\n");
    let places = workspace.check(&[]).places();
    assert_eq!(
        places,
        ["a.py:1:12 bug/mutable-default-argument", "inner/b.py:2:12 bug/self-comparison"]
    );
}

#[test]
fn a_file_extends_others() {
    let workspace = Workspace::with("a.py", TWO_RULES);
    workspace.write("shared/base.toml", "select = [\"bug\"]\n[severity]\nbug = \"hint\"\n");
    workspace.write(
        "omnistack.toml",
        "extends = \"shared/base.toml\"\nignore = [\"bug/mutable-default-argument\"]\n",
    );
    let run = workspace.check(&[]);
    let findings = run.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["severity"], "hint");
}

#[test]
fn files_that_extend_each_other_are_an_error() {
    let workspace = Workspace::with("a.py", CLEAN);
    workspace.write("omnistack.toml", "extends = [\"other.toml\"]\n");
    workspace.write("other.toml", "extends = [\"omnistack.toml\"]\n");
    let run = workspace.check(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("extends itself"), "{}", run.stderr);
}

#[test]
fn entries_for_paths_hold_below_their_file() {
    let workspace = Workspace::with("tests/a.py", TWO_RULES);
    workspace.write("src/b.py", TWO_RULES);
    workspace.write("vendor/c.py", TWO_RULES);
    workspace.write(
        "omnistack.toml",
        "exclude = [\"vendor/\"]\n[[paths]]\nmatch = [\"tests/**\"]\nignore = [\"bug/self-comparison\"]\n",
    );
    let places = workspace.check(&[]).places();
    assert_eq!(
        places,
        [
            "src/b.py:1:12 bug/mutable-default-argument",
            "src/b.py:3:12 bug/self-comparison",
            "tests/a.py:1:12 bug/mutable-default-argument",
        ]
    );
    // A file that is named is wanted.
    assert_eq!(workspace.check(&["vendor/c.py"]).findings().len(), 2);
}

#[test]
fn flags_hold_over_files() {
    let workspace = Workspace::with("a.py", TWO_RULES);
    workspace.write("omnistack.toml", "ignore = [\"bug\"]\n");
    workspace.write("other.toml", "profile = \"recommended\"\n");
    assert_eq!(rules(&workspace, &[]), [""; 0]);
    assert_eq!(rules(&workspace, &["--select", "self-comparison"]), ["bug/self-comparison"]);
    assert_eq!(rules(&workspace, &["--config", "other.toml"]).len(), 2);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_nearest_name() {
    let workspace = Workspace::with("a.py", FAULTY);
    let wrong = |settings: &str| {
        workspace.write("omnistack.toml", settings);
        let run = workspace.check(&[]);
        assert_eq!(run.code, 2, "{settings}");
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        run.stderr
    };
    assert!(wrong("ignroe = []\n").contains("unknown setting `ignroe`; did you mean `ignore`?"));
    assert!(wrong("select = [\"bug/self-comparisn\"]\n").contains("bug/self-comparison"));
    assert!(wrong("profile = \"all\"\n").contains("recommended, strict or preview"));
    assert!(wrong("\nselect = [\n").contains("omnistack.toml:2"));
    assert!(wrong("extends = \"missing.toml\"\n").contains("missing.toml: cannot be read"));
    assert!(wrong("[[paths]]\nignore = []\n").contains("needs `match`"));
    assert!(wrong("[severity]\nbug = \"loud\"\n").contains("hint, information, warning or error"));
}
