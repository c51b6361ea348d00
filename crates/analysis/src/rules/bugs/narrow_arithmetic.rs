//! `bug/narrow-arithmetic`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/narrow-arithmetic",
    category: Category::Bug,
    summary: "A product is widened only after it was computed in a narrow type",
    severity: Severity::Warning,
    confidence: 0.7,
    languages: &["java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports products of two `int` values whose outcome is converted to a wider integer: by a cast, by a declaration or by what the function returns.",
        why: "The product is computed as an `int` and may overflow before it is widened.",
        fix: "Convert one of the factors first: `(long) a * b`.",
        limits: "Only variables that are declared `int` or `short`, and literals, are taken for narrow.",
        references: &[
            "https://cwe.mitre.org/data/definitions/190.html",
            "https://errorprone.info/bugpattern/IntLongMath",
        ],
    },
    examples: &[
        Example::bad(
            "java",
            "class A { long f(int a, int b) { return a * b; } }
                                        ^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { long f(int a) { return (long) (a * 1000); } }
                                         ^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { long f(int a, int b) { return (long) a * b; } }
",
        ),
        Example::good(
            "java",
            "class A { int f(int a, int b) { return a * b; } }
",
        ),
        Example::bad(
            "c",
            "long long f(int a, int b) { long long c = a * b; return c; }
                                          ^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(int a, int b) { g((long long)(a * b)); }
                                     ^^^^^
",
        ),
        Example::good(
            "c",
            "long long f(int a, int b) { long long c = (long long)a * b; return c; }
",
        ),
        Example::good(
            "c",
            "void f(int a, long long b) { g((long long)(a * b)); }
",
        ),
        Example::bad(
            "cpp",
            "void f(int a, int b) { std::int64_t c = a * b; g(c); }
                                        ^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(int a, int b) { g((int64_t)(a * b)); }
                                   ^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(int a, int b) { int c = a * b; g(c); }
",
        ),
        Example::good(
            "cpp",
            "void f(int a) { g((int64_t)(a + 1)); }
",
        ),
    ],
    kinds: &[Kind::Cast, Kind::Declare, Kind::Return],
    check,
};
const WIDE: &[&str] = &["long", "long long", "int64_t", "std::int64_t", "uint64_t", "std.int64_t"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let wide = match tree.kind(id) {
        Kind::Return => tree.child(tree.enclosing_function(id), Role::Type),
        _ => tree.child(id, Role::Type),
    };
    let Some(value) = tree.child(id, Role::Value) else { return };
    let is_wide = wide.is_some_and(|it| {
        let text = context.text(it);
        // On some systems, C's `long` is no wider than its `int`.
        WIDE.contains(&text) && (text != "long" || context.language.id() == "java")
    });
    if !is_wide || !is_product(context, value) {
        return;
    }
    context
        .report(value, "this is computed as an `int`, and widened only afterwards")
        .because("An overflow has happened by then.")
        .emit();
}

fn is_product(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return false };
    let is_narrow = |it: NodeId| match tree.kind(it) {
        Kind::Number => context.text(it).bytes().all(|it| it.is_ascii_digit()),
        Kind::Name => {
            let declared = context.types().declared(it).map_or("", |it| context.text(it));
            matches!(declared, "int" | "short") && context.numbers().of(it).is_some()
        }
        _ => false,
    };
    tree.kind(id) == Kind::Binary
        && tree.node(id).operator == Operator::Multiply
        && is_narrow(right)
        && (is_narrow(left) || is_product_of_variable(context, left))
        && (tree.kind(left) != Kind::Number || tree.kind(right) != Kind::Number)
}

/// `a * 1000` in `a * 1000 * 60`.
fn is_product_of_variable(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let left = tree.child(id, Role::Left);
    tree.kind(id) == Kind::Binary
        && tree.node(id).operator == Operator::Multiply
        && left.is_some_and(|it| {
            let declared = context.types().declared(it).map_or("", |it| context.text(it));
            tree.kind(it) == Kind::Name && declared == "int"
        })
}
