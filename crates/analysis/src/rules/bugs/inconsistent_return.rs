//! `bug/inconsistent-return`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::returns::{ends_otherwise, first_value};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/inconsistent-return",
    category: Category::Bug,
    summary: "A function returns a value on some ways and runs off its end on others",
    severity: Severity::Warning,
    confidence: 0.75,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a function without a declared result that returns a value on some ways and runs off its end on another.",
        why: "Whoever calls it gets `None` or `undefined` there. Where that is meant, a reader cannot tell it from a forgotten `return`.",
        fix: "Return a value on every way; where there is none, say so: `return None`, `return undefined`.",
        limits: "Functions with a declared result are `bug/missing-return`'s business. Callbacks and functions that only return what another call gives are left alone.",
        references: &[
            "https://eslint.org/docs/latest/rules/consistent-return",
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/refactor/inconsistent-return-statements.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def index_of(items, wanted):
    ^^^^^^^^ on others runs off its end
    for index, item in enumerate(items):
        if item == wanted:
            return index
",
        ),
        Example::bad(
            "python",
            "def price(order):
    ^^^^^ on others runs off its end
    if order.paid:
        return order.total
    log(order)
",
        ),
        Example::good(
            "python",
            "def index_of(items, wanted):
    for index, item in enumerate(items):
        if item == wanted:
            return index
    return None
",
        ),
        Example::good(
            "python",
            "def stop(order):
    if not order:
        return
    close(order)
",
        ),
        Example::bad(
            "javascript",
            "function indexOf(items, wanted) {
         ^^^^^^^ on others runs off its end
  for (let i = 0; i < items.length; i++) {
    if (items[i] === wanted) return i;
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function price(order) {
         ^^^^^ on others runs off its end
  if (order.paid) {
    return order.total;
  }
  log(order);
}
",
        ),
        Example::good(
            "javascript",
            "function indexOf(items, wanted) {
  for (let i = 0; i < items.length; i++) {
    if (items[i] === wanted) return i;
  }
  return -1;
}
",
        ),
        Example::good(
            "javascript",
            "function load(path, done) {
  if (!path) return done(new Error('no path'));
  read(path, done);
}
",
        ),
        Example::bad(
            "typescript",
            "function indexOf(items, wanted) {
         ^^^^^^^ on others runs off its end
  for (let i = 0; i < items.length; i++) {
    if (items[i] === wanted) return i;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function price(order) {
         ^^^^^ on others runs off its end
  if (order.paid) {
    return order.total;
  }
  log(order);
}
",
        ),
        Example::good(
            "typescript",
            "function indexOf(items, wanted) {
  for (let i = 0; i < items.length; i++) {
    if (items[i] === wanted) return i;
  }
  return -1;
}
",
        ),
        Example::good(
            "typescript",
            "function load(path, done) {
  if (!path) return done(new Error('no path'));
  read(path, done);
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    let is_plain = !flags.has(Flags::STUB) && !flags.has(Flags::GENERATOR);
    if !is_plain || tree.child(id, Role::Type).is_some() {
        return;
    }
    let Some(returned) = first_value(context, id).filter(|it| !is_jump(tree, *it)) else { return };
    let graph = context.graph();
    let falls_off = graph.region(id).is_some_and(|region| graph.can_fall_off(region));
    if !falls_off || ends_otherwise(context, id) {
        return;
    }
    let Some(own) = tree.child(id, Role::Name) else { return };
    let name = context.excerpt(own);
    context
        .report(
            own,
            format!("`{name}` returns a value on some ways, and on others runs off its end"),
        )
        .related(returned, "returns a value here")
        .because("Some way through the function ends without a `return`.")
        .emit();
}

/// `return callback(error)`: a call whose value nobody asks for, with which the function ends.
fn is_jump(tree: &Tree, returned: NodeId) -> bool {
    let value = tree.child(returned, Role::Value);
    value.is_some_and(|it| matches!(tree.kind(it), Kind::Call | Kind::Await))
}
