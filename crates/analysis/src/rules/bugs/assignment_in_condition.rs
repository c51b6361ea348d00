//! `bug/assignment-in-condition`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/assignment-in-condition",
    category: Category::Bug,
    summary: "A condition assigns where it was to compare",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `=` in the condition of an `if`, a loop or a conditional expression.",
        why: "`if (a = b)` changes `a` and tests the new value; `==` or `===` was most likely \
              meant.",
        fix: "Compare with `==` (in JavaScript, `===`). If the assignment is meant, put it in parentheses of its own: \
              `if ((match = next()))`.",
        limits: "Where conditions hold nothing but truth values (Java), only an assigned literal is \
                 reported. An assignment in parentheses of its own, or compared with something, is \
                 taken as meant. So is one that takes what a call gives (`if (m = next())`), and an \
                 operand of `&&` or `||`, where the grammar demands parentheses and nobody slips. \
                 Languages whose conditions cannot assign by accident are not concerned.",
        references: &["https://cwe.mitre.org/data/definitions/481.html"],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function isAdmin(user) {
  if (user.role = 'admin') {
      ^^^^^^^^^^^^^^^^^^^ assigns to `user.role`
    return true;
  }
  return false;
}
",
            "function isAdmin(user) {
  if (user.role === 'admin') {
    return true;
  }
  return false;
}
",
        ),
        Example::fixed(
            "javascript",
            "const pick = (a, b) => (a = b) ? 1 : 2;
                        ^^^^^ assigns to `a`
",
            "const pick = (a, b) => (a === b) ? 1 : 2;\n",
        ),
        Example::good(
            "javascript",
            "function run(entry, resume) {
  (entry = entry.next) ? resume(entry) : resume(null);
  for (var step, going; going = !(step = entry.next()).done; going = false) {
    resume(step);
  }
}
",
        ),
        Example::good(
            "javascript",
            "function each(re, s) { let m; while (m = re.exec(s)) { use(m); } }\n",
        ),
        Example::good("javascript", "function f(next) { let m; if ((m = next())) { use(m); } }\n"),
        Example::fixed(
            "typescript",
            "function isZero(value: number): boolean {
  if (value = 0) {
      ^^^^^^^^^ assigns to `value`
    return true;
  }
  return false;
}
",
            "function isZero(value: number): boolean {
  if (value === 0) {
    return true;
  }
  return false;
}
",
        ),
        Example::fixed(
            "typescript",
            "function wait(state: State): void {
  while (state.done = false) {
         ^^^^^^^^^^^^^^^^^^ assigns to `state.done`
    step();
  }
}
",
            "function wait(state: State): void {
  while (state.done === false) {
    step();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function step(job, ready) { if (ready && (job.blocked = true)) { wait(job); } }\n",
        ),
        Example::good("typescript", "function f(x: number) { if (x === 0) { g(); } }\n"),
        Example::good(
            "typescript",
            "function f(r: Reader) { let c: number; while ((c = r.read()) !== -1) { g(c); } }\n",
        ),
        Example::fixed(
            "java",
            "class Job {
    void finish(boolean failed) {
        if (failed = true) {
            ^^^^^^^^^^^^^ assigns to `failed`: `==` was probably meant
            retry();
        }
    }
}
",
            "class Job {
    void finish(boolean failed) {
        if (failed == true) {
            retry();
        }
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Pump {
    void run(State state) {
        while (state.open = false) {
               ^^^^^^^^^^^^^^^^^^ assigns to `state.open`
            step();
        }
    }
}
",
            "class Pump {
    void run(State state) {
        while (state.open == false) {
            step();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Lines {
    void each(Reader reader) {
        String line;
        while ((line = reader.readLine()) != null) {
            use(line);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Search {
    void run(Source source) {
        boolean more;
        while (more = source.advance()) {
            use(more);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Checks {
    boolean areOn() {
        boolean on = false;
        assert on = true;
        if (on = on && isWanted()) {
            announce();
        }
        return on;
    }
}
",
        ),
        Example::fixed(
            "c",
            "int is_zero(int value) {
  if (value = 0) {
      ^^^^^^^^^ assigns to `value`: `==`
    return 1;
  }
  return 0;
}
",
            "int is_zero(int value) {
  if (value == 0) {
    return 1;
  }
  return 0;
}
",
        ),
        Example::fixed(
            "c",
            "void wait(struct state *state) {
  while (state->done = 0)
         ^^^^^^^^^^^^^^^ assigns to `state->done`
    step();
}
",
            "void wait(struct state *state) {
  while (state->done == 0)
    step();
}
",
        ),
        Example::good(
            "c",
            "void copy(char *d, const char *s) { while (*d++ = *s++) ; }
",
        ),
        Example::good(
            "c",
            "int f(FILE *in, int a, int b) { int c; while ((c = getc(in)) != EOF) use(c); return (a = b); }
",
        ),
        Example::fixed(
            "cpp",
            "bool Door::open(int code) {
  if (ready && (state = OPEN)) return true;
  if (code = key) return true;
      ^^^^^^^^^^ assigns to `code`
  return false;
}
",
            "bool Door::open(int code) {
  if (ready && (state = OPEN)) return true;
  if (code == key) return true;
  return false;
}
",
        ),
        Example::fixed(
            "cpp",
            "int pick(int a, int b) {
  return (a = 1) ? a : b;
          ^^^^^ assigns to `a`
}
",
            "int pick(int a, int b) {
  return (a == 1) ? a : b;
}
",
        ),
        Example::good(
            "cpp",
            "int f(const Map& m) { if (auto it = m.begin(); it != m.end()) return 1; return 0; }
",
        ),
        Example::good(
            "cpp",
            "int f(Reader& r) { int c; while ((c = r.next)) use(c); if (auto* p = r.get()) use(p); return 0; }
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

/// Languages whose conditions hold nothing but truth values.
const BOOLEAN_CONDITIONS: &[(&[&str], ())] = &[(&["java"], ())];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    // `i < 0 || i >= static_cast<int>(n)`, which the grammar takes for a type with arguments.
    if tree.child(id, Role::Type).is_some() {
        return;
    }
    let node = tree.node(id);
    if node.operator != Operator::Assign || !is_condition(tree, id) {
        return;
    }
    let (Some(target), Some(value)) = (tree.child(id, Role::Target), tree.child(id, Role::Value))
    else {
        return;
    };
    // Where only truth values can be tested, one that is computed is assigned on purpose.
    if context.in_language(BOOLEAN_CONDITIONS).is_some() && !tree.kind(value).is_literal() {
        return;
    }
    if is_meant(tree, id, value) || has_own_parentheses(tree, id) {
        return;
    }
    let name = context.excerpt(target);
    let equality = context.knowledge().equality;
    let between = Span::new(tree.span(target).end, tree.span(value).start);
    let sign = between.of(tree.source()).find('=').map(|at| between.start + at as u32);
    let mut report = context
        .report(id, format!("the condition assigns to `{name}`: `{equality}` was probably meant"))
        .because(format!("`{name}` gets a new value, and that value is what is tested."));
    if let Some(at) = sign {
        report = report.fix(
            format!("Compare with `{equality}`"),
            Safety::Unsafe,
            vec![(Span::new(at, at + 1), equality.to_owned())],
        );
    }
    report.emit();
}

