//! `bug/duplicate-definition`.

use crate::facts::control_flow::is_conditional;
use crate::findings::{Category, Severity};
use crate::ir::units::is_marked;
use crate::ir::{Flags, Kind, NodeId, Role, Symbol, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use rustc_hash::FxHashMap;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/duplicate-definition",
    category: Category::Bug,
    summary: "A function, method or parameter is defined twice",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a method that its class defines a second time, a function that the same block defines a second time, and two parameters of one name.",
        why: "The later definition replaces the earlier one silently: one of the two was meant to have another name, and what the first does never happens.",
        fix: "Rename one of the two, or remove it.",
        limits: "Definitions with a decorator, `static`, `get` or `set` are left alone, since there two of a name may belong together; so is what stands in different branches, and a function that is used between its two definitions.",
        references: &[
            "https://docs.astral.sh/ruff/rules/redefined-while-unused/",
            "https://eslint.org/docs/latest/rules/no-dupe-class-members",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "class Job:
    def start(self):
        return 1

    def start(self):
    ^^^^^^^^^
        return 2
",
        ),
        Example::bad(
            "python",
            "def load(path):
    return path

def load(path, mode):
^^^^^^^^
    return path, mode
",
        ),
        Example::good(
            "python",
            "class Job:
    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        self.value = value
",
        ),
        Example::good(
            "python",
            "def load(path):
    return path

load = cached(load)

def load_all(path):
    return path
",
        ),
        Example::bad(
            "javascript",
            "class Job {
  start() { return 1; }
  start() { return 2; }
  ^^^^^
}
",
        ),
        Example::bad(
            "javascript",
            "const sum = (a, b, a) => a + b;
                   ^
",
        ),
        Example::good(
            "javascript",
            "(function (root) {
  class Poll {
    get frequency() {
      return this.current;
    }
    set frequency(value) {
      this.current = value;
    }
    static ready() {
      return true;
    }
    ready() {
      return this.current > 0;
    }
  }
  root.Poll = Poll;
})(this);
",
        ),
        Example::good(
            "javascript",
            "class Job {
  get size() { return 1; }
  set size(value) { this.value = value; }
  static start() {}
  start() {}
}
",
        ),
        Example::good(
            "javascript",
            "const sum = (a, b) => a + b;
",
        ),
        Example::bad(
            "typescript",
            "class Job {
  start(): number { return 1; }
  start(): number { return 2; }
  ^^^^^
}
",
        ),
        Example::bad(
            "typescript",
            "function load(path: string): string { return path; }
function load(path: string): string { return path + '/'; }
^^^^^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "class Job {
  start(a: string): void;
  start(a: number): void;
  start(a: unknown): void { log(a); }
}
",
        ),
        Example::good(
            "typescript",
            "function load(path: string): string;
function load(path: number): string;
function load(path: unknown): string { return String(path); }
",
        ),
    ],
    kinds: &[Kind::Block, Kind::Module, Kind::Function, Kind::Lambda],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id).is_function() {
        parameters(context, id);
        return;
    }
    // The latest definition of each name.
    let mut seen: FxHashMap<Symbol, NodeId> = FxHashMap::default();
    for statement in tree.children(id) {
        let function = definition(tree, statement);
        let Some(function) = function.filter(|_| !is_conditional(tree, statement)) else {
            continue;
        };
        let name = tree.node(function).symbol;
        let Some(earlier) = seen.insert(name, function) else { continue };
        let word = tree.symbol_text(name);
        if word.is_empty()
            || word == "_"
            || word == "constructor"
            || is_used(tree, earlier, function)
        {
            continue;
        }
        let place = if tree.flags(function).has(Flags::METHOD) { "class" } else { "block" };
        context
            .report(function, format!("`{word}` is already defined in this {place}"))
            .related(earlier, "defined here")
            .because(format!("The second `{word}` replaces the first, which nothing uses before."))
            .emit();
    }
}

/// The function that a statement defines, if nothing more than its name makes it what it is.
fn definition(tree: &Tree, statement: NodeId) -> Option<NodeId> {
    let function = match tree.kind(statement) {
        Kind::Export => tree.children(statement).next()?,
        _ => statement,
    };
    let is_plain = tree.kind(function) == Kind::Function
        && !tree.flags(function).has(Flags::MARKED)
        && (tree.flags(function).has(Flags::STUB) || !is_marked(tree.text(function)))
        && (tree.flags(function).has(Flags::STUB) || tree.child(function, Role::Body).is_some());
    is_plain.then_some(function)
}

/// Whether a function is mentioned, or its name given another value, between its two definitions.
fn is_used(tree: &Tree, from: NodeId, to: NodeId) -> bool {
    let name = tree.node(from).symbol;
    (tree.node(from).subtree_end.0..to.0)
        .map(NodeId)
        .any(|it| tree.node(it).symbol == name && tree.kind(it) != Kind::Attribute)
}

fn parameters(context: &mut Context<'_>, function: NodeId) {
    let tree = context.tree;
    let mut seen = Vec::new();
    for parameter in tree.children_with(function, Role::Parameter) {
        let Some(target) = tree.child(parameter, Role::Target) else { continue };
        let name = tree.node(target).symbol;
        if tree.kind(target) != Kind::Name || tree.name(target).starts_with('_') {
            continue;
        }
        if seen.contains(&name) {
            let word = tree.name(target).to_owned();
            context
                .report(target, format!("two parameters are named `{word}`"))
                .because("Only the last of them can be reached.")
                .emit();
        }
        seen.push(name);
    }
}
