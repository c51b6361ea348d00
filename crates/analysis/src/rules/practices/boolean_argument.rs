//! `practice/boolean-argument`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/boolean-argument",
    category: Category::Practice,
    summary: "A bare true or false that does not say what it turns on",
    severity: Severity::Hint,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `true` and `false` handed over by position among other arguments, and parameters by position whose default is one of them.",
        why: "`draw(canvas, true)` does not say what is true; readers have to look it up, and a second flag is easily mixed up with the first.",
        fix: "Name the argument, hand over an option with a name, or make two functions.",
        limits: "Functions whose name says what the value is for (`setOpen(true)`) are left alone, and so is a call with nothing but the value.",
        references: &["https://docs.astral.sh/ruff/rules/boolean-positional-value-in-call/"],
    },
    examples: &[
        Example::bad(
            "python",
            "draw(canvas, True)
             ^^^^ does not say
",
        ),
        Example::bad(
            "python",
            "def draw(canvas, fill=True):
                      ^^^^ does not say
    paint(canvas, fill)
",
        ),
        Example::good(
            "python",
            "draw(canvas, fill=True)
",
        ),
        Example::good(
            "python",
            "def draw(canvas, *, fill=True):
    paint(canvas, fill=fill)
",
        ),
        Example::bad(
            "javascript",
            "draw(canvas, true);
             ^^^^ does not say
",
        ),
        Example::bad(
            "javascript",
            "shop.load(path, false, 3);
                ^^^^^ does not say
",
        ),
        Example::good(
            "javascript",
            "setOpen(true);
",
        ),
        Example::good(
            "javascript",
            "draw(canvas, { fill: true });
",
        ),
        Example::bad(
            "typescript",
            "draw(canvas, true);
             ^^^^ does not say
",
        ),
        Example::bad(
            "typescript",
            "shop.load(path, false, 3);
                ^^^^^ does not say
",
        ),
        Example::good(
            "typescript",
            "setOpen(true);
",
        ),
        Example::good(
            "typescript",
            "draw(canvas, { fill: true });
",
        ),
        Example::bad(
            "rust",
            "fn show() {
    draw(canvas, true);
                 ^^^^ does not say
}
",
        ),
        Example::bad(
            "rust",
            "fn show(shop: &Shop) {
    shop.load(path, false);
                    ^^^^^ does not say
}
",
        ),
        Example::good(
            "rust",
            "fn show(shop: &mut Shop) {
    shop.set_open(true);
}
",
        ),
        Example::good(
            "rust",
            "fn show() {
    assert_eq!(is_open(), true);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show() {
	draw(canvas, true)
	             ^^^^ does not say
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(s Shop) {
	s.load(path, false)
	             ^^^^^ does not say
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(s Shop) {
	s.SetOpen(door, true)
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(done chan bool) {
	done <- true
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show() {
        draw(canvas, true);
                     ^^^^ does not say
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(Shop other) {
        other.load(path, false);
                         ^^^^^ does not say
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(Shop other) {
        other.setOpen(door, true);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(Map<String, Boolean> open) {
        open.put(\"a\", true);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show() {
    draw(canvas, true);
                 ^^^^ does not say
}
",
        ),
        Example::bad(
            "cpp",
            "void show(Shop& shop) {
    shop.load(path, false);
                    ^^^^^ does not say
}
",
        ),
        Example::good(
            "cpp",
            "void show(Shop& shop) {
    shop.setOpen(door, true);
}
",
        ),
        Example::good(
            "cpp",
            "bool show() {
    return true;
}
",
        ),
    ],
    kinds: &[Kind::Boolean],
    check,
};

/// Starts of names of functions that say what the value is for, or take any value.
const SAYING: &[&str] = &[
    "set",
    "is",
    "has",
    "with",
    "enable",
    "disable",
    "assert",
    "expect",
    "equal",
    "push",
    "append",
    "add",
    "put",
    "insert",
    "emplace",
    "some",
    "ok",
    "resolve",
    "return",
    "send",
    "store",
    "get",
    "swap",
    "then",
    "default",
    "value",
    "option",
    "bool",
    "fill",
    "toggle",
    "print",
    "log",
    "write",
    "reply",
    "respond",
    "done",
    "next",
    "callback",
    "cb",
    "of",
    "from",
    "as",
    "make_pair",
    "eq",
    "param",
    "update",
    "compare",
    "arguments",
    "fields",
    "usestate",
    "prop",
    "attr",
    "not",
    "str",
    "int",
    "repr",
    "type",
    "reduce",
    "replace_with",
    "parse_bool",
    "getattr",
    "field",
    "dict",
    "pop",
    "and",
    "or",
    "when",
    "mock",
    "stub",
    "new",
    "atomic",
    "ref",
    "useref",
    "observable",
    "signal",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parent = tree.node(id).parent;
    let is_trap = match tree.role(id) {
        Role::Argument if tree.kind(parent) == Kind::Call => {
            let name = tree.child(parent, Role::Callee).map_or("", |it| tree.name(it));
            let lower = name.trim_start_matches('_').to_ascii_lowercase();
            context.arguments(parent).len() > 1
                && !lower.is_empty()
                && !SAYING.iter().any(|word| lower.starts_with(word))
        }
        Role::Default if tree.kind(parent) == Kind::Parameter => is_by_position(context, parent),
        _ => false,
    };
    if !is_trap || context.is_test_code(id) {
        return;
    }
    let shown = context.text(id);
    context
        .report(id, format!("`{shown}` does not say what it turns on or off"))
        .because("It stands by its position, without a name.")
        .emit();
}

/// Whether a parameter of Python may be given by position.
fn is_by_position(context: &Context<'_>, parameter: NodeId) -> bool {
    let tree = context.tree;
    let is_python = context.in_language(&[(&["python"], ())]).is_some();
    let function = tree.node(parameter).parent;
    let mut before =
        tree.children_with(function, Role::Parameter).take_while(|it| *it != parameter);
    is_python
        && tree.kind(function) == Kind::Function
        && !before.any(|it| context.text(it).starts_with('*'))
        && !context.text(function).contains("*,")
}
