//! `bug/text-from-number`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/text-from-number",
    category: Category::Bug,
    summary: "A text is made of a number by mistake",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["cpp", "go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `std::string('a', 5)`, a `std::string` made of a null pointer, a literal plus an `int` in C++, and `string(number)` in Go.",
        why: "The arguments of `std::string` stand the other way round, `\"abc\" + n` moves the pointer, and Go's `string(65)` is `\"A\"`, not `\"65\"`.",
        fix: "Swap the arguments, or convert with `std::to_string` or `strconv.Itoa`.",
        limits: "Types are known from literals and plain declarations.",
        references: &["https://pkg.go.dev/golang.org/x/tools/go/analysis/passes/stringintconv"],
    },
    examples: &[
        Example::bad(
            "cpp",
            "std::string f(int n) { return std::string('a', 5); }
                              ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "std::string f(int n) { return \"abc\" + n; }
                              ^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "std::string f(int n) { return std::string(5, 'a'); }
",
        ),
        Example::good(
            "cpp",
            "std::string f(std::string n) { return \"abc\" + n; }
",
        ),
        Example::bad(
            "go",
            "func f(x int) string { return string(x) }
                              ^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f(x int64) string { return \"n: \" + string(x) }
                                        ^^^^^^^^^
",
        ),
        Example::good(
            "go",
            "func f(x rune) string { return string(x) }
",
        ),
        Example::good(
            "go",
            "func f(x []byte, y byte) string { return string(x) + string(y) }
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Binary],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let said = match (context.language.id(), tree.kind(id)) {
        ("go", Kind::Call) => in_go(context, id),
        ("cpp", Kind::Call) => made(context, id),
        ("cpp", Kind::Binary) => moved(context, id),
        _ => None,
    };
    let Some(said) = said else { return };
    context.report(id, said).because("The number is not what the text will show.").emit();
}

fn in_go(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let arguments = context.arguments(id);
    let [value] = arguments.as_slice() else { return None };
    let declared = context.types().declared(*value).map_or("", |it| context.text(it));
    let is_number = matches!(declared, "int" | "int64" | "uint" | "uint64" | "int16" | "uint16")
        && context.numbers().of(*value).is_some();
    (tree.kind(callee) == Kind::Name && tree.name(callee) == "string" && is_number)
        .then_some("this is the character with that number, not its digits")
}

fn made(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let called = context.called(id)?;
    if !matches!(called.as_ref(), "std.string" | "std::string") {
        return None;
    }
    let arguments = context.arguments(id);
    match arguments.as_slice() {
        [first] if tree.kind(*first) == Kind::Null => {
            Some("a text cannot be made of a null pointer")
        }
        [first, second] => (tree.kind(*first) == Kind::Character
            && tree.kind(*second) == Kind::Number)
            .then_some("the count comes first, and then the character"),
        _ => None,
    }
}

fn moved(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let (left, right) = (tree.child(id, Role::Left)?, tree.child(id, Role::Right)?);
    let declared = context.types().declared(right).map_or("", |it| context.text(it));
    let is_sum = tree.node(id).operator == Operator::Add
        && tree.kind(left) == Kind::String
        && context.text(left).starts_with('"')
        && !context.text(left).ends_with('s')
        && tree.kind(right) == Kind::Name;
    (is_sum
        && matches!(declared, "int" | "long" | "unsigned")
        && context.numbers().of(right).is_some())
    .then_some("this moves the pointer to the literal: the number is not added to the text")
}
