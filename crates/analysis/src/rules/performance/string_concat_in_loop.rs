//! `perf/string-concat-in-loop`.

use crate::facts::{BindingId, loops};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/string-concat-in-loop",
    category: Category::Perf,
    summary: "A string is built by copying it on every round of a loop",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports strings that grow by `s += piece`, `s = s + piece` or \
               `s = format!(\"{s}…\")` in a loop.",
        why: "Strings cannot grow in place here: each round makes a new string and copies all \
              that was gathered so far, so n rounds copy O(n²) characters.",
        fix: "Gather the pieces in a list and join them after the loop; in Rust, push to the \
              string (`push_str`, `write!`).",
        limits: "CPython sometimes appends in place when nothing else refers to the string; the \
                 language does not promise it. Loops over a few constants are not reported. \
                 JavaScript engines represent such strings as ropes, and Rust's `+=` and \
                 `push_str` grow in place, so neither is reported.",
        references: &[
            "https://docs.python.org/3/faq/programming.html#what-is-the-most-efficient-way-to-concatenate-many-strings-together",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def render(rows):
    page = ''
    for row in rows:
        page += row.text
        ^^^^^^^^^^^^^^^^ `page` is copied on every round: O(n²)
    return page
",
        ),
        Example::bad(
            "python",
            "def dump(lines):
    out = str('')
    while lines:
        out = out + lines.pop() + '\\n'
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `out` is copied on every round
    return out
",
        ),
        Example::good(
            "python",
            "def render(rows):
    parts = []
    for row in rows:
        parts.append(row.text)
    return ''.join(parts)
",
        ),
        Example::good(
            "python",
            "def sizes(rows):
    total = 0
    label = ''
    for row in rows:
        label = ''
        label += row.name
        total += row.size
        emit(label)
    for side in ('left', 'right'):
        label += side
    return total, label
",
        ),
        Example::bad(
            "rust",
            "fn render(rows: &[Row]) -> String {
    let mut page = String::new();
    for row in rows {
        page = format!(\"{page}{}\", row.text);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `page` is copied on every round: O(n²)
    }
    page
}
",
        ),
        Example::bad(
            "rust",
            "fn join(names: &[String]) -> String {
    let mut out = String::new();
    for name in names {
        out = format!(\"{}, {}\", out, name);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `out` is copied on every round
    }
    out
}
",
        ),
        Example::good(
            "rust",
            "fn render(rows: &[Row]) -> String {
    let mut page = String::new();
    for row in rows {
        page += &row.text;
        page.push_str(\"\\n\");
    }
    page
}
",
        ),
        Example::good(
            "rust",
            "fn label(rows: &[Row]) {
    let mut name = String::new();
    for row in rows {
        name = format!(\"{}-{}\", row.kind, row.id);
        emit(&name);
    }
}
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

/// Loops over fewer constants than this are too short to matter.
const SHORT_LOOP: usize = 16;

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(target), Some(value)) = (tree.child(id, Role::Target), tree.child(id, Role::Value))
    else {
        return;
    };
    let Some(loop_node) = loops::innermost(tree, id) else { return };
    if tree.kind(target) != Kind::Name || !copies(context, id, target, value) {
        return;
    }
    let Some(binding) = context.facts.bindings.resolve(target) else { return };
    if context.types().of_binding(binding) != Some(ValueType::String)
        || !grows_over_rounds(context, binding, id, loop_node)
        || loops::is_short(tree, loop_node, SHORT_LOOP)
        || leaves_loop(tree, id, loop_node)
    {
        return;
    }
    let name = tree.name(target).to_owned();
    context
        .report(id, format!("`{name}` is copied on every round: O(n²) in this loop"))
        .related(loop_node, "the loop")
        .because(format!("`{name}` is a string, made before the loop and extended in each round."))
        .because("Each extension copies everything gathered so far.")
        .emit();
}

/// Whether the assignment makes a new string out of the old one.
fn copies(context: &Context<'_>, id: NodeId, target: NodeId, value: NodeId) -> bool {
    let tree = context.tree;
    match (tree.node(id).operator, tree.kind(value)) {
        (Operator::AddAssign, _) => !context.knowledge().strings_grow_in_place,
        (Operator::Assign, Kind::Binary) if !context.knowledge().strings_grow_in_place => {
            leftmost_operand(tree, value).is_some_and(|it| tree.is_same(it, target))
        }
        (Operator::Assign, Kind::Macro) if tree.name(value) == "format" => {
            let symbol = tree.node(target).symbol;
            tree.descendants(value)
                .any(|it| tree.kind(it) == Kind::Name && tree.node(it).symbol == symbol)
        }
        _ => false,
    }
}

/// The first operand of a chain of additions.
fn leftmost_operand(tree: &Tree, value: NodeId) -> Option<NodeId> {
    let mut at = value;
    while tree.kind(at) == Kind::Binary {
        if tree.node(at).operator != Operator::Add {
            return None;
        }
        at = tree.child(at, Role::Left)?;
    }
    Some(at)
}

/// Whether the string is made before the loop and not made anew in it.
fn grows_over_rounds(
    context: &Context<'_>,
    binding: BindingId,
    id: NodeId,
    loop_node: NodeId,
) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let mut made_before = false;
    for definition in bindings.definitions(tree, binding) {
        let statement = tree.node(definition).parent;
        if !tree.is_within(definition, loop_node) {
            made_before = true;
        } else if statement != id && !extends(tree, statement, definition) {
            return false;
        }
    }
    made_before
}

/// Whether a definition in the loop keeps what was gathered.
fn extends(tree: &Tree, statement: NodeId, definition: NodeId) -> bool {
    if tree.node(statement).operator.is_augmented() {
        return true;
    }
    let value = tree.child(statement, Role::Value);
    value.and_then(|value| leftmost_operand(tree, value)).is_some_and(|it| {
        tree.kind(it) == Kind::Name && tree.node(it).symbol == tree.node(definition).symbol
    })
}

/// Whether the loop ends right after the assignment, so that it runs once.
fn leaves_loop(tree: &Tree, id: NodeId, loop_node: NodeId) -> bool {
    let block = tree.node(id).parent;
    block != loop_node
        && tree
            .children(block)
            .any(|it| it > id && matches!(tree.kind(it), Kind::Break | Kind::Return | Kind::Raise))
}
