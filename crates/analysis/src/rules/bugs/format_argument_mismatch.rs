//! `bug/format-argument-mismatch`.

use crate::facts::control_flow::is_probe;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::formats::{FORMATTING, Formatting, literal_format};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/format-argument-mismatch",
    category: Category::Bug,
    summary: "A format string and its arguments do not match",
    severity: Severity::Error,
    confidence: 0.94,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports format strings with more or fewer places than there are arguments: `%` and `format` in Python, `Printf` in Go, `String.format` in Java, `printf` in C and C++, `console.log` in JavaScript.",
        why: "A missing argument raises an error in Python and Java, prints `%!d(MISSING)` in Go, and reads memory that is not meant in C. One too many is never shown.",
        fix: "Give each place its argument.",
        limits: "Only literal format strings are read, without positions or names of their own. Java ignores arguments too many, so they are not reported there.",
        references: &[
            "https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting",
            "https://pkg.go.dev/fmt",
            "https://wiki.sei.cmu.edu/confluence/display/c/FIO47-C.+Use+valid+format+strings",
            "https://cwe.mitre.org/data/definitions/685.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(name, count):
    return \"%s has %d\" % (name,)
           ^^^^^^^^^^^^^^^^^^^^^ values are given
",
        ),
        Example::bad(
            "python",
            "def show(name, count):
    return \"%s\" % (name, count)
           ^^^^^^^^^^^^^^^^^^^^ values are given
",
        ),
        Example::bad(
            "python",
            "def show(name, count):
    return \"{} has {}\".format(name)
           ^^^^^^^^^^^^^^^^^^^^^^^^ values are given
",
        ),
        Example::bad(
            "python",
            "import logging


def show(name, count):
    logging.info(\"%s has %d\", name)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
",
        ),
        Example::good(
            "python",
            "def show(name, count):
    return \"%s has %d, 100%%\" % (name, count)
",
        ),
        Example::good(
            "python",
            "def show(name, count):
    return \"{0} and {0} has {count}\".format(name, count=count)
",
        ),
        Example::good(
            "python",
            "def show(row):
    return \"%s has %d\" % row
",
        ),
        Example::bad(
            "javascript",
            "function show(name, count) {
  console.log('%s has %d', name);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::bad(
            "javascript",
            "function show(name, count) {
  console.error('%s: %s has %o', name, count);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::good(
            "javascript",
            "function show(name, count) {
  console.log('%s has %d', name, count);
}
",
        ),
        Example::good(
            "javascript",
            "function show(name) {
  console.log('100% of', name);
}
",
        ),
        Example::bad(
            "typescript",
            "function show(name, count) {
  console.log('%s has %d', name);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::bad(
            "typescript",
            "function show(name, count) {
  console.error('%s: %s has %o', name, count);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::good(
            "typescript",
            "function show(name, count) {
  console.log('%s has %d', name, count);
}
",
        ),
        Example::good(
            "typescript",
            "function show(name) {
  console.log('100% of', name);
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func show(name string) {
	fmt.Printf(\"%s has %d\", name)
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func show(name string, count int) string {
	return fmt.Sprintf(\"%s\", name, count)
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func show(name string, count int) {
	fmt.Printf(\"%s has %d, 100%%\", name, count)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func show(name string) {
	fmt.Printf(\"%[1]s and %[1]s\", name)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String show(String name) {
        return String.format(\"%s has %d\", name);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(String name) {
        System.out.printf(\"%s has %d%n\", name);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String show(String name, int count) {
        return String.format(\"%s has %d%n\", name, count);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String show(String name) {
        return String.format(\"%1$s and %1$s\", name);
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(const char *name, int count) {
    printf(\"%s has %d\\n\", name);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::bad(
            "c",
            "void show(char *line, const char *name, int count) {
    snprintf(line, 80, \"%s\", name, count);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::good(
            "c",
            "void show(long size, int count) {
    printf(\"size: \" SIZE_FORMAT \"\\n\", size, count);
    printf(\"%d of %5\" COUNT_FORMAT \"\\n\", count, size, count);
    printf(\"x: \" OTHER_FORMAT, size);
}
",
        ),
        Example::good(
            "c",
            "void show(const char *name, int count) {
    printf(\"%s has %5.2f %*d 100%%\\n\", name, 1.5, 3, count);
}
",
        ),
        Example::good(
            "c",
            "void show(const char *format, int count) {
    printf(format, count);
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const char *name, int count) {
    printf(\"%s has %d\\n\", name);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::bad(
            "cpp",
            "void show(char *line, const char *name, int count) {
    snprintf(line, 80, \"%s\", name, count);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values are given
}
",
        ),
        Example::good(
            "cpp",
            "void show(const char *name, int count) {
    printf(\"%s has %5.2f %*d 100%%\\n\", name, 1.5, 3, count);
}
",
        ),
        Example::good(
            "cpp",
            "void show(const char *format, int count) {
    printf(format, count);
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Binary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(formatting) = context.in_language(FORMATTING) else { return };
    let found = match context.tree.kind(id) {
        Kind::Binary => by_operator(context, id),
        _ => by_braces(context, id).or_else(|| by_call(context, id, formatting)),
    };
    let Some((wanted, given, reports_more)) = found else { return };
    let is_tried = is_probe(context.tree, context.tree.enclosing_statement(id));
    if wanted == given || given > wanted && !reports_more || is_tried {
        return;
    }
    let places = if wanted == 1 { "place" } else { "places" };
    context
        .report(id, format!("the format has {wanted} {places}, but {given} values are given"))
        .because("Each place of a format takes one value.")
        .emit();
}

/// `"…" % (…)`: places, values, and whether too many of them are an error.
fn by_operator(context: &Context<'_>, id: NodeId) -> Option<(usize, usize, bool)> {
    let tree = context.tree;
    let (left, right) = (tree.child(id, Role::Left)?, tree.child(id, Role::Right)?);
    let is_format = tree.node(id).operator == Operator::Remainder
        && tree.kind(left) == Kind::String
        && context.text(left).starts_with(['"', '\'']);
    if !is_format || tree.kind(right) != Kind::Tuple {
        return None;
    }
    if tree.children(right).any(|it| tree.kind(it) == Kind::Spread) {
        return None;
    }
    let wanted = places(context.text(left), &['%'])?;
    Some((wanted, tree.children(right).count(), true))
}

/// `"…".format(…)`
fn by_braces(context: &Context<'_>, id: NodeId) -> Option<(usize, usize, bool)> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let receiver = tree.child(callee, Role::Receiver)?;
    if tree.kind(receiver) != Kind::String || tree.name(callee) != "format" {
        return None;
    }
    let arguments: Vec<NodeId> = tree.children_with(id, Role::Argument).collect();
    if arguments.iter().any(|it| matches!(tree.kind(*it), Kind::Spread | Kind::Argument)) {
        return None;
    }
    let text = context.text(receiver).replace("{{", "").replace("}}", "");
    // Numbered or named places, and places within places, are another matter.
    let mut wanted = 0;
    for part in text.split('{').skip(1) {
        let inside = part.split('}').next()?;
        if !(inside.is_empty() || inside.starts_with([':', '!'])) || !part.contains('}') {
            return None;
        }
        wanted += 1;
    }
    (wanted > 0).then_some((wanted, arguments.len(), true))
}

/// A call of a function that formats.
fn by_call(
    context: &Context<'_>,
    id: NodeId,
    formatting: &Formatting,
) -> Option<(usize, usize, bool)> {
    let (format, values) = literal_format(context, id)?;
    let scans = context.tree.child(id, Role::Callee).is_some_and(|it| {
        let name = context.tree.name(it);
        name.ends_with("scanf")
    });
    // What is skipped, and sets of characters, are another matter.
    if scans && context.text(format).contains(['*', '[']) {
        return None;
    }
    let wanted = places(context.text(format), formatting.without)?;
    // Without any value, the text is shown as it is.
    if values.is_empty()
        && (!formatting.reports_more || context.knowledge().async_runner == "asyncio")
    {
        return None;
    }
    Some((wanted, values.len(), formatting.reports_more))
}

/// Values that the `%` directives of a format take; nothing for one with positions or names.
fn places(format: &str, without: &[char]) -> Option<usize> {
    let mut count = 0;
    let mut rest = format.chars().peekable();
    while let Some(it) = rest.next() {
        if it != '%' {
            continue;
        }
        loop {
            match rest.next() {
                Some('*') => count += 1,
                Some('(' | '[' | '$' | '<') => return None,
                Some(it) if it.is_ascii_digit() || "#+- .,'".contains(it) => {}
                // The length of what follows: `%ld`; but Go's `%q` and `%t` stand for themselves.
                Some(it)
                    if "lhqLjzt".contains(it)
                        && rest
                            .peek()
                            .is_some_and(|next| "diouxXnfFeEgGaAcsplhL".contains(*next))
                        && !(it == 'q' || it == 't') => {}
                Some(it) if without.contains(&it) => break,
                Some(it) if it.is_ascii_alphabetic() => {
                    count += 1;
                    break;
                }
                // A lone sign: not a format, or one this does not know.
                _ => return None,
            }
        }
    }
    Some(count)
}
