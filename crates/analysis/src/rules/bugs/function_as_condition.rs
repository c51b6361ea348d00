//! `bug/function-as-condition`.

use crate::facts::BindingKind;
use crate::facts::Entry;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/function-as-condition",
    category: Category::Bug,
    summary: "A function itself is taken for the answer it gives",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "go", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a condition that is the name of a function of the file, or of a method of it, that is not called.",
        why: "A function is always true, so the branch does not depend on anything: the parentheses of the call are missing.",
        fix: "Call it, with its parentheses.",
        limits: "Only functions that the same file defines under one name are known. A function that the block calls or hands on was tested for being there, and is left alone.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/warning/using-constant-test.html",
            "https://cwe.mitre.org/data/definitions/480.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def is_ready():
    return queue.size() > 0

def run():
    if is_ready:
       ^^^^^^^^
        work()
",
        ),
        Example::bad(
            "python",
            "class Door:
    def is_open(self):
        return self.angle > 0

    def enter(self, guest):
        if guest.ready and not self.is_open:
                               ^^^^^^^^^^^^
            self.wait()
",
        ),
        Example::good(
            "python",
            "def is_ready():
    return queue.size() > 0

def run():
    if is_ready():
        work()
",
        ),
        Example::good(
            "python",
            "class Door:
    @property
    def is_open(self):
        return self.angle > 0

    def enter(self):
        if self.is_open:
            self.wait()
",
        ),
        Example::bad(
            "javascript",
            "function isReady() { return queue.size > 0; }
function run() { if (isReady) { work(); } }
                     ^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "function isReady() { return queue.size > 0; }
const state = () => (isReady ? 'ready' : 'busy');
                     ^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "function isReady() { return queue.size > 0; }
function run() { if (isReady()) { work(); } }
",
        ),
        Example::good(
            "javascript",
            "function notify(done) { if (done) { done(); } }
",
        ),
        Example::bad(
            "typescript",
            "function isReady(): boolean { return queue.size > 0; }
function run(): void { while (!isReady) { work(); } }
                               ^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "function isReady(): boolean { return queue.size > 0; }
function run(open: boolean): void { if (open && isReady) { work(); } }
                                                ^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "function isReady(): boolean { return queue.size > 0; }
function run(): void { while (!isReady()) { work(); } }
",
        ),
        Example::good(
            "typescript",
            "function notify(done?: () => void): void { if (done) { done(); } }
",
        ),
        Example::bad(
            "go",
            "func ready() bool { return true }

func run() bool {
	return ready == nil
	       ^^^^^^^^^^^^
}
",
        ),
        Example::bad(
            "go",
            "func ready() bool { return true }

func run() {
	if ready != nil {
	   ^^^^^^^^^^^^
		work()
	}
}
",
        ),
        Example::good(
            "go",
            "func ready() bool { return true }

func run() bool {
	return ready()
}
",
        ),
        Example::good(
            "go",
            "func run(done func()) {
	if done != nil {
		done()
	}
}
",
        ),
        Example::bad(
            "c",
            "int is_ready(void) { return size > 0; }
void run(void) { if (is_ready) { work(); } }
                     ^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int is_ready(void) { return size > 0; }
void run(void) { if (is_ready == 0) { work(); } }
                     ^^^^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "int is_ready(void) { return size > 0; }
void run(void) { if (is_ready()) { work(); } }
",
        ),
        Example::good(
            "c",
            "void run(void (*done)(void)) { if (done) { done(); } }
",
        ),
        Example::bad(
            "cpp",
            "bool is_ready() { return size > 0; }
void run() { while (!is_ready) { work(); } }
                     ^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "bool is_ready() { return size > 0; }
int run(int a, int b) { return is_ready ? a : b; }
                               ^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "bool is_ready() { return size > 0; }
void run() { while (!is_ready()) { work(); } }
",
        ),
        Example::good(
            "cpp",
            "void run(void (*done)()) { if (done != nullptr) { done(); } }
",
        ),
    ],
    kinds: &[Kind::If, Kind::While, Kind::Ternary, Kind::Assert, Kind::Compare],
    check,
};

/// Languages whose conditions take a function: in the others the compiler does not.
const TRUTHY: &[&str] = &["python", "javascript", "typescript", "c", "cpp"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Compare {
        compared(context, id);
        return;
    }
    let Some(condition) = tree.child(id, Role::Condition) else { return };
    if !TRUTHY.contains(&context.language.id()) {
        return;
    }
    let mut open = vec![condition];
    while let Some(part) = open.pop() {
        match tree.kind(part) {
            Kind::Logical => {
                open.extend(tree.child(part, Role::Right));
                open.extend(tree.child(part, Role::Left));
            }
            Kind::Unary if tree.node(part).operator == Operator::Not => {
                open.extend(tree.child(part, Role::Operand));
            }
            Kind::Name | Kind::Member
                if is_function(context, part) && !is_handed_on(tree, id, part) =>
            {
                let name = context.excerpt(part);
                context
                    .report(
                        part,
                        format!("`{name}` is a function, which is always true: it is not called"),
                    )
                    .because(format!("The file defines `{name}` as a function."))
                    .emit();
            }
            _ => {}
        }
    }
}

/// `ready == nil`
fn compared(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    let is_null =
        tree.kind(right) == Kind::Null || matches!(tree.text(right), "nil" | "0" | "NULL");
    let knows = !matches!(context.language.id(), "python" | "javascript" | "typescript");
    if knows
        && is_null
        && matches!(tree.node(id).operator, Operator::Equal | Operator::NotEqual)
        && tree.kind(left) == Kind::Name
        && is_function(context, left)
    {
        let name = context.excerpt(left);
        context
            .report(id, format!("`{name}` is a function, which is never null: it is not called"))
            .because(format!("The file defines `{name}` as a function."))
            .emit();
    }
}

fn is_function(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let name = tree.name(id);
    if tree.kind(id) == Kind::Member {
        let is_own = tree.child(id, Role::Receiver).is_some_and(|it| tree.text(it) == "self");
        let method = context.environment.method(name);
        let is_method = method.is_some_and(|it| !it.takes_more || it.required > 0);
        return is_own && is_method && context.language.id() == "python";
    }
    match context.facts.bindings.resolve(id) {
        Some(binding) => {
            let bindings = &context.facts.bindings;
            let mut definitions = bindings.definitions(binding);
            let is_alone = definitions.next().is_none() || definitions.next().is_none();
            is_alone && bindings.binding(binding).is_some_and(|it| it.kind == BindingKind::Function)
        }
        None => {
            context.environment.entry(name) == Some(&Entry::Function)
                && context.environment.signature(name).is_some()
        }
    }
}

/// Whether what the condition guards calls the function, or hands it on.
fn is_handed_on(tree: &Tree, statement: NodeId, part: NodeId) -> bool {
    let name = tree.node(part).symbol;
    let mut same = tree.descendants(statement).filter(|it| tree.node(*it).symbol == name);
    same.any(|it| {
        let is_part = tree.is_within(it, part) || tree.is_within(part, it);
        !is_part && tree.kind(it) != Kind::Attribute
    })
}
