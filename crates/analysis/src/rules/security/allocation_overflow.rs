//! `security/allocation-overflow`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/allocation-overflow",
    category: Category::Security,
    summary: "The size of an allocation may overflow",
    severity: Severity::Information,
    confidence: 0.75,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `malloc` and `realloc` of a product of a variable and a size.",
        why: "With a large number the product wraps around: the block is smaller than what is then written to it.",
        fix: "Use `calloc(n, size)` or `reallocarray`, which check the product.",
        limits: "Numbers that were checked before are not told apart, unless the check names a limit of the type.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/c/MEM07-C.+Ensure+that+the+arguments+to+calloc()%2C+when+multiplied%2C+do+not+wrap",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "int *make(size_t n) {
    return malloc(n * sizeof(int));
                  ^^^^^^^^^^^^^^^ wrap
}
",
        ),
        Example::bad(
            "c",
            "int *grow(int *rows, size_t n) {
    return realloc(rows, sizeof(int) * n);
                         ^^^^^^^^^^^^^^^ wrap
}
",
        ),
        Example::good(
            "c",
            "int *make(size_t n) {
    return calloc(n, sizeof(int));
}
",
        ),
        Example::good(
            "c",
            "int *make(void) {
    return malloc(8 * sizeof(int));
}
",
        ),
        Example::bad(
            "cpp",
            "int *make(size_t n) {
    return malloc(n * sizeof(int));
                  ^^^^^^^^^^^^^^^ wrap
}
",
        ),
        Example::bad(
            "cpp",
            "int *grow(int *rows, size_t n) {
    return realloc(rows, sizeof(int) * n);
                         ^^^^^^^^^^^^^^^ wrap
}
",
        ),
        Example::good(
            "cpp",
            "int *make(size_t n) {
    return calloc(n, sizeof(int));
}
",
        ),
        Example::good(
            "cpp",
            "int *make(void) {
    return malloc(8 * sizeof(int));
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let name = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    let at = match name {
        "malloc" | "alloca" | "xmalloc" => 0,
        "realloc" | "xrealloc" => 1,
        _ => return,
    };
    let Some(size) = context.arguments(id).get(at).copied() else { return };
    let is_product =
        tree.kind(size) == Kind::Binary && tree.node(size).operator == Operator::Multiply;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(size, role));
    let [Some(left), Some(right)] = sides else { return };
    let is_open = |it: NodeId| {
        let mut names = tree.descendants(it).chain([it]).filter(|it| tree.kind(*it) == Kind::Name);
        tree.node(it).operator != Operator::SizeOf
            && names.any(|it| tree.name(it).chars().any(char::is_lowercase))
    };
    let has_size = [left, right].iter().any(|it| tree.node(*it).operator == Operator::SizeOf);
    let around = tree.text(tree.enclosing_function(id));
    let is_checked = around.contains("SIZE_MAX") || around.contains("_MAX /");
    if !is_product || !has_size || !(is_open(left) || is_open(right)) || is_checked {
        return;
    }
    let shown = context.excerpt(size);
    context
        .report(size, format!("`{shown}` may wrap around to a small number"))
        .because("Nothing in the function says how large the number of elements may be.")
        .emit();
}
