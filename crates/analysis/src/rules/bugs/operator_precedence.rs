//! `bug/operator-precedence`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/operator-precedence",
    category: Category::Bug,
    summary: "An operator binds tighter than it reads",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a shift by an unparenthesized sum, a text that is put together with what was to be a condition, and a value that is written to a stream before `?` or `&` takes part.",
        why: "A sum binds tighter than a shift, `+` tighter than a comparison or `?`, and `<<` tighter than both, so the expression means something else than its line suggests.",
        fix: "Put parentheses around the part that belongs together.",
        limits: "Expressions that lay it out by blanks, such as `a << b+1`, are left alone.",
        references: &[
            "https://rules.sonarsource.com/cpp/RSPEC-864/",
            "https://rust-lang.github.io/rust-clippy/master/index.html#precedence",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def f(a, b):
    return a << 1 + b
           ^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f(a, b):
    return 1 << a - 1
           ^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def f(a, b):
    return (a << 1) + b
",
        ),
        Example::good(
            "python",
            "def f(a, b):
    return a << b+1
",
        ),
        Example::bad(
            "javascript",
            "const f = (a, b) => a << 1 + b;
                    ^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const f = (a) => 'size: ' + a ? 'big' : 'small';
                 ^^^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "const f = (a, b) => (a << 1) + b;
",
        ),
        Example::good(
            "javascript",
            "const f = (a) => 'size: ' + (a ? 'big' : 'small');
",
        ),
        Example::bad(
            "typescript",
            "const f = (a: number, b: number): number => a << 1 + b;
                                            ^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "const f = (a: number | null): string => ('size: ' + a == null ? 'none' : 'some');
                                         ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "const f = (a: number, b: number): number => a << (1 + b);
",
        ),
        Example::good(
            "typescript",
            "const f = (a: string): boolean => 'size: ' + a == title;
",
        ),
        Example::bad(
            "rust",
            "fn f(a: u32, b: u32) -> u32 { a << 1 + b }
                              ^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(a: u32) -> u32 { 1 << a - 1 }
                      ^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(a: u32, b: u32) -> u32 { (a << 1) + b }
",
        ),
        Example::good(
            "rust",
            "fn f(a: u32, b: u32) -> u32 { a << (1 + b) }
",
        ),
        Example::bad(
            "java",
            "class A { int f(int a, int b) { return a << 1 + b; } }
                                       ^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { int f(int a) { return 1 << a - 1; } }
                                ^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { int f(int a, int b) { return (a << 1) + b; } }
",
        ),
        Example::good(
            "java",
            "class A { String f(boolean a) { return \"x\" + (a ? \"b\" : \"c\"); } }
",
        ),
        Example::bad(
            "c",
            "int f(int a, int b) { return a << 1 + b; }
                             ^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(int a) { return 1 << a - 1; }
                      ^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "int f(int a, int b) { return (a << 1) + b; }
",
        ),
        Example::good(
            "c",
            "int f(int a, int b) { return a << (1 + b); }
",
        ),
        Example::bad(
            "cpp",
            "void f(bool a) { std::cout << a ? \"x\" : \"y\"; }
                 ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "int f(int a, int b) { return a << 1 + b; }
                             ^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(bool a) { std::cout << (a ? \"x\" : \"y\"); }
",
        ),
        Example::good(
            "cpp",
            "void f(int a) { std::cout << a + 1; }
",
        ),
    ],
    kinds: &[Kind::Binary, Kind::Ternary, Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_open = |it: NodeId| !tree.flags(it).has(Flags::PARENTHESIZED);
    let is_sum = |it: NodeId| {
        tree.kind(it) == Kind::Binary
            && matches!(tree.node(it).operator, Operator::Add | Operator::Subtract)
    };
    let is_text_sum = |it: NodeId| {
        is_sum(it)
            && is_open(it)
            && tree
                .child(it, Role::Left)
                .is_some_and(|left| matches!(tree.kind(left), Kind::String | Kind::Template))
    };
    let (at, said) = match tree.kind(id) {
        Kind::Ternary => {
            let Some(condition) = tree.child(id, Role::Condition) else { return };
            let is_stream = || {
                let of = context.text(condition);
                tree.node(condition).operator == Operator::ShiftLeft
                    && ["std::cout", "cout", "std::cerr", "cerr"]
                        .iter()
                        .any(|it| of.starts_with(it))
            };
            if !(is_text_sum(condition) || is_open(condition) && is_stream()) {
                return;
            }
            (condition, "is the whole condition, since it binds tighter than `?`")
        }
        Kind::Compare => {
            let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
            let [Some(left), Some(right)] = sides else { return };
            let is_told = matches!(tree.kind(right), Kind::Null | Kind::Boolean | Kind::Number);
            if !is_text_sum(left) || !is_told {
                return;
            }
            (id, "compares the whole text, since `+` binds tighter")
        }
        _ => {
            let is_shift =
                matches!(tree.node(id).operator, Operator::ShiftLeft | Operator::ShiftRight);
            let Some(by) = tree.child(id, Role::Right) else { return };
            // In Go, shifts bind tighter; C++ writes to streams by them.
            let is_written = context.language.id() == "cpp"
                && !tree.child(id, Role::Left).is_some_and(|it| {
                    tree.kind(it) == Kind::Number || context.numbers().of(it).is_some()
                });
            // `1 << size - 1` is a mask that went wrong; other differences are usually meant.
            let is_difference = tree.node(by).operator == Operator::Subtract
                && tree.child(by, Role::Right).is_none_or(|it| context.text(it) != "1");
            if !is_shift || is_difference || !is_sum(by) || !is_open(by) || is_written {
                return;
            }
            // `a << b+1` says by its blanks what it means.
            if !context.text(by).contains(' ') {
                return;
            }
            (id, "shifts by the whole sum, which binds tighter")
        }
    };
    let text = context.excerpt(at);
    context
        .report(at, format!("`{text}` {said}"))
        .because("By the precedence of the language's operators.")
        .emit();
}
