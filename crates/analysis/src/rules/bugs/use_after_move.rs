//! `bug/use-after-move`.

use rustc_hash::FxHashSet;

use crate::facts::spent::Spent;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/use-after-move",
    category: Category::Bug,
    summary: "A variable is used after its value was moved away",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a variable that is read after `std::move` gave its value away on every way that leads there, without a new value in between.",
        why: "What a moved variable still holds, nobody promises: mostly nothing. A string is empty, a smart pointer null.",
        fix: "Use the variable before the move, move in the last place that needs it, or copy.",
        limits: "Tests of the variable, and calls that give it a new value (`clear`, `assign`, `reset`), are fine. One function and its own variables are followed.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/bugprone/use-after-move.html",
        ],
    },
    examples: &[
        Example::bad(
            "cpp",
            "void add(std::vector<std::string> &names, std::string name) {
    names.push_back(std::move(name));
    log(\"added \" + name);
                   ^^^^ is used after its value was moved away
}
",
        ),
        Example::bad(
            "cpp",
            "std::unique_ptr<Order> place(std::unique_ptr<Order> order, Shop &shop) {
    shop.accept(std::move(order));
    shop.notify(order->id());
                ^^^^^ is used after its value was moved away
    return nullptr;
}
",
        ),
        Example::good(
            "cpp",
            "void add(std::vector<std::string> &names, std::string name) {
    log(\"adding \" + name);
    names.push_back(std::move(name));
    name.clear();
    name += \"next\";
}
",
        ),
        Example::good(
            "cpp",
            "void read(std::vector<std::string> &lines, std::istream &input) {
    std::string line;
    while (std::getline(input, line)) {
        lines.push_back(std::move(line));
        line = std::string();
    }
}
",
        ),
        Example::good(
            "cpp",
            "Message &Message::operator=(Message &&other) {
    *static_cast<Buffer *>(this) = std::move(other);
    kind = other.kind;
    return *this;
}
",
        ),
        Example::good(
            "cpp",
            "bool offer(Queue &queue, Job job) {
    if (!queue.push(std::move(job))) {
        run(job);
    }
    return true;
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

/// Methods after which a variable has a value again.
const RENEWING: &[&str] =
    &["clear", "reset", "assign", "swap", "emplace", "open", "resize", "shrink_to_fit"];

/// Beginnings of functions that fill what they are given.
const FILLING: &[&str] = &["get", "read", "swap", "fill", "parse", "load", "init", "reset", "next"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if id != NodeId::ROOT {
        return;
    }
    let Some(body) = tree.child(id, Role::Body) else { return };
    let moves: FxHashSet<NodeId> =
        tree.descendants(body).filter_map(|it| moved(context, it)).collect();
    if moves.is_empty() {
        return;
    }
    let renews: FxHashSet<NodeId> =
        tree.descendants(body).filter(|it| is_renewed(tree, *it)).collect();
    let bindings = &context.facts.bindings;
    let spent = Spent::compute(context.graph(), tree, bindings, &moves, &renews);
    let mut told = FxHashSet::default();
    for (read, moved) in spent.reads() {
        let statement = tree.enclosing_statement(read);
        if is_test(tree, read)
            || is_asserted(tree, read)
            || tree.flags(statement).has(Flags::CONDITIONAL)
        {
            continue;
        }
        // One finding for each move is enough.
        if told.insert(moved) {
            let name = context.excerpt(read);
            context
                .report(read, format!("`{name}` is used after its value was moved away"))
                .related(moved, "moved here")
                .because("Every way to this place moves it away first.")
                .emit();
        }
    }
}

/// The name in `std::move(name)` that surely gives its value away.
fn moved(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    if tree.kind(id) != Kind::Call {
        return None;
    }
    let callee = tree.child(id, Role::Callee).filter(|it| tree.name(*it) == "move")?;
    let mut arguments = tree.children_with(id, Role::Argument);
    let (Some(name), None) = (arguments.next(), arguments.next()) else { return None };
    let is_plain = tree.kind(name) == Kind::Name && tree.text(callee) == "std::move";
    (is_plain && gives_away(tree, id)).then_some(name)
}

/// Whether a call of `std::move` surely gives the value away: not where a test shows whether it was
/// taken, nor where only a reference is made.
fn gives_away(tree: &Tree, id: NodeId) -> bool {
    let statement = tree.enclosing_statement(id);
    let between = tree.ancestors(id).take_while(|it| *it != statement);
    let mut inner = id;
    for outer in between.chain([statement]) {
        let role = tree.role(inner);
        let is_kept = match tree.kind(outer) {
            Kind::Call => tree
                .child(outer, Role::Callee)
                .is_some_and(|callee| tree.name(callee).to_ascii_lowercase().contains("try")),
            Kind::If
            | Kind::While
            | Kind::Switch
            | Kind::Assert
            | Kind::Ternary
            | Kind::Logical
            | Kind::Lambda => true,
            Kind::Declare => tree.child(outer, Role::Target).is_some_and(|target| {
                let start = tree.span(outer).start;
                let head = crate::text::Span::new(start, tree.span(target).start);
                head.of(tree.source()).contains('&')
            }),
            // Only the part of the object that its base has: `*static_cast<Base *>(this) = …`.
            Kind::Assign => {
                tree.child(outer, Role::Target).is_some_and(|it| tree.text(it).contains("_cast<"))
            }
            Kind::ExpressionStatement => role == Role::Child && inner == id,
            _ => false,
        };
        if is_kept {
            return false;
        }
        inner = outer;
    }
    !tree.flags(statement).has(Flags::CONDITIONAL)
}

/// Whether a mention of a variable gives it a new value.
fn is_renewed(tree: &Tree, name: NodeId) -> bool {
    if tree.kind(name) != Kind::Name {
        return false;
    }
    let node = tree.node(name);
    let parent = tree.node(node.parent);
    match (parent.kind, node.role) {
        (Kind::Member, Role::Receiver) => RENEWING.contains(&tree.name(node.parent)),
        // `input >> name`
        (Kind::Binary, Role::Right) => parent.operator == Operator::ShiftRight,
        (Kind::Call, Role::Argument) => tree.child(node.parent, Role::Callee).is_some_and(|it| {
            let name = tree.name(it).to_ascii_lowercase();
            let is_macro = !tree.name(it).contains(char::is_lowercase);
            is_macro || FILLING.iter().any(|known| name.starts_with(known))
        }),
        _ => false,
    }
}

/// Whether a mention only asks whether there is a value, or which one it was.
fn is_test(tree: &Tree, read: NodeId) -> bool {
    let node = tree.node(read);
    let parent = node.parent;
    match tree.kind(parent) {
        Kind::Compare | Kind::Logical | Kind::Unary | Kind::If | Kind::While | Kind::Assert => true,
        Kind::Member => {
            matches!(
                tree.name(parent),
                "empty" | "has_value" | "valid" | "joinable" | "get" | "size"
            )
        }
        Kind::Call => tree
            .child(parent, Role::Callee)
            .is_some_and(|it| matches!(tree.name(it), "decltype" | "sizeof" | "ignore_unused")),
        _ => false,
    }
}

/// Whether a mention stands in an assertion: `assert(name.empty())`.
fn is_asserted(tree: &Tree, read: NodeId) -> bool {
    tree.ancestors(read).take_while(|it| !tree.kind(*it).is_statement()).any(|it| {
        let callee = tree.child(it, Role::Callee);
        let name = callee.map_or("", |it| tree.name(it)).to_ascii_lowercase();
        ["assert", "expect", "check"].iter().any(|known| name.starts_with(known))
    })
}
