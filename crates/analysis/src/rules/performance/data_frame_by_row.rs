//! `perf/data-frame-by-row`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/data-frame-by-row",
    category: Category::Perf,
    summary: "A data frame is gone through, or grown, row by row",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `iterrows`, `apply` along rows, and data frames or arrays that grow by one piece in each round of a loop.",
        why: "`iterrows` makes a series of each row, some thousand times slower than work on whole columns; growing copies all that is there in each round, n² values in all.",
        fix: "Work on columns; collect the rows in a list and make the frame once.",
        limits: "On a handful of rows this costs nothing.",
        references: &["https://pandas.pydata.org/docs/user_guide/enhancingperf.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(frame):
    for index, row in frame.iterrows():
                      ^^^^^^^^^^^^^^^^ row
        print(row[\"price\"])
",
        ),
        Example::bad(
            "python",
            "import pandas as pd

def gather(parts):
    frame = pd.DataFrame()
    for part in parts:
        frame = pd.concat([frame, part])
                ^^^^^^^^^^^^^^^^^^^^^^^^ row
    return frame
",
        ),
        Example::good(
            "python",
            "import pandas as pd

def gather(parts):
    return pd.concat([part for part in parts])
",
        ),
        Example::good(
            "python",
            "def show(frame):
    for row in frame.itertuples():
        print(row.price)
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let path = context.called(id);
    let name = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    let by_row = "goes through the rows one by one, some thousand times slower than by column";
    let grows = "copies all rows there are in each round: n² in all";
    let says = match (path.as_deref(), name) {
        (_, "iterrows") => Some(by_row),
        (_, "apply") if context.text(id).contains("axis=1") => Some(by_row),
        (
            Some(
                "numpy.append" | "numpy.concatenate" | "numpy.vstack" | "numpy.hstack"
                | "pandas.concat",
            ),
            _,
        ) => is_grown(context, id).then_some(grows),
        (_, "append") => {
            let is_value = tree.kind(tree.node(id).parent) == Kind::Assign;
            (is_value && is_grown(context, id)).then_some(grows)
        }
        _ => None,
    };
    let Some(says) = says.filter(|_| !context.is_test_code(id)) else { return };
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("Each row or piece is handled by itself, outside of the library's fast loops.")
        .emit();
}

/// Whether a loop assigns what the call gives to a variable that it is given.
fn is_grown(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let statement = tree.node(call).parent;
    let Some(target) = tree.child(statement, Role::Target) else { return false };
    let Some(binding) = bindings.resolve(target) else { return false };
    crate::facts::loops::innermost(tree, call).is_some()
        && tree.descendants(call).any(|it| bindings.resolve(it) == Some(binding))
}
