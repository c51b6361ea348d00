//! `bug/comparison-sign`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/comparison-sign",
    category: Category::Bug,
    summary: "The result of a comparison is tested for one number",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["java", "c", "cpp", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports the result of `compareTo`, `strcmp`, `memcmp`, `localeCompare` and their like compared with `1` or `-1`.",
        why: "They promise a number below, at or above zero, not which: another library, or other values, give another number, and the test fails.",
        fix: "Compare with zero, as in `> 0` and `< 0`.",
        limits: "Methods are known by their names alone.",
        references: &["https://errorprone.info/bugpattern/ComparisonContractViolated", "https://clang.llvm.org/extra/clang-tidy/checks/bugprone/suspicious-string-compare.html"],
    },
    examples: &[
        Example::bad("java", 
"class A { boolean f(String a, String b) { return a.compareTo(b) == 1; } }
                                                 ^^^^^^^^^^^^^^^^^^^
"),
        Example::bad("java", 
"class A { boolean f(String a, String b) { return a.compareToIgnoreCase(b) != -1; } }
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::good("java", 
"class A { boolean f(String a, String b) { return a.compareTo(b) > 0; } }
"),
        Example::good("java", 
"class A { boolean f(String a, String b) { return a.compareTo(b) == 0; } }
"),
        Example::bad("c", 
"int f(const char *a, const char *b) { return strcmp(a, b) == 1; }
                                             ^^^^^^^^^^^^^^^^^
"),
        Example::bad("c", 
"int f(const char *a, const char *b) { if (strcasecmp(a, b) == -1) return 1; return 0; }
                                          ^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::good("c", 
"int f(const char *a, const char *b) { return strcmp(a, b) < 0; }
"),
        Example::good("c", 
"int f(const char *a, const char *b) { return compare(a, b) == 1; }
"),
        Example::bad("cpp", 
"bool f(const std::string& a) { return a.compare(\"b\") == 1; }
                                      ^^^^^^^^^^^^^^^^^^^
"),
        Example::bad("cpp", 
"bool f(const char *a, const char *b) { return std::strcmp(a, b) == -1; }
                                              ^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::good("cpp", 
"bool f(const std::string& a) { return a.compare(\"b\") > 0; }
"),
        Example::good("cpp", 
"bool f(const char *a, const char *b) { return std::strcmp(a, b) == 0; }
"),
        Example::bad("javascript", 
"const f = (a, b) => a.localeCompare(b) === 1;
                    ^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::bad("javascript", 
"function f(a, b) { return a.localeCompare(b) == -1; }
                          ^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::good("javascript", 
"const f = (a, b) => a.localeCompare(b) > 0;
"),
        Example::good("javascript", 
"function f(a, b) { return a.localeCompare(b) === 0; }
"),
        Example::bad("typescript", 
"const f = (a: string, b: string): boolean => a.localeCompare(b) === 1;
                                             ^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::bad("typescript", 
"function f(a: string, b: string): boolean { return a.localeCompare(b) === -1; }
                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::good("typescript", 
"const f = (a: string, b: string): boolean => a.localeCompare(b) > 0;
"),
        Example::good("typescript", 
"function f(a: string, b: string): boolean { return a.localeCompare(b) === 0; }
"),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// What compares two values, by name.
const COMPARISONS: ByLanguage<&[&str]> = &[
    (&["java"], &["compareTo", "compareToIgnoreCase", "compare"]),
    (&["javascript", "typescript"], &["localeCompare"]),
    (
        &["c", "cpp"],
        &[
            "strcmp",
            "strncmp",
            "strcasecmp",
            "strncasecmp",
            "memcmp",
            "wcscmp",
            "strcoll",
            "compare",
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(call), Some(number)] = sides else { return };
    let Some(callee) = tree.child(call, Role::Callee) else { return };
    let name = tree.name(callee);
    let known = context.in_language(COMPARISONS).is_some_and(|it| it.contains(&name));
    // `compare` is a word of its own: only the method of a text or comparator.
    let is_method = name != "compare" || tree.kind(callee) == Kind::Member;
    if !tree.node(id).operator.is_equality()
        || !known
        || !is_method
        || !matches!(tree.text(number), "1" | "-1")
    {
        return;
    }
    let name = name.to_owned();
    let sign = if tree.text(number) == "1" { "> 0" } else { "< 0" };
    context
        .report(
            id,
            format!("`{name}` may give another number of that sign: this asks for one only"),
        )
        .because(format!("What `{name}` promises is the sign; `{sign}` asks for that."))
        .emit();
}
