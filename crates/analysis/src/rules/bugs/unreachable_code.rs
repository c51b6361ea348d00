//! `bug/unreachable-code`.

use crate::facts::control_flow::{is_conditional, never_returns};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::returns::is_ending_call;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unreachable-code",
    category: Category::Bug,
    summary: "Code that can never run",
    severity: Severity::Warning,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports the first statement of a block that control cannot reach, because an \
               earlier statement always returns, raises, jumps, or loops for ever.",
        why: "The code looks as if it did something. Often a line was moved, an early return was \
              left behind from debugging, or a condition around the return was lost.",
        fix: "Remove the code, or the statement that cuts it off.",
        limits: "Hoisted declarations, a `break` after a `return` in a switch, a `yield` that \
                 only makes a function a generator, and guards (`raise`, `assert`) are not \
                 reported. Of calls that never return, the standard library's are known \
                 (`sys.exit()`), the program's own are not.",
        references: &["https://cwe.mitre.org/data/definitions/561.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def serve(queue):
    while True:
        handle(queue.get())
    queue.close()
    ^^^^^^^^^^^^^ never runs
",
        ),
        Example::bad(
            "javascript",
            "function fail(message) {
  process.exit(1);
  log(message);
  ^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::good("javascript", "function fail(m) { log(m); process.exit(1); return; }\n"),
        Example::bad(
            "rust",
            "fn pick(kind: Kind) -> u32 {
    match kind {
        Kind::Left => return 1,
        Kind::Right => panic!(\"no right\"),
    }
    log(kind);
    ^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "rust",
            "fn sign(x: i32) -> i32 {
    if x < 0 {
        return -1;
    } else {
        return 1;
    }
    println!(\"{x}\");
    ^^^^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "python",
            "def total(items):
    return sum(items)
    log(items)
    ^^^^^^^^^^ never runs
",
        ),
        Example::bad(
            "python",
            "def first(items):
    for item in items:
        if item.ok:
            return item
        else:
            raise ValueError(item)
        item.close()
        ^^^^^^^^^^^^ never runs
",
        ),
        Example::good(
            "python",
            "def sign(x):
    if x > 0:
        return 1
    else:
        return -1
    raise AssertionError('not reached')
",
        ),
        Example::good("python", "def empty():\n    return\n    yield\n"),
        Example::good(
            "python",
            "def find(items):
    for item in items:
        if item.ok:
            return item
    return None
",
        ),
        Example::bad(
            "javascript",
            "function load(path) {
  throw new Error('not supported');
  return read(path);
  ^^^^^^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "javascript",
            "function each(items) {
  for (const item of items) {
    continue;
    item.run();
    ^^^^^^^^^^^ never runs
  }
}
",
        ),
        Example::good(
            "javascript",
            "function run() {
  return helper();
  function helper() { return 1; }
}
",
        ),
        Example::good(
            "javascript",
            "function name(kind) {
  switch (kind) {
    case 1:
      return 'one';
      break;
    default:
      return 'many';
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function parse(text: string): number {
  if (text === '') {
    return 0;
  } else {
    return Number(text);
  }
  console.log(text);
  ^^^^^^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "typescript",
            "function stop(): void {
  return;
  clear();
  ^^^^^^^^ never runs
}
",
        ),
        Example::good(
            "typescript",
            "function f(): number { return g(); var x; function g() { return 1; } }\n",
        ),
        Example::good("typescript", "function f(x: number) { if (x) { return 1; } return 2; }\n"),
        Example::bad(
            "rust",
            "fn poll(queue: &Queue) -> u32 {
    loop {
        queue.step();
    }
    queue.count()
    ^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "rust",
            "fn parse(text: &str) -> u32 {
    return text.len() as u32;
    log(text);
    ^^^^^^^^^^ never runs
}
",
        ),
        Example::good(
            "rust",
            "fn poll(queue: &Queue) -> u32 {
    loop {
        if queue.step() {
            break;
        }
    }
    queue.count()
}
",
        ),
        Example::good(
            "rust",
            "fn f() -> u32 {\n    return g();\n    fn g() -> u32 {\n        1\n    }\n}\n",
        ),
        Example::good(
            "rust",
            "fn remove(&mut self, key: &str) -> Option<Value> {
    #[cfg(feature = \"ordered\")]
    return self.swap_remove(key);
    #[cfg(not(feature = \"ordered\"))]
    return self.map.remove(key);
}
",
        ),
        Example::good(
            "rust",
            "fn count(source: &mut Source) -> usize {
    let mut count = 0;
    loop {
        match source.next() {
            Some(item) => count += item.len(),
            None => break,
        }
    }
    count
}
",
        ),
        Example::good(
            "rust",
            "async fn copy(from: Source) -> usize {
    let mut count = 0;
    loop {
        tokio::select! {
            read = from.read() => count += read,
            _ = from.closed() => break,
        }
    }
    count
}
",
        ),
        Example::bad(
            "go",
            "\
func sum(items []int) int {
	return total(items)
	log(items)
	^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "go",
            "\
func watch(queue *Queue) {
	for {
		queue.Step()
	}
	queue.Close()
	^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::good(
            "go",
            "\
func read(queue *Queue) int {
	for {
		if queue.Step() {
			break
		}
	}
	return queue.Count()
}
",
        ),
        Example::good(
            "go",
            "\
func parse(text string) error {
	if text == \"\" {
		goto fail
	}
	return nil
