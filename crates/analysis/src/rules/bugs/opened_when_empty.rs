//! `bug/opened-when-empty`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/opened-when-empty",
    category: Category::Bug,
    summary: "A value is taken from what a test just found empty",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["javascript", "typescript", "rust", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `unwrap` of what `is_none` or `is_err` was just true of, `get` of an `Optional` that is not present, and members of a variable where `!variable` holds in JavaScript.",
        why: "It always fails there. Most often the test is the wrong way round.",
        fix: "Turn the test around, or leave the branch.",
        limits: "Only variables are followed that the branch does not assign, and that no other function changes.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#unnecessary_unwrap", "https://cwe.mitre.org/data/definitions/476.html"],
    },
    examples: &[
        Example::bad("javascript", 
"function f(x) { if (!x) { return x.name; } return 1; }
                                 ^
"),
        Example::bad("javascript", 
"const f = (x) => x || x.name;
                      ^
"),
        Example::good("javascript", 
"function f(x) { if (!x) { x = make(); return x.name; } return x.name; }
"),
        Example::good("javascript", 
"const f = (x) => !x || x.name;
"),
        Example::bad("typescript", 
"function f(x?: Foo): number { if (!x) { return x.size; } return 1; }
                                               ^
"),
        Example::bad("typescript", 
"function f(x?: Foo): boolean { return !x && x.ok; }
                                            ^
"),
        Example::good("typescript", 
"function f(x?: Foo): number { return x ? x.size : 0; }
"),
        Example::good("typescript", 
"function f(x?: Foo): number { return !x ? 0 : x.size; }
"),
        Example::bad("rust", 
"fn f(x: Option<i32>) -> i32 { if x.is_none() { return x.unwrap(); } 0 }
                                                      ^
"),
        Example::bad("rust", 
"fn f(x: Result<i32, E>) -> i32 { if x.is_ok() { 0 } else { x.unwrap() } }
                                                           ^
"),
        Example::good("rust", 
"fn f(x: Option<i32>) -> i32 { if x.is_some() { return x.unwrap(); } 0 }
"),
        Example::good("rust", 
"fn f(mut x: Option<i32>) -> i32 { if x.is_none() { x = Some(1); return x.unwrap(); } 0 }
"),
        Example::bad("java", 
"class A { String f(Optional<String> o) { if (!o.isPresent()) { return o.get(); } return \"\"; } }
                                                                      ^
"),
        Example::bad("java", 
"class A { boolean f(Optional<String> o) { return o.isEmpty() && o.get().isEmpty(); } }
                                                                ^
"),
        Example::good("java", 
"class A { String f(Optional<String> o) { if (o.isPresent()) { return o.get(); } return \"\"; } }
"),
        Example::good("java", 
"class A { String f(List<String> o) { if (o.isEmpty()) { return o.get(); } return \"\"; } }
"),
    ],
    kinds: &[Kind::If, Kind::Ternary, Kind::Logical],
    check,
};
/// What a test says of a variable.
struct Test {
    variable: NodeId,
    is_empty: bool,
    /// Methods that then fail, where the language has such; else any member does.
    failing: &'static [&'static str],
}

const WHEN_EMPTY: &[&str] = &["unwrap", "expect", "get", "getAsInt"];

/// Methods that ask whether there is a value: their name, what it says, and what then fails.
const ASKED: ByLanguage<&[(&str, bool, &[&str])]> = &[
    (
        &["rust"],
        &[
            ("is_none", true, WHEN_EMPTY),
            ("is_err", true, WHEN_EMPTY),
            ("is_some", false, WHEN_EMPTY),
            ("is_ok", false, WHEN_EMPTY),
        ],
    ),
    (&["java"], &[("isEmpty", true, WHEN_EMPTY), ("isPresent", false, WHEN_EMPTY)]),
    (&["javascript", "typescript"], &[]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    let (condition, when_empty, when_full) = match tree.kind(id) {
        Kind::Logical => (
            tree.child(id, Role::Left),
            tree.child(id, Role::Right).filter(|_| operator == Operator::And),
            tree.child(id, Role::Right).filter(|_| operator == Operator::Or),
        ),
        _ => (
            tree.child(id, Role::Condition),
            tree.child(id, Role::Then),
            tree.child(id, Role::Else),
        ),
    };
    let Some(test) = condition.and_then(|it| test(context, it)) else { return };
    let region = if test.is_empty { when_empty } else { when_full };
    let Some(region) = region.filter(|_| is_followed(context, test.variable)) else { return };
    let symbol = tree.node(test.variable).symbol;
    let function = tree.enclosing_function(id);
    let mut found = None;
    for it in tree.descendants(region) {
        if tree.kind(it) != Kind::Name || tree.node(it).symbol != symbol {
            continue;
        }
        let user = tree.node(it).parent;
        if tree.node(it).access != Access::Read || tree.kind(user) == Kind::Reference {
            return;
        }
        let is_opened = matches!(tree.kind(user), Kind::Member | Kind::Index)
            && tree.role(it) == Role::Receiver
            && !tree.flags(user).has(Flags::OPTIONAL)
            && tree.node(user).access == Access::Read
            && tree.enclosing_function(it) == function
            && (test.failing.is_empty() || test.failing.contains(&tree.name(user)));
        if is_opened && found.is_none() {
            found = Some(it);
        }
    }
    let Some(found) =
        found.filter(|it| !context.is_in_test(*it) && !is_tested_again(context, region, *it))
    else {
        return;
    };
    let name = context.excerpt(found);
    context
        .report(found, format!("`{name}` holds nothing here, so this always fails"))
        .related(test.variable, "the test says so")
        .because("Nothing gives it a value between the test and this place.")
        .emit();
}

/// Whether something within the region asks about the variable again.
fn is_tested_again(context: &Context<'_>, region: NodeId, found: NodeId) -> bool {
    let tree = context.tree;
    let symbol = tree.node(found).symbol;
    tree.ancestors(found).take_while(|it| it.0 >= region.0).any(|it| {
        let condition = tree.child(it, Role::Condition).or_else(|| tree.child(it, Role::Left));
        matches!(tree.kind(it), Kind::If | Kind::Ternary | Kind::Logical | Kind::Try)
            && condition.is_none_or(|condition| {
                let mut names = tree.descendants(condition).chain([condition]);
                names.any(|name| tree.node(name).symbol == symbol && name != found)
            })
    })
}

/// A local variable that only this function changes.
fn is_followed(context: &Context<'_>, name: NodeId) -> bool {
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(name).and_then(|it| bindings.binding(it));
    binding.is_some_and(|it| !it.is_captured)
}

fn test(context: &Context<'_>, condition: NodeId) -> Option<Test> {
    let tree = context.tree;
    let is_not =
        tree.kind(condition) == Kind::Unary && tree.node(condition).operator == Operator::Not;
    let asked = if is_not { tree.child(condition, Role::Operand)? } else { condition };
    let known = context.in_language(ASKED)?;
    if known.is_empty() {
        let variable = (tree.kind(asked) == Kind::Name).then_some(asked)?;
        return Some(Test { variable, is_empty: is_not, failing: &[] });
    }
    let (variable, name) = context.method(asked)?;
    let (_, is_empty, failing) = known.iter().find(|(method, ..)| *method == name)?;
    let declared = || context.types().declared(variable).map_or("", |it| context.text(it));
    // Collections are empty, too.
    let is_optional = name != "isEmpty" || declared().contains("Optional");
    (tree.kind(variable) == Kind::Name && is_optional && context.arguments(asked).is_empty())
        .then_some(Test { variable, is_empty: *is_empty != is_not, failing })
}
