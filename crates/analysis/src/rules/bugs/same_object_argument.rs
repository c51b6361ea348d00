//! `bug/same-object-argument`.

use crate::facts::purity::is_repeatable;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/same-object-argument",
    category: Category::Bug,
    summary: "A value is compared or combined with itself by a call",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a call that compares, merges or copies two values, when both are the same.",
        why: "The outcome is known beforehand, or nothing happens: one of the two was meant to be another value.",
        fix: "Name the other value in one of the two places.",
        limits: "Only well-known functions and methods of two values are looked at, and only values that are named without a call.",
        references: &[
            "https://errorprone.info/bugpattern/SelfEquals",
            "https://rules.sonarsource.com/java/RSPEC-2114/",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def f(a):
    return max(a, a)
           ^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f(a):
    a.update(a)
    ^^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def f(a, b):
    return max(a, b)
",
        ),
        Example::good(
            "python",
            "def f(a):
    return a.index(a[0])
",
        ),
        Example::bad(
            "javascript",
            "const f = (a) => Math.max(a, a);
                 ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const f = (a) => a.equals(a);
                 ^^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "const f = (a, b) => Math.max(a, b);
",
        ),
        Example::good(
            "javascript",
            "const f = (a, b) => a.equals(b);
",
        ),
        Example::bad(
            "typescript",
            "const f = (a: number): number => Math.min(a, a);
                                 ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "const f = (a: Size): boolean => a.equals(a);
                                ^^^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "const f = (a: number, b: number): number => Math.min(a, b);
",
        ),
        Example::good(
            "typescript",
            "const f = (a: Size, b: Size): boolean => a.equals(b);
",
        ),
        Example::bad(
            "rust",
            "fn f(a: &S) -> Ordering { a.x.cmp(&a.x) }
                          ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(a: u8) -> u8 { std::cmp::max(a, a) }
                    ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(a: &S, b: &S) -> Ordering { a.x.cmp(&b.x) }
",
        ),
        Example::good(
            "rust",
            "fn f(a: u8, b: u8) -> u8 { std::cmp::max(a, b) }
",
        ),
        Example::bad(
            "go",
            "func f(a []byte) bool { return bytes.Equal(a, a) }
                               ^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f(a T) bool { return reflect.DeepEqual(a.x, a.x) }
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "go",
            "func f(a, b []byte) bool { return bytes.Equal(a, b) }
",
        ),
        Example::good(
            "go",
            "func f(a, b T) bool { return reflect.DeepEqual(a.x, b.x) }
",
        ),
        Example::bad(
            "java",
            "class A { boolean f(String s) { return s.equals(s); } }
                                       ^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f(List<String> s) { s.addAll(s); } }
                                   ^^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { boolean f(String s, String t) { return s.equals(t); } }
",
        ),
        Example::good(
            "java",
            "class A { void f(List<String> s, List<String> t) { s.addAll(t); } }
",
        ),
        Example::bad(
            "c",
            "int f(const char *a) { return strcmp(a, a); }
                              ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(char *p) { memcpy(p, p, 10); }
                  ^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "int f(const char *a, const char *b) { return strcmp(a, b); }
",
        ),
        Example::good(
            "c",
            "void f(char *p) { memcpy(p, p + 5, 5); }
",
        ),
        Example::bad(
            "cpp",
            "int f(int a) { return std::max(a, a); }
                      ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(std::string& a) { a.swap(a); }
                         ^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "int f(int a, int b) { return std::max(a, b); }
",
        ),
        Example::good(
            "cpp",
            "void f(std::string& a, std::string& b) { a.swap(b); }
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods of two values.
const METHODS: &[&str] = &[
    "equals",
    "equalsIgnoreCase",
    "compareTo",
    "compareToIgnoreCase",
    "addAll",
    "removeAll",
    "retainAll",
    "containsAll",
    "putAll",
    "cmp",
    "partial_cmp",
    "eq",
    "ne",
    "swap",
    "update",
    "symmetric_difference",
    "difference",
    "intersection",
    "union",
    "issubset",
    "issuperset",
    "isdisjoint",
    "localeCompare",
    "isEqual",
    "contains",
    "startsWith",
    "endsWith",
    "startswith",
    "endswith",
    "starts_with",
    "ends_with",
    "max",
    "min",
];

/// Functions of two values, by path.
const FUNCTIONS: &[&str] = &[
    "max",
    "min",
    "Math.max",
    "Math.min",
    "math.Max",
    "math.Min",
    "std.cmp.max",
    "std.cmp.min",
    "cmp.max",
    "cmp.min",
    "std.max",
    "std.min",
    "std.swap",
    "bytes.Equal",
    "bytes.Compare",
    "strings.EqualFold",
    "strings.Compare",
    "reflect.DeepEqual",
    "strcmp",
    "strncmp",
    "memcmp",
    "memcpy",
    "memmove",
    "strcpy",
    "std.strcmp",
    "std.memcpy",
    "std.memcmp",
    "Objects.equals",
    "Arrays.equals",
    "std.mem.swap",
    "mem.swap",
    "Object.is",
    "hmac.compare_digest",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let arguments = context.arguments(id);
    let plain = |it: NodeId| match tree.kind(it) {
        Kind::Reference => tree.children(it).last().unwrap_or(it),
        _ => it,
    };
    let pair = match (context.method(id), arguments.as_slice()) {
        (Some((receiver, name)), [only]) if METHODS.contains(&name) => {
            Some((receiver, plain(*only), name.to_owned()))
        }
        (_, [first, second, ..]) => context.called(id).and_then(|path| {
            let known = FUNCTIONS.contains(&path.as_ref());
            known.then(|| {
                (
                    plain(*first),
                    plain(*second),
                    path.replace('.', context.knowledge().path_separator),
                )
            })
        }),
        _ => None,
    };
    let Some((first, second, name)) = pair else { return };
    let is_named = matches!(tree.kind(first), Kind::Name | Kind::Member | Kind::Index);
    if !is_named
        || !tree.is_same(first, second)
        || !is_repeatable(tree, first)
        || context.is_test_code(id)
    {
        return;
    }
    let text = context.excerpt(first);
    context
        .report(id, format!("`{name}` gets `{text}` on both sides"))
        .because("Both values are the same.")
        .emit();
}
