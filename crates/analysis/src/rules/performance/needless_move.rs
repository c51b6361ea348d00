//! `perf/needless-move`.

use crate::facts::BindingKind;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/needless-move",
    category: Category::Perf,
    summary: "A move that keeps the compiler from doing better",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `return std::move(local)`, and moves of constants, which copy after all.",
        why: "A local variable that is returned is built right where the caller wants it; `std::move` forbids that and makes one more object. A constant cannot be moved from.",
        fix: "Return the variable as it is; take the `const` away, or the move.",
        limits: "A variable of another type than the function's result is reported, too.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/performance/move-const-arg.html",
        ],
    },
    examples: &[
        Example::bad(
            "cpp",
            "std::string name() {
    std::string made = \"shop\";
    return std::move(made);
           ^^^^^^^^^^^^^^^ move
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const std::string& name) {
    print(std::move(name));
          ^^^^^^^^^^^^^^^ move
}
",
        ),
        Example::good(
            "cpp",
            "std::string name(std::string given) {
    return std::move(given);
}
",
        ),
        Example::good(
            "cpp",
            "void show(std::string name) {
    print(std::move(name));
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let [moved] = *context.arguments(id).as_slice() else { return };
    if context.called(id).as_deref() != Some("std.move") || tree.kind(moved) != Kind::Name {
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(moved).and_then(|it| bindings.binding(it)) else { return };
    let declaration = tree.node(binding.declared_at).parent;
    let written = tree.text(declaration).trim_start();
    // A pointer to constants is itself none.
    let is_constant = written.starts_with("const ") && !written.contains('*');
    let is_returned = tree.kind(tree.node(id).parent) == Kind::Return;
    let is_local = binding.kind == BindingKind::Variable
        && tree.kind(declaration) == Kind::Declare
        && !written.contains('&')
        && !written.starts_with("static ")
        && tree.child(declaration, Role::Type).is_some();
    let name = tree.name(moved);
    let message = if is_constant {
        format!("the move of `{name}` copies after all: it is constant")
    } else if is_returned && is_local && !binding.is_captured {
        format!("the move of `{name}` keeps it from being built where the caller wants it")
    } else {
        return;
    };
    context
        .report(id, message)
        .related(binding.declared_at, "declared here")
        .because("`std::move` only says that what it is given may be taken apart.")
        .emit();
}
