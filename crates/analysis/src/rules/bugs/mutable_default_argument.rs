//! `bug/mutable-default-argument`.

use crate::facts::BindingId;
use crate::findings::{Category, Draft, Safety, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/mutable-default-argument",
    category: Category::Bug,
    summary: "A mutable default value is shared by all calls",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports parameters whose default is a list, dictionary or set, unless every use of \
               the parameter only reads it.",
        why: "The default is made once, when the function is defined. A call that changes it \
              changes it for every later call.",
        fix: "Use `None` as the default and make the value inside the function.",
        limits: "Where the function only reads the parameter the shared value does no harm and \
                 nothing is reported; nor where it replaces the default first (`seen = seen or []`), \
                 nor a parameter whose name says that it is kept between \
                 calls (`cache`, `_memo`). Languages that evaluate defaults at each call are not \
                 concerned.",
        references: &[
            "https://docs.python.org/3/faq/programming.html#why-are-default-values-shared-between-objects",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "def remember(item, seen=[]):
                        ^^ the default of `seen` is shared by all calls
    seen.append(item)
    return seen
",
            "def remember(item, seen=None):
    if seen is None:
        seen = []
    seen.append(item)
    return seen
",
        ),
        Example::fixed(
            "python",
            "class Job:
    def __init__(self, name, options={}):
                                     ^^ the default of `options` is shared
        \"\"\"A job.\"\"\"
        self.name = name
        self.options = options
",
            "class Job:
    def __init__(self, name, options=None):
        \"\"\"A job.\"\"\"
        if options is None:
            options = {}
        self.name = name
        self.options = options
",
        ),
        Example::good(
            "python",
            "def keep(self, names=frozenset()):
    self.names = names
",
        ),
        Example::good(
            "python",
            "def total(items, weights=[]):
    for weight in weights:
        items = [item * weight for item in items]
    return sum(items)
",
        ),
        Example::good(
            "python",
            "def remember(item, seen=None):\n    seen = seen or []\n    return seen\n",
        ),
        Example::good(
            "python",
            "def remember(item, seen=[]):
    seen = seen or []
    seen.append(item)
    return seen
",
        ),
        Example::good(
            "python",
            "def remember(item, seen=[]):
    seen = list(seen)
    seen.append(item)
    return seen
",
        ),
        Example::good(
            "python",
            "def remember(item, seen={}):
    if not seen:
        seen = {}
    seen[item] = True
    return seen
",
        ),
    ],
    kinds: &[Kind::Parameter],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(default), Some(target)) =
        (tree.child(id, Role::Default), tree.child(id, Role::Target))
    else {
        return;
    };
    let made = context.types().of(default);
    let is_made_here = matches!(
        tree.kind(default),
        Kind::List | Kind::Map | Kind::Set | Kind::Comprehension | Kind::Call
    );
    if !is_made_here || !matches!(made, Some(ValueType::List | ValueType::Map | ValueType::Set)) {
        return;
    }
    // A frozen set is a set that nobody can change.
    let is_frozen =
        tree.child(default, Role::Callee).is_some_and(|it| tree.name(it) == "frozenset");
    if is_frozen || is_meant_to_last(tree.text(target)) {
        return;
    }
    let Some(binding) = context.facts.bindings.resolve(target) else { return };
    let uses = &context.facts.bindings;
    let mut reads = uses.occurrences(binding).iter().copied().filter(|it| *it != target).peekable();
    let is_used = reads.peek().is_some();
    let rebound = rebinding(context, id, default, binding);
    let until = rebound.map_or(tree.node(NodeId::ROOT).subtree_end, |it| it.own_end);
    let harm = reads.find(|name| {
        let is_replaced = rebound.is_some_and(|it| tree.is_within(*name, it.statement));
        *name < until && !is_replaced && !only_reads(tree, *name)
    });
    if is_used && harm.is_none() {
        return;
    }
    let name = tree.text(target).to_owned();
    let value = context.excerpt(default);
    let fix = none_default(context, id, default, target);
    let mut report = context
        .report(default, format!("the default of `{name}` is shared by all calls"))
        .because(format!("`{value}` is made once, when the function is defined."));
    if let Some(harm) = harm {
        report = report
            .related(harm, format!("`{name}` can be changed or kept here"))
            .because("The function changes it, or hands it on to code that may.");
    }
    if let Some(edits) = fix {
        report = report.fix(
            format!("Make the default of `{name}` anew in each call"),
            Safety::Unsafe,
            edits,
        );
    }
    report.emit();
}

/// A statement that gives a parameter a value of the call's own in place of the default.
#[derive(Clone, Copy)]
struct Rebinding {
    /// The statement.
    statement: NodeId,
    /// The first node behind it, which sees the new value.
    own_end: NodeId,
}

/// The first statement of the function's body that surely replaces the default:
/// `seen = seen or []`, `seen = list(seen)`, `if not seen: seen = []`.
fn rebinding(
    context: &Context<'_>,
    parameter: NodeId,
    default: NodeId,
    binding: BindingId,
) -> Option<Rebinding> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let function = tree.parent(parameter)?;
    let body = tree.child(function, Role::Body)?;
    let is_it = |name: NodeId| bindings.resolve(name) == Some(binding);
    let is_empty = tree.children(default).all(|it| tree.role(it) == Role::Callee);
    let statement = tree.children(body).find(|statement| match tree.kind(*statement) {
        Kind::Assign => assigns_own_value(tree, *statement, &is_it, is_empty),
        Kind::If if is_empty => replaces_when_empty(tree, *statement, &is_it),
        _ => false,
    })?;
    Some(Rebinding { statement, own_end: tree.node(statement).subtree_end })
}

