//! `perf/string-concat-in-loop`.

use crate::facts::{BindingId, ScopeId, loops};
use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/string-concat-in-loop",
    category: Category::Perf,
    summary: "A string is copied on every round of a loop to make it longer",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports strings that a loop makes longer by building a new string of the old one \
               and a piece: `out += piece` and `out = out + piece` in Python, \
               `out = format!(\"{out}…\")` in Rust; `out += piece` in Go.",
        why: "Strings cannot grow in place, or are not asked to: each round copies all that was \
              gathered so far, so that the work grows with the square of the result's length.",
        fix: "In Python, gather the pieces in a list and join them after the loop, or write to an \
              `io.StringIO`. In Rust, use `push_str` or `write!`, which append in place. In Go, use a \
              `strings.Builder`, or gather the pieces and `strings.Join` them.",
        limits: "CPython can extend a string in place if it is a local variable that nobody else \
                 refers to, so that such findings are less sure; other implementations, attributes and globals get the full cost. \
                 Strings of JavaScript engines are ropes, which appending does not copy, so that \
                 JavaScript and TypeScript are not looked at. Loops over few constant elements, \
                 strings that the loop also resets, and variables that are not surely strings are \
                 not reported.",
        references: &[
            "https://docs.python.org/3/faq/programming.html#what-is-the-most-efficient-way-to-concatenate-many-strings-together",
            "https://doc.rust-lang.org/std/macro.write.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def render(rows):
    out = ''
    for row in rows:
        out += row.text
        ^^^^^^^^^^^^^^^ `out` is copied on every round: O(n²) in this loop
    return out
",
        ),
        Example::bad(
            "python",
            "class Page:
    def add(self, rows):
        for row in rows:
            self.html = self.html + f'<li>{row}</li>'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `self.html` is copied on every round
",
        ),
        Example::good(
            "python",
            "def render(rows):
    lines = []
    for row in rows:
        line = ''
        line += row.text
        lines.append(line)
    return ''.join(lines)
",
        ),
        Example::good(
            "python",
            "def total(rows):
    count = 0
    for row in rows:
        count += row.amount
    return count
",
        ),
        Example::good(
            "python",
            "def flags(mode):
    text = ''
    for flag in ('r', 'w', 'x'):
        if flag in mode:
            text += flag
    return text
",
        ),
        Example::good(
            "python",
            "def flush(rows, sink):
    buffer = ''
    for row in rows:
        buffer += row
        if len(buffer) > 4096:
            sink.write(buffer)
            buffer = ''
    sink.write(buffer)
",
        ),
        Example::bad(
            "rust",
            "fn render(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        out = format!(\"{out}{}\\n\", row.text);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `out` is copied on every round
    }
    out
}
",
        ),
        Example::bad(
            "rust",
            "fn join(words: Vec<String>) -> String {
    let mut line = String::from(\"> \");
    while let Some(word) = words.next() {
        line = format!(\"{} {}\", line, word);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n²) in this loop
    }
    line
}
",
        ),
        Example::good(
            "rust",
            "fn render(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        out += &row.text;
        out.push('\\n');
    }
    out
}
",
        ),
        Example::good(
            "rust",
            "fn label(rows: &[Row]) {
    let mut line = String::new();
    for row in rows {
        line = format!(\"{} of {}\", row.name, line.len());
    }
    show(&line);
}
",
        ),
        Example::bad(
            "go",
            "\
func report(lines []string) string {
	out := \"\"
	for _, line := range lines {
		out += line + \"\\n\"
		^^^^^^^^^^^^^^^^^^ `out` is copied on every round
	}
	return out
}
",
        ),
        Example::bad(
            "go",
            "\
func list(orders <-chan Order) string {
	var names string
	for order := range orders {
		names = names + order.Name + \", \"
		^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n²)
	}
	return names
}
",
        ),
        Example::good(
            "go",
            "\
func report(lines []string) string {
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(line)
	}
	return out.String()
}
",
        ),
        Example::good(
            "go",
            "\
func sum(numbers []int) int {
	total := 0
	for _, number := range numbers {
		total += number
	}
	return total
}
",
        ),
        Example::bad(
            "java",
            "class Report {
    String join(List<Row> rows) {
        String text = \"\";
        for (Row row : rows) {
            text += row.name + \"\\n\";
            ^^^^^^^^^^^^^^^^^^^^^^^ `text` is copied on every round
        }
        return text;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Report {
    String join(Iterator<Row> rows, String head) {
        String text = head;
        while (rows.hasNext()) {
            text = text + rows.next();
            ^^^^^^^^^^^^^^^^^^^^^^^^^ `text` is copied
        }
        return text;
    }
}
",
        ),
        Example::good(
            "java",
            "class Report {
    String join(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            text.append(row.name).append('\\n');
        }
        return text.toString();
    }
}
",
        ),
        Example::good(
            "java",
            "class Sums {
    int total(List<Row> rows) {
        int total = 0;
        for (Row row : rows) {
            total += row.count;
        }
        return total;
    }
}
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(target) = tree.child(id, Role::Target) else { return };
    if !makes_longer(context, id, target) {
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(loop_node) = loops::around(tree, id).find(|it| {
        !loops::has_few_rounds(tree, bindings, *it) && !loops::runs_rarely(tree, id, *it)
    }) else {
        return;
    };
    let started_at = match tree.kind(target) {
        Kind::Name => {
            let Some(binding) = bindings.resolve(target) else { return };
            let Some(start) = start(context, binding, loop_node) else { return };
            Some(start)
        }
        Kind::Member => {
            if !is_lasting_member(context, id, target, loop_node) {
                return;
            }
            None
        }
        _ => return,
    };
    if counts(context, target, loop_node) {
        return;
    }
    let confidence = if may_grow_in_place(context, id, target) { 0.6 } else { RULE.confidence };
    let name = context.excerpt(target);
    let mut report = context
        .report(id, format!("`{name}` is copied on every round: O(n²) in this loop"))
        .confidence(confidence)
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!(
            "`{name}` is a string, and this builds a new one from all of the old one and a piece."
        ))
        .because("Copying what was gathered so far on each of n rounds costs O(n²) in all.");
    if let Some(start) = started_at {
        report = report
            .related(start, format!("`{name}` starts here, before the loop"))
            .because(format!("`{name}` lives through all rounds: the loop never resets it."));
    }
    report.emit();
}

