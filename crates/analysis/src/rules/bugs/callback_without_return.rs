//! `bug/callback-without-return`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/callback-without-return",
    category: Category::Bug,
    summary: "A function that is asked for a value returns none",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports functions with a body in braces, handed to `map`, `filter`, `some`, `every`, `find`, `findIndex`, `flatMap` or `reduce`, that never return a value.",
        why: "The call works with what its function returns. Without a `return` that is `undefined` for every element: a list of `undefined`, or no element at all.",
        fix: "Return the value, or use `forEach` if only the effect matters.",
        limits: "A `map` whose result nobody uses, as a statement or a step of a `pipe`, is left alone, and so are functions that never end normally.",
        references: &["https://eslint.org/docs/latest/rules/array-callback-return"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function prices(items) {
  return items.map((item) => {
                             ^ returns nothing
    item.price;
  });
}
",
        ),
        Example::bad(
            "javascript",
            "function cheap(items) {
  return items.filter(function (item) {
                                      ^ returns nothing
    if (item.price < 3) {
      console.log(item);
    }
  });
}
",
        ),
        Example::good(
            "javascript",
            "function prices(items) {
  return items.map((item) => {
    return item.price;
  });
}
",
        ),
        Example::good(
            "javascript",
            "function show(items) {
  items.forEach((item) => {
    console.log(item);
  });
}
",
        ),
        Example::good(
            "javascript",
            "function fill(items, prices) {
  pipe(items, List.map((item, at) => {
    prices[at] = item.price;
  }));
}
",
        ),
        Example::good(
            "javascript",
            "function cheap(items) {
  return items.every((item) => {
    throw new Error(item);
  });
}
",
        ),
        Example::bad(
            "typescript",
            "function prices(items) {
  return items.map((item) => {
                             ^ returns nothing
    item.price;
  });
}
",
        ),
        Example::bad(
            "typescript",
            "function cheap(items) {
  return items.filter(function (item) {
                                      ^ returns nothing
    if (item.price < 3) {
      console.log(item);
    }
  });
}
",
        ),
        Example::good(
            "typescript",
            "function prices(items) {
  return items.map((item) => {
    return item.price;
  });
}
",
        ),
        Example::good(
            "typescript",
            "function show(items) {
  items.forEach((item) => {
    console.log(item);
  });
}
",
        ),
        Example::good(
            "typescript",
            "function cheap(items) {
  return items.every((item) => {
    throw new Error(item);
  });
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that work with what their function returns.
const ASKING: &[&str] = &[
    "map",
    "filter",
    "some",
    "every",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flatMap",
    "reduce",
    "reduceRight",
    "toSorted",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    if tree.kind(callee) != Kind::Member || !ASKING.contains(&name) {
        return;
    }
    let Some(lambda) = tree.child(id, Role::Argument).filter(|it| tree.kind(*it) == Kind::Lambda)
    else {
        return;
    };
    let Some(body) = tree.child(lambda, Role::Body).filter(|it| tree.kind(*it) == Kind::Block)
    else {
        return;
    };
    let is_unused = is_unused(tree, id);
    let flags = tree.flags(lambda);
    let gives = tree.descendants(body).any(|it| {
        matches!(tree.kind(it), Kind::Return | Kind::Raise)
            && tree.enclosing_function(it) == lambda
            && (tree.kind(it) == Kind::Raise || tree.child(it, Role::Value).is_some())
    });
    if is_unused || gives || flags.has(Flags::ASYNC) || flags.has(Flags::GENERATOR) {
        return;
    }
    let start = tree.span(body).start;
    context
        .report(
            body,
            format!("this function returns nothing, but `{name}` works with what it returns"),
        )
        .span(Span::new(start, start + 1))
        .because("No `return` in it has a value.")
        .emit();
}

/// Whether nobody uses what the call gives: it is a statement, or a step of one (`pipe(items,
/// map(show))`).
fn is_unused(tree: &Tree, call: NodeId) -> bool {
    let parent = tree.node(call).parent;
    let is_step = tree.kind(parent) == Kind::Call
        && tree.role(call) == Role::Argument
        && tree.child(parent, Role::Callee).is_some_and(|it| tree.name(it) == "pipe");
    let outer = if is_step { tree.node(parent).parent } else { parent };
    tree.kind(outer) == Kind::ExpressionStatement
}
