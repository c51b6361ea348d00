//! `bug/wrong-argument-count`.

use crate::facts::arguments::Given;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::signatures;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/wrong-argument-count",
    category: Category::Bug,
    summary: "A call gives too many or too few arguments",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports calls of a function of the same file, or of another file of the workspace, with more arguments than it takes, or fewer than it needs.",
        why: "Python raises an error; JavaScript drops what is too much without a word. Compilers of the other languages say so themselves.",
        fix: "Give what the function takes.",
        limits: "Functions that look at `arguments`, take a rest, are decorated, or of which the file has several by that name are left alone, and so are functions of other files that several could be meant, and methods, which a class may inherit. In JavaScript and TypeScript only arguments too many are reported, and of other files' functions only where they take any. A call that a test expects to fail is left alone.",
        references: &["https://docs.python.org/3/reference/expressions.html#calls"],
    },
    examples: &[
        Example::bad(
            "python",
            "def draw(x, y):
    pass


def show(width, height, depth):
    draw(width, height, depth)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ are given
",
        ),
        Example::bad(
            "python",
            "def draw(x, y, z):
    pass


def show(width, height, depth):
    draw(width, height)
    ^^^^^^^^^^^^^^^^^^^ are given
",
        ),
        Example::good(
            "python",
            "def draw(x, y):
    pass


def show(width, height, depth):
    draw(width, height)
",
        ),
        Example::bad(
            "javascript",
            "function draw(x, y) {}

function show(width, height, depth) {
  draw(width, height, depth);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ are given
}
",
        ),
        Example::bad(
            "javascript",
            "function draw(x) {}

function show(width, height, depth) {
  draw(width, height, depth);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ are given
}
",
        ),
        Example::good(
            "javascript",
            "function draw(x, y) {}

function show(width, height, depth) {
  draw(width, height);
}
",
        ),
        Example::bad(
            "typescript",
            "function draw(x: number, y: number): void {}

function show(width: number, height: number, depth: number) {
  draw(width, height, depth);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ are given
}
",
        ),
        Example::bad(
            "typescript",
            "function draw(x: number): void {}

function show(width: number, height: number, depth: number) {
  draw(width, height, depth);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ are given
}
",
        ),
        Example::good(
            "typescript",
            "function draw(x: number, y: number): void {}

function show(width: number, height: number, depth: number) {
  draw(width, height);
}
",
        ),
        Example::good(
            "python",
            "def draw(x, *rest, y=1, **more):
    pass


def show(width, height, depth):
    draw(width, height, depth, y=2)
",
        ),
        Example::good(
            "javascript",
            "function draw(x, ...rest) {}

function show(width, height) {
  draw(width, height, 1);
  draw();
}
",
        ),
        Example::good(
            "typescript",
            "function draw(x: number, y?: number): void {}

function show(width: number) {
  draw(width);
}
",
        ),
        Example::good(
            "python",
            "import pytest


def draw(x, y):
    pass


def test_draw():
    with pytest.raises(TypeError):
        draw(1)
    raises(TypeError, lambda: draw(1))
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Where a call may leave arguments out.
const MAY_OMIT: ByLanguage<bool> = &[(&["javascript", "typescript"], true)];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    // A class may inherit other methods by the same name.
    let is_function = |it: NodeId| {
        // Something in capitals is a macro, which may make anything of it.
        let is_foreign = || context.callees.of_call(id).is_some_and(|it| !it.is_method);
        (tree.kind(it) == Kind::Name && tree.name(it).contains(char::is_lowercase))
            || (tree.kind(it) == Kind::Member && is_foreign())
    };
    if !tree.child(id, Role::Callee).is_some_and(is_function) {
        return;
    }
    let Some(signature) = signatures::of_callee(context, id) else { return };
    let given = Given::of_call(tree, id);
    let takes = signature.parameters.len();
    let needs = usize::from(signature.required);
    let is_too_few = given.is_too_little(signature) && context.in_language(MAY_OMIT).is_none();
    let is_too_many = given.is_too_much(signature);
    if !is_too_few && !is_too_many || is_meant_to_fail(context, id) {
        return;
    }
    // A function of another file that takes nothing often stands in for ones that do.
    let stands_in = takes == 0 && context.in_language(MAY_OMIT).is_some();
    if stands_in && context.callees.of_call(id).is_some() {
        return;
    }
    let callee = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    let takes = if is_too_many { format!("at most {takes}") } else { format!("at least {needs}") };
    let count = given.count();
    let place = signatures::place_of_callee(context, id);
    let callee = callee.to_owned();
    let wanted = signature.parameters.join(", ");
    context
        .report(id, format!("`{callee}` takes {takes} arguments, but {count} are given"))
        .because(format!("It is declared{place} with ({wanted})."))
        .elsewhere(id, format!("`{callee}` is declared here"))
        .emit();
}

/// Whether a test expects the call to fail: it stands in `with raises(…)`, or in a function that is
/// handed to something of that kind.
fn is_meant_to_fail(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    let says_so = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["raises", "throws", "reject"].iter().any(|it| text.contains(it))
    };
    tree.ancestors(call).any(|around| match tree.kind(around) {
        Kind::With => {
            tree.children_with(around, Role::Resource).any(|it| says_so(context.text(it)))
        }
        Kind::Call => tree.child(around, Role::Callee).is_some_and(|it| {
            let name = tree.name(it);
            !name.is_empty() && says_so(name)
        }),
        _ => false,
    })
}
