//! `bug/side-effect-in-assert`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/side-effect-in-assert",
    category: Category::Bug,
    summary: "An assertion changes something",
    severity: Severity::Warning,
    confidence: 0.88,
    languages: &["python", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an assertion whose condition assigns, counts up or down, or takes an element out of something.",
        why: "Assertions can be turned off, and then the change does not happen: the program behaves differently where it matters.",
        fix: "Do the change in a statement of its own, and assert its result.",
        limits: "Of functions it is not known whether they change something; only methods that take elements out of collections and iterators are.",
        references: &[
            "https://cwe.mitre.org/data/definitions/617.html",
            "https://clang.llvm.org/extra/clang-tidy/checks/bugprone/assert-side-effect.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def take(items):
    assert items.pop() == 1
           ^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def take(stream):
    assert (line := stream.read())
            ^^^^^^^^^^^^^^^^^^^^^
    return line
",
        ),
        Example::good(
            "python",
            "def take(items):
    first = items.pop()
    assert first == 1
",
        ),
        Example::good(
            "python",
            "def take(items):
    assert items.count(1) == 1
",
        ),
        Example::bad(
            "java",
            "class A { void f(int x) { assert x++ > 1; } }
                                 ^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f(Iterator<String> i) { assert i.next() != null; } }
                                              ^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { void f(int x) { assert x + 1 > 1; } }
",
        ),
        Example::good(
            "java",
            "class A { void f(List<String> i) { assert i.get(0) != null; } }
",
        ),
        Example::bad(
            "c",
            "void f(int x) { assert(x++ > 1); use(x); }
                       ^^^
",
        ),
        Example::bad(
            "c",
            "void f(int x) { assert(x = 1); use(x); }
                       ^^^^^
",
        ),
        Example::good(
            "c",
            "void f(int x) { assert(x + 1 > 1); use(x); }
",
        ),
        Example::good(
            "c",
            "void f(int x) { assert(x == 1); use(x); }
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { assert(++x > 1); use(x); }
                       ^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(std::vector<int>& v, int x) { assert((x += 2) > 1); use(x); }
                                             ^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(int x) { assert(x + 1 > 1); use(x); }
",
        ),
        Example::good(
            "cpp",
            "void f(std::vector<int>& v) { assert(v.back() > 1); }
",
        ),
    ],
    kinds: &[Kind::Assert, Kind::Call],
    check,
};

/// Methods that take something out of their receiver.
const TAKING: &[&str] = &[
    "pop",
    "popitem",
    "popleft",
    "next",
    "remove",
    "poll",
    "pop_front",
    "pop_back",
    "add",
    "append",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_assertion = match tree.kind(id) {
        Kind::Assert => true,
        Kind::Call => tree.child(id, Role::Callee).is_some_and(|it| tree.text(it) == "assert"),
        _ => false,
    };
    // A test is not run without its assertions.
    if !is_assertion || context.is_test || context.is_test_file {
        return;
    }
    let tested = match tree.kind(id) {
        Kind::Assert => tree.child(id, Role::Condition),
        _ => Some(id),
    };
    let Some(tested) = tested else { return };
    let mut inside = tree.descendants(tested).chain([tested]);
    let Some(at) = inside.find(|it| changes(tree, *it) && is_own(tree, *it, id)) else { return };
    let text = context.excerpt(at);
    context
        .report(at, format!("`{text}` does not happen where assertions are turned off"))
        .because("The assertion changes something that lives on after it.")
        .emit();
}

fn changes(tree: &Tree, id: NodeId) -> bool {
    match tree.kind(id) {
        Kind::Assign | Kind::Update | Kind::LetCondition => {
            tree.child(id, Role::Target).is_some_and(|it| tree.node(it).access != Access::Declare)
                || tree.kind(id) == Kind::LetCondition
        }
        Kind::Call => tree.child(id, Role::Callee).is_some_and(|callee| {
            tree.kind(callee) == Kind::Member && TAKING.contains(&tree.name(callee))
        }),
        _ => false,
    }
}

/// Whether the change stands in the assertion itself, not in a function within.
fn is_own(tree: &Tree, id: NodeId, assertion: NodeId) -> bool {
    tree.enclosing_function(id) == tree.enclosing_function(assertion)
        && !tree
            .ancestors(id)
            .take_while(|it| *it != assertion)
            .any(|it| matches!(tree.kind(it), Kind::Comprehension | Kind::Lambda))
}
