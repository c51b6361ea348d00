//! `bug/constant-condition`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/constant-condition",
    category: Category::Bug,
    summary: "A condition always has the same outcome",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports conditions that are decided by their form alone: strings, collections and \
               functions used as conditions, a literal beside `and` or `or`, `x == 'a' or 'b'`, and assertions of a non-empty \
               tuple.",
        why: "One of the branches can never run. `x == 'a' or 'b'` is the classic slip: the string \
              `'b'` is true by itself, so the whole condition always is.",
        fix: "Write out the comparison (`x == 'a' or x == 'b'`, or `x in ('a', 'b')`); remove the \
              parentheses around the assertion's condition and message; remove a literal that \
              was left from debugging.",
        limits: "A truth value or number that is the whole condition (`while True`, `if 0:`, \
                 `do … while (false)`) is written on purpose and not reported. Values that \
                 turn out constant only by following assignments are not found by this rule.",
        references: &["https://cwe.mitre.org/data/definitions/570.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def is_vowel(letter):
    if letter == 'a' or 'e':
                        ^^^ `'e'` is always true
        return True
    return False
",
        ),
        Example::bad(
            "python",
            "def check(count):
    assert (count > 0, 'count must be positive')
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a non-empty tuple is always true
",
        ),
        Example::bad(
            "python",
            "def visible(layer, debug):
    if layer.shown or True:
                      ^^^^ `True` is always true
        layer.draw()
    if debug and 0:
                 ^ always false
        print(layer)
",
        ),
        Example::good("python", "def trace(count):\n    if False:\n        print(count)\n"),
        Example::good("python", "def serve(queue):\n    while True:\n        queue.step()\n"),
        Example::good("python", "def items():\n    while False:\n        yield None\n"),
        Example::good("python", "def name(user):\n    return user.name or 'nobody'\n"),
        Example::bad(
            "javascript",
            "function allowed(role) {
  if (role === 'admin' || 'owner') {
                          ^^^^^^^ `'owner'` is always true
    return true;
  }
  return false;
}
",
        ),
        Example::bad(
            "javascript",
            "function render(items) {
  return [] ? items : null;
         ^^ `[]` is always true
}
",
        ),
        Example::bad(
            "javascript",
            "function reset(items, options) {
  if ([]) clear(items);
      ^^ `[]` is always true
  if ({}) clear(options);
      ^^ `{}` is always true
}
",
        ),
        Example::good("javascript", "function once(job) { do { job.run(); } while (false); }\n"),
        Example::good("javascript", "const name = (user) => user.name || 'nobody';\n"),
        Example::good("javascript", "function pump(q) { while (true) { if (q.step()) break; } }\n"),
        Example::bad(
            "typescript",
            "function color(kind: string): string {
  if (kind === 'warn' || 'error') {
                         ^^^^^^^ `'error'` is always true
    return 'red';
  }
  return 'green';
}
",
        ),
        Example::bad(
            "typescript",
            "function log(message: string): void {
  if (message.length > 0 || true) {
                            ^^^^ always true
    console.log(message);
  }
}
",
        ),
        Example::good("typescript", "const port = (p?: number): number => p || 8080;\n"),
        Example::good(
            "typescript",
            "function f(x: string) { if (x === 'a' || x === 'b') { g(); } }\n",
        ),
        Example::bad(
            "rust",
            "fn log(message: &str) {
    if !message.is_empty() || true {
                              ^^^^ always true
        println!(\"{message}\");
    }
}
",
        ),
        Example::good("rust", "fn log(m: &str) {\n    if true {\n        show(m);\n    }\n}\n"),
        Example::bad(
            "rust",
            "fn check(value: u32) -> bool {
    if value > 3 && false {
                    ^^^^^ always false
        return true;
    }
    false
}
",
        ),
        Example::good(
            "rust",
            "fn run(queue: &Queue) {\n    while true {\n        queue.step();\n    }\n}\n",
        ),
        Example::good(
            "rust",
            "fn check(value: u32) -> bool {\n    if value > 3 { true } else { false }\n}\n",
        ),
        Example::bad(
            "go",
            "\
func send(order Order) {
	if order.Paid || true {
	                 ^^^^ always true
		order.Send()
	}
}
",
        ),
        Example::bad(
            "go",
            "\
func ready(queue *Queue) bool {
	if queue.IsOpen || true {
	                   ^^^^ always true
		return true
	}
	return false
}
",
        ),
        Example::good(
            "go",
            "\
func run(queue *Queue) {
	for true {
		queue.Step()
	}
}
",
        ),
        Example::good(
            "go",
            "\
func ready(queue *Queue) bool {
	if queue.IsOpen && !queue.IsFull {
		return true
	}
	return false
}
",
        ),
        Example::bad(
            "java",
            "class Mode {
    void log(String message) {
        if (message.isEmpty() || true) {
                                 ^^^^ always true
            print(message);
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Access {
    boolean allowed(User user) {
        boolean allowed = false;
        if (user.isAdmin() || true) {
                              ^^^^ always true
            allowed = true;
        }
        return allowed;
    }
}
",
        ),
        Example::good(
            "java",
            "class Server {
    void run() {
        while (true) {
            step();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Parser {
    void parse(Input input) {
        do {
            if (input.isEmpty()) {
                break;
            }
            read(input);
        } while (false);
    }
}
",
        ),
        Example::good(
            "java",
            "class Parser {
    int parse(Input input) {
        if (true) throw new UnsupportedOperationException();
        return input.read();
    }
}
",
        ),
        Example::bad(
            "c",
            "int is_vowel(char c) {
  return c == 'a' || 'e' ? 1 : 0;
                     ^^^ `'e'` is always true
}
",
        ),
        Example::bad(
            "c",
            "int is_open(int state) {
  if (state == 2 || 4) {
                    ^ `4` is always true
    return 1;
  }
  return 0;
}
",
        ),
        Example::good(
            "c",
            "void pump(struct q *q) { while (1) { do { step(q); } while (0); } }
",
        ),
        Example::good(
            "c",
            "void dump(int n) { if (0) print(n); if (n & 0xF0) print(n); }
",
        ),
        Example::bad(
            "cpp",
            "bool is_warning(const std::string& kind) {
  if (kind == \"warn\" || \"error\") {
                        ^^^^^^^ `\"error\"` is always true
    return true;
  }
  return false;
}
",
        ),
        Example::bad(
            "cpp",
            "int pick(int a, int b) {
  return [] { return 1; } ? a : b;
         ^^^^^^^^^^^^^^^^ always true
}
",
        ),
        Example::good(
            "cpp",
            "bool is_warning(const std::string& k) { return k == \"warn\" || k == \"error\"; }
",
        ),
        Example::good(
            "cpp",
            "void f() { if (false) {} else if (x()) { g(); } while (true) { h(); } }
",
        ),
    ],
    kinds: &[Kind::If, Kind::Ternary, Kind::While, Kind::Assert, Kind::Logical],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Logical {
        alternatives(context, id);
        return;
    }
    let Some(condition) = tree.child(id, Role::Condition) else { return };
    if is_switch(tree, condition) {
        return;
    }
    // Operands that decide the whole condition, wherever it nests in `and`, `or` and `not`.
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
            _ => {
                if let Some(truth) = truth(context, part).filter(|_| !is_disabling(context, part))
                    && is_worth_saying(tree, id, condition, part, truth)
                    && !hides_dead_code(context, id)
                {
                    report(context, id, part, truth);
                    return;
                }
            }
        }
    }
}

