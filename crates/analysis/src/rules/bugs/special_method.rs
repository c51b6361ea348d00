//! `bug/special-method`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/special-method",
    category: Category::Bug,
    summary: "A method that Python calls by its name has another shape",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a special method with a number of parameters that Python never calls it with, one that returns a literal of a type that its caller refuses, and a method without a parameter for its object.",
        why: "Python calls these methods itself, so the mistake shows only when the operator or function is used, as a TypeError far from here.",
        fix: "Give the method the parameters and the result that the data model names.",
        limits: "Methods with a decorator are left alone, as are results that are not written out.",
        references: &[
            "https://docs.python.org/3/reference/datamodel.html#special-method-names",
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/unexpected-special-method-signature.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "class A:
    def __len__(self, x):
        ^^^^^^^
        return 1
",
        ),
        Example::bad(
            "python",
            "class A:
    def __str__(self):
        return 1
               ^
",
        ),
        Example::bad(
            "python",
            "class A:
    def run():
        ^^^
        return 1
",
        ),
        Example::good(
            "python",
            "class Key:
    def __hash__(self):  # type: ignore
        return None
",
        ),
        Example::good(
            "python",
            "class A:
    def __len__(self):
        return 1
    def __exit__(self, *details):
        return False
",
        ),
        Example::good(
            "python",
            "class A:
    @staticmethod
    def run():
        return 1
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

/// How many parameters special methods have, with the object itself.
const COUNTS: &[(usize, &[&str])] = &[
    (
        1,
        &[
            "__len__",
            "__str__",
            "__repr__",
            "__bool__",
            "__hash__",
            "__iter__",
            "__next__",
            "__enter__",
            "__aenter__",
            "__del__",
            "__neg__",
            "__pos__",
            "__abs__",
            "__invert__",
            "__int__",
            "__float__",
            "__index__",
            "__bytes__",
            "__reversed__",
            "__dir__",
            "__length_hint__",
            "__await__",
            "__aiter__",
            "__anext__",
            "__copy__",
            "__complex__",
            "__trunc__",
            "__floor__",
            "__ceil__",
            "__getstate__",
        ],
    ),
    (
        2,
        &[
            "__eq__",
            "__ne__",
            "__lt__",
            "__le__",
            "__gt__",
            "__ge__",
            "__add__",
            "__sub__",
            "__mul__",
            "__truediv__",
            "__floordiv__",
            "__mod__",
            "__and__",
            "__or__",
            "__xor__",
            "__lshift__",
            "__rshift__",
            "__contains__",
            "__getitem__",
            "__delitem__",
            "__getattr__",
            "__getattribute__",
            "__delattr__",
            "__format__",
            "__radd__",
            "__rsub__",
            "__rmul__",
            "__iadd__",
            "__isub__",
            "__imul__",
            "__matmul__",
            "__missing__",
            "__instancecheck__",
            "__subclasscheck__",
            "__setstate__",
            "__deepcopy__",
            "__delete__",
            "__reduce_ex__",
        ],
    ),
    (3, &["__setitem__", "__setattr__", "__set__", "__set_name__"]),
    (4, &["__exit__", "__aexit__"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_plain =
        tree.flags(id).has(Flags::METHOD) && tree.kind(tree.node(id).parent) != Kind::Decorated;
    let Some(name) = tree.child(id, Role::Name).filter(|_| is_plain) else { return };
    if tree.flags(id).has(Flags::STUB) {
        return;
    }
    let word = tree.name(name).to_owned();
    let parameters: Vec<NodeId> = tree.children_with(id, Role::Parameter).collect();
    let takes_any = parameters
        .iter()
        .any(|it| tree.text(*it).starts_with('*') || tree.flags(*it).has(Flags::REST));
    let is_special = word.starts_with("__") && word.ends_with("__");
    if parameters.is_empty() {
        let implicit =
            ["__new__", "__init_subclass__", "__class_getitem__"].contains(&word.as_str());
        // In an interface of zope, methods are listed as they are called.
        let has_body = tree.child(id, Role::Body).is_some_and(|it| {
            tree.children(it)
                .any(|it| matches!(tree.kind(it), Kind::Return | Kind::Assign | Kind::If))
        });
        if !implicit && has_body && !context.is_test_code(id) {
            context
                .report(name, format!("`{word}` has no parameter for the object it is called on"))
                .because("Python gives a method its object as the first argument.")
                .emit();
        }
        return;
    }
    if !is_special {
        return;
    }
    let wanted =
        COUNTS.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(count, _)| *count);
    let required = parameters.iter().filter(|it| tree.child(**it, Role::Default).is_none()).count();
    if let Some(wanted) = wanted
        && !takes_any
        && (parameters.len() < wanted || required > wanted)
    {
        let given = parameters.len();
        context
            .report(
                name,
                format!("Python calls `{word}` with {wanted} arguments, and this takes {given}"),
            )
            .because("The object itself counts.")
            .emit();
        return;
    }
    results(context, id, &word);
}

/// What a special method gives.
fn results(context: &mut Context<'_>, id: NodeId, word: &str) {
    let tree = context.tree;
    let (wanted, kinds): (&str, &[Kind]) = match word {
        "__str__" | "__repr__" | "__format__" => ("a text", &[Kind::String, Kind::Template]),
        "__bool__" => ("a truth value", &[Kind::Boolean]),
        "__len__" | "__hash__" | "__index__" | "__int__" | "__length_hint__" => {
            ("an integer", &[Kind::Number, Kind::Boolean])
        }
        "__bytes__" => ("bytes", &[Kind::String]),
        _ => return,
    };
    let mut returns = tree
        .descendants(id)
        .filter(|it| tree.kind(*it) == Kind::Return && tree.enclosing_function(*it) == id);
    let found = returns.find_map(|it| {
        let value = tree.child(it, Role::Value)?;
        let kind = tree.kind(value);
        let is_sure = kind.is_literal()
            || matches!(kind, Kind::List | Kind::Map | Kind::Template | Kind::Set);
        let is_negative = word == "__len__"
            && kind == Kind::Unary
            && tree.text(value).trim_start().starts_with('-')
            && tree.child(value, Role::Operand).is_some_and(|it| tree.kind(it) == Kind::Number);
        // What gives nothing as its hash is not to be hashed, and refuses it thereby.
        let is_refusal = word == "__hash__" && kind == Kind::Null;
        (is_negative || is_sure && !is_refusal && !kinds.contains(&kind)).then_some(value)
    });
    if let Some(value) = found {
        let text = context.excerpt(value);
        context
            .report(value, format!("`{word}` has to give {wanted}, not `{text}`"))
            .because("Python refuses another type with a TypeError.")
            .emit();
    }
}