/// `seen = seen or []`, `seen = list(seen)`
fn assigns_own_value(
    tree: &Tree,
    statement: NodeId,
    is_it: &dyn Fn(NodeId) -> bool,
    is_empty: bool,
) -> bool {
    let (Some(target), Some(value)) =
        (tree.child(statement, Role::Target), tree.child(statement, Role::Value))
    else {
        return false;
    };
    if tree.node(statement).operator != Operator::Assign || !is_it(target) {
        return false;
    }
    if tree.kind(value) == Kind::Logical {
        let left = tree.child(value, Role::Left);
        return is_empty
            && tree.node(value).operator == Operator::Or
            && left.is_some_and(|left| tree.kind(left) == Kind::Name);
    }
    let mut mentions = tree.descendants(value).chain([value]).filter(|it| is_it(*it));
    mentions.all(|it| only_reads(tree, it))
}

/// `if not seen: seen = []`
fn replaces_when_empty(tree: &Tree, statement: NodeId, is_it: &dyn Fn(NodeId) -> bool) -> bool {
    let (Some(condition), Some(then)) =
        (tree.child(statement, Role::Condition), tree.child(statement, Role::Then))
    else {
        return false;
    };
    let tests = tree.kind(condition) == Kind::Unary
        && tree.node(condition).operator == Operator::Not
        && tree.child(condition, Role::Operand).is_some_and(is_it);
    tests
        && tree.children(then).next().is_some_and(|first| {
            tree.kind(first) == Kind::Assign && tree.child(first, Role::Target).is_some_and(is_it)
        })
}

/// Whether the name says that the value is to be kept between calls.
fn is_meant_to_last(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('_') || name.contains("cache") || name.contains("memo")
}

/// Methods that leave their receiver as it is.
const READING_METHODS: &[&str] = &[
    "get",
    "items",
    "keys",
    "values",
    "index",
    "count",
    "copy",
    "union",
    "intersection",
    "difference",
    "issubset",
    "issuperset",
    "isdisjoint",
];

/// Functions that leave their argument as it is and keep no reference to it.
const READING_FUNCTIONS: &[&str] = &[
    "len",
    "sorted",
    "set",
    "list",
    "tuple",
    "dict",
    "frozenset",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "enumerate",
    "zip",
    "map",
    "filter",
    "reversed",
    "str",
    "repr",
    "isinstance",
    "print",
    "bool",
    "iter",
    "range",
];

/// Whether one mention of the parameter surely leaves its value alone.
fn only_reads(tree: &Tree, name: NodeId) -> bool {
    let node = tree.node(name);
    if node.access != Access::Read {
        // `seen = …` binds another value; `seen += …` changes it in place.
        return node.access == Access::Write;
    }
    let parent = tree.node(node.parent);
    match (parent.kind, node.role) {
        (Kind::ForEach | Kind::ComprehensionFor, Role::Iterable)
        | (Kind::Compare | Kind::Unary | Kind::Spread | Kind::Template, _)
        | (Kind::If | Kind::While | Kind::Ternary | Kind::Assert, Role::Condition)
        | (Kind::Index, Role::Index) => true,
        (Kind::Binary, _) => {
            parent.operator == Operator::Add || parent.operator == Operator::Remainder
        }
        (Kind::Index, Role::Receiver) => parent.access == Access::Read,
        (Kind::Member, Role::Receiver) => READING_METHODS.contains(&tree.name(node.parent)),
        (Kind::Call, Role::Argument) => {
            tree.child(node.parent, Role::Callee).is_some_and(|callee| {
                tree.kind(callee) == Kind::Name && READING_FUNCTIONS.contains(&tree.name(callee))
            })
        }
        _ => false,
    }
}

/// Replaces the default by `None` and makes the value at the top of the body.
fn none_default(
    context: &Context<'_>,
    parameter: NodeId,
    default: NodeId,
    target: NodeId,
) -> Option<Vec<(Span, Draft)>> {
    let tree = context.tree;
    let function = tree.parent(parameter).filter(|it| tree.kind(*it) == Kind::Function)?;
    let body = tree.child(function, Role::Body)?;
    let mut statements = tree.children(body);
    let mut first = statements.next()?;
    if is_docstring(tree, first) {
        first = statements.next()?;
    }
    // A body on the line of the `def` leaves no line to put the code before.
    let start = tree.span(first).start as usize;
    let before = tree.source().get(..start)?;
    let indent = before.get(before.rfind('\n')? + 1..)?;
    let has_type = tree.child(parameter, Role::Type).is_some();
    if !indent.chars().all(char::is_whitespace)
        || tree.flags(parameter).has(Flags::REST)
        || has_type
    {
        return None;
    }
    let name = tree.text(target);
    let value = tree.text(default);
    let made = vec![(0, format!("if {name} is None:")), (1, format!("{name} = {value}"))];
    let at = Span::new(start as u32, start as u32);
    let none = Draft::Text("None".to_owned());
    Some(vec![(tree.span(default), none), (at, Draft::Before(made))])
}

fn is_docstring(tree: &Tree, statement: NodeId) -> bool {
    tree.kind(statement) == Kind::ExpressionStatement
        && tree.children(statement).next().is_some_and(|it| tree.kind(it) == Kind::String)
}
