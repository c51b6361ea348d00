//! `bug/unused-result`.

use crate::facts::control_flow::is_probe;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, OperatorClass, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

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
        what: "Reports statements that only compute something: a comparison, or a call of a \
               function or method that is known to have no effect besides its result.",
        why: "Strings and numbers are never changed in place: `name.strip()` gives a new string \
              and leaves `name` as it was. A comparison as a statement is an assignment with one \
              `=` too many, or an assertion without its `assert`.",
        fix: "Use the result: assign it, return it, or assert it.",
        limits: "A computation inside a `try` or `with` block of its own is taken as a test \
                 whether it raises. Methods that some other type has too, with an effect, are \
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
            "function clean(name) {
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
    // The last expression of a function without a block, or of a notebook cell, is its value.
    if is_probe(tree, id) {
        return;
    }
    match tree.kind(expression) {
        Kind::Compare
            if tree.node(expression).operator.class() == Some(OperatorClass::Comparison) =>
        {
            let text = context.excerpt(expression);
            context
                .report(expression, format!("the outcome of `{text}` is thrown away"))
                .because("A comparison changes nothing; as a statement it has no effect.")
                .emit();
        }
        Kind::Call => check_call(context, expression),
        _ => {}
    }
}

fn check_call(context: &mut Context<'_>, call: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(call, Role::Callee) else { return };
    if tree.flags(call).has(Flags::CONSTRUCT) || tree.flags(callee).has(Flags::OPTIONAL) {
        return;
    }
    let name = tree.name(callee).to_owned();
    if !is_pure(context, call, callee, &name) {
        return;
    }
    context
        .report(call, format!("the result of `{name}` is thrown away, and it has no other effect"))
        .because(format!(
            "`{name}` leaves its receiver and arguments as they are and only gives a result."
        ))
        .emit();
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
                return true;
            }
            // A module's function of the same name may do anything.
            let is_module = context.paths().of(receiver).is_some_and(|path| path.contains('.'))
                || context.paths().of(receiver).is_some() && tree.kind(receiver) == Kind::Name;
            let arguments: Vec<NodeId> = tree.children_with(call, Role::Argument).collect();
            let with_count = format!("{name}({})", arguments.len());
            let is_counted = arguments.iter().all(|it| tree.kind(*it).is_literal());
            let mut pure = knowledge.pure_methods.iter();
            if pure.any(|it| *it == name || (is_counted && *it == with_count)) {
                return !is_module;
            }
            let of = |value| {
                knowledge.pure_methods_of.iter().any(|(of, known)| *of == value && *known == name)
            };
            context.types().of(receiver).is_some_and(of)
        }
        _ => false,
    }
}
