//! `perf/realloc-by-one`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/realloc-by-one",
    category: Category::Perf,
    summary: "A buffer grows by one element in each round of a loop",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `realloc` in a loop to a size that grows by a constant number of elements.",
        why: "Each call may copy all that is there: n² copies for n elements.",
        fix: "Keep a capacity, and double it when it is used up.",
        limits: "Allocators that grow in place hide the cost; loops with few rounds are left alone.",
        references: &[
            "https://en.wikipedia.org/wiki/Dynamic_array#Geometric_expansion_and_amortized_cost",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "int *gather(int n) {
    int *all = NULL;
    for (int i = 0; i < n; i++) {
        all = realloc(all, (i + 1) * sizeof(int));
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in each round
        all[i] = next();
    }
    return all;
}
",
        ),
        Example::bad(
            "c",
            "void gather(struct list *list) {
    while (more()) {
        list->rows = realloc(list->rows, sizeof(int) * (list->count + 1));
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in each round
        list->rows[list->count++] = next();
    }
}
",
        ),
        Example::good(
            "c",
            "void gather(struct list *list) {
    while (more()) {
        if (list->count == list->capacity) {
            list->capacity *= 2;
            list->rows = realloc(list->rows, list->capacity * sizeof(int));
        }
        list->rows[list->count++] = next();
    }
}
",
        ),
        Example::good(
            "c",
            "int *gather(int *all, int n) {
    return realloc(all, (n + 1) * sizeof(int));
}
",
        ),
        Example::bad(
            "cpp",
            "int *gather(int n) {
    int *all = NULL;
    for (int i = 0; i < n; i++) {
        all = realloc(all, (i + 1) * sizeof(int));
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in each round
        all[i] = next();
    }
    return all;
}
",
        ),
        Example::bad(
            "cpp",
            "void gather(struct list *list) {
    while (more()) {
        list->rows = realloc(list->rows, sizeof(int) * (list->count + 1));
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in each round
        list->rows[list->count++] = next();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void gather(struct list *list) {
    while (more()) {
        if (list->count == list->capacity) {
            list->capacity *= 2;
            list->rows = realloc(list->rows, list->capacity * sizeof(int));
        }
        list->rows[list->count++] = next();
    }
}
",
        ),
        Example::good(
            "cpp",
            "int *gather(int *all, int n) {
    return realloc(all, (n + 1) * sizeof(int));
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
    if !matches!(name, "realloc" | "xrealloc" | "g_realloc" | "reallocarray") {
        return;
    }
    let Some(size) = context.arguments(id).into_iter().nth(1) else { return };
    let Some(loop_node) = context.busy_loops(id).into_iter().next() else { return };
    // What is guarded by a test happens in some rounds only.
    let is_guarded = tree.ancestors(id).take_while(|it| *it != loop_node).any(|it| {
        matches!(tree.kind(it), Kind::If | Kind::Switch) && !holds_in_condition(context, it, id)
    });
    let grows_by_one = tree.descendants(size).chain([size]).any(|it| {
        let is_sum = tree.kind(it) == Kind::Binary && tree.node(it).operator == Operator::Add;
        is_sum
            && [Role::Left, Role::Right]
                .iter()
                .filter_map(|role| tree.child(it, *role))
                .any(|side| tree.kind(side) == Kind::Number)
    });
    if is_guarded || !grows_by_one {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` in each round may copy all there is: n² for n elements"))
        .related(crate::facts::loops::head(tree, loop_node), "the loop")
        .because("The size grows by a constant from round to round.")
        .emit();
}

/// Whether the call stands in the condition itself: `if (!(p = realloc(…)))`.
fn holds_in_condition(context: &Context<'_>, branch: NodeId, call: NodeId) -> bool {
    let tree = context.tree;
    tree.child(branch, Role::Condition).is_some_and(|it| tree.is_within(call, it))
}
