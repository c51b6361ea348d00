//! `bug/sizeof-pointer`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/sizeof-pointer",
    category: Category::Bug,
    summary: "The size of a pointer is taken for the size of what it points to",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `sizeof` of a pointer where the size of its target is needed: as the number of bytes to copy or fill, and divided by the size of an element.",
        why: "A pointer is four or eight bytes long, whatever it points to. An array that is a parameter is a pointer, too.",
        fix: "Take the size of the target, `sizeof(*p)`, or hand the length over.",
        limits: "The pointer must be declared as one in the function.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/c/ARR01-C.+Do+not+apply+the+sizeof+operator+to+a+pointer+when+taking+the+size+of+an+array",
            "https://cwe.mitre.org/data/definitions/467.html",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "void reset(struct shop *shop) {
    memset(shop, 0, sizeof(shop));
                    ^^^^^^^^^^^^ is the size of the pointer
}
",
        ),
        Example::bad(
            "c",
            "void copy(char *target, const char *source) {
    strncpy(target, source, sizeof(target));
                            ^^^^^^^^^^^^^^ is the size of the pointer
}
",
        ),
        Example::bad(
            "c",
            "int count(int items[10]) {
    return sizeof(items) / sizeof(items[0]);
           ^^^^^^^^^^^^^ is the size of the pointer
}
",
        ),
        Example::good(
            "c",
            "void reset(struct shop *shop) {
    memset(shop, 0, sizeof(*shop));
}
",
        ),
        Example::good(
            "c",
            "void reset(void) {
    char line[80];
    memset(line, 0, sizeof(line));
}
",
        ),
        Example::good(
            "c",
            "void fill(char **rows, int n) {
    memset(rows, 0, n * sizeof(rows));
}
",
        ),
        Example::bad(
            "cpp",
            "void reset(struct shop *shop) {
    memset(shop, 0, sizeof(shop));
                    ^^^^^^^^^^^^ is the size of the pointer
}
",
        ),
        Example::bad(
            "cpp",
            "void copy(char *target, const char *source) {
    strncpy(target, source, sizeof(target));
                            ^^^^^^^^^^^^^^ is the size of the pointer
}
",
        ),
        Example::bad(
            "cpp",
            "int count(int items[10]) {
    return sizeof(items) / sizeof(items[0]);
           ^^^^^^^^^^^^^ is the size of the pointer
}
",
        ),
        Example::good(
            "cpp",
            "void reset(struct shop *shop) {
    memset(shop, 0, sizeof(*shop));
}
",
        ),
        Example::good(
            "cpp",
            "void reset(void) {
    char line[80];
    memset(line, 0, sizeof(line));
}
",
        ),
        Example::good(
            "cpp",
            "void fill(char **rows, int n) {
    memset(rows, 0, n * sizeof(rows));
}
",
        ),
    ],
    kinds: &[Kind::Unary],
    check,
};

/// Functions that fill, copy or compare as many bytes as they are told.
const OF_BYTES: &[&str] = &[
    "memset", "memcpy", "memmove", "memcmp", "strncpy", "strncmp", "strncat", "strlcpy",
    "snprintf", "fgets", "bzero", "read", "recv",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.node(id).operator != Operator::SizeOf {
        return;
    }
    let Some(pointer) = tree.child(id, Role::Operand) else { return };
    if tree.kind(pointer) != Kind::Name || !is_pointer(context, pointer) {
        return;
    }
    let parent = tree.node(id).parent;
    let mentions = |it: NodeId| {
        let mut names = tree.descendants(it).chain([it]);
        names.any(|it| tree.kind(it) == Kind::Name && tree.name(it) == tree.name(pointer))
    };
    let needs_target = match tree.kind(parent) {
        Kind::Call => {
            let callee = tree.child(parent, Role::Callee).map_or("", |it| tree.name(it));
            // The size goes with the very pointer.
            let mut others = tree.children_with(parent, Role::Argument).filter(|it| *it != id);
            OF_BYTES.contains(&callee)
                && others.any(|it| tree.kind(it) == Kind::Name && mentions(it))
        }
        Kind::Binary if tree.node(parent).operator == Operator::Divide => {
            let right = tree.child(parent, Role::Right);
            let of_element = right.filter(|it| tree.node(*it).operator == Operator::SizeOf);
            tree.role(id) == Role::Left && of_element.is_some_and(mentions)
        }
        _ => false,
    };
    if !needs_target {
        return;
    }
    let (text, name) = (context.excerpt(id), context.excerpt(pointer));
    context
        .report(id, format!("`{text}` is the size of the pointer, not of what `{name}` points to"))
        .because(format!("`{name}` is declared as a pointer."))
        .emit();
}

/// Whether a name is declared as a pointer, or is a parameter declared as an array.
fn is_pointer(context: &Context<'_>, name: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(name).and_then(|it| bindings.binding(it));
    binding.is_some_and(|binding| {
        let declaration = tree.node(binding.declared_at).parent;
        let text = context.text(declaration);
        match tree.kind(declaration) {
            Kind::Parameter => text.contains(['*', '[']),
            Kind::Declare => {
                let before = text.split('=').next().unwrap_or("");
                before.contains('*') && !before.contains('[')
            }
            _ => false,
        }
    })
}
