//! `perf/large-value-parameter`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Access, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/large-value-parameter",
    category: Category::Perf,
    summary: "A parameter copies a container only to read it",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports parameters of a container or string type taken by value that the function only reads: `void show(std::vector<int> items)`.",
        why: "Each call copies all elements, O(n) and an allocation, where a reference would do.",
        fix: "Take it by reference: `const std::vector<int>& items`, or as `std::string_view` or `std::span`.",
        limits: "Parameters that are changed, moved, handed to a call, returned or captured are left alone, as are declarations without a body.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/performance/unnecessary-value-param.html",
        ],
    },
    examples: &[
        Example::fixed(
            "cpp",
            "int total(std::vector<int> prices) {
          ^^^^^^^^^^^^^^^^^^^^^^^ copies its argument in each call
    int sum = 0;
    for (int price : prices) sum += price;
    return sum;
}
",
            "int total(const std::vector<int>& prices) {
    int sum = 0;
    for (int price : prices) sum += price;
    return sum;
}
",
        ),
        Example::fixed(
            "cpp",
            "bool is_long(const std::string name) {
             ^^^^^^^^^^^^^^^^^^^^^^ copies its argument in each call
    return name.size() > 40;
}
",
            "bool is_long(const std::string& name) {
    return name.size() > 40;
}
",
        ),
        Example::good(
            "cpp",
            "int total(const std::vector<int>& prices) {
    int sum = 0;
    for (int price : prices) sum += price;
    return sum;
}
",
        ),
        Example::good(
            "cpp",
            "void keep(std::vector<int> prices) {
    all = std::move(prices);
}
",
        ),
        Example::good(
            "cpp",
            "std::string trimmed(std::string name) {
    name.pop_back();
    return name;
}
",
        ),
    ],
    kinds: &[Kind::Parameter],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(of), Some(target)) = (tree.child(id, Role::Type), tree.child(id, Role::Target))
    else {
        return;
    };
    let written = context.text(of).trim_start_matches("const ").trim();
    let declared = context.text(id);
    let bare = written.trim_start_matches("std::");
    let head = bare.split(['<', ' ']).next().unwrap_or(bare);
    let is_container = matches!(
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
    );
    if !written.starts_with("std::")
        || !is_container
        || declared.contains(['&', '*', '='])
        || written.contains("::iterator")
    {
        return;
    }
    let function = tree.node(id).parent;
    if tree.child(function, Role::Body).is_none() || tree.kind(function) != Kind::Function {
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(target) else { return };
    if bindings.binding(binding).is_none_or(|it| it.is_captured) {
        return;
    }
    let mut uses = bindings.occurrences(binding).iter().filter(|it| **it != target).peekable();
    // What is not used at all is there for its type.
    if uses.peek().is_none() || uses.any(|it| !is_plain_read(context, *it)) {
        return;
    }
    let (name, span) = (context.excerpt(target), tree.span(of));
    let mut edits = vec![(Span::new(span.end, span.end), "&".to_owned())];
    if !declared.starts_with("const ") {
        edits.push((Span::new(tree.span(id).start, tree.span(id).start), "const ".to_owned()));
    }
    context
        .report(id, format!("`{name}` copies its argument in each call, O(n), though the function only reads it"))
        .because(format!("A `{written}` keeps its elements in memory of its own, which a copy allocates and fills."))
        .because(format!("No use of `{name}` changes it, keeps it or hands it on."))
        .fix("Take a reference", Safety::Unsafe, edits)
        .emit();
}

/// Whether a mention only reads: an element, a method that does not change, the range of a loop.
fn is_plain_read(context: &Context<'_>, name: NodeId) -> bool {
    const READERS: &[&str] = &[
        "size", "length", "empty", "find", "substr", "c_str", "at", "cbegin", "cend", "count",
        "front", "back", "compare", "data", "rfind", "contains",
    ];
    let tree = context.tree;
    let parent = tree.node(name).parent;
    let around = tree.node(parent).parent;
    if tree.node(name).access != Access::Read {
        return false;
    }
    match tree.kind(parent) {
        Kind::Member => {
            READERS.contains(&tree.name(parent)) && tree.kind(around) == Kind::Call
            // A reference to an element may be changed or kept.
            && !matches!(tree.role(around), Role::Target)
        }
        Kind::Index => {
            tree.role(parent) != Role::Target
                && matches!(
                    tree.kind(around),
                    Kind::Binary
                        | Kind::Compare
                        | Kind::Return
                        | Kind::Logical
                        | Kind::If
                        | Kind::Declare
                )
                && !tree.text(around).contains('&')
        }
        Kind::ForEach => {
            let written =
                Span::new(tree.span(parent).start, tree.span(name).start).of(tree.source());
            tree.role(name) == Role::Iterable
                && (!written.contains('&') || written.contains("const"))
        }
        Kind::Compare => true,
        _ => false,
    }
}
