//! `bug/sort-without-comparator`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/sort-without-comparator",
    category: Category::Bug,
    summary: "Numbers are sorted as texts",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `sort()` and `toSorted()` without a comparator on arrays of numbers.",
        why: "Without a comparator, elements are compared as texts: 100 comes before 12, and 12 before 5.",
        fix: "Say how to compare: `numbers.sort((first, second) => first - second)`.",
        limits: "What holds numbers must be plain from the function: a literal, an annotation, `map(Number)`.",
        references: &[
            "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Array/sort",
        ],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function cheapest() {
  const prices = [12, 5, 100];
  return prices.sort()[0];
         ^^^^^^^^^^^^^ as texts
}
",
            "function cheapest() {
  const prices = [12, 5, 100];
  return prices.sort((first, second) => first - second)[0];
}
",
        ),
        Example::fixed(
            "javascript",
            "function ranked(fields) {
  return fields.map(Number).sort();
         ^^^^^^^^^^^^^^^^^^^^^^^^^ as texts
}
",
            "function ranked(fields) {
  return fields.map(Number).sort((first, second) => first - second);
}
",
        ),
        Example::good(
            "javascript",
            "function ranked(names) {
  return names.sort();
}
",
        ),
        Example::good(
            "javascript",
            "function cheapest() {
  const prices = [12, 5, 100];
  return prices.sort((one, other) => one - other)[0];
}
",
        ),
        Example::fixed(
            "typescript",
            "function cheapest() {
  const prices = [12, 5, 100];
  return prices.sort()[0];
         ^^^^^^^^^^^^^ as texts
}
",
            "function cheapest() {
  const prices = [12, 5, 100];
  return prices.sort((first, second) => first - second)[0];
}
",
        ),
        Example::fixed(
            "typescript",
            "function ranked(prices: number[]) {
  return prices.toSorted();
         ^^^^^^^^^^^^^^^^^ as texts
}
",
            "function ranked(prices: number[]) {
  return prices.toSorted((first, second) => first - second);
}
",
        ),
        Example::fixed(
            "typescript",
            "function ranked(fields) {
  return fields.map(Number).sort();
         ^^^^^^^^^^^^^^^^^^^^^^^^^ as texts
}
",
            "function ranked(fields) {
  return fields.map(Number).sort((first, second) => first - second);
}
",
        ),
        Example::good(
            "typescript",
            "function ranked(names) {
  return names.sort();
}
",
        ),
        Example::good(
            "typescript",
            "function cheapest() {
  const prices = [12, 5, 100];
  return prices.sort((one, other) => one - other)[0];
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee).filter(|it| tree.kind(*it) == Kind::Member)
    else {
        return;
    };
    let is_sort = matches!(tree.name(callee), "sort" | "toSorted");
    if !is_sort || tree.children_with(id, Role::Argument).next().is_some() {
        return;
    }
    let Some(receiver) = tree.child(callee, Role::Receiver).filter(|it| has_numbers(context, *it))
    else {
        return;
    };
    let name = context.excerpt(receiver);
    let mut report = context
        .report(id, format!("the numbers of `{name}` are sorted as texts: 100 comes before 12"))
        .because("Without a comparator, `sort` compares the texts of the elements.");
    let (call, place) = (tree.span(id), tree.span(id).end.saturating_sub(2));
    if tree.text(id).ends_with("()") {
        let comparator = "(first, second) => first - second".to_owned();
        let inside = Span { start: place + 1, end: call.end - 1 };
        report = report.fix("compare as numbers", Safety::Unsafe, vec![(inside, comparator)]);
    }
    report.emit();
}

/// Whether an expression surely is an array of numbers.
fn has_numbers(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::List => holds_numbers(tree, id),
        Kind::Call => {
            let Some(callee) = tree.child(id, Role::Callee) else { return false };
            let argument = tree.children_with(id, Role::Argument).next();
            tree.kind(callee) == Kind::Member
                && tree.name(callee) == "map"
                && argument.is_some_and(|it| matches!(tree.text(it), "Number" | "parseFloat"))
        }
        Kind::Name => {
            let bindings = &context.facts.bindings;
            let Some(binding) = bindings.resolve(id) else { return false };
            let declared = bindings.binding(binding).and_then(|it| tree.parent(it.declared_at));
            let Some(declared) = declared else { return false };
            let is_annotated = context.types().declared(id).is_some_and(|it| {
                matches!(tree.text(it).trim_start_matches([':', ' ']), "number[]" | "Array<number>")
            });
            let is_only = bindings.definitions(binding).count() == 1;
            let value = tree.child(declared, Role::Value);
            is_annotated
                || (is_only
                    && value
                        .is_some_and(|it| tree.kind(it) == Kind::List && holds_numbers(tree, it)))
        }
        _ => false,
    }
}

fn holds_numbers(tree: &Tree, list: NodeId) -> bool {
    let mut elements = tree.children_with(list, Role::Element).peekable();
    elements.peek().is_some() && elements.all(|it| tree.kind(it) == Kind::Number)
}
