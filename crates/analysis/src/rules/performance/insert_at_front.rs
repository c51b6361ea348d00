//! `perf/insert-at-front`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/insert-at-front",
    category: Category::Perf,
    summary: "All elements of a list move in every round of a loop",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an element put in front of a list, or taken from its front, in a loop.",
        why: "Every other element moves by one place each time: n rounds move O(n²) elements.",
        fix: "Use a queue that is open on both ends (`deque`, `VecDeque`, `ArrayDeque`); or append, and reverse at the end.",
        limits: "The list's type must be known from its literal, constructor or annotation. `shift()` of JavaScript, which engines make fast, is left alone.",
        references: &[
            "https://docs.python.org/3/library/collections.html#collections.deque",
            "https://doc.rust-lang.org/std/collections/struct.VecDeque.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def drain(queue):
    while queue:
        visit(queue.pop(0))
              ^^^^^^^^^^^^ in each round
",
        ),
        Example::bad(
            "python",
            "def reverse(items):
    result = []
    for item in items:
        result.insert(0, item)
        ^^^^^^^^^^^^^^^^^^^^^^ in each round
    return result
",
        ),
        Example::good(
            "python",
            "from collections import deque

def drain(items):
    queue = deque(items)
    while queue:
        visit(queue.popleft())
",
        ),
        Example::good(
            "python",
            "def first(items):
    return items.pop(0)
",
        ),
        Example::bad(
            "javascript",
            "function reverse(items) {
  const result = [];
  for (const item of items) result.unshift(item);
                            ^^^^^^^^^^^^^^^^^^^^ in each round
  return result;
}
",
        ),
        Example::bad(
            "javascript",
            "function f(rows) {
  const found = [];
  rows.forEach((row) => row);
  for (let i = 0; i < rows.length; i++) {
    found.unshift(rows[i]);
    ^^^^^^^^^^^^^^^^^^^^^^ in each round
  }
}
",
        ),
        Example::good(
            "javascript",
            "const next = queue.shift();
",
        ),
        Example::good(
            "javascript",
            "for (const item of items) result.push(item);
",
        ),
        Example::bad(
            "typescript",
            "function reverse(items: string[]): string[] {
  const result: string[] = [];
  for (const item of items) result.unshift(item);
                            ^^^^^^^^^^^^^^^^^^^^ in each round
  return result;
}
",
        ),
        Example::bad(
            "typescript",
            "function f(rows: Row[]) {
  const found = [];
  while (rows.length) found.unshift(rows.pop());
                      ^^^^^^^^^^^^^^^^^^^^^^^^^ in each round
}
",
        ),
        Example::good(
            "typescript",
            "const next = queue.shift();
",
        ),
        Example::good(
            "typescript",
            "for (const item of items) result.push(item);
",
        ),
        Example::bad(
            "rust",
            "fn drain(mut queue: Vec<u32>) {
    while !queue.is_empty() {
        visit(queue.remove(0));
              ^^^^^^^^^^^^^^^ in each round
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn reverse(items: &[u32]) -> Vec<u32> {
    let mut result = Vec::new();
    for item in items {
        result.insert(0, *item);
        ^^^^^^^^^^^^^^^^^^^^^^^ in each round
    }
    result
}
",
        ),
        Example::good(
            "rust",
            "fn drain(mut queue: VecDeque<u32>) {
    while let Some(item) = queue.pop_front() {
        visit(item);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn first(queue: &mut Vec<u32>) -> u32 {
    queue.remove(0)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    List<String> reverse(List<String> items) {
        ArrayList<String> result = new ArrayList<>();
        for (String item : items) {
            result.add(0, item);
            ^^^^^^^^^^^^^^^^^^^ in each round
        }
        return result;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void drain(ArrayList<String> queue) {
        while (!queue.isEmpty()) {
            visit(queue.remove(0));
                  ^^^^^^^^^^^^^^^ in each round
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void drain(ArrayDeque<String> queue) {
        while (!queue.isEmpty()) visit(queue.removeFirst());
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(ArrayList<String> items) {
        items.add(0, \"first\");
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that move all elements when their first argument is 0, or without any, by language.
const METHODS: ByLanguage<&[(&str, usize)]> = &[
    (&["python"], &[("insert", 2), ("pop", 1)]),
    (&["javascript", "typescript"], &[("unshift", 1)]),
    (&["rust"], &[("insert", 2), ("remove", 1)]),
    (&["java"], &[("add", 2), ("remove", 1)]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee).filter(|it| tree.kind(*it) == Kind::Member)
    else {
        return;
    };
    let Some(methods) = context.in_language(METHODS) else { return };
    let arguments: Vec<NodeId> = tree.children_with(id, Role::Argument).collect();
    let name = tree.name(callee);
    let is_known = methods.contains(&(name, arguments.len()));
    let is_front =
        name == "unshift" || arguments.first().is_some_and(|it| context.text(*it) == "0");
    let receiver = tree.child(callee, Role::Receiver).filter(|it| tree.kind(*it) == Kind::Name);
    let Some(list) = receiver.filter(|_| is_known && is_front) else { return };
    let bindings = &context.facts.bindings;
    let Some(loop_node) = loops::around(tree, id).find(|it| {
        // A list that each round makes anew is short-lived.
        let made_inside = bindings.resolve(list).is_some_and(|binding| {
            bindings.definitions(binding).any(|definition| tree.is_within(definition, *it))
        });
        !made_inside
            && !loops::has_few_rounds(tree, bindings, *it)
            && !loops::runs_rarely(tree, id, *it)
    }) else {
        return;
    };
    // Only Python's and JavaScript's own lists have these methods; elsewhere the type must tell.
    let is_list = matches!(context.types().of(list), Some(ValueType::List))
        || matches!((name, arguments.len()), ("pop", 1)) && context.types().of(list).is_none();
    let is_queue = tree.text(tree.enclosing_function(id)).contains("VecDeque");
    if !is_list || is_queue || context.is_in_test(id) {
        return;
    }
    let (list, call) = (context.excerpt(list), context.excerpt(id));
    context
        .report(id, format!("`{call}` moves all of `{list}` in each round, O(n²) in this loop"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(
            "A list keeps its elements side by side: whatever happens at its front moves the rest.",
        )
        .emit();
}
