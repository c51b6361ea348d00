//! `bug/exception-sliced`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/exception-sliced",
    category: Category::Bug,
    summary: "An exception is copied, and loses what it was",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an exception of a class that is caught by value, one that is thrown as a pointer, and one that is raised again by its name.",
        why: "A copy into a base class keeps the base's part only, so the handler does not see what was thrown, nor does the one above; and nobody deletes what `new` made.",
        fix: "Catch by `const` reference, throw the object itself, and raise again with `throw;` alone.",
        limits: "Classes are known by their names, which hold `exception` or `error`.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/misc/throw-by-value-catch-by-reference.html",
        ],
    },
    examples: &[
        Example::bad(
            "cpp",
            "void f() { try { g(); } catch (std::exception e) { show(e); } }
                               ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f() { throw new std::runtime_error(\"x\"); }
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f() { try { g(); } catch (const Error& e) { log(); throw e; } }
                                                              ^
",
        ),
        Example::good(
            "cpp",
            "void f() { try { g(); } catch (const std::exception& e) { show(e); } }
",
        ),
        Example::good(
            "cpp",
            "void f() { try { g(); } catch (const Error& e) { log(); throw; } }
",
        ),
    ],
    kinds: &[Kind::Catch, Kind::Raise],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Catch {
        let Some(pattern) = tree.child(id, Role::Pattern) else { return };
        let body = tree.child(id, Role::Body).map_or(tree.span(id).end, |it| tree.span(it).start);
        let head = Span::new(tree.span(pattern).start, body).of(tree.source());
        let name = context.text(pattern).to_ascii_lowercase();
        let is_class = name.contains("exception") || name.contains("error");
        if is_class && !head.contains(['&', '*']) {
            context
                .report(pattern, "the exception is caught by value: a derived class loses its part")
                .because("A parameter by value copies the part that its own class knows.")
                .emit();
        }
        return;
    }
    let Some(value) = tree.child(id, Role::Value) else { return };
    if tree.kind(value) == Kind::Call
        && tree.flags(value).has(Flags::CONSTRUCT)
        && context.text(value).starts_with("new ")
    {
        context
            .report(value, "a pointer is thrown: handlers for the class do not catch it")
            .because("`new` gives a pointer, and nobody deletes what it points to.")
            .emit();
        return;
    }
    let handler = tree.ancestors(id).find(|it| tree.kind(*it) == Kind::Catch);
    let caught = handler.and_then(|it| tree.child(it, Role::Target));
    let bindings = &context.facts.bindings;
    let is_same = caught.is_some_and(|it| {
        tree.kind(value) == Kind::Name
            && bindings.resolve(value).is_some()
            && bindings.resolve(value) == bindings.resolve(it)
    });
    if is_same {
        let name = context.excerpt(value);
        context
            .report(
                value,
                format!("`throw {name}` throws a copy: `throw;` goes on with the one caught"),
            )
            .because("The copy has the class that the handler names.")
            .emit();
    }
}
