//! `bug/unused-result`.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::facts::control_flow::is_probe;
use crate::facts::purity::is_repeatable;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, OperatorClass, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unused-result",
    category: Category::Bug,
    summary: "A result is computed and thrown away",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports statements that only compute something: a comparison, a sum, or a call of a \
               function or method that is known to have no effect besides its result.",
        why: "Strings and numbers are never changed in place: `name.strip()` gives a new string \
              and leaves `name` as it was. A comparison as a statement is an assignment with one \
              `=` too many, or an assertion without its `assert`.",
        fix: "Use the result: assign it, return it, or assert it.",
        limits: "A computation inside a `try` or `with` block of its own is taken as a test \
                 whether it raises, the last statement of a module or notebook cell as one whose \
                 value is shown. In test code, a function that is made to be run by another may \
                 end with one. Comparisons that build conditions of queries are left alone, as \
                 far as they can be told. Operators that libraries give an effect (`first >> second`) and \
                 divisions, which may be there to fail, are left alone. Methods that some other type has too, with an effect, are \
                 reported only where the receiver is surely a string or list.",
        references: &["https://cwe.mitre.org/data/definitions/252.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def slug(title):
    title.replace(' ', '-')
    ^^^^^^^^^^^^^^^^^^^^^^^ the result of `replace` is thrown away
    return title
",
        ),
        Example::bad(
            "python",
            "def clean(name):
    name.strip()
    ^^^^^^^^^^^^ the result of `strip` is thrown away
    return name
",
        ),
        Example::bad(
            "python",
            "def reset(self):
    self.count == 0
    ^^^^^^^^^^^^^^^ the outcome of `self.count == 0` is thrown away
    sorted(self.items)
    ^^^^^^^^^^^^^^^^^^ the result of `sorted` is thrown away
",
        ),
        Example::bad(
            "python",
            "def greet(name, count):
    \"Greets.\"
    'Hello ' + name
    ^^^^^^^^^^^^^^^ the value of `'Hello ' + name` is thrown away
    count + 1
    ^^^^^^^^^ the value of `count + 1` is thrown away
    return name
",
        ),
        Example::good(
            "python",
            "def load_codecs():
    \"\".encode(\"idna\")
",
        ),
        Example::good(
            "python",
            "def order(first, second, line):
    first >> second
    1 / 0
    line.rstrip()
    try:
        if not first:
            first + line
    except TypeError:
        raise ValueError(line)
",
        ),
        Example::good(
            "python",
            "def test_difference(self):
    def subtract():
        self.one - object()

    assert_raises(TypeError, subtract)
    User.name == \"ed\"
    column == 5
    condition = self.column == 5


@measured
def test_length(self):
    for _ in range(5000):
        len(self.items)
        self.items == self.others
",
        ),
        Example::good("python", "count = 1\ncount + 1\n# %% the next cell\ncount * 2\n"),
        Example::good(
            "python",
            "def check(a, b):
    with raises(TypeError):
        a < b
",
        ),
        Example::good(
            "python",
            "def move(path, target):\n    path.replace(target)\n    path.rename(target)\n",
        ),
        Example::bad(
            "javascript",
            "function clean(first, last) {
  const name = `${first} ${last}`;
  name.trim();
  ^^^^^^^^^^^ the result of `trim` is thrown away
  return name;
}
",
        ),
        Example::bad(
            "javascript",
            "function reset(state) {
  state.count === 0;
  ^^^^^^^^^^^^^^^^^ the outcome of `state.count === 0` is thrown away
}
",
        ),
        Example::bad(
            "javascript",
            "function tidy(items, total) {
  items.filter(Boolean);
  ^^^^^^^^^^^^^^^^^^^^^ the result of `filter` is thrown away
  [...items].map((item) => item.id);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the result of `map` is thrown away
  total + items.length;
  ^^^^^^^^^^^^^^^^^^^^ the value of `total + items.length` is thrown away
}
",
        ),
        Example::good(
            "javascript",
            "function run(cmds) {
  cmds.trim();
  return cmds;
}
",
        ),
        Example::good(
            "javascript",
            "function each(items, ready) {
  'use strict';
  items.map((item) => { show(item); });
  [...items].map((item) => show(item));
  ready && show(items);
  items;
}
",
        ),
        Example::good("javascript", "function go(location, url) { location.replace(url); }\n"),
        Example::good("javascript", "const clean = (name) => name.trim();\n"),
        Example::bad(
            "typescript",
            "function shout(word: string): string {
  word.toUpperCase();
  ^^^^^^^^^^^^^^^^^^ the result of `toUpperCase` is thrown away
  return word;
}
",
        ),
        Example::bad(
            "typescript",
            "function done(job: Job): void {
  job.state == State.Done;
  ^^^^^^^^^^^^^^^^^^^^^^^ thrown away
}
",
        ),
        Example::good(
            "typescript",
            "const shout = (word: string): string => word.toUpperCase();\n",
        ),
        Example::bad(
            "typescript",
            "function sorted(names: string[], label: string): string[] {
  names.filter((name) => name !== '');
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the result of `filter` is thrown away
  label + '!';
  ^^^^^^^^^^^ thrown away
  return names;
}
",
        ),
        Example::good(
            "typescript",
            "function f(query: Query, xs: X[]) { query.filter((x) => x.id); xs.map((x) => g(x)); }\n",
        ),
        Example::good("typescript", "function f(job: Job): void { job.state = State.Done; }\n"),
        Example::bad(
            "rust",
            "fn clean(name: &str) -> &str {
    name.trim();
    ^^^^^^^^^^^ the result of `trim` is thrown away
    name
}
",
        ),
        Example::bad(
            "rust",
            "fn reset(state: &mut State) {
    state.count == 0;
    ^^^^^^^^^^^^^^^^ thrown away
}
",
        ),
        Example::bad(
            "rust",
            "fn next(count: u32) -> u32 {
    count + 1;
    ^^^^^^^^^ the value of `count + 1` is thrown away
    count
}
",
        ),
        Example::good("rust", "fn check(items: &[u8]) {\n    assert_that(items).is_empty();\n}\n"),
        Example::good("rust", "fn clean(name: &str) -> &str {\n    name.trim()\n}\n"),
        Example::good("rust", "fn done(job: &Job) -> bool {\n    job.state == State::Done\n}\n"),
        Example::bad(
            "go",
            "\
package names

import \"strings\"

func clean(name string) string {
	strings.TrimSpace(name)
	^^^^^^^^^^^^^^^^^^^^^^^ the result of `TrimSpace` is thrown away
	return name
}
",
        ),
        Example::bad(
            "go",
            "\
package orders

import \"fmt\"

func check(order Order) error {
	if order.Amount < 0 {
		fmt.Errorf(\"negative amount: %d\", order.Amount)
		^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ thrown away
	}
	return nil
}
",
        ),
        Example::good(
            "go",
            "\
package names

import (
	\"sort\"
	\"strings\"
)

func clean(names []string) string {
	sort.Strings(names)
	return strings.TrimSpace(names[0])
}
",
        ),
        Example::good(
            "go",
            "\
package names

func clean(strings *Cleaner, name string) {
	strings.TrimSpace(name)
}
",
        ),
        Example::bad(
            "java",
            "class Names {
    String clean(String name) {
        name.trim();
        ^^^^^^^^^^^ the result of `trim` is thrown away
        return name;
    }
}
",
        ),
        Example::bad(
            "java",
            "import java.math.BigDecimal;

class Bill {
    BigDecimal total(BigDecimal net, BigDecimal tax) {
        net.add(tax);
        ^^^^^^^^^^^^ the result of `add` is thrown away
        return net;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Words {
    void shout(List<String> words) {
        for (String word : words) {
            word.toUpperCase();
            ^^^^^^^^^^^^^^^^^^ the result of `toUpperCase` is thrown away
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Names {
    String clean(String name) {
        return name.trim();
    }
}
",
        ),
        Example::good(
            "java",
            "class Texts {
    String join(List<String> parts) {
        StringBuilder text = new StringBuilder();
        parts.add(\"end\");
        text.replace(0, 1, \"x\");
        return text.toString();
    }
}
",
        ),
        Example::good(
            "java",
            "class Kinds {
    String name(int kind, String name) {
        return switch (kind) {
            case 1 -> name.trim();
            default -> name.toUpperCase();
        };
    }
}
",
        ),
        Example::bad(
            "c",
            "void clean(char *name) {
  strlen(name);
  ^^^^^^^^^^^^ the result of `strlen` is thrown away
}
",
        ),
        Example::bad(
            "c",
            "void reset(struct state *state) {
  state->count == 0;
  ^^^^^^^^^^^^^^^^^ the outcome of `state->count == 0` is thrown away
}
",
        ),
        Example::good(
            "c",
            "int is_name(const char *a) { return strcmp(a, \"name\") == 0; }
",
        ),
        Example::good(
            "c",
            "void copy(char *to, const char *from) { strcpy(to, from); (void)strlen(to); }
",
        ),
        Example::bad(
            "cpp",
            "void clear(std::vector<int>& items) {
  items.empty();
  ^^^^^^^^^^^^^ the result of `empty` is thrown away
}
",
        ),
        Example::bad(
            "cpp",
            "void take(std::string name) {
  std::move(name);
  ^^^^^^^^^^^^^^^ the result of `move` is thrown away
}
",
        ),
        Example::good(
            "cpp",
            "void f(std::vector<int>& items, Pool& pool) { items.clear(); pool.size(); }
",
        ),
        Example::good(
            "cpp",
            "void f(std::string name) { auto other = std::move(name); use(other.size()); }
",
        ),
    ],
    kinds: &[Kind::ExpressionStatement],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let mut children = tree.children(id);
    let (Some(expression), None) = (children.next(), children.next()) else { return };
    // What a test tries, and what an interpreter shows, is not thrown away.
    if is_probe(tree, id) || is_shown(context, id) || is_run_for_itself(context, id) {
        return;
    }
    match tree.kind(expression) {
        Kind::Compare
            if tree.node(expression).operator.class() == Some(OperatorClass::Comparison)
                && !is_row(tree, id)
                && !builds_condition(context, expression) =>
        {
            let text = context.excerpt(expression);
            context
                .report(expression, format!("the outcome of `{text}` is thrown away"))
                .because("A comparison changes nothing; as a statement it has no effect.")
                .emit();
        }
        Kind::Binary
            if !context.is_test
                && !is_row(tree, id)
                && is_plain_arithmetic(context, expression) =>
        {
            let text = context.excerpt(expression);
            context
                .report(expression, format!("the value of `{text}` is thrown away"))
                .because("The operator changes neither operand; as a statement it has no effect.")
                .emit();
        }
        kind if !context.is_test_code(id) && is_idle_value(context, kind, expression) => {
            let text = context.excerpt(expression);
            context
                .report(expression, format!("the value of `{text}` is thrown away"))
                .because("The expression changes nothing; as a statement it has no effect.")
                .emit();
        }
        // A test may call to see that nothing fails.
        Kind::Call if !context.is_in_test(id) => check_call(context, expression),
        _ => {}
    }
}

