//! `bug/discarded-guard`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/discarded-guard",
    category: Category::Bug,
    summary: "A lock is released at once",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "java", "rust", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a lock's guard that nothing keeps, and a lock that is made where it is taken.",
        why: "Rust's `let _ =` and a C++ guard without a name drop the guard in the same statement, and a new lock is one that nobody else can hold: the code after it is not protected.",
        fix: "Give the guard a name (`let _guard`), and keep the lock where all who need it share it.",
        limits: "A guard is known by the method or the class that makes it.",
        references: &[
            "https://rust-lang.github.io/rust-clippy/master/index.html#let_underscore_lock",
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/warning/useless-with-lock.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def add(item):
    with threading.Lock():
         ^^^^^^^^^^^^^^^^
        items.append(item)
",
        ),
        Example::bad(
            "python",
            "from threading import RLock
def add(item):
    with RLock():
         ^^^^^^^
        items.append(item)
",
        ),
        Example::good(
            "python",
            "def add(item):
    with lock:
        items.append(item)
",
        ),
        Example::good(
            "python",
            "def add(item):
    with closing(make()) as it:
        it.append(item)
",
        ),
        Example::bad(
            "java",
            "class A { void f() { synchronized (new Object()) { g(); } } }
                                   ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f() { synchronized (new A()) { g(); } } }
                                   ^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { void f() { synchronized (lock) { g(); } } }
",
        ),
        Example::good(
            "java",
            "class A { void f() { synchronized (this) { g(); } } }
",
        ),
        Example::bad(
            "rust",
            "fn f(m: &Mutex<u8>) { let _ = m.lock(); work(); }
                              ^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(m: &RwLock<u8>) { let _ = m.write().unwrap(); work(); }
                               ^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(m: &Mutex<u8>) { let _guard = m.lock(); work(); }
",
        ),
        Example::good(
            "rust",
            "fn f(out: &mut Out) { let _ = out.write(b\"x\"); }
",
        ),
        Example::bad(
            "cpp",
            "void f(std::mutex& m) { std::lock_guard<std::mutex>(m); work(); }
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(std::mutex& m) { std::scoped_lock(m); work(); }
                        ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(std::mutex& m) { std::lock_guard<std::mutex> guard(m); work(); }
",
        ),
        Example::good(
            "cpp",
            "void f(std::mutex& m) { m.lock(); work(); m.unlock(); }
",
        ),
    ],
    kinds: &[Kind::Declare, Kind::ExpressionStatement, Kind::With],
    check,
};

/// Classes whose objects hold a lock while they live.
const GUARDS: &[&str] = &["lock_guard", "unique_lock", "scoped_lock", "shared_lock"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let language = context.language.id();
    let found = match (language, tree.kind(id)) {
        ("python", Kind::With) => tree.child(id, Role::Resource).filter(|it| {
            let known =
                ["threading.Lock", "threading.RLock", "asyncio.Lock", "multiprocessing.Lock"];
            context.called(*it).is_some_and(|path| known.contains(&path.as_ref()))
        }),
        ("java", Kind::With) => tree.child(id, Role::Resource).filter(|it| {
            context.text(id).starts_with("synchronized") && tree.flags(*it).has(Flags::CONSTRUCT)
        }),
        ("rust", Kind::Declare) => tree.child(id, Role::Value).filter(|it| {
            let text = context.text(id);
            let binds_nothing = tree.child(id, Role::Target).is_none();
            let pattern = text.strip_prefix("let").map_or("", str::trim_start);
            binds_nothing && pattern.starts_with('_') && is_lock(context, *it)
        }),
        ("cpp", Kind::ExpressionStatement) => tree.children(id).next().filter(|it| {
            let text = context.text(*it).trim_start_matches("std::");
            let name = text.split(['<', '(', '{']).next().unwrap_or("");
            tree.kind(*it) == Kind::Call && GUARDS.contains(&name)
        }),
        _ => None,
    };
    let Some(found) = found else { return };
    let message = match language {
        "rust" | "cpp" => "the lock is released at once: nothing keeps its guard",
        _ => "nobody else can hold a lock that is made here",
    };
    context
        .report(found, message)
        .because("What is not kept is dropped in the same statement.")
        .emit();
}

/// `m.lock()`, `m.lock().unwrap()`
fn is_lock(context: &Context<'_>, value: NodeId) -> bool {
    let Some((receiver, name)) = context.method(value) else { return false };
    let has_none = context.arguments(value).is_empty();
    match name {
        "unwrap" | "expect" => {
            is_lock(context, receiver) && context.tree.kind(receiver) == Kind::Call
        }
        "lock" | "try_lock" | "read" | "write" => has_none,
        _ => false,
    }
}
