//! `perf/needless-format`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/needless-format",
    category: Category::Perf,
    summary: "A format is worked through for what a plain conversion does",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports formats that only convert one value or print none: `fmt.Sprintf(\"%d\", n)`, `format!(\"{}\", text)`, `\"\" + n`, and texts that are put together only to be added to a buffer.",
        why: "The format is read at run time and the value boxed; a text made only to be added is allocated and copied once more.",
        fix: "`strconv.Itoa`, `to_string`, `String.valueOf`; write into the buffer itself (`write!`, `fmt.Fprintf`, one `append` for each part).",
        limits: "Formats with a width or precision are left alone.",
        references: &["https://github.com/catenacyber/perfsprint"],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn name(text: &str) -> String {
    format!(\"{}\", text)
    ^^^^^^^^^^^^^^^^^^^ format
}
",
        ),
        Example::bad(
            "rust",
            "fn write(out: &mut String, row: &Row) {
    out.push_str(&format!(\"{}-\", row));
                 ^^^^^^^^^^^^^^^^^^^^ format
}
",
        ),
        Example::good(
            "rust",
            "fn name(text: &str) -> String {
    format!(\"{}-{}\", text, 3)
}
",
        ),
        Example::good(
            "rust",
            "fn width(value: f64) -> String {
    format!(\"{:.2}\", value)
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func name(n int) string {
	return fmt.Sprintf(\"%d\", n)
	       ^^^^^^^^^^^^^^^^^^^^ format
}
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"errors\"
	\"fmt\"
)

func fail(name string) error {
	return errors.New(fmt.Sprintf(\"no %s\", name))
	                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ format
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func name(n int) string {
	return fmt.Sprintf(\"%04d\", n)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func name(a, b string) string {
	return fmt.Sprintf(\"%s-%s\", a, b)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String name(int n) {
        return \"\" + n;
               ^^^^^^ format
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void write(StringBuilder out, String name) {
        out.append(\"a\" + name + \"b\");
                   ^^^^^^^^^^^^^^^^ format
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String name(int n) {
        return \"shop \" + n;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void write(StringBuilder out, String name) {
        out.append(\"a\").append(name);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Macro, Kind::Binary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let found = match tree.kind(id) {
        Kind::Macro => rust_format(context, id),
        Kind::Binary => java_sum(context, id),
        _ => go_format(context, id),
    };
    let Some(says) = found.filter(|_| !context.is_test_code(id)) else { return };
    let at = match tree.kind(tree.node(id).parent) {
        Kind::Reference => tree.node(id).parent,
        _ => id,
    };
    let shown = context.excerpt(id);
    context
        .report(at, format!("the format `{shown}` {says}"))
        .because("Nothing in it asks for more than the plain value.")
        .emit();
}

const CONVERTS: &str = "is worked through only to convert one value";
const ADDED: &str = "is made only to be copied into the buffer";

/// The method that an expression is an argument of.
fn given_to<'a>(context: &Context<'a>, id: NodeId) -> &'a str {
    let tree = context.tree;
    let mut at = id;
    if tree.kind(tree.node(at).parent) == Kind::Reference {
        at = tree.node(at).parent;
    }
    let call = tree.node(at).parent;
    match tree.kind(call) {
        Kind::Call if tree.role(at) == Role::Argument => {
            tree.child(call, Role::Callee).map_or("", |it| tree.name(it))
        }
        _ => "",
    }
}

fn rust_format(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let arguments: Vec<NodeId> = tree.children_with(id, Role::Argument).collect();
    if tree.name(id) != "format" {
        return None;
    }
    let format = context.text(*arguments.first()?).trim_matches('"');
    let is_plain = format == "{}" && arguments.len() == 2
        || !format.contains(['{', '}']) && arguments.len() == 1
        || format.starts_with('{')
            && format.ends_with('}')
            && format.len() > 2
            && format
                .get(1..format.len() - 1)
                .is_some_and(|name| name.chars().all(|it| it.is_alphanumeric() || it == '_'));
    let is_added = given_to(context, id) == "push_str"
        || tree.kind(tree.node(id).parent) == Kind::Reference
            && tree.node(tree.node(tree.node(id).parent).parent).operator == Operator::AddAssign;
    if is_added { Some(ADDED) } else { is_plain.then_some(CONVERTS) }
}

fn go_format(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let path = context.called(id)?;
    let arguments = context.arguments(id);
    match &*path {
        "fmt.Sprintf" => {
            let format = context.text(*arguments.first()?).trim_matches(['"', '`']);
            let is_plain = matches!(format, "%d" | "%s" | "%t" | "%x" | "%v")
                && arguments.len() == 2
                || !format.contains('%') && arguments.len() == 1;
            let to = given_to(context, id);
            match to {
                "WriteString" => Some(ADDED),
                "New" => Some("is what `fmt.Errorf` would do"),
                _ => is_plain.then_some(CONVERTS),
            }
        }
        "fmt.Sprint" => (arguments.len() == 1).then_some(CONVERTS),
        "fmt.Errorf" => {
            let [only] = *arguments.as_slice() else { return None };
            let only = context.text(only);
            (only.starts_with('"') && !only.contains('%'))
                .then_some("is read for nothing: `errors.New` takes it as it is")
        }
        _ => None,
    }
}

fn java_sum(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    context.in_language(&[(&["java"], ())])?;
    if tree.node(id).operator != Operator::Add {
        return None;
    }
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return None };
    let is_inner = tree.kind(tree.node(id).parent) == Kind::Binary;
    let is_empty = |it: NodeId| context.text(it) == "\"\"";
    if !is_inner && (is_empty(left) || is_empty(right)) {
        return Some(CONVERTS);
    }
    let holds_text = tree.descendants(id).any(|it| tree.kind(it) == Kind::String);
    let holds_value = tree
        .descendants(id)
        .any(|it| matches!(tree.kind(it), Kind::Name | Kind::Call | Kind::Member));
    (!is_inner && holds_text && holds_value && given_to(context, id) == "append").then_some(ADDED)
}
