//! `bug/loop-variable-captured`.

use crate::facts::{BindingId, loops};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loop-variable-captured",
    category: Category::Bug,
    summary: "A function made in a loop sees the loop variable's last value",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports functions that are made in a loop, use a variable that the loop changes, \
               and are kept for later: appended to a list, stored, or registered as a callback.",
        why: "All these functions share one variable. When they run, the loop is over, and every \
              one of them sees its last value.",
        fix: "Give each function a variable of its own: a default value (`lambda i=i: …`) or \
              `functools.partial` in Python, `let` or `const` instead of `var` in JavaScript.",
        limits: "Functions passed to a call that is not known to keep them are not reported.",
        references: &[
            "https://docs.python.org/3/faq/programming.html#why-do-lambdas-defined-in-a-loop-with-different-values-all-return-the-same-result",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def keypad(frame):
    for digit in range(10):
        Button(frame, text=str(digit), command=lambda: press(digit)).pack()
                                               ^^^^^^^^^^^^^^^^^^^^ the last value of `digit`
",
        ),
        Example::bad(
            "python",
            "def handlers(names):
    result = []
    for name in names:
        result.append(lambda event: print(name, event))
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the last value of `name`
    return result
",
        ),
        Example::bad(
            "python",
            "def table(names):
    made = {}
    for name in names:
        def show():
        ^^^^^^^^^^^ the last value of `name`
            return name
        made[name] = show
    return made
",
        ),
        Example::good(
            "python",
            "def handlers(names):
    result = []
    for name in names:
        result.append(lambda event, name=name: print(name, event))
    return result
",
        ),
        Example::good(
            "python",
            "def best(groups):
    result = []
    for weight, group in groups:
        result.append(max(group, key=lambda item: item.size * weight))
    return result
",
        ),
        Example::bad(
            "javascript",
            "function listen(buttons) {
  for (var i = 0; i < buttons.length; i++) {
    buttons[i].addEventListener('click', function () { select(i); });
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^ the last value of `i`
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function later(items) {
  const tasks = [];
  for (var item of items) {
    tasks.push(() => run(item));
               ^^^^^^^^^^^^^^^ the last value of `item`
  }
  return tasks;
}
",
        ),
        Example::bad(
            "javascript",
            "function later(items) {
  const tasks = [];
  let item;
  for (item of items) {
    tasks.push(() => run(item));
               ^^^^^^^^^^^^^^^ the last value of `item`
  }
  return tasks;
}
",
        ),
        Example::good(
            "javascript",
            "function later(items) {
  const tasks = [];
  let last;
  for (const item of items) {
    last = item;
    tasks.push(() => run(item, last));
  }
  return tasks;
}
",
        ),
        Example::good(
            "javascript",
            "function later(items) {
  const tasks = [];
  for (const item of items) {
    tasks.push(() => run(item));
  }
  return tasks;
}
",
        ),
        Example::good(
            "javascript",
            "function scale(rows) {
  for (var i = 0; i < rows.length; i++) {
    rows[i] = rows[i].map((cell) => cell * i);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function poll(hosts: string[]): void {
  for (var i = 0; i < hosts.length; i++) {
    setTimeout(() => ping(hosts[i]), 100);
               ^^^^^^^^^^^^^^^^^^^^ the last value of `i`
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function wire(names: string[], table: Table): void {
  for (var name of names) {
    table[name] = () => open(name);
                  ^^^^^^^^^^^^^^^^ the last value of `name`
  }
}
",
        ),
        Example::good(
            "typescript",
            "function poll(hosts: string[]): void {
  for (let i = 0; i < hosts.length; i++) {
    setTimeout(() => ping(hosts[i]), 100);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function f(xs: number[]): void { for (var x of xs) { g(xs.filter((y) => y > x)); } }\n",
        ),
    ],
    kinds: &[Kind::Lambda, Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(loop_node) = loops::innermost(tree, id) else { return };
    if !is_kept(context, id, loop_node) {
        return;
    }
    let Some((binding, name)) = captured(context, id, loop_node) else { return };
    let Some(declared_at) = context.facts.bindings.binding(binding).map(|it| it.declared_at) else {
        return;
    };
    let text = tree.name(name).to_owned();
    let line_end = tree.text(id).find(['\n', '{']).filter(|_| tree.kind(id) == Kind::Function);
    let span = tree.span(id);
    let head = line_end.map_or(span.end, |at| span.start + at as u32);
    context
        .report(id, format!("when this function runs, it sees the last value of `{text}`"))
        .span(crate::text::Span::new(span.start, head))
        .related(name, format!("`{text}` is looked up when the function runs"))
        .related(declared_at, format!("every round of the loop shares this `{text}`"))
        .because(format!("`{text}` is one variable for the whole loop, and the function is kept beyond its round."))
        .emit();
}

/// A name used in the function that is bound outside it and changed by the loop.
fn captured(
    context: &Context<'_>,
    function: NodeId,
    loop_node: NodeId,
) -> Option<(BindingId, NodeId)> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let names = tree.descendants(function).filter(|it| tree.kind(*it) == Kind::Name);
    names.filter_map(|name| Some((bindings.resolve(name)?, name))).find(|(binding, name)| {
        let Some(bound) = bindings.binding(*binding) else { return false };
        // Defaults are evaluated when the function is made.
        let in_default = tree
            .ancestors(*name)
            .take_while(|it| *it != function)
            .any(|it| tree.kind(it) == Kind::Parameter);
        !in_default
            && bound.is_captured
            && !tree.is_within(bound.declared_at, function)
            && is_shared_by_rounds(context, bound.declared_at, loop_node)
            && is_loop_variable(tree, bindings, *binding, loop_node)
    })
}

/// Whether the loop itself changes the variable: it is its target, or what its update writes.
fn is_loop_variable(
    tree: &Tree,
    bindings: &crate::facts::Bindings,
    binding: BindingId,
    loop_node: NodeId,
) -> bool {
    bindings.definitions(binding).any(|definition| {
        let mut at = definition;
        while let Some(parent) = tree.parent(at) {
            if tree.kind(parent) == Kind::ComprehensionFor
                || (parent == loop_node && matches!(tree.role(at), Role::Target | Role::Update))
            {
                return tree.is_within(parent, loop_node) && tree.role(at) != Role::Iterable;
            }
            if parent == loop_node || tree.kind(parent).is_function() {
                return false;
            }
            at = parent;
        }
        false
    })
}

/// Whether all rounds share the variable: it belongs to the function, not to the block, or is
/// declared before the loop.
fn is_shared_by_rounds(context: &Context<'_>, declared_at: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    if !context.language.spec().scoping.blocks || !tree.is_within(declared_at, loop_node) {
        return true;
    }
    let declaration = tree
        .ancestors(declared_at)
        .find(|it| matches!(tree.kind(*it), Kind::Declare | Kind::ForEach | Kind::ForCount));
    declaration.is_some_and(|it| tree.flags(it).has(Flags::FUNCTION_SCOPED))
}

/// Calls that keep the functions they are given.
const KEEPERS: &[&str] = &[
    "append",
    "appendleft",
    "add",
    "insert",
    "push",
    "unshift",
    "put",
    "setdefault",
    "register",
    "subscribe",
    "connect",
    "bind",
    "on",
    "once",
    "addEventListener",
    "addListener",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "requestAnimationFrame",
    "call_soon",
    "call_later",
    "call_at",
    "add_done_callback",
    "after",
    "add_command",
    "Thread",
    "Timer",
    "nextTick",
];

/// Names of arguments that are kept to be called later.
const CALLBACKS: &[&str] = &["callback", "command", "target", "handler", "on_click", "on_change"];

/// Whether the function outlives the round that makes it.
fn is_kept(context: &Context<'_>, function: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let node = tree.node(function);
    if node.kind == Kind::Function && tree.node(function).role == Role::Statement {
        // A nested function is kept if its name is.
        let bindings = &context.facts.bindings;
        let name = tree.child(function, Role::Name).and_then(|name| bindings.resolve(name));
        return name.is_some_and(|binding| {
            let mut uses = bindings.uses(tree, binding).filter(|it| tree.is_within(*it, loop_node));
            uses.any(|it| is_stored(tree, it))
        });
    }
    is_stored(tree, function)
}

fn is_stored(tree: &Tree, value: NodeId) -> bool {
    let node = tree.node(value);
    let (role, mut parent) = (node.role, node.parent);
    if tree.kind(parent) == Kind::Argument {
        if CALLBACKS.contains(&tree.name(parent)) {
            return true;
        }
        parent = tree.node(parent).parent;
    }
    match tree.kind(parent) {
        Kind::Call => tree
            .child(parent, Role::Callee)
            .is_some_and(|callee| callee != value && KEEPERS.contains(&tree.name(callee))),
        Kind::Assign if role == Role::Value => tree
            .child(parent, Role::Target)
            .is_some_and(|target| matches!(tree.kind(target), Kind::Index | Kind::Member)),
        Kind::Comprehension => role == Role::Body,
        Kind::Yield => true,
        _ => false,
    }
}
