//! `security/temporary-file-by-name`.

use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/temporary-file-by-name",
    category: Category::Security,
    summary: "A temporary file is named first and made later",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports functions that only think up the name of a temporary file (`mktemp`, `tempnam`, `tmpnam`), and Java code that deletes a temporary file to make a folder of its name.",
        why: "Between the name and the file, anybody else on the machine can put a file or a link of that name there: the program then writes where they like, or reads what they wrote.",
        fix: "Make the file at once: `mkstemp`, `tempfile.NamedTemporaryFile`, `Files.createTempDirectory`.",
        limits: "Tests are left alone, and functions of that name that the file itself defines.",
        references: &[
            "https://cwe.mitre.org/data/definitions/377.html",
            "https://docs.python.org/3/library/tempfile.html#tempfile.mktemp",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import tempfile

def save(text):
    path = tempfile.mktemp()
           ^^^^^^^^^^^^^^^^^ temporary
    with open(path, \"w\") as file:
        file.write(text)
",
        ),
        Example::bad(
            "python",
            "from tempfile import mktemp

def save(text):
    name = mktemp(suffix=\".txt\")
           ^^^^^^^^^^^^^^^^^^^^^ temporary
    open(name, \"w\").write(text)
",
        ),
        Example::good(
            "python",
            "import tempfile

def save(text):
    with tempfile.NamedTemporaryFile(\"w\") as file:
        file.write(text)
",
        ),
        Example::good(
            "python",
            "def mktemp():
    return make()


def save(text):
    name = mktemp()
    return name
",
        ),
        Example::good(
            "python",
            "import tempfile

def address(folder):
    return tempfile.mktemp(prefix=\"listener-\", dir=folder)
",
        ),
        Example::bad(
            "java",
            "class Shop {
    File folder() throws IOException {
        File made = File.createTempFile(\"shop\", \"\");
        made.delete();
        made.mkdir();
        ^^^^^^^^^^^^ was deleted
        return made;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    File folder() throws IOException {
        final File made = File.createTempFile(\"shop\", \"\");
        if (!made.delete() || !made.mkdirs()) {
                               ^^^^^^^^^^^^^ was deleted
            throw new IOException(\"no folder\");
        }
        return made;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Path folder() throws IOException {
        return Files.createTempDirectory(\"shop\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void save(File folder) throws IOException {
        File made = File.createTempFile(\"shop\", \"\");
        folder.mkdir();
        made.delete();
    }
}
",
        ),
        Example::bad(
            "c",
            "void save(void) {
    char name[] = \"/tmp/shopXXXXXX\";
    mktemp(name);
    ^^^^^^^^^^^^ temporary
    FILE *file = fopen(name, \"w\");
}
",
        ),
        Example::bad(
            "c",
            "void save(void) {
    char *name = tempnam(\"/tmp\", \"shop\");
                 ^^^^^^^^^^^^^^^^^^^^^^^ temporary
    FILE *file = fopen(name, \"w\");
}
",
        ),
        Example::good(
            "c",
            "void save(void) {
    char name[] = \"/tmp/shopXXXXXX\";
    int file = mkstemp(name);
}
",
        ),
        Example::good(
            "c",
            "void save(void) {
    FILE *file = tmpfile();
}
",
        ),
        Example::bad(
            "cpp",
            "void save(void) {
    char name[] = \"/tmp/shopXXXXXX\";
    mktemp(name);
    ^^^^^^^^^^^^ temporary
    FILE *file = fopen(name, \"w\");
}
",
        ),
        Example::bad(
            "cpp",
            "void save(void) {
    char *name = tempnam(\"/tmp\", \"shop\");
                 ^^^^^^^^^^^^^^^^^^^^^^^ temporary
    FILE *file = fopen(name, \"w\");
}
",
        ),
        Example::good(
            "cpp",
            "void save(void) {
    char name[] = \"/tmp/shopXXXXXX\";
    int file = mkstemp(name);
}
",
        ),
        Example::good(
            "cpp",
            "void save(void) {
    FILE *file = tmpfile();
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Functions that only think up a name, each with the one that makes the file.
const NAMES: ByLanguage<&[(&str, &str)]> = &[
    (
        &["python"],
        &[
            ("tempfile.mktemp", "tempfile.mkstemp"),
            ("os.tempnam", "tempfile.mkstemp"),
            ("os.tmpnam", "tempfile.mkstemp"),
        ],
    ),
    (
        &["c", "cpp"],
        &[
            ("mktemp", "mkstemp"),
            ("tempnam", "mkstemp"),
            ("tmpnam", "mkstemp"),
            ("tmpnam_r", "mkstemp"),
            ("std.tmpnam", "std::tmpfile"),
            ("_mktemp", "tmpfile_s"),
            ("_tempnam", "tmpfile_s"),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let Some(names) = context.in_language(NAMES) else { return check_folder(context, id) };
    let name = tree.name(callee);
    if !names.iter().any(|(path, _)| ends_in(path, name)) {
        return;
    }
    let Some(path) = context.paths().of(callee) else { return };
    let Some((_, better)) = names.iter().find(|(known, _)| *known == &*path) else { return };
    // A folder that is given may be the program's own, and the name of a pipe is no file's.
    let is_elsewhere = context.arguments(id).into_iter().any(|it| {
        let value = tree.child(it, Role::Value).unwrap_or(it);
        let key = tree.child(it, Role::Attribute).or_else(|| tree.child(it, Role::Key));
        let is_folder = key.is_some_and(|key| tree.text(key) == "dir");
        is_folder && tree.kind(value) != Kind::String || tree.text(value).contains("pipe")
    });
    // What stands in for the better function where a system lacks it.
    let stands_in = tree.name(tree.enclosing_function(id)).contains("temp");
    if is_elsewhere || stands_in || context.is_in_test(id) {
        return;
    }
    context
        .report(id, format!("`{name}` gives the name of a temporary file, but does not make it"))
        .because(format!(
            "Until the program makes the file, another can put one of that name there; `{better}` makes it at once."
        ))
        .emit();
}

/// `file.mkdir()`, after `file = File.createTempFile(…)` and `file.delete()`.
fn check_folder(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((receiver, "mkdir" | "mkdirs")) = context.method(id) else { return };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(receiver) else { return };
    let mut definitions = bindings.definitions(binding);
    let (Some(made), None) = (definitions.next(), definitions.next()) else { return };
    let Some(value) = tree.child(tree.node(made).parent, Role::Value) else { return };
    let makes = tree.child(value, Role::Callee).filter(|_| tree.kind(value) == Kind::Call);
    if makes.is_none_or(|it| tree.name(it) != "createTempFile") || context.is_in_test(id) {
        return;
    }
    let before = bindings.occurrences(binding).iter().take_while(|it| **it < receiver);
    let deleted = before.copied().find(|it| {
        let member = tree.node(*it).parent;
        tree.kind(member) == Kind::Member && tree.name(member) == "delete"
    });
    let Some(deleted) = deleted else { return };
    let name = context.excerpt(receiver);
    context
        .report(id, format!("`{name}` was deleted, and its name is used again for a folder"))
        .related(deleted, "deleted here")
        .because("Between the two, anybody else can make a folder or a link of that name; `Files.createTempDirectory` makes it at once.")
        .emit();
}
