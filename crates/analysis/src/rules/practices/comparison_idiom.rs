//! `practice/comparison-idiom`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/comparison-idiom",
    category: Category::Practice,
    summary: "A comparison that Python has a better form for",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `== None`, comparisons of types by `==`, and `not x in y` or `not x is y`.",
        why: "`==` asks the class of the left side, which may answer as it likes; a comparison of types leaves out subclasses; a `not` in front is easily read as belonging to `x`.",
        fix: "`is None`, `isinstance`, `not in`, `is not`.",
        limits: "Query builders such as SQLAlchemy's give `== None` a meaning of its own.",
        references: &["https://docs.astral.sh/ruff/rules/none-comparison/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(row):
    if row == None:
       ^^^^^^^^^^^ better form
        stop()
",
        ),
        Example::bad(
            "python",
            "def show(row):
    if type(row) == int:
       ^^^^^^^^^^^^^^^^ better form
        stop()
    if not row in [1, 2]:
       ^^^^^^^^^^^^^^^^^ better form
        stop()
",
        ),
        Example::good(
            "python",
            "def show(row):
    if row is None or isinstance(row, int):
        stop()
",
        ),
        Example::good(
            "python",
            "def show(row):
    return row not in [1, 2]
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Unary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    let instead = match tree.kind(id) {
        Kind::Unary if operator == Operator::Not => {
            let inner = tree.child(id, Role::Operand).or_else(|| tree.last_child(id));
            inner.filter(|it| tree.kind(*it) == Kind::Compare).and_then(|it| {
                match tree.node(it).operator {
                    Operator::In => Some("`not in`"),
                    Operator::Is => Some("`is not`"),
                    _ => None,
                }
            })
        }
        Kind::Compare if operator.is_equality() => {
            let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
            let [Some(left), Some(right)] = sides else { return };
            let is_type = |it: NodeId| context.called(it).is_some_and(|path| path == "type");
            let is_none = [left, right].iter().any(|it| tree.kind(*it) == Kind::Null);
            if is_none {
                Some("`is`")
            } else {
                (is_type(left) && !is_type(right)).then_some("`isinstance`")
            }
        }
        _ => None,
    };
    let Some(instead) = instead else { return };
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` has a better form: {instead}"))
        .because("The form says what is meant, whatever classes are at hand.")
        .emit();
}
