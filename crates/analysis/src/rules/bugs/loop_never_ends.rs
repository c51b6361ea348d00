//! `bug/loop-never-ends`.

use rustc_hash::FxHashSet;

use crate::facts::control_flow::never_returns;
use crate::facts::{BindingId, ScopeKind};
use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loop-never-ends",
    category: Category::Bug,
    summary: "A loop whose condition nothing in it can change",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a loop that tests only variables of its own function, changes none of them, and has no jump out of it.",
        why: "Once the condition holds, it holds forever: the program hangs. Mostly the line that counts on was forgotten, stands outside the loop, or changes another variable.",
        fix: "Change one of the tested variables in the loop, or leave it with a jump. A loop that is to run forever says so best with a constant condition.",
        limits: "Conditions with calls, members or elements are not followed, nor are variables that closures mention or that somebody else may change.",
        references: &["https://cwe.mitre.org/data/definitions/835.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show_all(items):
    index = 0
    while index < 10:
          ^^^^^^^^^^ nothing in the loop changes
        show(items[index])
",
        ),
        Example::bad(
            "python",
            "def wait(limit):
    waited = 0
    retries = 0
    while waited < limit:
          ^^^^^^^^^^^^^^ nothing in the loop changes
        retries += 1
        ping(retries)
",
        ),
        Example::good(
            "python",
            "def show_all(items):
    index = 0
    while index < 10:
        show(items[index])
        index += 1
",
        ),
        Example::good(
            "python",
            "def drain(queue):
    while queue:
        show(queue.pop())
",
        ),
        Example::good(
            "python",
            "def serve(socket):
    running = True
    while running:
        if socket.closed:
            break
        answer(socket)
",
        ),
        Example::good(
            "python",
            "def walk(root):
    stack = [root]
    pop = stack.pop
    while stack:
        show(pop())
",
        ),
        Example::bad(
            "javascript",
            "function showAll(items) {
  let index = 0;
  while (index < 10) {
         ^^^^^^^^^^ nothing in the loop changes
    show(items[index]);
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function showAll(rows) {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < 10; i++) {
                    ^^^^^^ nothing in the loop changes
      show(i, j);
    }
  }
}
",
        ),
        Example::good(
            "javascript",
            "function showAll(items) {
  let index = 0;
  while (index < 10) show(items[index++]);
}
",
        ),
        Example::good(
            "javascript",
            "function poll(done) {
  let ready = false;
  done(() => { ready = true; });
  while (!ready) turn();
}
",
        ),
        Example::bad(
            "typescript",
            "function showAll(items: string[]) {
  let index = 0;
  while (index < 10) {
         ^^^^^^^^^^ nothing in the loop changes
    show(items[index]);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function count(limit: number) {
  let done = false;
  while (!done) {
         ^^^^^ nothing in the loop changes
    step(limit);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function count(limit: number) {
  let done = false;
  while (!done) {
    done = step(limit);
  }
}
",
        ),
        Example::good(
            "typescript",
            "async function wait(limit: number) {
  let waited = 0;
  while (waited < limit) {
    waited += await pause();
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn show_all(items: &[u32]) {
    let mut index = 0;
    while index < 10 {
          ^^^^^^^^^^ nothing in the loop changes
        show(items[index]);
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn count(limit: u32) {
    let mut waited = 0;
    let mut retries = 0;
    while waited < limit {
          ^^^^^^^^^^^^^^ nothing in the loop changes
        retries += 1;
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show_all(items: &[u32]) {
    let mut index = 0;
    while index < 10 {
        show(items[index]);
        index += 1;
    }
}
",
        ),
        Example::good(
            "rust",
            "fn fill(limit: u32) {
    let mut count = 0;
    while count < limit {
        add(&mut count);
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func showAll(items []int) {
	index := 0
	for index < 10 {
	    ^^^^^^^^^^ nothing in the loop changes
		show(items[index])
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func grid(rows int) {
	for i := 0; i < rows; i++ {
		for j := 0; j < 10; i++ {
		            ^^^^^^ nothing in the loop changes
			show(i, j)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func showAll(items []int) {
	index := 0
	for index < 10 {
		show(items[index])
		index++
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func fill(limit int) {
	count := 0
	for count < limit {
		add(&count)
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void showAll(int[] items) {
        int index = 0;
        while (index < 10) {
               ^^^^^^^^^^ nothing in the loop changes
            show(items[index]);
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void grid(int rows) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < 10; i++) {
                            ^^^^^^ nothing in the loop changes
                show(i);
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void showAll(int[] items) {
        int index = 0;
        while (index < 10) {
            show(items[index++]);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void read(Reader reader) {
        boolean more = true;
        while (more) {
            more = reader.next();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void show_all(const int *items) {
    int index = 0;
    while (index < 10) {
           ^^^^^^^^^^ nothing in the loop changes
        show(items[index]);
    }
}
",
        ),
        Example::bad(
            "c",
            "void grid(int rows) {
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < 10; i++) {
                        ^^^^^^ nothing in the loop changes
            show(i);
        }
    }
}
",
        ),
        Example::good(
            "c",
            "void show_all(const int *items) {
    int index = 0;
    while (index < 10) {
        show(items[index++]);
    }
}
",
        ),
        Example::good(
            "c",
            "void wait_for(volatile int *flag) {
    volatile int ready = 0;
    watch(&ready, flag);
    while (!ready) {
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void showAll(const std::vector<int> &items) {
    int index = 0;
    while (index < 10) {
           ^^^^^^^^^^ nothing in the loop changes
        show(items[index]);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void grid(int rows) {
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < 10; i++) {
                        ^^^^^^ nothing in the loop changes
            show(rows);
        }
    }
}
",
        ),
        Example::good(
            "cpp",
            "void showAll(const std::vector<int> &items) {
    int index = 0;
    while (index < 10) {
        show(items[index++]);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void fill(int limit) {
    int count = 0;
    while (count < limit) {
        add(count);
    }
}
",
        ),
    ],
    kinds: &[Kind::While, Kind::ForCount],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(condition) = tree.child(id, Role::Condition) else { return };
    if tree.flags(id).has(Flags::CONDITIONAL) || has_way_out(context, id) {
        return;
    }
    let Some(tested) = tested(context, condition) else { return };
    if tested.iter().any(|it| may_change(context, *it, id)) || context.calls_macro(id) {
        return;
    }
    let test = context.excerpt(condition);
    context
        .report(condition, format!("nothing in the loop changes what `{test}` comes to"))
        .because("The loop neither assigns a variable of its condition nor jumps out.")
        .emit();
}

/// The variables that a condition tests, if it tests nothing else and at least one.
fn tested(context: &Context<'_>, condition: NodeId) -> Option<FxHashSet<BindingId>> {
    let tree = context.tree;
    let mut found = FxHashSet::default();
    for part in tree.descendants(condition).chain([condition]) {
        match tree.kind(part) {
            Kind::Name if tree.node(part).access == Access::Read => {
                found.insert(context.facts.bindings.resolve(part)?);
            }
            Kind::Compare | Kind::Logical | Kind::Unary | Kind::Binary | Kind::Operator => {}
            kind if kind.is_literal() => {}
            _ => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a loop can be left by anything but its condition.
fn has_way_out(context: &Context<'_>, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let (paths, knowledge) = (context.paths(), context.knowledge());
    tree.descendants(loop_node).any(|it| match tree.kind(it) {
        Kind::Return
        | Kind::Break
        | Kind::Raise
        | Kind::Goto
        | Kind::Yield
        | Kind::Await
        | Kind::Propagate
        | Kind::Assert
        | Kind::Label
        | Kind::Other
        | Kind::Error
        | Kind::Defer
        // Channels block, and wake.
        | Kind::Send => true,
        Kind::Macro => !tree.name(it).contains("print"),
        Kind::Call => never_returns(&paths, knowledge, it) || ends_by_name(tree, it),
        Kind::Unary => tree.node(it).operator == Operator::Receive,
        _ => false,
    })
}

/// Whether a call's name says that it ends the program or the test.
fn ends_by_name(tree: &Tree, call: NodeId) -> bool {
    let name = tree.child(call, Role::Callee).map_or("", |it| tree.name(it)).to_ascii_lowercase();
    ["exit", "abort", "fatal", "panic", "throw", "fail", "longjmp", "exec", "assert", "raise"]
        .iter()
        .any(|known| name.contains(known))
}

/// Whether anything in the loop, or anybody else meanwhile, may change the variable.
fn may_change(context: &Context<'_>, id: BindingId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.binding(id) else { return true };
    let function = bindings.scope(binding.scope).and_then(|it| bindings.scope(it.function));
    let is_own = function.is_some_and(|it| {
        it.kind == ScopeKind::Function && it.node == tree.enclosing_function(loop_node)
    });
    let declaration = tree.node(binding.declared_at).parent;
    let is_shared = tree.flags(declaration).has(Flags::STATIC)
        || tree.text(declaration).contains("volatile")
        || tree.text(declaration).contains("atomic");
    if !is_own || binding.is_captured || is_shared {
        return true;
    }
    // C++ and Go let a reference or pointer change it from afar.
    let before = Span::new(tree.span(declaration).start, tree.span(binding.declared_at).start);
    if before.of(tree.source()).contains('&') {
        return true;
    }
    let is_number = context.types().of_binding(id) == Some(ValueType::Number);
    let by_value = is_number && !context.knowledge().arguments_may_change;
    let starts = tree.child(loop_node, Role::Initializer);
    bindings.occurrences(id).iter().any(|name| {
        let node = tree.node(*name);
        let parent = tree.kind(node.parent);
        if parent == Kind::Reference {
            return true;
        }
        let in_rounds =
            tree.is_within(*name, loop_node) && !starts.is_some_and(|it| tree.is_within(*name, it));
        if node.access != Access::Read {
            return in_rounds;
        }
        // What is handed on, or has methods called, may change without being assigned.
        let is_plain = matches!(
            parent,
            Kind::Compare
                | Kind::Binary
                | Kind::Logical
                | Kind::Unary
                | Kind::While
                | Kind::ForCount
        ) || parent == Kind::Index && node.role == Role::Index
            || parent == Kind::Call && node.role == Role::Argument && by_value;
        // Through a list's method, kept in another variable before the loop, it may change, too.
        !is_plain && (in_rounds || !is_number)
    })
}
