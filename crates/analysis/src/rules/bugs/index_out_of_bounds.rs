//! `bug/index-out-of-bounds`.

use crate::facts::BindingId;
use crate::facts::control_flow::{is_probe, is_unevaluated};
use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/index-out-of-bounds",
    category: Category::Bug,
    summary: "An index lies beyond the end of a collection of known length",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "rust", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a constant index into a list, tuple or array whose length its declaration tells, when the index is not less than that length, and a counting loop that gets there.",
        why: "The access fails, or, in C and C++, reads or writes memory that belongs to something else.",
        fix: "Count from zero: the last index is the length minus one.",
        limits: "Only variables that are assigned once, and do not grow, are known to keep their length.",
        references: &[
            "https://cwe.mitre.org/data/definitions/125.html",
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/potential-index-error.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def last():
    items = [1, 2, 3]
    return items[3]
           ^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def second():
    pair = ('a',)
    return pair[1]
           ^^^^^^^
",
        ),
        Example::good(
            "python",
            "def last():
    items = [1, 2, 3]
    return items[2] + items[-1]
",
        ),
        Example::good(
            "python",
            "def last():
    items = [1, 2, 3]
    items.append(4)
    return items[3]
",
        ),
        Example::bad(
            "rust",
            "fn last() -> u8 { let items = [1, 2, 3]; items[3] }
                                         ^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn set() { let mut items = [0; 4]; items[4] = 1; }
                                   ^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn last() -> u8 { let items = [1, 2, 3]; items[2] }
",
        ),
        Example::good(
            "rust",
            "fn set(items: &mut [u8]) { items[4] = 1; }
",
        ),
        Example::bad(
            "java",
            "class A { int f() { int[] items = new int[3]; return items[3]; } }
                                                     ^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { int f() { int[] items = {1, 2, 3}; return items[4]; } }
                                                    ^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { int f() { int[] items = new int[3]; return items[2]; } }
",
        ),
        Example::good(
            "java",
            "class A { int f(int[] items) { return items[4]; } }
",
        ),
        Example::bad(
            "c",
            "void f(void) { int items[10]; items[10] = 0; }
                              ^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(void) { int items[10]; for (int i = 0; i <= 10; i++) { items[i] = 0; } }
                                                              ^^^^^^^^
",
        ),
        Example::good(
            "c",
            "void f(void) { int items[10]; items[9] = 0; }
",
        ),
        Example::good(
            "c",
            "void f(void) { int items[10]; for (int i = 0; i < 10; i++) { items[i] = 0; } }
",
        ),
        Example::bad(
            "cpp",
            "void f() { int items[10]; items[10] = 0; }
                          ^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "int f() { std::array<int, 3> items{}; return items[3]; }
                                             ^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f() { int items[10]; items[9] = 0; }
",
        ),
        Example::good(
            "cpp",
            "int f() { std::map<int, int> items; return items[3]; }
",
        ),
    ],
    kinds: &[Kind::Index],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Receiver, Role::Index].map(|role| tree.child(id, role));
    let [Some(list), Some(index)] = parts else { return };
    if tree.kind(list) != Kind::Name {
        return;
    }
    let Some(binding) = context.facts.bindings.resolve(list) else { return };
    let reached = match tree.kind(index) {
        Kind::Number => tree.text(index).parse::<u64>().ok(),
        Kind::Name => last_index(context, id, index),
        _ => None,
    };
    let Some(reached) = reached else { return };
    let Some(length) = length(context, binding) else { return };
    // `&items[10]` names the end.
    let is_address = tree.kind(tree.node(id).parent) == Kind::Reference;
    if reached < length
        || is_address
        || is_unevaluated(tree, id)
        || is_probe(tree, tree.enclosing_statement(id))
        || context.is_test_code(id)
    {
        return;
    }
    let name = context.excerpt(list);
    context
        .report(
            id,
            format!("index {reached} is beyond the end of `{name}`, which has {length} elements"),
        )
        .because(format!("The last index of `{name}` is {}.", length.saturating_sub(1)))
        .emit();
}