/// Whether the assignment is all that is tested: `assert enabled = true` learns whether assertions
/// are on.
fn is_condition(tree: &Tree, id: NodeId) -> bool {
    tree.role(id) == Role::Condition && tree.kind(tree.node(id).parent) != Kind::Assert
}

/// Whether the assignment looks deliberate: it takes the next value of something.
fn is_meant(tree: &Tree, id: NodeId, value: NodeId) -> bool {
    let kind = tree.kind(value);
    let in_loop = tree.parent(id).is_some_and(|it| tree.kind(it).is_loop());
    // `done = !(step = await next()).done` keeps what the loop is left by.
    let is_computed = in_loop && kind == Kind::Unary;
    // `entry = entry.next` goes on.
    let goes_on = kind == Kind::Member
        && tree
            .child(id, Role::Target)
            .zip(tree.child(value, Role::Receiver))
            .is_some_and(|(target, receiver)| tree.is_same(target, receiver));
    matches!(kind, Kind::Call | Kind::Await | Kind::Assign)
        || is_computed
        || goes_on
        || (in_loop && matches!(kind, Kind::Member | Kind::Index | Kind::Name | Kind::Dereference))
}

/// Whether more parentheses stand around the assignment than its place demands.
fn has_own_parentheses(tree: &Tree, id: NodeId) -> bool {
    let before = tree.source().get(..tree.span(id).start as usize).unwrap_or("").trim_end();
    let Some(outer) = before.strip_suffix('(') else { return false };
    // A whole condition stands in one pair already.
    outer.trim_end().ends_with('(')
}