/// `kind == 1 or 2` where no condition asks: the second is no alternative of the first.
fn alternatives(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let mut at = id;
    while matches!(tree.kind(tree.node(at).parent), Kind::Logical | Kind::Unary) {
        at = tree.node(at).parent;
    }
    // An `if` is told of above, and so is what stands in parentheses of it.
    let around = tree.kind(tree.node(at).parent);
    let is_told = tree.role(at) == Role::Condition && matches!(around, Kind::If | Kind::Ternary);
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    if is_told || tree.node(id).operator != Operator::Or || tree.kind(left) != Kind::Compare {
        return;
    }
    let equal = matches!(
        tree.node(left).operator,
        Operator::Equal | Operator::StrictEqual | Operator::NotEqual | Operator::StrictNotEqual
    );
    let Some(value) = tree.child(left, Role::Right) else { return };
    let is_alike = tree.kind(value) == tree.kind(right)
        && matches!(tree.kind(right), Kind::String | Kind::Number | Kind::Character);
    if equal && is_alike && truth(context, right) == Some(true) {
        let text = context.excerpt(right);
        context
            .report(right, format!("`{text}` is always true, and so is the condition"))
            .because("It is not compared with what stands on the left.")
            .emit();
    }
}

/// Whether the constant is how the language's programmers turn code on and off.
fn is_disabling(context: &Context<'_>, part: NodeId) -> bool {
    let is_bare = match context.tree.kind(part) {
        Kind::Boolean | Kind::Null => true,
        Kind::Number => matches!(context.text(part), "0" | "1"),
        _ => false,
    };
    is_bare && context.knowledge().disables_by_condition
}

