//! `bug/catch-too-broad`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/catch-too-broad",
    category: Category::Bug,
    summary: "A handler catches what it cannot handle",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a handler for everything, and one for errors of the program or the machine, that does not raise again.",
        why: "It also catches a typing mistake, an interrupt by the user and a request to end, and treats them as the failure it was written for.",
        fix: "Name the exceptions that the code can raise, or raise again what is not one of them.",
        limits: "A handler that ends in a raise, or ends the program, is left alone.",
        references: &["https://docs.astral.sh/ruff/rules/bare-except/", "https://rules.sonarsource.com/java/RSPEC-1181/"],
    },
    examples: &[
        Example::bad("python", 
"def f(x):
    try:
        return x.go()
    except:
    ^^^^^^^
        return None
"),
        Example::bad("python", 
"def f(x):
    try:
        return x.go()
    except BaseException as error:
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        log(error)
"),
        Example::good("python", 
"def f(x):
    try:
        return x.go()
    except ValueError:
        return None
"),
        Example::good("python", 
"def f(x):
    try:
        return x.go()
    except:
        log(x)
        raise
"),
        Example::bad("java", 
"class A { void f() { try { g(); } catch (Throwable e) { log(e); } } }
                                  ^^^^^^^^^^^^^^^^^^^
"),
        Example::bad("java", 
"class A { void f() { try { g(); } catch (NullPointerException e) { h(); } } }
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::good("java", 
"class A { void f() { try { g(); } catch (IOException e) { log(e); } } }
"),
        Example::good("java", 
"class A { void f() { try { g(); } catch (Throwable e) { throw new RuntimeException(e); } } }
"),
    ],
    kinds: &[Kind::Catch],
    check,
};

/// What no handler can do anything about, or what a test before would have told.
const TOO_BROAD: &[&str] = &[
    "BaseException",
    "Throwable",
    "Error",
    "NullPointerException",
    "java.lang.Throwable",
    "KeyboardInterrupt, SystemExit",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let named = tree.child(id, Role::Pattern).map(|it| match tree.child(it, Role::Value) {
        Some(inner) => context.text(inner),
        None => context.text(it),
    });
    let is_broad = named.is_none_or(|it| TOO_BROAD.contains(&it));
    let mut inside = tree.descendants(body);
    let ends = inside.any(|it| tree.kind(it) == Kind::Raise)
        || tree.descendants(body).any(|it| {
            tree.child(it, Role::Callee).is_some_and(|callee| {
                let name = tree.name(callee).to_ascii_lowercase();
                // Whoever is handed the exception decides.
                [
                    "exit",
                    "halt",
                    "fail",
                    "exception",
                    "error",
                    "caught",
                    "throw",
                    "handle",
                    "interrupt",
                ]
                .iter()
                .any(|word| name.contains(word) && name != *word)
                    || matches!(name.as_str(), "exit" | "halt" | "fail" | "interrupt")
            })
        });
    if !is_broad || ends || context.is_test_code(id) {
        return;
    }
    let start = tree.span(id).start;
    let head = Span::new(start, tree.span(body).start).of(tree.source());
    let length = head.split('\n').next().unwrap_or(head).trim_end().len() as u32;
    let what = named.map_or_else(|| "everything".to_owned(), |it| format!("`{it}`"));
    context
        .report(id, format!("this handler catches {what}, mistakes of the program included"))
        .span(Span::new(start, start + length))
        .because("Nothing in it raises again.")
        .emit();
}