/// The last value of a loop's counter: `for (int i = 0; i <= 10; i++)`.
fn last_index(context: &Context<'_>, id: NodeId, index: NodeId) -> Option<u64> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let own = bindings.resolve(index)?;
    let mut branches = tree.ancestors(id).take_while(|it| tree.kind(*it) != Kind::ForCount);
    if branches
        .any(|it| matches!(tree.kind(it), Kind::If | Kind::Ternary | Kind::Logical | Kind::Lambda))
    {
        return None;
    }
    let around = tree.ancestors(id).find(|it| tree.kind(*it) == Kind::ForCount)?;
    let condition = tree.child(around, Role::Condition)?;
    let left = tree.child(condition, Role::Left).filter(|it| bindings.resolve(*it) == Some(own))?;
    let limit = tree.child(condition, Role::Right).filter(|it| tree.kind(*it) == Kind::Number)?;
    let limit = tree.text(limit).parse::<u64>().ok()?;
    let counts_up = tree.child(around, Role::Update).is_some_and(|it| tree.text(it).contains("++"));
    // The loop's body may leave it before, or count further.
    let body = tree.child(around, Role::Body)?;
    let is_changed = tree.descendants(body).any(|it| {
        matches!(tree.kind(it), Kind::Break | Kind::Return | Kind::Goto | Kind::Continue)
            || bindings.resolve(it) == Some(own) && tree.node(it).access != Access::Read
    });
    if is_changed || !counts_up || tree.kind(left) != Kind::Name {
        return None;
    }
    match tree.node(condition).operator {
        Operator::Less => limit.checked_sub(1),
        Operator::LessEqual => Some(limit),
        _ => None,
    }
}

/// How many elements the variable has, if it never gets others.
fn length(context: &Context<'_>, binding: BindingId) -> Option<u64> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let known = bindings.binding(binding)?;
    let declaration = tree.node(known.declared_at).parent;
    if known.is_captured
        || bindings.growth(binding).is_some()
        || tree.role(known.declared_at) != Role::Target
        || tree.kind(declaration) == Kind::Parameter
    {
        return None;
    }
    // `int items[10]`, of one dimension.
    let mut sizes = tree.children_with(declaration, Role::Index);
    if let (Some(size), None) = (sizes.next(), sizes.next()) {
        return (tree.kind(size) == Kind::Number).then(|| tree.text(size).parse().ok())?;
    }
    let mut definitions = bindings.definitions(binding);
    let (first, second) = (definitions.next(), definitions.next());
    if second.is_some() || first.is_some_and(|it| it != known.declared_at) {
        return None;
    }
    if let Some(size) = declared_array(context, declaration) {
        return Some(size);
    }
    let value = tree.child(declaration, Role::Value)?;
    // What is handed on may grow elsewhere, where collections can.
    let grows = context.language.id() == "python" && tree.kind(value) != Kind::Tuple;
    let is_lent = || {
        bindings.uses(tree, binding).any(|it| {
            !matches!(tree.kind(tree.node(it).parent), Kind::Index | Kind::ForEach | Kind::Compare)
        })
    };
    if grows && is_lent() {
        return None;
    }
    match tree.kind(value) {
        Kind::List | Kind::Tuple => literal_length(context, tree, value),
        // `new int[3]`
        Kind::Call => {
            let text = context.text(value).strip_prefix("new ")?;
            let inside = text.split_once('[')?.1;
            inside.strip_suffix(']').filter(|it| !it.contains('['))?.parse().ok()
        }
        _ => None,
    }
}

fn literal_length(context: &Context<'_>, tree: &Tree, value: NodeId) -> Option<u64> {
    let elements: Vec<NodeId> = tree.children(value).collect();
    let is_plain = elements.iter().all(|it| {
        !matches!(tree.kind(*it), Kind::Spread | Kind::Comprehension | Kind::Pair | Kind::Other)
    });
    let text = context.text(value);
    // `[0; 4]`
    if let Some((_, count)) = text.strip_prefix('[').and_then(|it| it.rsplit_once(';')) {
        return count.trim_end_matches(']').trim().parse().ok();
    }
    (is_plain && !elements.is_empty()).then_some(elements.len() as u64)
}

/// `std::array<int, 3>`
fn declared_array(context: &Context<'_>, declaration: NodeId) -> Option<u64> {
    let tree = context.tree;
    let text = tree.text(tree.child(declaration, Role::Type)?);
    let inside = text.strip_prefix("std::array<")?.strip_suffix('>')?;
    inside.rsplit_once(',')?.1.trim().parse().ok()
}
