//! `bug/ignored-status`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/ignored-status",
    category: Category::Bug,
    summary: "What a call says of its success is thrown away",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a call whose result alone tells whether it did its work, or how much of it, as a statement of its own.",
        why: "The code goes on as if all were well; a read that gave less than asked for leaves the rest of the buffer as it was.",
        fix: "Look at the result, or say by assigning it to nothing that it does not matter.",
        limits: "Only functions of the standard libraries that are known for it are looked at.",
        references: &[
            "https://cwe.mitre.org/data/definitions/252.html",
            "https://rules.sonarsource.com/java/RSPEC-899/",
        ],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn f(p: &str) { std::fs::remove_file(p); }
                ^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(p: &str) { std::fs::write(p, \"x\"); }
                ^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(p: &str) { std::fs::remove_file(p).unwrap(); }
",
        ),
        Example::good(
            "rust",
            "fn f(p: &str) -> io::Result<()> { std::fs::write(p, \"x\")?; Ok(()) }
",
        ),
        Example::bad(
            "go",
            "func f() { os.Remove(\"a\") }
           ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f(b []byte, t *T) { json.Unmarshal(b, t) }
                         ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "go",
            "func f() error { return os.Remove(\"a\") }
",
        ),
        Example::good(
            "go",
            "func f() { _ = os.Remove(\"a\") }
",
        ),
        Example::bad(
            "java",
            "class A { void f(InputStream in, byte[] b) throws IOException { in.read(b); } }
                                                                ^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f(File file) { file.delete(); } }
                              ^^^^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { int f(InputStream in, byte[] b) throws IOException { return in.read(b); } }
",
        ),
        Example::good(
            "java",
            "class A { void f(Repository file) { file.delete(); } }
",
        ),
        Example::bad(
            "c",
            "int f(void) { int x; scanf(\"%d\", &x); return x; }
                     ^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(char *b, FILE *h) { fread(b, 1, 10, h); }
                           ^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "int f(void) { int x; if (scanf(\"%d\", &x) != 1) return 0; return x; }
",
        ),
        Example::good(
            "c",
            "void f(char *b, FILE *h) { (void)fread(b, 1, 10, h); }
",
        ),
        Example::bad(
            "cpp",
            "int f() { int x; std::scanf(\"%d\", &x); return x; }
                 ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(char *b, FILE *h) { fgets(b, 10, h); }
                           ^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "int f() { int x; if (std::scanf(\"%d\", &x) != 1) return 0; return x; }
",
        ),
        Example::good(
            "cpp",
            "void f(char *b, FILE *h) { if (fgets(b, 10, h)) use(b); }
",
        ),
    ],
    kinds: &[Kind::ExpressionStatement],
    check,
};

/// Functions whose result tells of success, by path.
const FUNCTIONS: ByLanguage<&[&str]> = &[
    (
        &["rust"],
        &[
            "std.fs.remove_file",
            "std.fs.write",
            "std.fs.rename",
            "std.fs.copy",
            "std.fs.create_dir",
            "std.fs.create_dir_all",
            "std.fs.remove_dir",
            "std.fs.remove_dir_all",
            "fs.remove_file",
            "fs.write",
            "fs.rename",
            "fs.copy",
            "fs.create_dir",
            "fs.create_dir_all",
            "fs.remove_dir_all",
        ],
    ),
    (
        &["go"],
        &[
            "os.Remove",
            "os.RemoveAll",
            "os.Mkdir",
            "os.MkdirAll",
            "os.Rename",
            "os.Chmod",
            "os.Chdir",
            "os.WriteFile",
            "ioutil.WriteFile",
            "json.Unmarshal",
            "xml.Unmarshal",
            "io.ReadFull",
            "binary.Read",
            "binary.Write",
        ],
    ),
    (
        &["c", "cpp"],
        &[
            "scanf",
            "fscanf",
            "sscanf",
            "fread",
            "fgets",
            "realloc",
            "malloc",
            "calloc",
            "fopen",
            "setuid",
            "setgid",
            "chroot",
            "mkstemp",
            "pipe",
            "chdir",
            "std.scanf",
            "std.fread",
            "std.fgets",
            "std.realloc",
            "std.sscanf",
        ],
    ),
];

/// Methods of classes of Java whose result tells of success.
const METHODS: &[(&str, &[&str])] = &[
    (
        "File",
        &[
            "delete",
            "mkdir",
            "mkdirs",
            "createNewFile",
            "renameTo",
            "setLastModified",
            "setReadOnly",
        ],
    ),
    ("InputStream", &["read", "skip", "readNBytes"]),
    ("Reader", &["read", "skip"]),
    ("Lock", &["tryLock"]),
    ("BlockingQueue", &["offer"]),
    ("Latch", &["await(2)"]),
    ("Condition", &["await(2)"]),
    ("Semaphore", &["tryAcquire"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(call) = tree.children(id).next().filter(|it| tree.kind(*it) == Kind::Call) else {
        return;
    };
    if context.is_test_code(id) {
        return;
    }
    let name = if context.language.id() == "java" {
        method_of_class(context, call)
    } else {
        let known = context.in_language(FUNCTIONS).copied().unwrap_or_default();
        context
            .called(call)
            .filter(|path| known.contains(&path.as_ref()))
            .map(|path| path.replace('.', context.knowledge().path_separator))
    };
    let Some(name) = name else { return };
    context
        .report(call, format!("nobody looks at what `{name}` says of its success"))
        .because("Its result is the only word of whether it did its work.")
        .emit();
}

fn method_of_class(context: &Context<'_>, call: NodeId) -> Option<String> {
    let (receiver, name) = context.method(call)?;
    let declared = context.types().declared(receiver)?;
    let of = context.text(declared).split('<').next()?;
    let count = context.arguments(call).len();
    let with_count = format!("{name}({count})");
    let is_known = METHODS.iter().any(|(class, methods)| {
        let plain = methods.contains(&name) && !(name == "read" && count == 0);
        of.ends_with(class) && (plain || methods.contains(&with_count.as_str()))
    });
    is_known.then(|| name.to_owned())
}