/// Whether the condition is nothing but a truth value or number, perhaps negated: a switch for
/// whoever looks for an error.
fn is_switch(tree: &Tree, condition: NodeId) -> bool {
    let mut at = condition;
    while tree.kind(at) == Kind::Unary {
        let Some(operand) = tree.child(at, Role::Operand) else { return false };
        at = operand;
    }
    matches!(tree.kind(at), Kind::Boolean | Kind::Number)
}

/// The truth value that a form has by itself.
fn truth(context: &Context<'_>, id: NodeId) -> Option<bool> {
    let tree = context.tree;
    let text = tree.text(id);
    match tree.kind(id) {
        Kind::Boolean => Some(text.eq_ignore_ascii_case("true")),
        Kind::Null => (text != "...").then_some(false),
        Kind::Number => Some(is_truthy_number(text)),
        Kind::Character => Some(!text.contains("\\0") && !text.contains("\\x0")),
        Kind::String => Some(!is_empty_string(text)),
        Kind::Tuple if tree.flags(id).has(Flags::HAS_VALUE) => None,
        Kind::Tuple => Some(tree.children(id).next().is_some()),
        Kind::Lambda | Kind::Regex => Some(true),
        // An empty list or map is false in some languages, so only the sure case counts.
        Kind::List | Kind::Map | Kind::Set => Some(true).filter(|_| {
            tree.children(id).next().is_some() || context.knowledge().empty_collections_are_true
        }),
        _ => None,
    }
}

fn is_truthy_number(text: &str) -> bool {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.chars().any(|it| it.is_ascii_hexdigit() && it != '0'),
        None => text.chars().any(|it| ('1'..='9').contains(&it)),
    }
}

fn is_empty_string(text: &str) -> bool {
    let inner = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    inner.trim_matches(['"', '\'', '`']).is_empty()
}

/// Leaves out what people write on purpose.
fn is_worth_saying(
    tree: &Tree,
    statement: NodeId,
    condition: NodeId,
    part: NodeId,
    truth: bool,
) -> bool {
    let kind = tree.kind(part);
    // A `yield` that never runs still makes a function a generator.
    if part == condition && tree.descendants(statement).any(|it| tree.kind(it) == Kind::Yield) {
        return false;
    }
    match tree.kind(statement) {
        // `do { … } while (false)` is a block that `break` leaves, or how a macro makes one statement
        // of several.
        Kind::While if tree.flags(statement).has(Flags::POST_CONDITION) => false,
        // Endless loops; and `while x and 1` is rare enough to leave alone.
        Kind::While => !truth && part == condition && kind == Kind::Null,
        // `assert False` says that a place must not be reached.
        Kind::Assert => kind == Kind::Tuple,
        _ => {
            let decides = part == condition || decides_all(tree, condition, part, truth);
            decides && !(kind == Kind::Tuple && part != condition)
        }
    }
}

/// Languages whose compilers refuse code that never runs.
const REFUSING_DEAD_CODE: &[(&[&str], ())] = &[(&["java"], ())];

/// Whether a constant hides from the compiler that what follows never runs: `if (true) return;`
fn hides_dead_code(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    let Some(mut then) = tree.child(statement, Role::Then) else { return false };
    if tree.kind(then) == Kind::Block
        && let Some(last) = tree.last_child(then)
    {
        then = last;
    }
    context.in_language(REFUSING_DEAD_CODE).is_some()
        && tree.kind(statement) == Kind::If
        && tree.child(statement, Role::Else).is_none()
        && matches!(tree.kind(then), Kind::Return | Kind::Raise | Kind::Break)
}

/// Whether the operand's value alone gives the whole condition its outcome: true in a chain of
/// `or`, false in a chain of `and`.
fn decides_all(tree: &Tree, condition: NodeId, part: NodeId, truth: bool) -> bool {
    let mut value = truth;
    let mut at = part;
    while at != condition {
        let Some(parent) = tree.parent(at) else { return false };
        match (tree.kind(parent), tree.node(parent).operator) {
            (Kind::Logical, Operator::Or) if value => {}
            (Kind::Logical, Operator::And) if !value => {}
            (Kind::Unary, Operator::Not) => value = !value,
            _ => return false,
        }
        at = parent;
    }
    true
}

fn report(context: &mut Context<'_>, statement: NodeId, part: NodeId, truth: bool) {
    let text = context.excerpt(part);
    let outcome = if truth { "true" } else { "false" };
    let message = match (context.tree.kind(statement), context.tree.kind(part)) {
        (Kind::Assert, _) => {
            "a non-empty tuple is always true: the assertion never fails".to_owned()
        }
        _ => format!("`{text}` is always {outcome}, and so is the condition"),
    };
    context
        .report(part, message)
        .because(format!("`{text}` is a constant, and it alone decides the condition."))
        .emit();
}