/// Whether test code makes a function of the statement to run it as it stands, to see what it raises,
/// calls or takes: a named function within another that ends with it, or a decorated one that does
/// nothing besides.
fn is_run_for_itself(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    if !context.is_test_code(statement) {
        return false;
    }
    let function = tree.enclosing_function(statement);
    let Some(body) = tree.child(function, Role::Body) else { return false };
    let is_decorated = tree.kind(tree.node(function).parent) == Kind::Decorated
        || tree.child(function, Role::Decorator).is_some();
    let is_nested = tree.kind(function) == Kind::Function
        && tree.ancestors(function).any(|it| tree.kind(it).is_function());
    let only_computes = || {
        let mut inside = tree.descendants(body).filter(|it| tree.kind(*it).is_statement());
        inside.all(|it| {
            matches!(
                tree.kind(it),
                Kind::ExpressionStatement | Kind::ForEach | Kind::ForCount | Kind::Block
            )
        })
    };
    let is_last = tree.node(statement).parent == body
        && tree.node(statement).subtree_end == tree.node(body).subtree_end;
    is_nested && is_last || is_decorated && context.memo.only_computes(body, only_computes)
}

/// Whether comparisons give something else than an outcome here, as they do where they build
/// conditions of queries: one side is a class's own attribute (`User.name == "ed"`), or another
/// comparison with the same right side is kept.
fn builds_condition(context: &Context<'_>, comparison: NodeId) -> bool {
    let tree = context.tree;
    if !context.knowledge().operators_may_act {
        return false;
    }
    let sides = [Role::Left, Role::Right].map(|role| tree.child(comparison, role));
    let [Some(left), Some(right)] = sides else { return false };
    let is_of_class = tree.kind(left) == Kind::Member
        && tree.child(left, Role::Receiver).is_some_and(|it| {
            tree.kind(it) == Kind::Name && tree.name(it).starts_with(char::is_uppercase)
        });
    is_of_class || kept_comparisons(context).contains(&outcome(tree, comparison, right))
}

