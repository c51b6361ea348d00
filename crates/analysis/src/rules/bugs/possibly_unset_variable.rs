//! `bug/possibly-unset-variable`.

use crate::facts::BindingId;
use crate::facts::initialization::Unset;
use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/possibly-unset-variable",
    category: Category::Bug,
    summary: "A variable is read that some way to the place does not assign",
    severity: Severity::Warning,
    confidence: 0.7,
    languages: &["python", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a local variable that has a value on some of the ways that lead to a read of it, and none on another.",
        why: "On that way Python raises an UnboundLocalError, and C computes with whatever lay in memory. It shows only when the rare way is taken.",
        fix: "Give the variable a value before the branch, or assign it in every branch.",
        limits: "Which ways are possible together, the rule does not know: where two tests of the same condition guard the assignment and the read, it is wrong. `bug/use-before-assignment` reports what no way assigns.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/possibly-used-before-assignment.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def price(order):
    if order.member:
        discount = 0.1
    return order.total * (1 - discount)
                              ^^^^^^^^ may have no value here
",
        ),
        Example::bad(
            "python",
            "def last(orders):
    for order in orders:
        found = order
    return found
           ^^^^^ may have no value here
",
        ),
        Example::good(
            "python",
            "def first(names):
    if any((found := name).startswith(\"a\") for name in names):
        return found
    return None
",
        ),
        Example::good(
            "python",
            "def sizes(names):
    long = [size for name in names if (size := len(name)) > 3]
    return long
",
        ),
        Example::good(
            "python",
            "def price(order):
    if order.member:
        discount = 0.1
    else:
        discount = 0
    return order.total * (1 - discount)
",
        ),
        Example::good(
            "python",
            "def price(order):
    if order.member:
        discount = 0.1
    else:
        raise ValueError(order)
    return discount
",
        ),
        Example::bad(
            "c",
            "int price(int member, int total) {
    int discount;
    if (member) discount = 10;
    return total - discount;
                   ^^^^^^^^ may have no value here
}
",
        ),
        Example::bad(
            "c",
            "int level(int kind) {
    int level;
    switch (kind) {
        case 1: level = 10; break;
        case 2: level = 20; break;
    }
    return level + 1;
           ^^^^^ may have no value here
}
",
        ),
        Example::good(
            "c",
            "int price(int member, int total) {
    int discount = 0;
    if (member) discount = 10;
    return total - discount;
}
",
        ),
        Example::good(
            "c",
            "int price(int member, int total) {
    int discount;
    if (member) discount = 10;
    else return total;
    return total - discount;
}
",
        ),
        Example::bad(
            "cpp",
            "int price(int member, int total) {
    int discount;
    if (member) discount = 10;
    return total - discount;
                   ^^^^^^^^ may have no value here
}
",
        ),
        Example::bad(
            "cpp",
            "int level(int kind) {
    int level;
    switch (kind) {
        case 1: level = 10; break;
        case 2: level = 20; break;
    }
    return level + 1;
           ^^^^^ may have no value here
}
",
        ),
        Example::good(
            "cpp",
            "int price(int member, int total) {
    int discount = 0;
    if (member) discount = 10;
    return total - discount;
}
",
        ),
        Example::good(
            "cpp",
            "int price(int member, int total) {
    int discount;
    if (member) discount = 10;
    else return total;
    return total - discount;
}
",
        ),
    ],
    kinds: &[Kind::Name],
    check,
};

