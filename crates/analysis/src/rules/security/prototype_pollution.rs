//! `security/prototype-pollution`.

use crate::facts::outside::Sender;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/prototype-pollution",
    category: Category::Security,
    summary: "A key from outside may reach the prototype of all objects",
    severity: Severity::Warning,
    confidence: 0.7,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports assignments to a member whose name a client's request gives, and functions that merge objects into each other without a look at the keys.",
        why: "With the key `__proto__` the value becomes a member of every object of the program.",
        fix: "Use a `Map`, an object without prototype (`Object.create(null)`), or leave out `__proto__`, `constructor` and `prototype`.",
        limits: "Only merges that call themselves are seen.",
        references: &["https://cwe.mitre.org/data/definitions/1321.html"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function store(req, settings) {
  settings[req.body.key] = req.body.value;
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ prototype
}
",
        ),
        Example::bad(
            "javascript",
            "function merge(target, source) {
  for (const key in source) {
    if (typeof source[key] === 'object') merge(target[key], source[key]);
    else target[key] = source[key];
         ^^^^^^^^^^^^^^^^^^^^^^^^^ prototype
  }
}
",
        ),
        Example::good(
            "javascript",
            "function merge(target, source) {
  for (const key in source) {
    if (key === '__proto__') continue;
    if (typeof source[key] === 'object') merge(target[key], source[key]);
    else target[key] = source[key];
  }
}
",
        ),
        Example::good(
            "javascript",
            "function copy(target, source) {
  for (const key in source) target[key] = source[key];
}
",
        ),
        Example::bad(
            "typescript",
            "function store(req, settings) {
  settings[req.body.key] = req.body.value;
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ prototype
}
",
        ),
        Example::bad(
            "typescript",
            "function merge(target, source) {
  for (const key in source) {
    if (typeof source[key] === 'object') merge(target[key], source[key]);
    else target[key] = source[key];
         ^^^^^^^^^^^^^^^^^^^^^^^^^ prototype
  }
}
",
        ),
        Example::good(
            "typescript",
            "function merge(target, source) {
  for (const key in source) {
    if (key === '__proto__') continue;
    if (typeof source[key] === 'object') merge(target[key], source[key]);
    else target[key] = source[key];
  }
}
",
        ),
        Example::good(
            "typescript",
            "function copy(target, source) {
  for (const key in source) target[key] = source[key];
}
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(target) = tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Index)
    else {
        return;
    };
    let parts = [Role::Receiver, Role::Index].map(|role| tree.child(target, role));
    let [Some(holder), Some(key)] = parts else { return };
    let is_given =
        context.origin(key).is_some_and(|it| it.sender == Sender::Client && !it.is_segment);
    let function = tree.enclosing_function(id);
    if !(is_given || merges(context, id, holder, key, function)) || context.is_in_test(id) {
        return;
    }
    let text = tree.code(function);
    let guards = ["__proto__", "hasOwn", "prototype", "Object.create(null)", "Map("];
    if guards.iter().any(|word| text.contains(word)) {
        return;
    }
    let (shown, key) = (context.excerpt(id), context.excerpt(key));
    context
        .report(id, format!("by `{shown}` a key `__proto__` reaches the prototype of all objects"))
        .because(format!("`{key}` comes from outside, and nothing here looks at what it is."))
        .emit();
}

/// Whether a function that calls itself copies all keys of one parameter into another.
fn merges(
    context: &Context<'_>,
    id: NodeId,
    holder: NodeId,
    key: NodeId,
    function: NodeId,
) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let is_parameter = |it: NodeId| {
        bindings
            .resolve(it)
            .and_then(|it| bindings.binding(it))
            .is_some_and(|it| it.kind == crate::facts::BindingKind::Parameter)
    };
    let over_keys = tree.ancestors(id).any(|it| {
        let target = tree.child(it, Role::Target);
        tree.kind(it) == Kind::ForEach
            && (tree.flags(it).has(Flags::OVER_KEYS)
                || tree
                    .child(it, Role::Iterable)
                    .is_some_and(|it| context.text(it).starts_with("Object.keys")))
            && target.is_some_and(|it| bindings.resolve(it) == bindings.resolve(key))
    });
    if !over_keys || !is_parameter(holder) {
        return false;
    }
    let name = tree.name(function);
    !name.is_empty()
        && tree.descendants(function).any(|it| {
            tree.kind(it) == Kind::Call
                && tree.child(it, Role::Callee).is_some_and(|callee| tree.name(callee) == name)
        })
}