/// Whether the assignment gives its target the target's own text with something added, in a way
/// that copies it.
fn makes_longer(context: &Context<'_>, id: NodeId, target: NodeId) -> bool {
    let tree = context.tree;
    let copies = !context.knowledge().strings_grow_in_place;
    let Some(value) = tree.child(id, Role::Value) else { return false };
    match tree.node(id).operator {
        Operator::AddAssign => copies,
        Operator::Assign => match tree.kind(value) {
            Kind::Binary => copies && is_sum_with(context, value, target),
            Kind::Template => tree.children(value).any(|it| tree.is_same(it, target)),
            Kind::Macro if context.types().of(value) == Some(ValueType::String) => {
                formats(context, value, target)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether the first or last summand is the target.
fn is_sum_with(context: &Context<'_>, sum: NodeId, target: NodeId) -> bool {
    let tree = context.tree;
    [Role::Left, Role::Right].into_iter().any(|side| {
        let mut at = sum;
        while tree.kind(at) == Kind::Binary && tree.node(at).operator == Operator::Add {
            let Some(next) = tree.child(at, side) else { return false };
            at = next;
        }
        tree.is_same(at, target)
    })
}

/// Whether a formatting macro prints the target itself, rather than something of it.
fn formats(context: &Context<'_>, value: NodeId, target: NodeId) -> bool {
    let tree = context.tree;
    tree.descendants(value).any(|it| {
        let end = tree.span(it).end as usize;
        let goes_on = tree.source().get(end..).is_some_and(|rest| rest.starts_with(['.', '[']));
        tree.is_same(it, target) && !goes_on
    })
}

/// Where a string variable gets its first value, if that is outside the loop and the loop only
/// ever makes it longer.
fn start(context: &Context<'_>, binding: BindingId, loop_node: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let mut first = None;
    for name in bindings.definitions(binding) {
        let definition = tree.node(name).parent;
        let is_target = tree.role(name) == Role::Target && tree.kind(definition) == Kind::Assign;
        if is_target && makes_longer(context, definition, name) {
            continue;
        }
        let is_lent = tree.node(name).access == Access::ReadWrite;
        if tree.is_within(name, loop_node) || is_lent {
            return None;
        }
        if context.types().of_definition(name) != Some(ValueType::String) {
            return None;
        }
        first = first.or(Some(name));
    }
    first
}

/// Whether the member surely holds a string, is the same one on every round, and is never reset in
/// the loop.
fn is_lasting_member(context: &Context<'_>, id: NodeId, target: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let Some(value) = tree.child(id, Role::Value) else { return false };
    let is_chain = tree
        .descendants(target)
        .all(|it| matches!(tree.kind(it), Kind::Name | Kind::Member | Kind::Attribute));
    let resets = || {
        tree.descendants(loop_node).any(|it| {
            tree.kind(it) == Kind::Assign
                && tree.child(it, Role::Target).is_some_and(|other| {
                    tree.is_same(other, target) && !makes_longer(context, it, other)
                })
        })
    };
    is_chain
        && context.types().of(value) == Some(ValueType::String)
        && !loops::depends_on_loop(tree, &context.facts.bindings, target, loop_node)
        && !resets()
}

/// Whether some implementations spare the copy: nobody else refers to a local variable, and the
/// piece is added at its end.
fn may_grow_in_place(context: &Context<'_>, id: NodeId, target: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let bound = bindings.resolve(target).and_then(|it| bindings.binding(it));
    let is_local = bound.is_some_and(|it| !it.is_captured && it.scope != ScopeId(0));
    let appends = tree.node(id).operator == Operator::AddAssign
        || tree.child(id, Role::Value).is_some_and(|sum| {
            tree.child(sum, Role::Left).is_some_and(|left| tree.is_same(left, target))
        });
    is_local && appends && context.knowledge().local_strings_may_grow_in_place
}

/// Whether the loop goes on only while a test of the string or of a number holds, as when a name is
/// padded or digits are put together: few rounds, most often.
fn counts(context: &Context<'_>, target: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    tree.child(loop_node, Role::Condition).is_some_and(|condition| {
        tree.descendants(condition)
            .chain([condition])
            .any(|it| tree.is_same(it, target) || tree.kind(it) == Kind::Number)
    })
}
