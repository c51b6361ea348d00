//! `perf/listener-left-behind`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/listener-left-behind",
    category: Category::Perf,
    summary: "A listener or timer is added again and again, and never taken away",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports effects of React components that add a listener or start a timer and return nothing that takes it away, and listeners on `window` or `document` that are added in a loop.",
        why: "Each time the component comes back, or in each of n rounds, there is one more of them, each with all that its function holds; none is ever freed.",
        fix: "Return a function from the effect that calls `removeEventListener`, `clearInterval` or the like.",
        limits: "A listener that is taken away by another function is reported as well.",
        references: &[
            "https://react.dev/learn/synchronizing-with-effects#step-3-add-cleanup-if-needed",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function Clock() {
  useEffect(() => {
    setInterval(tick, 1000);
    ^^^^^^^^^^^^^^^^^^^^^^^ never taken away
  }, []);
}
",
        ),
        Example::bad(
            "javascript",
            "function Page() {
  useEffect(() => {
    window.addEventListener('scroll', move);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never taken away
  }, []);
}
",
        ),
        Example::good(
            "javascript",
            "function Clock() {
  useEffect(() => {
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
}
",
        ),
        Example::good(
            "javascript",
            "function Page(elements) {
  for (const element of elements) {
    element.addEventListener('click', move);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function Clock() {
  useEffect(() => {
    setInterval(tick, 1000);
    ^^^^^^^^^^^^^^^^^^^^^^^ never taken away
  }, []);
}
",
        ),
        Example::bad(
            "typescript",
            "function Page() {
  useEffect(() => {
    window.addEventListener('scroll', move);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never taken away
  }, []);
}
",
        ),
        Example::good(
            "typescript",
            "function Clock() {
  useEffect(() => {
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
}
",
        ),
        Example::good(
            "typescript",
            "function Page(elements) {
  for (const element of elements) {
    element.addEventListener('click', move);
  }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// What takes listeners and timers away.
const REMOVING: &[&str] =
    &["removeEventListener", "clearInterval", "unsubscribe", "abort", "once: true", "signal"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    if !matches!(name, "setInterval" | "addEventListener" | "subscribe" | "addListener") {
        return;
    }
    let receiver = tree.child(callee, Role::Receiver).map_or("", |it| tree.text(it));
    let is_global = matches!(receiver, "window" | "document" | "globalThis" | "document.body" | "");
    let effect = tree.ancestors(id).find(|it| {
        let callee = tree.child(*it, Role::Callee);
        callee.is_some_and(|it| matches!(tree.name(it), "useEffect" | "useLayoutEffect"))
    });
    let place = match effect {
        Some(effect) => {
            let returns = tree
                .descendants(effect)
                .any(|it| tree.kind(it) == Kind::Return && tree.child(it, Role::Value).is_some());
            (!returns).then_some(effect)
        }
        None if is_global && name == "addEventListener" => {
            context.busy_loops(id).into_iter().next()
        }
        None => None,
    };
    let Some(place) = place else { return };
    let is_removed = REMOVING.iter().any(|word| tree.text(place).contains(word));
    if is_removed || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` is never taken away: one more of it each time"))
        .because("Nothing in the effect or loop around it removes what it adds.")
        .emit();
}