/// The comparisons of the unit whose outcome is kept.
fn kept_comparisons<'a>(context: &Context<'a>) -> &'a FxHashSet<u64> {
    let tree = context.tree;
    context.memo.kept_comparisons(|| {
        let is_kept =
            |it: &NodeId| tree.kind(*it) == Kind::Compare && tree.role(*it) == Role::Value;
        let kept = tree.descendants(NodeId::ROOT).filter(is_kept);
        kept.filter_map(|it| Some(outcome(tree, it, tree.child(it, Role::Right)?))).collect()
    })
}

/// What comparisons of one function share that compare something with the same value.
fn outcome(tree: &Tree, comparison: NodeId, right: NodeId) -> u64 {
    let function = tree.enclosing_function(comparison);
    FxBuildHasher.hash_one((function, tree.node(comparison).operator, tree.shape(right)))
}

/// Whether the statement before or after is of the same form: such rows measure how long it takes.
fn is_row(tree: &Tree, statement: NodeId) -> bool {
    let is_comparison = |it: NodeId| {
        tree.kind(it) == Kind::ExpressionStatement
            && tree.node(it).parent == tree.node(statement).parent
            && tree.children(it).next().is_some_and(|it| tree.kind(it) == Kind::Compare)
    };
    let next = tree.node(statement).subtree_end;
    let is_followed = next.index() < tree.len() && is_comparison(next);
    // In pre-order, what stands right before is the inside of the statement before.
    let inside = NodeId(statement.0.saturating_sub(1));
    let before = tree.ancestors(inside).find(|it| tree.kind(*it).is_statement());
    let block = tree.node(statement).parent;
    let is_repeated = matches!(tree.kind(tree.node(block).parent), Kind::ForEach | Kind::ForCount);
    is_followed || is_repeated || before.is_some_and(|it| it != statement && is_comparison(it))
}

