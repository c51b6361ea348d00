//! `bug/copied-lock`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/copied-lock",
    category: Category::Bug,
    summary: "A lock is passed by value",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a parameter, receiver or assignment that copies a `sync.Mutex`, `RWMutex`, `WaitGroup`, `Once` or `Cond`.",
        why: "The copy is another lock: who locks it does not keep anybody from what the original protects, and who waits for it waits for nobody.",
        fix: "Pass a pointer to the lock, or to the struct that holds it.",
        limits: "Structs that hold a lock are not known, only the lock's own type.",
        references: &["https://pkg.go.dev/golang.org/x/tools/go/analysis/passes/copylock"],
    },
    examples: &[
        Example::bad(
            "go",
            "func f(mu sync.Mutex) { mu.Lock() }
       ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f() {
	var mu sync.Mutex
	other := mu
	^^^^^^^^^^^
	other.Lock()
}
",
        ),
        Example::good(
            "go",
            "func f(mu *sync.Mutex) { mu.Lock() }
",
        ),
        Example::good(
            "go",
            "func f() {
	var mu sync.Mutex
	other := &mu
	other.Lock()
}
",
        ),
    ],
    kinds: &[Kind::Parameter, Kind::Declare],
    check,
};

/// Types that must not be copied once they are used.
const LOCKS: &[&str] = &[
    "sync.Mutex",
    "sync.RWMutex",
    "sync.WaitGroup",
    "sync.Once",
    "sync.Cond",
    "sync.Map",
    "sync.Pool",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let found = if tree.kind(id) == Kind::Parameter {
        tree.child(id, Role::Type).map(|it| context.text(it))
    } else {
        tree.child(id, Role::Value)
            .filter(|it| tree.kind(*it) == Kind::Name)
            .and_then(|it| context.types().declared(it))
            .map(|it| context.text(it))
    };
    let Some(lock) = found.filter(|it| LOCKS.contains(it)) else { return };
    context
        .report(id, format!("this copies a `{lock}`: the copy is another lock"))
        .because("A lock protects only who shares that one lock.")
        .emit();
}
