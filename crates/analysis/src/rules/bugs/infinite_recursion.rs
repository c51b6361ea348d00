//! `bug/infinite-recursion`.

use rustc_hash::FxHashSet;

use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/infinite-recursion",
    category: Category::Bug,
    summary: "A function that calls itself whatever happens",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c"],
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
        Example::bad(
            "java",
            "class A {
    int size() { return size(); }
                        ^^^^^^ `size` calls itself here whatever happens
}
",
        ),
        Example::bad(
            "java",
            "class A {
    int add(int n) { return this.add(n) + 1; }
                            ^^^^^^^^^^^ `add` calls itself
}
",
        ),
        Example::good(
            "java",
            "class A { int add(int n) { return n == 0 ? 0 : add(n - 1) + 1; } }\n",
        ),
        Example::good("java", "class A { void log(Object o) { log(o.toString()); } }\n"),
        Example::bad(
            "python",
            "class A:
    @property
    def size(self):
        return self.size
               ^^^^^^^^^ this accessor itself
",
        ),
        Example::bad(
            "javascript",
            "class A { set size(value) { this.size = value; } }
                            ^^^^^^^^^ this accessor itself
",
        ),
        Example::good("javascript", "class A { get size() { return this._size; } }\n"),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    if flags.has(Flags::STUB) || flags.has(Flags::GENERATOR) {
        return;
    }
    let is_method = flags.has(Flags::METHOD);
    if is_method && context.is_test_file {
        return;
    }
    if is_method && accessor(context, id) {
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
                if is_method {
                    return is_own_method(context, *it, callee, id);
                }
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

/// Whether a method calls itself on its own object, with the arguments it was given: with others, a
/// method of the same name may be meant.
fn is_own_method(context: &Context<'_>, call: NodeId, callee: NodeId, function: NodeId) -> bool {
    let tree = context.tree;
    let Some(own) = tree.child(function, Role::Name) else { return false };
    let is_named = tree.node(callee).symbol == tree.node(own).symbol;
    let is_own = match tree.kind(callee) {
        Kind::Name | Kind::Attribute => context.language.id() == "java",
        Kind::Member => tree
            .child(callee, Role::Receiver)
            .is_some_and(|it| matches!(tree.text(it), "this" | "self")),
        _ => false,
    };
    let parameters = tree
        .children_with(function, Role::Parameter)
        .filter_map(|it| tree.child(it, Role::Target))
        .filter(|it| tree.text(*it) != "self")
        .map(|it| tree.text(it));
    let arguments = tree.children_with(call, Role::Argument).map(|it| tree.text(it));
    is_named && is_own && parameters.eq(arguments)
}

/// Reports a getter that reads, or a setter that assigns, the property itself.
fn accessor(context: &mut Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let (Some(name), Some(body)) = (tree.child(id, Role::Name), tree.child(id, Role::Body)) else {
        return false;
    };
    let start = tree.span(id).start;
    let head = Span::new(start, tree.span(name).start).of(tree.source());
    let word = |it: &str| head.split_whitespace().any(|part| part == it);
    let is_decorated = |text: &str| {
        let around = tree.node(id).parent;
        tree.kind(around) == Kind::Decorated
            && tree
                .children(around)
                .any(|it| tree.kind(it) == Kind::Decorator && tree.text(it).trim().ends_with(text))
    };
    let is_python = context.language.id() == "python";
    let (reads, writes) = if is_python {
        (is_decorated("property"), is_decorated(".setter"))
    } else {
        (word("get"), word("set"))
    };
    // Only what the body does first, whatever the values are.
    let Some(first) = tree.children(body).next() else { return false };
    let is_itself = |it: NodeId| {
        tree.kind(it) == Kind::Member
            && tree.node(it).symbol == tree.node(name).symbol
            && tree
                .child(it, Role::Receiver)
                .is_some_and(|of| matches!(tree.text(of), "this" | "self"))
    };
    let found = match tree.kind(first) {
        Kind::Return if reads => tree.child(first, Role::Value).filter(|it| is_itself(*it)),
        Kind::Assign if writes => tree.child(first, Role::Target).filter(|it| is_itself(*it)),
        _ => None,
    };
    let Some(found) = found else { return false };
    let text = context.excerpt(found);
    context
        .report(found, format!("`{text}` is this accessor itself, which calls itself forever"))
        .because("The property of that name is the one that is being defined.")
        .emit();
    true
}