/// Whether an expression of another kind is a value and nothing more. Texts may be documentation, a
/// member's name may run code, and a bare name may be there for a checker.
fn is_idle_value(context: &Context<'_>, kind: Kind, expression: NodeId) -> bool {
    let tree = context.tree;
    let is_kind = match kind {
        Kind::Number | Kind::Boolean | Kind::Set | Kind::Lambda | Kind::Ternary | Kind::Logical => {
            true
        }
        Kind::List | Kind::Tuple => !tree.flags(expression).has(Flags::HAS_VALUE),
        Kind::Unary => matches!(tree.node(expression).operator, Operator::Not | Operator::Negate),
        _ => false,
    };
    // In C, a macro may look like any of these.
    is_kind
        && matches!(context.language.id(), "python" | "javascript" | "typescript" | "go")
        && (kind == Kind::Lambda || is_repeatable(tree, expression))
        && !tree
            .descendants(expression)
            .any(|it| matches!(tree.kind(it), Kind::Error | Kind::Other))
}

/// Whether an operation of a kind that nobody writes for its effect: not a division, which may be
/// there to fail, nor an operator that some libraries give one (`first >> second`), or that
/// declares a pointer where types are not known (`T * x`); nor a row of calls, which have effects
/// of their own.
fn is_plain_arithmetic(context: &Context<'_>, expression: NodeId) -> bool {
    let tree = context.tree;
    let is_plain = matches!(
        tree.node(expression).operator,
        Operator::Add | Operator::Subtract | Operator::Power
    );
    let mut operands =
        [Role::Left, Role::Right].into_iter().filter_map(|it| tree.child(expression, it));
    // Within a `try`, the operation shows whether the operands go together.
    let is_tried = || tree.ancestors(expression).any(|it| tree.kind(it) == Kind::Try);
    is_plain
        && operands.any(|it| !matches!(tree.kind(it), Kind::Call | Kind::Await | Kind::Yield))
        && !tree.descendants(expression).any(|it| acts(tree.kind(it)))
        && !is_tried()
}

/// Whether a node of this kind has an effect, or jumps.
fn acts(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Assign
            | Kind::Update
            | Kind::LetCondition
            | Kind::Break
            | Kind::Continue
            | Kind::Return
            | Kind::Raise
    )
}

/// Whether an interpreter shows the value: that of the last statement of a module, or of a cell.
fn is_shown(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    if tree.kind(tree.node(statement).parent) != Kind::Module {
        return false;
    }
    let end = tree.span(statement).end;
    let is_last = tree.node(statement).subtree_end.index() == tree.len();
    let next = context.comments.partition_point(|comment| comment.start < end);
    let starts_cell = context.comments.get(next).is_some_and(|comment| {
        let between = Span::new(end, comment.start).of(tree.source());
        let marker = comment.of(tree.source()).trim_start_matches(['#', '/', ' ']);
        between.trim_matches([' ', '\n', '\r', '\t', ';']).is_empty()
            && (marker.starts_with("%%") || marker.starts_with("In["))
    });
    is_last || starts_cell
}

