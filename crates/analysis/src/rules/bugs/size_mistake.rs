//! `bug/size-mistake`.

use crate::facts::purity::is_same_meaning;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/size-mistake",
    category: Category::Bug,
    summary: "A size that is not the one of what is stored",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports memory for a pointer's target that is measured by the pointer (`p = malloc(n * sizeof(p))`), `sizeof` of a size and of an expression with an effect, characters read by `getchar` into a `char`, and `strcpy` into memory of `strlen` bytes.",
        why: "The memory is too small or too large, the effect never happens, and in a `char` the end of the file looks like a character.",
        fix: "Measure the target: `sizeof(*p)`. Keep what is read in an `int`. Add one for the zero that ends a text.",
        limits: "Only the forms above are known.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/c/FIO34-C.+Distinguish+between+characters+read+from+a+file+and+EOF+or+WEOF",
            "https://cwe.mitre.org/data/definitions/467.html",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "void *f(int n) { int *p = malloc(n * sizeof(p)); return p; }
                                     ^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(void) { char c; c = getchar(); return c; }
                      ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(int x) { return sizeof(x++); }
                      ^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "char *twin(const char *name) {
    char *copy = malloc(strlen(name));
    if (copy == NULL) return NULL;
    strcpy(copy, name);
    ^^^^^^^^^^^^^^^^^^ no room for the zero
    return copy;
}
",
        ),
        Example::good(
            "c",
            "char *twin(const char *name) {
    char *copy = malloc(strlen(name) + 1);
    strcpy(copy, name);
    return copy;
}
",
        ),
        Example::good(
            "c",
            "void *f(int n) { int *p = malloc(n * sizeof(*p)); return p; }
",
        ),
        Example::good(
            "c",
            "int f(void) { int c; c = getchar(); return c; }
",
        ),
        Example::bad(
            "cpp",
            "void f(int n) { int *p; p = (int*)malloc(n * sizeof(p)); g(p); }
                                             ^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "int f() { return sizeof(sizeof(int)); }
                 ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "char *twin(const char *name) {
    char *copy = (char *)malloc(strlen(name));
    strcpy(copy, name);
    ^^^^^^^^^^^^^^^^^^ no room for the zero
    return copy;
}
",
        ),
        Example::good(
            "cpp",
            "char *twin(const char *name) {
    char *copy = malloc(strlen(name) + 1);
    strcpy(copy, name);
    return copy;
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n) { int *p; p = (int*)malloc(n * sizeof(int)); g(p, sizeof(p)); }
",
        ),
        Example::good(
            "cpp",
            "int f() { int c = getchar(); return c; }
",
        ),
    ],
    kinds: &[Kind::Unary, Kind::Assign, Kind::Declare, Kind::Call],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Call {
        copied_without_end(context, id);
        return;
    }
    if tree.kind(id) != Kind::Unary {
        read_char(context, id);
        return;
    }
    if tree.node(id).operator != Operator::SizeOf {
        return;
    }
    let Some(operand) = tree.child(id, Role::Operand) else { return };
    let is_size =
        tree.kind(operand) == Kind::Unary && tree.node(operand).operator == Operator::SizeOf;
    let has_effect = tree.kind(operand) == Kind::Update;
    let said = if is_size {
        "this is the size of a size"
    } else if has_effect {
        "`sizeof` does not compute its operand: this changes nothing"
    } else if measures_pointer(context, id, operand) {
        "this is the size of the pointer, not of what it points to"
    } else {
        return;
    };
    context.report(id, said).because("`sizeof` measures the type of its operand.").emit();
}

/// `p = malloc(n * sizeof(p))`, where `p` points to something else than to pointers.
fn measures_pointer(context: &Context<'_>, id: NodeId, operand: NodeId) -> bool {
    let tree = context.tree;
    let mut inside = tree
        .ancestors(id)
        .take_while(|it| matches!(tree.kind(*it), Kind::Binary | Kind::Call | Kind::Cast));
    let allocates = |it: NodeId| {
        let callee = tree.child(it, Role::Callee);
        tree.kind(it) == Kind::Call
            && callee.is_some_and(|it| matches!(tree.name(it), "malloc" | "calloc" | "realloc"))
    };
    let Some(call) = inside.find(|it| tree.kind(*it) == Kind::Call).filter(|it| allocates(*it))
    else {
        return false;
    };
    let statement = tree.ancestors(call).find(|it| tree.kind(*it) != Kind::Cast);
    let target = statement.and_then(|it| tree.child(it, Role::Target));
    tree.kind(operand) == Kind::Name
        && target.is_some_and(|it| {
            tree.kind(it) == Kind::Name && tree.node(it).symbol == tree.node(operand).symbol
        })
}

/// `char c = getchar()`
fn read_char(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Target, Role::Value].map(|role| tree.child(id, role));
    let [Some(target), Some(value)] = sides else { return };
    let called = tree.child(value, Role::Callee).map_or("", |it| tree.name(it));
    let reads = tree.kind(value) == Kind::Call && matches!(called, "getchar" | "fgetc" | "getc");
    if !reads || tree.kind(target) != Kind::Name {
        return;
    }
    let declared = context.types().declared(target).map_or("", |it| context.text(it));
    if !matches!(declared, "char" | "unsigned char") {
        return;
    }
    context
        .report(
            id,
            format!("`{called}` gives an `int`: in a `char`, the end looks like a character"),
        )
        .because("`EOF` is no character, and so does not fit into a `char`.")
        .emit();
}

/// `p = malloc(strlen(s)); strcpy(p, s);`
fn copied_without_end(context: &mut Context<'_>, id: NodeId) {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let is_copy = tree.child(id, Role::Callee).is_some_and(|it| tree.name(it) == "strcpy");
    let [target, text] = *context.arguments(id).as_slice() else { return };
    let Some(binding) = bindings.resolve(target).filter(|_| is_copy) else { return };
    let mut made =
        bindings.definitions(binding).map(|it| tree.child(tree.node(it).parent, Role::Value));
    let (Some(Some(mut made)), None) = (made.next(), made.next()) else { return };
    while tree.kind(made) == Kind::Cast
        && let Some(inner) = tree.child(made, Role::Value).or_else(|| tree.last_child(made))
    {
        made = inner;
    }
    let argument_of = |call: NodeId, name: &str| {
        let callee = tree.child(call, Role::Callee).filter(|_| tree.kind(call) == Kind::Call)?;
        let [only] = *context.arguments(call).as_slice() else { return None };
        (tree.name(callee) == name).then_some(only)
    };
    let measured = argument_of(made, "malloc").and_then(|it| argument_of(it, "strlen"));
    if !measured.is_some_and(|it| is_same_meaning(tree, bindings, it, text)) {
        return;
    }
    let (target, text) = (context.excerpt(target), context.excerpt(text));
    context
        .report(
            id,
            format!("`{target}` has room for `{text}`, but no room for the zero that ends it"),
        )
        .related(made, "so many bytes there are")
        .because("`strlen` does not count the zero, and `strcpy` copies it, too.")
        .emit();
}
