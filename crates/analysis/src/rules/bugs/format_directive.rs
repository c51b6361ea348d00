//! `bug/format-directive`.

use crate::facts::control_flow::is_probe;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::languages::{NumberKind, ValueType};
use crate::rules::formats::{Directive, directives, literal_format, may_be_array, plain_text};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/format-directive",
    category: Category::Bug,
    summary: "A format directive that does not exist, or that does not fit its value",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports directives of format strings that no formatter knows, that stand for another type than the value has, or whose name no value bears: `%`, `format` and `logging` in Python, `Printf` in Go, `String.format`, `MessageFormat` and SLF4J in Java, `printf` in C and C++. Values for a function that does not format are reported, too.",
        why: "Python and Java raise an error there, Go prints `%!d(string=…)`, and C reads the value as what it is not.",
        fix: "Use the directive of the value's type, or give the value that the format names.",
        limits: "Only formats that are written out are read, and only literals and variables with a plain declared type have a type here.",
        references: &[
            "https://docs.python.org/3/library/string.html#format-string-syntax",
            "https://pkg.go.dev/fmt",
            "https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Formatter.html",
            "https://wiki.sei.cmu.edu/confluence/display/c/FIO47-C.+Use+valid+format+strings",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def f(a):
    return \"%(name)s\" % {\"nam\": a}
           ^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f(a):
    return \"{name}\".format(nam=a)
           ^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f(a):
    return \"%y\" % a
           ^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f():
    return \"%d\" % \"x\"
           ^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def f(a):
    return \"%(name)s\" % {\"name\": a}
",
        ),
        Example::good(
            "python",
            "def f(a):
    return \"{name:>{width}}\".format(name=a, width=3) + \"%5.1f%%\" % a
",
        ),
        Example::bad(
            "go",
            "import \"fmt\"

func f() { fmt.Printf(\"%d\\n\", \"x\") }
           ^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "import \"fmt\"

func f(a int) string { return fmt.Sprintf(\"%s\", a) }
                              ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "import \"fmt\"

func f(a string) { fmt.Println(\"value %s\", a) }
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "go",
            "import \"fmt\"

func f(a string, n int) { fmt.Printf(\"%-5s %+v %03d %x\\n\", a, a, n, a) }
",
        ),
        Example::good(
            "go",
            "import \"fmt\"

func f(a string) { fmt.Println(\"100%\", a) }
",
        ),
        Example::bad(
            "java",
            "class A { String f() { return String.format(\"%d\", \"x\"); } }
                              ^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { String f(String a) { return String.format(\"%y\", a); } }
                                      ^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f(String a) { log.info(\"a {} {}\", a); } }
                             ^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { String f(int n) { return String.format(\"%5d %,d %tY %n\", n, n, n); } }
",
        ),
        Example::good(
            "java",
            "class A { void f(String a, Exception e) { log.info(\"a {}\", a, e); } }
",
        ),
        Example::bad(
            "c",
            "void f(void) { printf(\"%s\", 5); }
               ^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(double x) { printf(\"%d\", x); }
                   ^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "void f(double x, const char *s) { printf(\"%5.2f %s %lu\", x, s, sizeof x); }
",
        ),
        Example::good(
            "c",
            "void f(int *n, long m) { printf(\"%p %ld %c\", n, m, 'c'); }
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { const char* s = \"a\"; printf(\"%d\", s); }
                                     ^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { std::printf(\"%f\", x); }
                ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(int x) { printf(\"%d %s\", x, \"a\"); }
",
        ),
        Example::good(
            "cpp",
            "void f(unsigned x) { printf(\"%u\", x); }
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Binary],
    check,
};

/// Conversions that there are, and those of whole numbers and of fractions among them.
struct Conversions {
    all: &'static str,
    whole: &'static str,
    fraction: &'static str,
    /// Those that take texts only.
    text: &'static str,
}

const CONVERSIONS: ByLanguage<Conversions> = &[
    (
        &["python"],
        Conversions { all: "diouxXeEfFgGcrsab%", whole: "xXo", fraction: "eEfFgG", text: "" },
    ),
    (&["go"], Conversions { all: "vTtbcdoOqxXUeEfFgGspw%", whole: "d", fraction: "fF", text: "s" }),
    (
        &["java"],
        Conversions { all: "bBhHsScCdoxXeEfgGaAtTn%", whole: "doxX", fraction: "feEgG", text: "" },
    ),
    (
        &["c", "cpp"],
        Conversions {
            all: "diouxXeEfFgGaAcCsSpnm%",
            whole: "dioxXuc",
            fraction: "eEfFgGaA",
            text: "s",
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let said = match tree.kind(id) {
        Kind::Binary => by_operator(context, id),
        _ => by_call(context, id),
    };
    let Some(said) = said else { return };
    if is_probe(tree, tree.enclosing_statement(id)) || context.is_in_test(id) {
        return;
    }
    context.report(id, said).because("The directives of a format say what values it takes.").emit();
}

fn by_call(context: &Context<'_>, id: NodeId) -> Option<String> {
    let found = match context.language.id() {
        "python" => by_braces(context, id),
        "go" => unformatted(context, id),
        "java" => by_pattern(context, id),
        _ => None,
    };
    if found.is_some() {
        return found;
    }
    let (format, values) = literal_format(context, id)?;
    if context.text(format).contains("scanf") || values.is_empty() {
        return None;
    }
    let callee = context.tree.child(id, Role::Callee)?;
    let scans = context.tree.name(callee).ends_with("scanf");
    let text = plain_text(context, format).filter(|_| !scans)?;
    fits(context, &directives(text)?, &values)
}

/// What is wrong with the directives, or with one of the values for them.
fn fits(context: &Context<'_>, directives: &[Directive<'_>], values: &[NodeId]) -> Option<String> {
    let known = context.in_language(CONVERSIONS)?;
    // A sign before something else than a letter may be meant as it stands.
    let unknown = directives
        .iter()
        .find(|it| it.conversion.is_ascii_alphabetic() && !known.all.contains(it.conversion));
    if let Some(unknown) = unknown {
        return Some(format!("there is no directive `%{}`", unknown.conversion));
    }
    let mut values = values.iter();
    for directive in directives.iter().filter(|it| it.conversion != '%') {
        if context.language.id() == "java" && directive.conversion == 'n' {
            continue;
        }
        for _ in 0..directive.stars {
            values.next()?;
        }
        let value = *values.next()?;
        let Some(given) = class(context, value) else { continue };
        if !takes(context, known, directive.conversion, given) {
            let text = context.excerpt(value);
            return Some(format!(
                "`%{}` does not fit `{text}`, {}",
                directive.conversion,
                given.name()
            ));
        }
    }
    None
}

/// What sort of value is formatted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Whole,
    Fraction,
    Truth,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Whole => "a whole number",
            Self::Fraction => "a number with a fraction",
            Self::Truth => "a truth value",
        }
    }
}

fn class(context: &Context<'_>, value: NodeId) -> Option<Class> {
    let tree = context.tree;
    let by_number = || match context.numbers().of(value)? {
        NumberKind::Float => Some(Class::Fraction),
        _ => Some(Class::Whole),
    };
    match tree.kind(value) {
        Kind::String | Kind::Template => Some(Class::Text),
        Kind::Boolean => Some(Class::Truth),
        Kind::Number => by_number(),
        Kind::Name => match context.types().of(value) {
            Some(ValueType::String) => Some(Class::Text),
            Some(ValueType::Boolean) => Some(Class::Truth),
            // Python tells no kinds of numbers.
            _ if context.language.id() == "python" => None,
            _ => by_number(),
        },
        _ => None,
    }
}

fn takes(context: &Context<'_>, known: &Conversions, conversion: char, given: Class) -> bool {
    let language = context.language.id();
    let is_whole = known.whole.contains(conversion);
    let is_fraction = known.fraction.contains(conversion);
    match given {
        Class::Text => {
            let counts =
                is_whole || is_fraction || language == "python" && "diu".contains(conversion);
            // Go shows the bytes of a text in base sixteen.
            !(counts || language == "go" && conversion == 't')
        }
        Class::Whole => {
            let shows_float = is_fraction && language != "python";
            let is_text = known.text.contains(conversion);
            !(shows_float || is_text || language == "go" && conversion == 't')
        }
        Class::Fraction => !is_whole && !known.text.contains(conversion),
        Class::Truth => {
            let is_number = is_whole || is_fraction;
            // Truth values are numbers in Python and C.
            !(is_number || known.text.contains(conversion)) || !matches!(language, "go" | "java")
        }
    }
}

/// Python's `"…" % value`.
fn by_operator(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return None };
    let is_format = tree.node(id).operator == Operator::Remainder
        && context.language.id() == "python"
        && tree.kind(left) == Kind::String
        && context.text(left).starts_with(['"', '\'']);
    if !is_format {
        return None;
    }
    let found = directives(plain_text(context, left)?)?;
    let wanted: Vec<&Directive<'_>> = found.iter().filter(|it| it.conversion != '%').collect();
    if wanted.iter().any(|it| it.conversion == '\0') {
        return Some("the format ends in a lone `%`".to_owned());
    }
    let named = wanted.iter().filter(|it| it.key.is_some()).count();
    if named > 0 && named < wanted.len() {
        return Some("places with and without a name stand in one format".to_owned());
    }
    if named > 0 {
        if tree.kind(right) == Kind::Tuple {
            return Some("the format names its values, but a tuple is given".to_owned());
        }
        let keys = map_keys(context, right)?;
        let missing = wanted.iter().filter_map(|it| it.key).find(|it| !keys.contains(it))?;
        return Some(format!("no value is named `{missing}`"));
    }
    let values: Vec<NodeId> = match tree.kind(right) {
        Kind::Tuple => tree.children(right).collect(),
        Kind::String | Kind::Template | Kind::Number | Kind::Boolean => vec![right],
        _ => Vec::new(),
    };
    if values.iter().any(|it| tree.kind(*it) == Kind::Spread) {
        return None;
    }
    // `return "%s %s" % a, b`
    let row = tree.node(id).parent;
    let is_row = tree.kind(row) == Kind::Tuple
        && tree.children(row).next() == Some(id)
        && tree.children(row).count() == wanted.len()
        && wanted.len() > 1
        && tree.kind(right) == Kind::Name
        && tree.kind(tree.node(row).parent) == Kind::Return
        && !context.text(row).starts_with('(');
    if is_row {
        return Some("the values are no tuple: `%` binds only the first of them".to_owned());
    }
    fits(context, &found, &values)
}

/// The keys of a map that is written out.
fn map_keys<'a>(context: &Context<'a>, map: NodeId) -> Option<Vec<&'a str>> {
    let tree = context.tree;
    if tree.kind(map) != Kind::Map {
        return None;
    }
    let key = |pair: NodeId| {
        let key = tree.child(pair, Role::Key).filter(|it| tree.kind(*it) == Kind::String)?;
        plain_text(context, key)
    };
    tree.children(map).map(key).collect()
}

/// Python's `"…".format(…)`.
fn by_braces(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let (receiver, name) = context.method(id)?;
    if name != "format" || tree.kind(receiver) != Kind::String {
        return None;
    }
    let raw = plain_text(context, receiver)?;
    let text = raw.replace("{{", "").replace("}}", "");
    let arguments = context.arguments(id);
    if arguments.iter().any(|it| tree.kind(*it) == Kind::Spread || tree.flags(*it).has(Flags::REST))
    {
        return None;
    }
    let (named, plain): (Vec<NodeId>, Vec<NodeId>) =
        arguments.iter().partition(|it| tree.kind(**it) == Kind::Argument);
    if text.contains("\\N{") {
        return None;
    }
    let (mut numbered, mut counted) = (false, false);
    for part in text.split('{').skip(1) {
        let inside = part.split('}').next().filter(|_| part.contains('}') || part.contains(':'));
        let Some(inside) = inside else {
            // Two ends in a row may close a place within a place.
            if raw.contains("}}") {
                return None;
            }
            return Some("the format has an open brace without its end".to_owned());
        };
        let field = inside.split([':', '!', '.', '[']).next().unwrap_or("");
        match field.parse::<usize>() {
            Ok(index) if index >= plain.len() => {
                return Some(format!("there is no value number {index} for the format"));
            }
            Ok(_) => numbered = true,
            Err(_) if field.is_empty() => counted = true,
            Err(_) => {
                let is_given = named.iter().any(|it| {
                    tree.child(*it, Role::Attribute).is_some_and(|it| context.text(it) == field)
                });
                if !is_given {
                    return Some(format!("no value is named `{field}`"));
                }
            }
        }
    }
    (numbered && counted).then(|| "places with and without a number stand in one format".to_owned())
}

/// Go's functions that show values one after the other, called with a format.
fn unformatted(context: &Context<'_>, id: NodeId) -> Option<String> {
    let arguments = context.arguments(id);
    let called = context.called(id)?;
    let at = match called.as_ref() {
        "fmt.Print" | "fmt.Println" | "fmt.Sprint" | "fmt.Sprintln" | "log.Print"
        | "log.Println" | "log.Fatal" | "log.Fatalln" | "log.Panic" => 0,
        "fmt.Fprint" | "fmt.Fprintln" => 1,
        _ => return None,
    };
    let format = *arguments.get(at)?;
    let is_format = context.tree.kind(format) == Kind::String
        && arguments.len() > at + 1
        && ["%s", "%d", "%v", "%q", "%+v", "%w", "%f", "%t", "%x"]
            .iter()
            .any(|it| context.text(format).contains(it));
    is_format.then(|| format!("`{called}` does not put values into a format"))
}

/// Java's patterns in braces: SLF4J's, and those of `MessageFormat`.
fn by_pattern(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let (receiver, name) = context.method(id)?;
    let arguments = context.arguments(id);
    let (first, values) = arguments.split_first()?;
    let of = context.text(receiver);
    if name == "formatted" && tree.kind(receiver) == Kind::String {
        let found = directives(plain_text(context, receiver)?)?;
        let wanted = found.iter().filter(|it| !matches!(it.conversion, '%' | 'n')).count();
        let given = arguments.len();
        return (given < wanted && !(given == 1 && may_be_array(context, *first)))
            .then(|| format!("the format has {wanted} places, but {given} values are given"));
    }
    let text = plain_text(context, *first).filter(|_| tree.kind(*first) == Kind::String)?;
    let first_value = *values.first().unwrap_or(first);
    let is_open = values.is_empty() || values.len() == 1 && may_be_array(context, first_value);
    if of.ends_with("MessageFormat") && name == "format" && !text.contains('\'') {
        let missing =
            (values.len()..values.len() + 4).find(|it| text.contains(&format!("{{{it}}}")));
        return missing
            .filter(|_| !is_open || values.is_empty())
            .map(|it| format!("there is no value for `{{{it}}}`"));
    }
    let is_logger = matches!(of, "log" | "logger" | "LOG" | "LOGGER" | "this.log" | "this.logger");
    if name == "format"
        && of == "String"
        && !values.is_empty()
        && text.contains("{}")
        && !text.contains('%')
    {
        return Some("`String.format` has its places marked with `%`, not with braces".to_owned());
    }
    if !is_logger
        || !matches!(name, "trace" | "debug" | "info" | "warn" | "error")
        || is_open && values.is_empty()
    {
        return None;
    }
    if text.contains("\\\\{") {
        return None;
    }
    let wanted = text.matches("{}").count();
    let given = values.len();
    let last_is_shown = values.last().is_some_and(|it| class(context, *it).is_some());
    let is_off = given < wanted
        && !(given == 1
            && may_be_array(context, first_value)
            && tree.kind(first_value) != Kind::Call)
        || wanted > 0 && (given > wanted + 1 || given == wanted + 1 && last_is_shown);
    is_off.then(|| format!("the pattern has {wanted} places, but {given} values are given"))
}
