//! `perf/cached-method`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/cached-method",
    category: Category::Perf,
    summary: "A cache of a method keeps every object it was called on",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `functools.lru_cache` and `functools.cache` on methods.",
        why: "The object itself is part of the key: each of n objects the method is called on stays in the cache, O(n) memory, and with it all that the object holds, for as long as the class lives (or until newer ones push it out).",
        fix: "Use `functools.cached_property`, keep the results in the object, or cache a function that takes only what it needs.",
        limits: "Static methods and class methods are left alone, as are classes whose objects are few and live as long as the program, such as enumerations.",
        references: &["https://docs.astral.sh/ruff/rules/cached-instance-method/"],
    },
    examples: &[
        Example::bad(
            "python",
            "from functools import lru_cache

class Shop:
    @lru_cache(maxsize=None)
    ^^^^^^^^^^^^^^^^^^^^^^^^ keeps every object
    def price(self, name):
        return load(self, name)
",
        ),
        Example::bad(
            "python",
            "import functools

class Shop:
    @functools.cache
    ^^^^^^^^^^^^^^^^ keeps every object
    def total(self):
        return sum(self.prices)
",
        ),
        Example::good(
            "python",
            "from functools import cached_property

class Shop:
    @cached_property
    def total(self):
        return sum(self.prices)
",
        ),
        Example::good(
            "python",
            "from functools import lru_cache

class Shop:
    @staticmethod
    @lru_cache(maxsize=None)
    def price(name):
        return load(name)

@lru_cache(maxsize=None)
def rate(currency):
    return load(currency)
",
        ),
    ],
    kinds: &[Kind::Decorated],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(function) = tree.children(id).find(|it| tree.kind(*it) == Kind::Function) else {
        return;
    };
    let first = tree.child(function, Role::Parameter).and_then(|it| tree.child(it, Role::Target));
    if first.is_none_or(|it| tree.name(it) != "self") {
        return;
    }
    let decorators = tree.children(id).filter(|it| tree.kind(*it) == Kind::Decorator);
    let cache = decorators.into_iter().find(|it| {
        let Some(value) = tree.child(*it, Role::Value) else { return false };
        let path = match tree.kind(value) {
            Kind::Call => context.called(value),
            _ => context.paths().of(value),
        };
        path.is_some_and(|path| matches!(&*path, "functools.lru_cache" | "functools.cache"))
    });
    let Some(cache) = cache else { return };
    let name = tree.child(function, Role::Name).map_or("", |it| tree.name(it));
    context
        .report(cache, format!("The cache of `{name}` keeps every object it was called on, O(n) memory for n objects"))
        .because("`self` is part of the key, and the cache belongs to the class: it outlives the objects.")
        .emit();
}