fail:
	return errEmpty
}
",
        ),
        Example::good(
            "go",
            "\
func sign(x int) int {
	if x > 0 {
		return 1
	} else {
		return -1
	}
	panic(\"not reached\")
}
",
        ),
        Example::good(
            "go",
            "\
func drain(queue chan int, done chan bool) int {
	count := 0
loop:
	for {
		select {
		case <-queue:
			count++
		case <-done:
			break loop
		}
	}
	return count
}
",
        ),
        Example::bad(
            "java",
            "class Totals {
    int total(int[] items) {
        return sum(items);
        log(items);
        ^^^^^^^^^^^ never runs
    }
}
",
        ),
        Example::bad(
            "java",
            "class Loader {
    String load(String path) {
        switch (kind(path)) {
            case 1:
                throw new IllegalArgumentException(path);
            default:
                return read(path);
        }
        log(path);
        ^^^^^^^^^^ never runs
    }
}
",
        ),
        Example::good(
            "java",
            "class Finder {
    int find(int[] items, int wanted) {
        outer:
        while (true) {
            for (int item : items) {
                if (item == wanted) {
                    break outer;
                }
            }
            refresh(items);
        }
        return wanted;
    }
}
",
        ),
        Example::good(
            "java",
            "class Kinds {
    int score(Kind kind) {
        int score = switch (kind) {
            case A -> 1;
            default -> {
                log(kind);
                yield 2;
            }
        };
        return score;
    }
}
",
        ),
        Example::good(
            "java",
            "class Names {
    String of(int kind) {
        switch (kind) {
            case 1:
                return \"one\";
            default:
                assert false;
        }
        return null;
    }
}
",
        ),
        Example::bad(
            "c",
            "int total(const int *items, int n) {
  return sum(items, n);
  report(n);
  ^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "c",
            "void drop(struct list *list) {
  exit(1);
  free(list->items);
  ^^^^^^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::good(
            "c",
            "int load(const char *path) {
  char *text = read_all(path);
  if (!text)
    goto fail;
  free(text);
  return 0;
fail:
  report(path);
  return -1;
}
",
        ),
        Example::good(
            "c",
            "int page_size(void) {
#ifdef WINDOWS
  return 4096;
#else
  return query();
#endif
}
",
        ),
        Example::good(
            "c",
            "int pump(struct queue *queue) {
  for (;;) {
    step(queue);
  }
  return 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int parse(const std::string& text) {
  throw std::runtime_error(\"not supported\");
  log(text);
  ^^^^^^^^^^ never runs
}
",
        ),
        Example::bad(
            "cpp",
            "int sign(int x) {
  if (x < 0) {
    return -1;
  } else {
    return 1;
  }
  std::cout << x;
  ^^^^^^^^^^^^^^^ never runs
}
",
        ),
        Example::good(
            "cpp",
            "int name(int kind) {
  switch (kind) {
    case 1:
      return 10;
    default:
      break;
  }
  return 0;
}
",
        ),
        Example::good(
            "cpp",
            "int f(int x) { if (x) return 1; std::abort(); return 0; }
",
        ),
    ],
    kinds: &[Kind::Block, Kind::Case, Kind::Module],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let graph = context.graph();
    let is_reached = |it: NodeId| graph.block_of(it).is_none_or(|block| graph.is_reachable(block));
    let mut cut: Option<NodeId> = None;
    let mut is_damaged = false;
    for statement in
        tree.children(id).filter(|it| !matches!(tree.role(*it), Role::Pattern | Role::Guard))
    {
        // What follows damage may belong to it.
        is_damaged |=
            tree.flags(statement).has(Flags::DAMAGED) || tree.kind(statement) == Kind::Error;
        let has_entry = || {
            let mut inside = tree.descendants(statement);
            inside.any(|it| tree.kind(it) == Kind::Label && is_reached(it))
        };
        if is_damaged || is_reached(statement) || has_entry() {
            cut = Some(statement);
            continue;
        }
        // Where the whole block is never entered, whatever keeps control out of it is the place.
        let Some(cut) = cut else { return };
        // A macro may hide a label.
        if may_hide_label(tree, statement) {
            return;
        }
        if is_harmless(context, statement)
            || is_formal(tree, cut, statement)
            || is_guard(context, statement)
        {
            continue;
        }
        // `EXPECT_DEATH(exit(1), …)` runs its argument elsewhere.
        let word = context.text(cut).split(|it: char| !it.is_alphanumeric() && it != '_').next();
        if word.is_some_and(|it| it.contains('_') && is_macro_name(it)) {
            return;
        }
        // A macro may hold a `case` of its own.
        let is_call = tree.kind(statement) == Kind::ExpressionStatement;
        if is_call && tree.kind(id) == Kind::Case && context.knowledge().disables_by_condition {
            return;
        }
        let lines = context.text(cut).lines().next().unwrap_or("").trim().to_owned();
        context
            .report(statement, "this code never runs")
            .related(cut, "control never passes this statement")
            .because(format!("`{lines}` always leaves the block before it."))
            .emit();
        return;
    }
}

