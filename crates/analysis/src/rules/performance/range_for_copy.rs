//! `perf/range-for-copy`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Access, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/range-for-copy",
    category: Category::Perf,
    summary: "A loop copies each element only to read it",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["cpp"],
    since: "0.1.0",
    fix: Some(Safety::Safe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports loops over a collection of strings or containers whose variable holds a copy of each element and is only read: `for (std::string name : names)`, `for (auto row : rows)` where the elements are known to be costly.",
        why: "Each round copies an element, which allocates memory: n allocations that a reference does without.",
        fix: "Loop by reference: `for (const auto& name : names)`.",
        limits: "The type of the elements must be known: written in the loop, or in the declaration of the collection. Loops that change the variable or hand it to a call are left alone.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/performance/for-range-copy.html",
        ],
    },
    examples: &[
        Example::fixed(
            "cpp",
            "int total(const std::vector<std::string>& names) {
    int sum = 0;
    for (std::string name : names) sum += name.size();
         ^^^^^^^^^^^^^^^^ copies each element
    return sum;
}
",
            "int total(const std::vector<std::string>& names) {
    int sum = 0;
    for (const std::string& name : names) sum += name.size();
    return sum;
}
",
        ),
        Example::fixed(
            "cpp",
            "int total(const std::vector<std::string>& names) {
    int sum = 0;
    for (auto name : names) sum += name.size();
         ^^^^^^^^^ copies each element
    return sum;
}
",
            "int total(const std::vector<std::string>& names) {
    int sum = 0;
    for (const auto& name : names) sum += name.size();
    return sum;
}
",
        ),
        Example::good(
            "cpp",
            "int total(const std::vector<std::string>& names) {
    int sum = 0;
    for (const auto& name : names) sum += name.size();
    return sum;
}
",
        ),
        Example::good(
            "cpp",
            "int total(const std::vector<int>& prices) {
    int sum = 0;
    for (auto price : prices) sum += price;
    return sum;
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::vector<std::string>& names) {
    for (std::string name : names) {
        name += \"!\";
        keep(std::move(name));
    }
}
",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Type, Role::Target, Role::Iterable].map(|role| tree.child(id, role));
    let [Some(of), Some(target), Some(iterable)] = parts else { return };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(target).filter(|_| tree.kind(target) == Kind::Name) else {
        return;
    };
    // The declaration as written tells whether it is a reference.
    let span = Span::new(tree.span(of).start, tree.span(target).end);
    let declared = span.of(tree.source());
    if declared.contains(['&', '*']) {
        return;
    }
    let written = context.text(of).trim_start_matches("const ").trim();
    let element = if written == "auto" { element_type(context, iterable) } else { Some(written) };
    let Some(element) = element.filter(|it| is_costly(it)) else { return };
    // What is changed, handed on or kept may need a copy of its own.
    if bindings.occurrences(binding).iter().any(|it| *it != target && !is_plain_read(context, *it))
    {
        return;
    }
    let (name, list) = (context.excerpt(target), context.excerpt(iterable));
    let edits = vec![
        (
            Span::new(tree.span(of).start, tree.span(of).start),
            if declared.starts_with("const ") { "" } else { "const " }.to_owned(),
        ),
        (Span::new(tree.span(of).end, tree.span(of).end), "&".to_owned()),
    ];
    context
        .report(
            id,
            format!(
                "`{name}` copies each element of `{list}`, a `{element}`, only to read it: n copies"
            ),
        )
        .span(span)
        .because(format!(
            "A `{element}` keeps its content in memory of its own, which each copy allocates."
        ))
        .because(format!("The loop only reads `{name}`."))
        .fix("Loop by reference", Safety::Safe, edits)
        .emit();
}

/// The type of a collection's elements, where its declaration tells: `std::vector<std::string>`.
fn element_type<'a>(context: &Context<'a>, iterable: NodeId) -> Option<&'a str> {
    let tree = context.tree;
    let binding = context.facts.bindings.resolve(iterable)?;
    let declared = context.facts.bindings.binding(binding)?.declared_at;
    let of = tree.child(tree.node(declared).parent, Role::Type)?;
    let text = tree.text(of);
    let (container, element) = text.split_once('<')?;
    let is_known = ["vector", "list", "deque", "set", "unordered_set", "array"]
        .iter()
        .any(|it| container.trim_start_matches("const ").trim_start_matches("std::") == *it);
    is_known.then(|| element.trim_end().trim_end_matches('>').trim())
}

/// Whether copying a value of the type allocates.
fn is_costly(of: &str) -> bool {
    let bare = of.trim_start_matches("const ").trim_start_matches("std::");
    let head = bare.split(['<', ' ']).next().unwrap_or(bare);
    !of.contains('*')
        && matches!(
            head,
            "string"
                | "wstring"
                | "vector"
                | "map"
                | "unordered_map"
                | "set"
                | "unordered_set"
                | "list"
                | "deque"
                | "function"
        )
}

/// Whether a mention only reads: a method that does not change, a member, an element, an operand.
fn is_plain_read(context: &Context<'_>, name: NodeId) -> bool {
    const READERS: &[&str] = &[
        "size", "length", "empty", "find", "substr", "c_str", "at", "begin", "end", "count",
        "front", "back", "compare", "data",
    ];
    let tree = context.tree;
    let parent = tree.node(name).parent;
    tree.node(name).access == Access::Read
        && match tree.kind(parent) {
            Kind::Member => READERS.contains(&tree.name(parent)),
            Kind::Index => tree.role(parent) != Role::Target,
            Kind::Compare | Kind::Binary => true,
            _ => false,
        }
}
