//! `bug/equals-without-hash`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/equals-without-hash",
    category: Category::Bug,
    summary: "Equality is defined, but the hash does not follow it",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports classes that define one of equality and hash without the other: `__eq__` without `__hash__`, `equals` without `hashCode` and the other way round.",
        why: "Equal objects must have equal hashes, or sets and maps do not find them again. In Python a class with `__eq__` alone cannot be put into a set or used as a key at all.",
        fix: "Define both over the same fields; in Python set `__hash__ = None` to say that it is meant.",
        limits: "What a base class defines is not known.",
        references: &[
            "https://docs.python.org/3/reference/datamodel.html#object.__hash__",
            "https://docs.oracle.com/javase/8/docs/api/java/lang/Object.html#hashCode--",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "class Price:
      ^^^^^ without
    def __eq__(self, other):
        return self.cents == other.cents
",
        ),
        Example::bad(
            "python",
            "class Price:
      ^^^^^ without
    cents = 0

    def __eq__(self, other):
        return self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents
",
        ),
        Example::good(
            "python",
            "class Price:
    def __eq__(self, other):
        return self.cents == other.cents

    def __hash__(self):
        return hash(self.cents)
",
        ),
        Example::good(
            "python",
            "class Price:
    __hash__ = None

    def __eq__(self, other):
        return self.cents == other.cents
",
        ),
        Example::bad(
            "java",
            "class Price {
      ^^^^^ without
    @Override
    public boolean equals(Object other) {
        return cents == ((Price) other).cents;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Price {
      ^^^^^ without
    @Override
    public int hashCode() {
        return cents;
    }
}
",
        ),
        Example::good(
            "java",
            "class Price {
    @Override
    public boolean equals(Object other) {
        return cents == ((Price) other).cents;
    }

    @Override
    public int hashCode() {
        return cents;
    }
}
",
        ),
        Example::good(
            "java",
            "class Price {
    boolean isEqual(Price other) {
        return cents == other.cents;
    }
}
",
        ),
    ],
    kinds: &[Kind::Class],
    check,
};

/// The names of equality and hash, and whether a hash alone is reported, too.
const PAIRS: ByLanguage<(&str, &str, bool)> =
    &[(&["python"], ("__eq__", "__hash__", false)), (&["java"], ("equals", "hashCode", true))];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((equality, hash, both_ways)) = context.in_language(PAIRS) else { return };
    let Some(body) = tree.child(id, Role::Body) else { return };
    let mut found = [None, None];
    for member in tree.children(body) {
        let mut at = member;
        if tree.kind(at) == Kind::Decorated {
            let Some(inside) = tree.children(at).find(|it| tree.kind(*it).is_function()) else {
                continue;
            };
            at = inside;
        }
        let name = match tree.kind(at) {
            Kind::Function => tree.child(at, Role::Name),
            Kind::Assign | Kind::Declare => tree.child(at, Role::Target),
            _ => None,
        };
        let Some(name) = name else { continue };
        let text = tree.name(name);
        for (slot, known) in found.iter_mut().zip([equality, hash]) {
            if text == *known {
                *slot = Some(name);
            }
        }
    }
    let (name, missing) = match found {
        [Some(name), None] => (name, hash),
        [None, Some(name)] if *both_ways => (name, equality),
        _ => return,
    };
    let (class, own) = (tree.name(id), tree.name(name));
    // The methods are units of their own: what is left of them here has no place.
    let at = tree.child(id, Role::Name).unwrap_or(id);
    context
        .report(at, format!("`{class}` defines `{own}` without `{missing}`"))
        .because("Equal objects must have equal hashes.")
        .emit();
}
