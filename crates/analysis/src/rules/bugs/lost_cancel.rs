//! `bug/lost-cancel`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/lost-cancel",
    category: Category::Bug,
    summary: "A context that nobody can cancel, or a duration of no unit",
    severity: Severity::Warning,
    confidence: 0.92,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports contexts whose cancel function is thrown away, and products of two durations.",
        why: "Without its cancel function a context keeps its timer and its children until the parent ends. A duration times a duration has no meaning: a second times a second is thirty years.",
        fix: "Keep the function and defer it; multiply a duration by a plain number.",
        limits: "Only `_` in place of the function is seen, and variables declared as `time.Duration`.",
        references: &[
            "https://pkg.go.dev/golang.org/x/tools/go/analysis/passes/lostcancel",
            "https://staticcheck.dev/docs/checks/#ST1011",
        ],
    },
    examples: &[
        Example::bad(
            "go",
            "import \"context\"

func f(ctx context.Context) { ctx, _ = context.WithCancel(ctx); g(ctx) }
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "import \"time\"

func f(d time.Duration) time.Duration { return d * time.Second }
                                               ^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "go",
            "import \"context\"

func f(ctx context.Context) { ctx, cancel := context.WithCancel(ctx); defer cancel(); g(ctx) }
",
        ),
        Example::good(
            "go",
            "import \"time\"

func f(n int) time.Duration { return time.Duration(n) * time.Second }
",
        ),
    ],
    kinds: &[Kind::Declare, Kind::Assign, Kind::Binary],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Binary {
        multiplied(context, id);
        return;
    }
    let sides = [Role::Target, Role::Value].map(|role| tree.child(id, role));
    let [Some(target), Some(value)] = sides else { return };
    let is_dropped = tree.kind(target) == Kind::Tuple
        && tree.children(target).nth(1).is_some_and(|it| context.text(it) == "_");
    if !is_dropped || context.is_test_code(id) {
        return;
    }
    let Some(called) = context.called(value) else { return };
    if !matches!(
        called.as_ref(),
        "context.WithCancel" | "context.WithTimeout" | "context.WithDeadline"
    ) {
        return;
    }
    context
        .report(id, "nobody can cancel this context: its function is thrown away")
        .because("What the context holds is kept until its parent ends.")
        .emit();
}

fn multiplied(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let is_duration = |it: NodeId| {
        let text = context.text(it);
        let declared = || context.types().declared(it).map_or("", |it| context.text(it));
        matches!(
            text,
            "time.Second" | "time.Millisecond" | "time.Minute" | "time.Hour" | "time.Microsecond"
        ) || tree.kind(it) == Kind::Name && declared() == "time.Duration"
    };
    let is_product = tree.node(id).operator == Operator::Multiply;
    // A variable of that type may still hold a plain count.
    if !is_product || !is_duration(left) || !is_duration(right) {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` multiplies a duration by a duration"))
        .because("Both count nanoseconds already.")
        .emit();
}
