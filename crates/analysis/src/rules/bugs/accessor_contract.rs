//! `bug/accessor-contract`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/accessor-contract",
    category: Category::Bug,
    summary: "A getter, setter or constructor does not do its part",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a getter that returns nothing, a setter that returns a value, and a constructor that returns one.",
        why: "Who reads the property gets nothing, what a setter returns nobody sees, and a constructor's result is dropped, replaces the object, or raises an error.",
        fix: "Return the value from the getter, and nothing from the others.",
        limits: "A getter that always raises, and one without a body, are left alone.",
        references: &[
            "https://eslint.org/docs/latest/rules/getter-return",
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/return-in-init.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "class A:
    def __init__(self):
        self.x = 1
        return self.x
        ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "class A:
    @property
    def size(self):
        ^^^^
        self.count + 1
",
        ),
        Example::good(
            "python",
            "class A:
    def __init__(self):
        self.x = 1
        return
",
        ),
        Example::good(
            "python",
            "class A:
    @property
    def size(self):
        raise NotImplementedError
",
        ),
        Example::bad(
            "javascript",
            "class A { get size() { this.count; } }
              ^^^^
",
        ),
        Example::bad(
            "javascript",
            "class A { set size(value) { return value; } }
                            ^^^^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "class A { get size() { return this.count; } set size(value) { this.count = value; } }
",
        ),
        Example::good(
            "javascript",
            "class A { constructor() { if (done) { return; } this.x = 1; } }
",
        ),
        Example::bad(
            "typescript",
            "class A { get size(): number { this.count(); } }
              ^^^^
",
        ),
        Example::bad(
            "typescript",
            "class A { constructor() { return 1; } }
                          ^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "class A { get size(): number { throw new Error('x'); } }
",
        ),
        Example::good(
            "typescript",
            "abstract class A { abstract get size(): number; }
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(name), Some(body)) = (tree.child(id, Role::Name), tree.child(id, Role::Body)) else {
        return;
    };
    if !tree.flags(id).has(Flags::METHOD) || tree.kind(body) != Kind::Block {
        return;
    }
    let head_end = tree.span(name).start - tree.span(id).start;
    let head = context.text(id).get(..head_end as usize).unwrap_or("");
    let has_word = |word: &str| head.split_whitespace().any(|it| it == word);
    let around = tree.node(id).parent;
    let is_python = context.language.id() == "python";
    let is_property = is_python
        && tree.children_with(around, Role::Child).any(|it| {
            tree.kind(it) == Kind::Decorator
                && matches!(
                    context.text(it).trim(),
                    "@property" | "@cached_property" | "@functools.cached_property"
                )
        });
    let text = context.excerpt(name);
    if has_word("get") && !is_python || is_property {
        if is_empty(context, id, body) {
            context
                .report(name, format!("the getter `{text}` never returns a value"))
                .because("Nothing in it returns, raises or yields.")
                .emit();
        }
        return;
    }
    let is_constructor = matches!(tree.name(name), "constructor" | "__init__")
        && (tree.name(name) == "__init__") == is_python;
    let is_setter = has_word("set") && !is_python;
    if !is_constructor && !is_setter {
        return;
    }
    let own = |it: &NodeId| tree.enclosing_function(*it) == id;
    let found = tree.descendants(body).filter(own).find(|it| match tree.kind(*it) {
        Kind::Return => tree.child(*it, Role::Value).is_some_and(|value| {
            // An object may well take the place of the new one.
            let is_object = !is_python
                && is_constructor
                && !matches!(tree.kind(value), Kind::Number | Kind::String | Kind::Boolean);
            tree.kind(value) != Kind::Null
                && !is_object
                && (is_setter || tree.kind(value) != Kind::Call || !is_python)
        }),
        Kind::Yield => is_python && is_constructor,
        _ => false,
    });
    if let Some(found) = found {
        let what = if is_setter { "setter" } else { "constructor" };
        context
            .report(found, format!("a {what} gives no value: this is dropped, or an error"))
            .because(format!("`{text}` is a {what}."))
            .emit();
    }
}

/// Whether nothing in a getter gives a value, or says why there is none.
fn is_empty(context: &Context<'_>, function: NodeId, body: NodeId) -> bool {
    let tree = context.tree;
    let statements = tree.children(body).filter(|it| {
        let inner = tree.children(*it).next();
        let is_text = inner.is_some_and(|it| matches!(tree.kind(it), Kind::String | Kind::Null));
        tree.kind(*it) != Kind::Empty && !(tree.kind(*it) == Kind::ExpressionStatement && is_text)
    });
    let gives = tree.descendants(body).any(|it| {
        let is_own = tree.enclosing_function(it) == function;
        is_own
            && match tree.kind(it) {
                Kind::Return => tree.child(it, Role::Value).is_some(),
                Kind::Raise | Kind::Yield => true,
                _ => false,
            }
    });
    // A call alone may never come back.
    let text = context.text(body);
    let is_call = context.language.id() == "python" && text.trim_end().ends_with(')');
    let never_ends = !gives && (text.contains("NotImplemented") || is_call);
    statements.count() > 0 && !gives && !never_ends
}
