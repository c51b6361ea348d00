//! `security/check-then-use`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/check-then-use",
    category: Category::Security,
    summary: "A file is checked first and used later",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a test of a path (`access`, `stat`, `os.path.exists`, `os.access`) followed by a call in its branch that opens, changes or removes the same path.",
        why: "Between the two, somebody else can put another file or a link in its place.",
        fix: "Open the file at once and handle the failure; ask the open file (`fstat`) instead of its name.",
        limits: "In folders that only the program writes to this is harmless.",
        references: &["https://cwe.mitre.org/data/definitions/367.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import os

def load(path):
    if os.access(path, os.R_OK):
        return open(path).read()
               ^^^^^^^^^^ in between
",
        ),
        Example::bad(
            "python",
            "import os

def drop(path):
    if os.path.exists(path):
        os.remove(path)
        ^^^^^^^^^^^^^^^ in between
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return open(path).read()
    except OSError:
        return None
",
        ),
        Example::good(
            "python",
            "import os

def load(path):
    if os.path.exists(path):
        return path
",
        ),
        Example::bad(
            "c",
            "void load(const char *path) {
    if (access(path, R_OK) == 0) {
        FILE *file = fopen(path, \"r\");
                     ^^^^^^^^^^^^^^^^ in between
        use(file);
    }
}
",
        ),
        Example::bad(
            "c",
            "void drop(const char *path) {
    struct stat info;
    if (stat(path, &info) == 0) unlink(path);
                                ^^^^^^^^^^^^ in between
}
",
        ),
        Example::good(
            "c",
            "void load(const char *path) {
    FILE *file = fopen(path, \"r\");
    if (file) use(file);
}
",
        ),
        Example::good(
            "c",
            "void load(const char *path, const char *other) {
    if (access(path, R_OK) == 0) use(fopen(other, \"r\"));
}
",
        ),
        Example::bad(
            "cpp",
            "void load(const char *path) {
    if (access(path, R_OK) == 0) {
        FILE *file = fopen(path, \"r\");
                     ^^^^^^^^^^^^^^^^ in between
        use(file);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void drop(const char *path) {
    struct stat info;
    if (stat(path, &info) == 0) unlink(path);
                                ^^^^^^^^^^^^ in between
}
",
        ),
        Example::good(
            "cpp",
            "void load(const char *path) {
    FILE *file = fopen(path, \"r\");
    if (file) use(file);
}
",
        ),
        Example::good(
            "cpp",
            "void load(const char *path, const char *other) {
    if (access(path, R_OK) == 0) use(fopen(other, \"r\"));
}
",
        ),
    ],
    kinds: &[Kind::If],
    check,
};

/// Tests of paths, and calls that use a path.
type Calls = (&'static [&'static str], &'static [&'static str]);

const CALLS: ByLanguage<Calls> = &[
    (
        &["python"],
        (
            &["os.access", "os.path.exists", "os.path.isfile", "os.path.islink"],
            &["open", "os.remove", "os.unlink", "os.chmod", "os.rename", "shutil.move", "os.open"],
        ),
    ),
    (
        &["c", "cpp"],
        (
            &["access", "stat", "lstat"],
            &[
                "fopen", "open", "unlink", "remove", "chmod", "chown", "rename", "creat", "execl",
                "execv",
            ],
        ),
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((testing, using)) = context.in_language(CALLS) else { return };
    let parts = [Role::Condition, Role::Then].map(|role| tree.child(id, role));
    let [Some(condition), Some(then)] = parts else { return };
    let path_of = |call: NodeId, known: &[&str]| {
        let path = context.called(call)?;
        known.contains(&&*path).then(|| context.arguments(call).first().copied())?
    };
    let looked_at = tree
        .descendants(condition)
        .chain([condition])
        .filter(|it| tree.kind(*it) == Kind::Call)
        .find_map(|it| path_of(it, testing));
    let Some(tested) = looked_at else { return };
    let branches = [Some(then), tree.child(id, Role::Else)];
    let found = branches.into_iter().flatten().find_map(|branch| {
        tree.descendants(branch)
            .chain([branch])
            .filter(|it| tree.kind(*it) == Kind::Call)
            .find(|it| path_of(*it, using).is_some_and(|path| tree.is_same(path, tested)))
    });
    let Some(used) = found.filter(|_| !context.is_test_code(id)) else { return };
    let (shown, path) = (context.excerpt(used), context.excerpt(tested));
    context
        .report(
            used,
            format!("`{shown}` may meet another file: somebody can replace `{path}` in between"),
        )
        .related(condition, "tested here")
        .because("Both look the name up by themselves.")
        .emit();
}
