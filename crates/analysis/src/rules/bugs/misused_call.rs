//! `bug/misused-call`.

use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/misused-call",
    category: Category::Bug,
    summary: "A call whose argument makes it do something else than it says",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports calls of well-known functions with an argument, or at a place, that defeats them: a text of several characters for a set of characters, a mask of zero length, a unit that is missing, a value where a class is asked for.",
        why: "Each of these calls runs without an error and does not do what its name makes readers expect.",
        fix: "What the finding says of the function tells which argument or function was meant.",
        limits: "Only calls in a small table for each language are looked at, and only when the argument is written out.",
        references: &[
            "https://docs.astral.sh/ruff/rules/strip-with-multi-characters/",
            "https://errorprone.info/bugpatterns",
            "https://staticcheck.dev/docs/checks/",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def clean(url):
    return url.lstrip('http://')
           ^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def check(x):
    return isinstance(x, 'str')
           ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def clamp(x):
    return min(10, max(20, x))
           ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def pay(x):
    raise ValueError('bad: %s', x)
          ^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def clean(url):
    return url.lstrip('/ ')
",
        ),
        Example::good(
            "python",
            "def check(x):
    return isinstance(x, (str, int))
",
        ),
        Example::bad(
            "javascript",
            "const at = (items) => items.indexOf(NaN);
                      ^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const sizes = (items) => items.map(parseInt);
                         ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "const name = text().min(5).max(10);
",
        ),
        Example::good(
            "javascript",
            "const at = (items, x) => items.indexOf(x);
",
        ),
        Example::good(
            "javascript",
            "const sizes = (items) => items.map((item) => parseInt(item, 10));
",
        ),
        Example::bad(
            "typescript",
            "const at = (items: number[]): number => items.indexOf(NaN);
                                        ^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "const sizes = (items: string[]): number[] => items.map(parseInt);
                                             ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "const at = (items: number[]): boolean => items.includes(NaN);
",
        ),
        Example::good(
            "typescript",
            "const sizes = (items: string[]): number[] => items.map(Number);
",
        ),
        Example::bad(
            "rust",
            "fn f() { for i in (0..10).step_by(0) { show(i); } }
                  ^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(x: Vec<u8>) { std::mem::forget(&x); }
                   ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f() { for i in (0..10).step_by(2) { show(i); } }
",
        ),
        Example::good(
            "rust",
            "fn f(x: Vec<u8>) { drop(x); }
",
        ),
        Example::bad(
            "go",
            "func f() { time.Sleep(5) }
           ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f(s string) string { return strings.TrimLeft(s, \"http://\") }
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f() {
	go func() {
		wg.Add(1)
		^^^^^^^^^
		work()
	}()
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"encoding/json\"

func read(text []byte) (Order, error) {
	var order Order
	err := json.Unmarshal(text, order)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ a pointer
	return order, err
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"encoding/json\"

func read(text []byte) (Order, error) {
	order := Order{}
	other := &Order{}
	if err := json.Unmarshal(text, other); err != nil {
		return order, err
	}
	err := json.Unmarshal(text, &order)
	return order, err
}
",
        ),
        Example::good(
            "go",
            "func f() { time.Sleep(5 * time.Second) }
",
        ),
        Example::good(
            "go",
            "func f(s string) string { return strings.TrimLeft(s, \" \\t\") }
",
        ),
        Example::bad(
            "java",
            "class A { BigDecimal f() { return new BigDecimal(0.1); } }
                                  ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { int f(Object o) { return Math.abs(o.hashCode()); } }
                                   ^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { String[] f(String s) { return s.split(\".\"); } }
                                        ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { synchronized void f() throws Exception { if (busy) { wait(); } } }
                                                               ^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { BigDecimal f() { return new BigDecimal(\"0.1\"); } }
",
        ),
        Example::good(
            "java",
            "class A { synchronized void f() throws Exception { while (!ready) { wait(); } } }
",
        ),
        Example::bad(
            "c",
            "void f(char *p, int n) { memset(p, n, 0); }
                         ^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(char *p, int n) { strncat(p, \"x\", sizeof(p)); }
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "void f(char *p, int n) { memset(p, 0, n); }
",
        ),
        Example::good(
            "c",
            "void f(char *p, int n) { strncat(p, \"x\", n - 1); }
",
        ),
        Example::bad(
            "cpp",
            "void f(char *p, int n) { memset(p, n, 0); }
                         ^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "double f(std::vector<double> v) { return std::accumulate(v.begin(), v.end(), 0); }
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(char *p, int n) { std::memset(p, 0, n); }
",
        ),
        Example::good(
            "cpp",
            "int f(std::vector<int> v) { return std::accumulate(v.begin(), v.end(), 0); }
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let said = match context.language.id() {
        "python" => in_python(context, id),
        "javascript" | "typescript" => in_script(context, id),
        "rust" => in_rust(context, id),
        "go" => in_go(context, id),
        "java" => in_java(context, id),
        _ => in_c(context, id),
    };
    let said = said.or_else(|| crossed_bounds(context, id));
    let Some(said) = said.filter(|_| !context.is_test_code(id)) else { return };
    context.report(id, said).because("Known of this function, whatever calls it.").emit();
}

/// `min(10, max(20, x))`: the bounds stand the wrong way round, and `x` does not matter.
fn crossed_bounds(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let name = |callee: NodeId| tree.name(callee).to_ascii_lowercase();
    let outer = name(callee);
    if !matches!(outer.as_str(), "min" | "max") {
        return None;
    }
    let bound = |call: NodeId| {
        let arguments = context.arguments(call);
        let found = arguments.iter().copied().find(|it| tree.kind(*it) == Kind::Number)?;
        tree.text(found).replace('_', "").parse::<f64>().ok()
    };
    // `number().min(5).max(10)` describes what it takes, save where numbers have these methods.
    let receiver = tree.child(callee, Role::Receiver).filter(|_| context.language.id() == "rust");
    let inner = context.arguments(id).into_iter().chain(receiver).find(|it| {
        tree.child(*it, Role::Callee).is_some_and(|it| {
            let inner = name(it);
            inner != outer && matches!(inner.as_str(), "min" | "max")
        })
    })?;
    let (own, other) = (bound(id)?, bound(inner)?);
    let is_crossed = if outer == "min" { own < other } else { own > other };
    is_crossed.then(|| format!("the bounds cross, so the outcome is always {own}"))
}

/// A text literal without its quotes.
fn text<'a>(context: &Context<'a>, id: NodeId) -> Option<&'a str> {
    let is_text = context.tree.kind(id) == Kind::String;
    is_text.then(|| {
        context.text(id).trim_start_matches(['r', 'b', 'u']).trim_matches(['"', '\'', '`'])
    })
}

/// Whether a text names a thing rather than a set of characters: one of its letters stands twice.
fn is_word(text: &str) -> bool {
    let mut letters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let count = letters.len();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < count && count > 2
}

fn in_python(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let arguments = context.arguments(id);
    if let Some((_, name @ ("strip" | "lstrip" | "rstrip"))) = context.method(id) {
        let word = text(context, *arguments.first()?).filter(|it| is_word(it))?;
        return Some(format!("`{name}` takes off any of the characters of `{word}`, not the word"));
    }
    let called = context.called(id)?;
    match (called.as_ref(), arguments.as_slice()) {
        ("isinstance" | "issubclass", [_, kind]) => {
            let is_value = matches!(
                tree.kind(*kind),
                Kind::String | Kind::Number | Kind::List | Kind::Map | Kind::Set | Kind::Boolean
            );
            is_value.then(|| format!("`{called}` asks for a class or a tuple of classes"))
        }
        ("getattr" | "setattr" | "hasattr", [_, name, ..]) => (tree.kind(*name) == Kind::Number)
            .then(|| format!("`{called}` asks for the name of a member")),
        ("dict.fromkeys", [_, value]) => {
            let is_shared = matches!(tree.kind(*value), Kind::List | Kind::Map | Kind::Set);
            is_shared.then(|| "all keys share this one value: changing one changes all".to_owned())
        }
        (error, [first, _, ..]) if error.ends_with("Error") || error.ends_with("Exception") => {
            let template = text(context, *first)?;
            let marks = ["%s", "%d", "%r"].iter().any(|it| template.contains(it));
            marks.then(|| format!("`{error}` does not put values into a template"))
        }
        ("print", [first, _, ..]) => {
            let template = text(context, *first)?;
            let marks = ["%s", "%d", "%r"].iter().any(|it| template.contains(it));
            marks.then(|| "`print` does not put values into a template".to_owned())
        }
        _ => None,
    }
}

fn in_script(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let arguments = context.arguments(id);
    if let Some((_, name)) = context.method(id) {
        let [first, ..] = arguments.as_slice() else { return None };
        return match (name, context.text(*first)) {
            ("indexOf" | "lastIndexOf", "NaN" | "Number.NaN") => {
                Some(format!("`{name}` compares with `===`, and so never finds NaN"))
            }
            ("map", "parseInt") if arguments.len() == 1 => {
                Some("`map` hands the index to `parseInt` as the base of the number".to_owned())
            }
            _ => None,
        };
    }
    let called = context.called(id)?;
    let is_made = tree.flags(id).has(Flags::CONSTRUCT);
    match called.as_ref() {
        "Math" | "JSON" | "Reflect" | "Atomics" => Some(format!("`{called}` is no function")),
        "Symbol" | "BigInt" if is_made => Some(format!("`{called}` is called without `new`")),
        _ => None,
    }
}

fn in_rust(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let arguments = context.arguments(id);
    if let Some((receiver, name)) = context.method(id) {
        let first = arguments.first().map_or("", |it| context.text(*it));
        let is_dropped = || {
            let user = tree.node(id).parent;
            matches!(tree.kind(user), Kind::ExpressionStatement)
        };
        let said = match (name, first) {
            ("step_by", "0") => Some("a step of zero panics".to_owned()),
            ("splitn" | "rsplitn", "0" | "1") => {
                Some(format!("`{name}` with {first} does not split"))
            }
            ("unwrap" | "expect", _) if is_dropped() => {
                let inner = context.method(receiver).map_or("", |(_, it)| it);
                let one = context.arguments(receiver).len() == 1;
                (one && matches!(inner, "read" | "write")).then(|| {
                    format!("`{inner}` may do a part only: how much it did is not looked at")
                })
            }
            _ => None,
        };
        if said.is_some() {
            return said;
        }
    }
    let called = context.called(id)?;
    match called.as_ref() {
        "drop" | "std.mem.drop" | "mem.drop" | "std.mem.forget" | "mem.forget" => {
            let first = *arguments.first()?;
            (tree.kind(first) == Kind::Reference)
                .then(|| "this does nothing to what the reference refers to".to_owned())
        }
        _ => None,
    }
}

/// `json.Unmarshal(text, order)` where `order` is a value that is declared right here.
fn fills_copy(context: &Context<'_>, id: NodeId) -> Option<String> {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let called = context.called(id)?;
    let [_, target] = *context.arguments(id).as_slice() else { return None };
    let is_filled = ends_in(&called, "Unmarshal") && called.contains('.');
    let binding = bindings.resolve(target).filter(|_| is_filled)?;
    let mut definitions = bindings.definitions(binding);
    let (only, None) = (definitions.next()?, definitions.next()) else { return None };
    let declaration = tree.node(only).parent;
    let is_value = match tree.child(declaration, Role::Value) {
        None => context.types().declared(target).is_some_and(|it| {
            let named = context.text(it);
            named != "any" && !named.starts_with('*') && !named.starts_with("interface")
        }),
        Some(value) => {
            let text = context.text(value);
            text.ends_with("{}") && !text.starts_with(['&', '*'])
        }
    };
    (tree.kind(declaration) == Kind::Declare && is_value)
        .then(|| format!("`{called}` fills what it is given a pointer to, and this is a copy"))
}

fn in_go(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let arguments = context.arguments(id);
    if let Some(said) = fills_copy(context, id) {
        return Some(said);
    }
    let parent = tree.kind(tree.node(id).parent);
    if let Some((receiver, name)) = context.method(id) {
        let of = context.text(receiver);
        let in_spawn = || {
            let function = tree.enclosing_function(id);
            let call = tree.node(function).parent;
            tree.kind(tree.node(call).parent) == Kind::Spawn
        };
        // What a goroutine does first: later, it may well add for others that it starts.
        let is_first = || {
            let body = tree.child(tree.enclosing_function(id), Role::Body);
            body.and_then(|it| tree.children(it).next()) == Some(tree.node(id).parent)
        };
        match (name, arguments.as_slice()) {
            ("Add", [_]) if of.to_ascii_lowercase().ends_with("wg") && in_spawn() && is_first() => {
                return Some(
                    "`Wait` may come before this: add before the goroutine starts".to_owned(),
                );
            }
            ("Lock" | "RLock", []) if parent == Kind::Defer => {
                return Some(format!(
                    "this locks when the function ends: was `Un{}` meant?",
                    name.to_lowercase()
                ));
            }
            ("Fatal" | "Fatalf" | "FailNow", _) if of == "t" && in_spawn() => {
                return Some(format!("`{name}` ends only this goroutine, not the test"));
            }
            ("Format", [layout]) => {
                let layout = text(context, *layout)?;
                return layout
                    .contains("2006-02-01")
                    .then(|| "in a layout, the month is `01` and the day `02`".to_owned());
            }
            _ => {}
        }
    }
    let called = context.called(id)?;
    match (called.as_ref(), arguments.as_slice()) {
        ("time.Sleep" | "time.After" | "time.NewTimer", [time]) => {
            let is_bare = tree.kind(*time) == Kind::Number && context.text(*time) != "0";
            is_bare.then(|| "a number without a unit counts nanoseconds".to_owned())
        }
        ("strings.TrimLeft" | "strings.TrimRight" | "strings.Trim", [_, set]) => {
            let word = text(context, *set).filter(|it| is_word(it))?;
            Some(format!("`{called}` takes off any of the characters of `{word}`, not the word"))
        }
        ("strings.Replace" | "bytes.Replace", [_, _, _, count]) => {
            (context.text(*count) == "0").then(|| format!("`{called}` with 0 replaces nothing"))
        }
        ("rand.Intn" | "rand.Int63n" | "rand.Int31n", [most]) => {
            (context.text(*most) == "1").then(|| format!("`{called}(1)` always gives 0"))
        }
        ("append", [_]) => Some("`append` with one argument adds nothing".to_owned()),
        ("recover", []) if parent == Kind::Defer => {
            Some("`recover` does nothing unless a deferred function calls it".to_owned())
        }
        ("json.Unmarshal" | "xml.Unmarshal" | "yaml.Unmarshal", [_, into]) => {
            let is_value = tree.kind(*into) == Kind::Name && is_plain_value(context, *into);
            is_value.then(|| format!("`{called}` fills what a pointer points to, and this is none"))
        }
        ("errors.As", [_, into]) => {
            let is_value = tree.kind(*into) == Kind::Name && is_plain_value(context, *into);
            is_value.then(|| "`errors.As` panics unless its target is a pointer".to_owned())
        }
        _ => None,
    }
}

/// Whether a variable is declared as a value: `var t T`.
fn is_plain_value(context: &Context<'_>, name: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(name).and_then(|it| bindings.binding(it));
    let declaration = binding.map(|it| tree.node(it.declared_at).parent);
    declaration.is_some_and(|it| {
        let is_declared = tree.kind(it) == Kind::Declare && tree.child(it, Role::Value).is_none();
        let declared = tree.text(it);
        is_declared && !["*", "interface", "any", "map["].iter().any(|word| declared.contains(word))
    })
}

fn in_java(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let arguments = context.arguments(id);
    let first = arguments.first().copied();
    if tree.flags(id).has(Flags::CONSTRUCT) {
        let made = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
        let first = first?;
        let value = context.text(first);
        return match made {
            "BigDecimal" if tree.kind(first) == Kind::Number && value.contains('.') => {
                Some(format!("`{value}` has no exact binary form: give it as a text"))
            }
            "StringBuilder" | "StringBuffer" if tree.kind(first) == Kind::Character => {
                Some("a character is taken for the capacity here".to_owned())
            }
            "SimpleDateFormat" if value.contains("YYYY") && !value.contains('w') => {
                Some("`YYYY` is the year of the week: the year is `yyyy`".to_owned())
            }
            _ => None,
        };
    }
    if let Some((receiver, name)) = context.method(id) {
        let value = first.map_or("", |it| context.text(it));
        let count = arguments.len();
        match name {
            "split" | "replaceAll" | "replaceFirst"
                if matches!(
                    value,
                    "\".\"" | "\"|\"" | "\"*\"" | "\"+\"" | "\"?\"" | "\"^\"" | "\"$\""
                ) =>
            {
                return Some(format!("`{name}` takes {value} for a regular expression"));
            }
            "equals" if count == 1 && value == "null" => {
                return Some("`equals(null)` is false whatever the object is".to_owned());
            }
            "abs" if context.text(receiver).ends_with("Math") => {
                let inner = context.method(first?)?.1;
                let no_limit = context.arguments(first?).is_empty();
                return (no_limit && matches!(inner, "hashCode" | "nextInt" | "nextLong")).then(
                    || "the least integer has no absolute value: this may be negative".to_owned(),
                );
            }
            "run" if count == 0 => {
                let is_thread = context.text(receiver).starts_with("new Thread(")
                    || declared_type(context, receiver) == Some("Thread");
                return is_thread
                    .then(|| "`run` does the work at once: `start` starts the thread".to_owned());
            }
            "wait" if count == 0 => {
                let is_condition =
                    declared_type(context, receiver).is_some_and(|it| it.ends_with("Condition"));
                if is_condition {
                    return Some("a `Condition` is waited for by `await`".to_owned());
                }
                let is_own = context.text(receiver) == "this";
                return (is_own && !in_loop(context, id)).then(waits_once);
            }
            _ => {}
        }
        return None;
    }
    // A method of the object's own.
    let called = tree.child(id, Role::Callee).map(|it| tree.name(it))?;
    (called == "wait" && arguments.is_empty() && !in_loop(context, id)).then(waits_once)
}

fn waits_once() -> String {
    "`wait` may end without a reason: it belongs in a loop that tests the condition".to_owned()
}

fn in_loop(context: &Context<'_>, id: NodeId) -> bool {
    context.tree.ancestors(id).any(|it| context.tree.kind(it).is_loop())
}

/// The type that a variable is declared with, as it is written.
fn declared_type<'a>(context: &Context<'a>, name: NodeId) -> Option<&'a str> {
    let declared = context.types().declared(name)?;
    Some(context.text(declared))
}

fn in_c(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let called = context.called(id)?;
    let name = called.trim_start_matches("std.");
    match (name, context.arguments(id).as_slice()) {
        ("memset", [_, value, count]) => (context.text(*count) == "0"
            && context.text(*value) != "0")
            .then(|| "`memset` takes the value before the count: this sets nothing".to_owned()),
        ("strncat", [target, _, count]) => {
            let size = context.text(*count).strip_prefix("sizeof")?.trim_matches(['(', ')', ' ']);
            (size == context.text(*target))
                .then(|| "`strncat` counts what it adds, not the size of the target".to_owned())
        }
        ("strncpy", [_, source, count]) => {
            let length = context.text(*count).strip_prefix("strlen(")?.strip_suffix(')')?;
            (length == context.text(*source))
                .then(|| "bounded by the length of the source, the copy has no end mark".to_owned())
        }
        ("malloc", [size]) => context
            .text(*size)
            .strip_prefix("strlen(")
            .is_some_and(|it| it.ends_with("+ 1)") && !it.contains("),"))
            .then(|| "`+ 1` stands inside the call of `strlen`".to_owned()),
        ("accumulate", [from, _, start]) => {
            let list = tree.child(tree.child(*from, Role::Callee)?, Role::Receiver)?;
            let of = declared_type(context, list)?;
            let is_float = of.contains("double") || of.contains("float");
            (is_float && tree.kind(*start) == Kind::Number && !context.text(*start).contains('.'))
                .then(|| "the sum is of the type of its start: an integer".to_owned())
        }
        _ => None,
    }
}