fn check_call(context: &mut Context<'_>, call: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(call, Role::Callee) else { return };
    if tree.flags(call).has(Flags::CONSTRUCT) || tree.flags(callee).has(Flags::OPTIONAL) {
        return;
    }
    let name = tree.name(callee).to_owned();
    if !is_pure(context, call, callee, &name) || is_assertion(context, callee) {
        return;
    }
    context
        .report(call, format!("the result of `{name}` is thrown away, and it has no other effect"))
        .because(format!(
            "`{name}` leaves its receiver and arguments as they are and only gives a result."
        ))
        .emit();
}

/// Names of methods of texts and lists that others give to methods that change their object.
const AMBIGUOUS: &[&str] = &["trim", "trimStart", "trimEnd", "concat", "slice"];

/// Whether nothing but literals stand in a call: it is made for what it loads or raises, as
/// `"".encode("idna")`.
fn is_only_literals(tree: &Tree, receiver: NodeId, arguments: &[NodeId]) -> bool {
    let mut all = arguments.iter().chain([&receiver]);
    !arguments.is_empty() && all.all(|it| tree.kind(*it).is_literal())
}

fn is_pure(context: &Context<'_>, call: NodeId, callee: NodeId, name: &str) -> bool {
    let tree = context.tree;
    let knowledge = context.knowledge();
    match tree.kind(callee) {
        Kind::Name => {
            knowledge.pure_functions.contains(&name)
                && context.paths().of(callee).is_some_and(|path| path == name)
        }
        Kind::Member => {
            let Some(receiver) = tree.child(callee, Role::Receiver) else { return false };
            let path = context.paths().of(callee);
            if path.is_some_and(|path| knowledge.pure_functions.contains(&&*path)) {
                // `std::move(first, last, target)` moves elements.
                return name != "move" || tree.children_with(call, Role::Argument).nth(1).is_none();
            }
            // A module's function of the same name may do anything.
            let is_module = context.paths().of(receiver).is_some_and(|path| path.contains('.'))
                || context.paths().of(receiver).is_some() && tree.kind(receiver) == Kind::Name;
            let arguments: Vec<NodeId> = tree.children_with(call, Role::Argument).collect();
            if knowledge.callback_methods.contains(&name) {
                return maps_without_effect(context, receiver, &arguments);
            }
            if is_only_literals(tree, receiver, &arguments) {
                return false;
            }
            let with_count = format!("{name}({})", arguments.len());
            let is_counted = arguments.iter().all(|it| tree.kind(*it).is_literal());
            let mut pure = knowledge.pure_methods.iter();
            if pure.any(|it| *it == name || (is_counted && *it == with_count)) {
                // A class of the program's own may have a method of this name that changes it.
                let is_sure = !AMBIGUOUS.contains(&name) || context.types().of(receiver).is_some();
                return !is_module && is_sure;
            }
            let of = |value| {
                knowledge.pure_methods_of.iter().any(|(of, known)| *of == value && *known == name)
            };
            context.types().of(receiver).is_some_and(of)
        }
        _ => false,
    }
}

/// `items.filter(Boolean)` whatever the receiver, `items.map((item) => item.id)` of a list: not where
/// the function does something, which is a loop written so, nor where another receiver may keep it.
fn maps_without_effect(context: &Context<'_>, receiver: NodeId, arguments: &[NodeId]) -> bool {
    let tree = context.tree;
    let [function] = arguments else { return false };
    match tree.kind(*function) {
        Kind::Name => {
            context.knowledge().pure_callbacks.contains(&tree.name(*function))
                && context.paths().of(*function).is_some_and(|it| it == tree.name(*function))
        }
        Kind::Lambda => {
            context.types().of(receiver) == Some(ValueType::List)
                && tree
                    .child(*function, Role::Body)
                    .is_some_and(|body| tree.kind(body) != Kind::Block && is_repeatable(tree, body))
        }
        _ => false,
    }
}

/// Whether the call belongs to an assertion that reads as a sentence:
/// `assert_that(&items).is_empty()`.
fn is_assertion(context: &Context<'_>, callee: NodeId) -> bool {
    let tree = context.tree;
    tree.descendants(callee).any(|it| {
        let name = match tree.kind(it) {
            Kind::Macro => tree.name(it),
            Kind::Call => tree.child(it, Role::Callee).map_or("", |callee| tree.name(callee)),
            _ => return false,
        };
        ["assert", "expect", "verify", "should", "ensure"].iter().any(|word| name.starts_with(word))
    })
}