/// Types of C and C++ whose variables have no value of their own; others have constructors.
const PLAIN_TYPES: &[&str] = &[
    "int", "long", "short", "char", "float", "double", "unsigned", "bool", "size_t", "int32_t",
    "int64_t", "uint8_t", "uint32_t", "uint64_t",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let node = tree.node(id);
    let reads = matches!(node.access, Access::Read | Access::ReadWrite);
    if !reads || context.initialization().unset(id) != Some(Unset::Perhaps) {
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(id) else { return };
    let Some(bound) = bindings.binding(binding) else { return };
    let declaration = tree.node(bound.declared_at).parent;
    let is_declared = tree.kind(declaration) == Kind::Declare;
    if tree.kind(node.parent) == Kind::Delete
        || is_declared && !is_plain_number(context, declaration, id)
        || is_macro_fed(context, id, binding)
        || is_asked_before(tree, id)
        || is_named_within(context, binding)
        || is_guarded_alike(context, id, binding)
    {
        return;
    }
    // What the first read may hit, the later ones may, too.
    let is_first =
        bindings.uses(tree, binding).find(|it| context.initialization().unset(*it).is_some())
            == Some(id);
    if !is_first {
        return;
    }
    let name = context.excerpt(id);
    let assigned =
        bindings.definitions(binding).find(|it| *it != bound.declared_at || !is_declared);
    let mut report = context.report(id, format!("`{name}` may have no value here")).because(
        format!("Some way from the function's start to this place does not assign `{name}`."),
    );
    if let Some(assigned) = assigned {
        report = report.related(assigned, "other ways assign it here");
    }
    report.emit();
}

/// Whether a declaration without a value is one of C's numbers, and the read a plain one.
fn is_plain_number(context: &Context<'_>, declaration: NodeId, read: NodeId) -> bool {
    let tree = context.tree;
    let node = tree.node(read);
    let named = tree.child(declaration, Role::Type).map_or("", |it| context.text(it));
    let text = context.text(declaration);
    let is_changed = node.role == Role::Argument
        || matches!(tree.kind(node.parent), Kind::Reference | Kind::Argument)
        || tree.node(node.parent).operator == Operator::ShiftRight;
    !tree.flags(declaration).has(Flags::STATIC)
        && !is_changed
        && !text.contains(['[', '*'])
        && PLAIN_TYPES.contains(&named.split_whitespace().next_back().unwrap_or(""))
}

/// Whether a macro, or a call that looks like none, may have assigned the variable before.
fn is_macro_fed(context: &Context<'_>, id: NodeId, binding: BindingId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let is_handed_over = context.knowledge().disables_by_condition
        && bindings.occurrences(binding).iter().any(|it| {
            tree.role(*it) == Role::Argument || tree.kind(tree.node(*it).parent) == Kind::Reference
        });
    is_handed_over || context.calls_macro(tree.enclosing_function(id))
}

/// Whether a comprehension names the value as it goes, `(x := …)`: its parts run in another order
/// than they are written, and those who ask for it afterwards know that there was one.
fn is_named_within(context: &Context<'_>, binding: BindingId) -> bool {
    let tree = context.tree;
    context.facts.bindings.definitions(binding).any(|it| {
        tree.ancestors(it)
            .take_while(|it| !tree.kind(*it).is_statement())
            .any(|it| tree.kind(it) == Kind::Comprehension)
    })
}

/// Whether the read stands in a handler or a `finally`, which may ask for what the `try` got to.
fn is_asked_before(tree: &Tree, id: NodeId) -> bool {
    let function = tree.enclosing_function(id);
    tree.ancestors(id).take_while(|it| *it != function).any(|it| {
        matches!(tree.kind(it), Kind::Catch | Kind::Finally)
            || tree.flags(it).has(Flags::CONDITIONAL)
    })
}

/// Whether the read and an assignment stand under conditions about the same variables, so that they
/// may well go together; or the assignment in a `try` whose `finally` makes ways that are none.
fn is_guarded_alike(context: &Context<'_>, id: NodeId, binding: BindingId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let asked = conditions(tree, id);
    bindings.definitions(binding).filter(|it| *it < id).any(|definition| {
        let is_finished = tree.ancestors(definition).any(|it| {
            tree.kind(it) == Kind::Try
                && !tree.is_within(id, it)
                && tree.child(it, Role::Finally).is_some()
        });
        let own = conditions(tree, definition);
        is_finished || own.iter().any(|condition| asked.contains(condition))
    })
}

/// The names that the conditions around a node ask about.
fn conditions(tree: &Tree, id: NodeId) -> Vec<&str> {
    let function = tree.enclosing_function(id);
    let mut names = Vec::new();
    for outer in tree.ancestors(id).take_while(|it| *it != function) {
        let condition = match tree.kind(outer) {
            Kind::If | Kind::Ternary | Kind::While => tree.child(outer, Role::Condition),
            Kind::Logical => tree.child(outer, Role::Left),
            _ => None,
        };
        // An inner part of a condition of its own is no guard.
        let Some(condition) = condition.filter(|it| !tree.is_within(id, *it)) else { continue };
        let parts = tree.descendants(condition).chain([condition]);
        let is_name = |it: &NodeId| {
            matches!(tree.kind(*it), Kind::Name | Kind::Attribute)
                && !matches!(tree.name(*it), "self" | "this")
        };
        names.extend(parts.filter(is_name).map(|it| tree.name(it)));
    }
    names
}
