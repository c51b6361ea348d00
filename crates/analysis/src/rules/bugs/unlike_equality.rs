//! `bug/unlike-equality`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unlike-equality",
    category: Category::Bug,
    summary: "Two values are compared that are never equal",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `equals`, `hashCode` and `toString` of an array, and `equals` between values whose types have nothing in common.",
        why: "Arrays inherit these methods from `Object`, so they go by identity; and objects of unrelated classes are never equal, so the test is always false.",
        fix: "Use the functions of `Arrays`, and convert one of the two values.",
        limits: "Types are known from declarations and literals only.",
        references: &[
            "https://errorprone.info/bugpattern/ArrayEquals",
            "https://errorprone.info/bugpattern/EqualsIncompatibleType",
        ],
    },
    examples: &[
        Example::bad(
            "java",
            "class A { boolean f(int[] a, int[] b) { return a.equals(b); } }
                                               ^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { boolean f(String a, Integer b) { return a.equals(b); } }
                                                  ^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { String f(byte[] a) { return a.toString(); } }
                                      ^^^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { boolean f(int[] a, int[] b) { return Arrays.equals(a, b); } }
",
        ),
        Example::good(
            "java",
            "class A { boolean f(String a, Object b) { return a.equals(b); } }
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Final classes: nothing else is one of them.
const FINAL: &[&str] = &[
    "String",
    "Integer",
    "Long",
    "Double",
    "Float",
    "Short",
    "Byte",
    "Character",
    "Boolean",
    "int",
    "long",
    "double",
    "boolean",
    "char",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some((receiver, name)) = context.method(id) else { return };
    if context.tree.kind(receiver) != Kind::Name {
        return;
    }
    let Some(own) = type_of(context, receiver) else { return };
    let arguments = context.arguments(id);
    let is_array = own.ends_with("[]");
    let text = context.excerpt(receiver);
    let said = match (name, arguments.as_slice()) {
        ("equals", [_]) if is_array => {
            format!("`{text}` is an array: `equals` asks whether both are the same one")
        }
        ("hashCode" | "toString", []) if is_array => {
            format!("`{text}` is an array: `{name}` tells nothing of its elements")
        }
        ("equals", [other]) => {
            let Some(theirs) = type_of(context, *other) else { return };
            let boxed = |it: &str| match it {
                "int" => "Integer".to_owned(),
                "char" => "Character".to_owned(),
                "long" | "double" | "boolean" | "float" | "short" | "byte" => it
                    .chars()
                    .take(1)
                    .flat_map(char::to_uppercase)
                    .chain(it.chars().skip(1))
                    .collect(),
                _ => it.to_owned(),
            };
            let both_known = FINAL.contains(&own.as_str()) && FINAL.contains(&theirs.as_str());
            if !both_known || boxed(&own) == boxed(&theirs) {
                return;
            }
            format!("a `{own}` never equals a `{theirs}`")
        }
        _ => return,
    };
    context.report(id, said).because("By the types that the declarations name.").emit();
}

/// The type of a variable or literal, as it is written.
fn type_of(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::String => Some("String".to_owned()),
        Kind::Boolean => Some("boolean".to_owned()),
        Kind::Character => Some("char".to_owned()),
        Kind::Number => {
            let is_plain = tree.text(id).chars().all(|it| it.is_ascii_digit());
            is_plain.then(|| "int".to_owned())
        }
        Kind::Name => context.types().declared(id).map(|it| context.text(it).to_owned()),
        _ => None,
    }
}