/// A jump after a call that never returns tells readers and compilers so, and some compilers want a
/// `return` after a loop that never ends.
fn is_formal(tree: &Tree, cut: NodeId, statement: NodeId) -> bool {
    match tree.kind(cut) {
        Kind::ExpressionStatement => {
            matches!(tree.kind(statement), Kind::Return | Kind::Break | Kind::Continue)
        }
        Kind::Return | Kind::Raise => false,
        kind if kind.is_loop() => tree.kind(statement) == Kind::Return,
        // A compiler may ask for it.
        _ => {
            tree.kind(statement) == Kind::Return
                && tree.child(statement, Role::Value).is_none_or(|it| tree.kind(it).is_literal())
        }
    }
}

/// The name of what a statement calls or, as a macro in front of a declaration, seems to name.
fn called(tree: &Tree, statement: NodeId) -> Option<NodeId> {
    match tree.kind(statement) {
        Kind::Declare => tree.child(statement, Role::Type),
        Kind::ExpressionStatement => {
            let expression = tree.children(statement).next()?;
            match tree.kind(expression) {
                Kind::Call => tree.child(expression, Role::Callee),
                _ => Some(expression),
            }
        }
        _ => None,
    }
}

/// Whether the statement starts with a name all in capitals, as macros are named: it may hold a
/// label or a `case`.
fn may_hide_label(tree: &Tree, statement: NodeId) -> bool {
    let Some(called) = called(tree, statement) else { return false };
    let is_bare = matches!(tree.kind(called), Kind::Name | Kind::Type);
    is_bare && is_macro_name(tree.text(called))
}

fn is_macro_name(name: &str) -> bool {
    name.len() > 2 && !name.contains(char::is_lowercase)
}

/// A call that says the place is never reached: `abort()`, `assert(0)`, `unreachable()`.
fn is_guard(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    let says_so = context.text(statement).to_lowercase();
    if says_so.contains("unreachable") || says_so.contains("not reached") {
        return true;
    }
    let Some(call) = tree.children(statement).next().filter(|it| tree.kind(*it) == Kind::Call)
    else {
        return false;
    };
    let name = called(tree, statement).map_or("", |it| tree.name(it)).to_lowercase();
    name.contains("unreachable")
        || name.contains("assert")
        || is_ending_call(tree, call)
        || never_returns(&context.paths(), context.knowledge(), call)
}

/// Macros that do something; others may be guards (`unreachable!`) or declare items.
const ACTING_MACROS: &[&str] =
    &["print", "println", "eprint", "eprintln", "write", "writeln", "dbg", "format", "vec"];

/// Whether an unreachable statement is there on purpose, or has its effect without being reached.
fn is_harmless(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    if is_conditional(tree, statement) {
        return true;
    }
    match tree.kind(statement) {
        Kind::Function
        | Kind::Class
        | Kind::Case
        | Kind::Decorated
        | Kind::Decorator
        | Kind::Import
        | Kind::Export
        | Kind::Empty
        | Kind::Break
        | Kind::Other
        | Kind::Error
        // Guards against a change of the code above.
        | Kind::Raise
        | Kind::Assert => true,
        Kind::Macro => !ACTING_MACROS.contains(&tree.name(statement)),
        // Items, and `var` without a value.
        Kind::Declare => tree.child(statement, Role::Value).is_none(),
        Kind::ExpressionStatement => tree.children(statement).any(|it| match tree.kind(it) {
            Kind::Yield | Kind::String | Kind::Other => true,
            // Python's `...`
            _ if tree.text(it) == "..." => true,
            Kind::Macro => !ACTING_MACROS.contains(&tree.name(it)),
            Kind::Call => never_returns(&context.paths(), context.knowledge(), it),
            _ => false,
        }),
        _ => false,
    }
}
