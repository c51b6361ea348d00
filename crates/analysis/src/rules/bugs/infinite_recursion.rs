//! `bug/infinite-recursion`.

use rustc_hash::FxHashSet;

use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/infinite-recursion",
    category: Category::Bug,
    summary: "A function that calls itself whatever happens",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "c"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a function of which every way calls the function itself again.",
        why: "The recursion has no end but an overflow of the stack: the case that stops it is missing, or stands after the call.",
        fix: "Return without the call where there is nothing left to do, before the call.",
        limits: "Only direct calls by the function's own name are seen; methods are not looked at, since a subclass or another object may answer, nor functions that may be overloaded.",
        references: &["https://cwe.mitre.org/data/definitions/674.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def count(n):
    return 1 + count(n - 1)
               ^^^^^^^^^^^^ calls itself here whatever happens
",
        ),
        Example::bad(
            "python",
            "def count(n):
    x = count(n - 1)
        ^^^^^^^^^^^^ calls itself here whatever happens
    if n > 1:
        return x
    return n
",
        ),
        Example::good(
            "python",
            "def count(n):
    if n == 0:
        return 0
    return 1 + count(n - 1)
",
        ),
        Example::good(
            "python",
            "def count(n):
    return n
",
        ),
        Example::bad(
            "javascript",
            "function count(n) {
  return 1 + count(n - 1);
             ^^^^^^^^^^^^ calls itself here whatever happens
}
",
        ),
        Example::bad(
            "javascript",
            "function count(n) {
  const x = count(n - 1);
            ^^^^^^^^^^^^ calls itself here whatever happens
  if (n > 1) return x;
  return n;
}
",
        ),
        Example::good(
            "javascript",
            "function count(n) {
  if (n === 0) return 0;
  return 1 + count(n - 1);
}
",
        ),
        Example::good(
            "javascript",
            "function count(n) {
  return n;
}
",
        ),
        Example::bad(
            "typescript",
            "function count(n: number): number {
  return 1 + count(n - 1);
             ^^^^^^^^^^^^ calls itself here whatever happens
}
",
        ),
        Example::bad(
            "typescript",
            "function count(n: number): number {
  const x = count(n - 1);
            ^^^^^^^^^^^^ calls itself here whatever happens
  if (n > 1) return x;
  return n;
}
",
        ),
        Example::good(
            "typescript",
            "function count(n: number): number {
  if (n === 0) return 0;
  return 1 + count(n - 1);
}
",
        ),
        Example::good(
            "typescript",
            "function count(n: number): number {
  return n;
}
",
        ),
        Example::bad(
            "rust",
            "fn count(n: u32) -> u32 {
    1 + count(n - 1)
        ^^^^^^^^^^^^ calls itself here whatever happens
}
",
        ),
        Example::bad(
            "rust",
            "fn count(n: u32) -> u32 {
    let x = count(n - 1);
            ^^^^^^^^^^^^ calls itself here whatever happens
    if n > 1 {
        return x;
    }
    n
}
",
        ),
        Example::good(
            "rust",
            "fn count(n: u32) -> u32 {
    if n == 0 {
        return 0;
    }
    1 + count(n - 1)
}
",
        ),
        Example::good(
            "rust",
            "fn count(n: u32) -> u32 {
    n
}
",
        ),
        Example::bad(
            "go",
            "package shop

func count(n int) int {
	return 1 + count(n - 1)
	           ^^^^^^^^^^^^ calls itself here whatever happens
}
",
        ),
        Example::bad(
            "go",
            "package shop

func count(n int) int {
	x := count(n - 1)
	     ^^^^^^^^^^^^ calls itself here whatever happens
	if n > 1 {
		return x
	}
	return n
}
",
        ),
        Example::good(
            "go",
            "package shop

func count(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + count(n - 1)
}
",
        ),
        Example::good(
            "go",
            "package shop

func count(n int) int {
	return n
}
",
        ),
        Example::bad(
            "c",
            "int count(int n) {
    return 1 + count(n - 1);
               ^^^^^^^^^^^^ calls itself here whatever happens
}
",
        ),
        Example::bad(
            "c",
            "int count(int n) {
    int x = count(n - 1);
            ^^^^^^^^^^^^ calls itself here whatever happens
    if (n > 1) return x;
    return n;
}
",
        ),
        Example::good(
            "c",
            "int count(int n) {
    if (n == 0) return 0;
    return 1 + count(n - 1);
}
",
        ),
        Example::good(
            "c",
            "int count(int n) {
    return n;
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    if flags.has(Flags::STUB) || flags.has(Flags::METHOD) || flags.has(Flags::GENERATOR) {
        return;
    }
    let Some(own) = tree.child(id, Role::Name) else { return };
    let symbol = tree.node(own).symbol;
    let parameters = tree.children_with(id, Role::Parameter).count();
    let is_self_call = |it: &NodeId| {
        tree.kind(*it) == Kind::Call
            && tree.children_with(*it, Role::Argument).count() == parameters
            && !matches!(tree.kind(tree.node(*it).parent), Kind::Spawn | Kind::Defer)
            && tree.child(*it, Role::Callee).is_some_and(|callee| {
                tree.kind(callee) == Kind::Name
                    && tree.node(callee).symbol == symbol
                    && is_own_name(context, callee, own)
            })
    };
    // Most functions do not call themselves at all, and some become another on the way.
    let is_replaced = |it: NodeId| {
        let node = tree.node(it);
        node.kind == Kind::Name && node.symbol == symbol && node.access == Access::Write
    };
    // `BENCHMARK(name) { … }`: whatever the macro makes of it.
    let is_macro = context.text(id).split('(').next().is_some_and(|head| {
        head.len() > 2 && head.chars().all(|it| it.is_ascii_uppercase() || it == '_')
    });
    if is_macro
        || tree.descendants(id).any(is_replaced)
        || !tree.descendants(id).any(|it| is_self_call(&it))
    {
        return;
    }
    let graph = context.graph();
    let Some(region) = graph.region(id) else { return };
    let mut seen = FxHashSet::default();
    let mut open = vec![region.entry];
    let mut first_call = None;
    while let Some(block) = open.pop() {
        if !seen.insert(block) {
            continue;
        }
        if block == region.exit || block == region.raised {
            return;
        }
        let steps = graph.steps(block);
        if let Some(call) = steps.iter().find(|it| is_self_call(it)) {
            first_call = first_call.min(Some(*call)).or(Some(*call));
            // What comes before the call may still end the function.
            let before = steps.iter().take_while(|it| *it != call);
            if before.into_iter().any(|it| may_leave(tree.kind(*it))) {
                return;
            }
            continue;
        }
        if steps.iter().any(|it| may_leave(tree.kind(*it))) {
            return;
        }
        open.extend(graph.successors(block));
    }
    let Some(call) = first_call else { return };
    let name = tree.name(id).to_owned();
    context
        .report(call, format!("`{name}` calls itself here whatever happens"))
        .because("No way through the function ends without this call.")
        .emit();
}

/// Steps that may end the function by other means than a statement of it.
fn may_leave(kind: Kind) -> bool {
    matches!(kind, Kind::Await | Kind::Yield | Kind::Propagate | Kind::Macro | Kind::Raise)
}

/// Whether a name means the function itself, not a variable of that name.
fn is_own_name(context: &Context<'_>, callee: NodeId, own: NodeId) -> bool {
    let bindings = &context.facts.bindings;
    match bindings.resolve(callee) {
        None => true,
        Some(binding) => bindings.binding(binding).is_some_and(|it| it.declared_at == own),
    }
}
