//! `bug/wrong-exception-order`.

use std::borrow::Cow;

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/wrong-exception-order",
    category: Category::Bug,
    summary: "A handler comes after a broader one",
    severity: Severity::Error,
    confidence: 0.96,
    languages: &["python", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports handlers of exceptions that a handler before them has caught already: the same, or one that includes it.",
        why: "Handlers are tried in order: the later one never runs, and the special case is treated as the general one.",
        fix: "Put the special handler first, or remove it.",
        limits: "Only exceptions of the standard libraries are known to include others.",
        references: &[
            "https://docs.python.org/3/library/exceptions.html#exception-hierarchy",
            "https://docs.python.org/3/tutorial/errors.html#handling-exceptions",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        read(path)
    except Exception:
        retry()
    except ValueError:
           ^^^^^^^^^^ is caught before
        give_up()
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        read(path)
    except OSError:
        retry()
    except (KeyError, FileNotFoundError):
                      ^^^^^^^^^^^^^^^^^ is caught before
        give_up()
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        read(path)
    except KeyError:
        retry()
    except KeyError:
           ^^^^^^^^ is caught before
        give_up()
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        read(path)
    except FileNotFoundError:
        give_up()
    except OSError:
        retry()
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        read(path)
    except KeyError:
        give_up()
    except ValueError:
        retry()
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try {
            read();
        } catch (IOException problem) {
            retry();
        } catch (FileNotFoundException problem) {
                 ^^^^^^^^^^^^^^^^^^^^^ is caught before
            stop();
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try {
            read();
        } catch (RuntimeException problem) {
            retry();
        } catch (IllegalArgumentException problem) {
                 ^^^^^^^^^^^^^^^^^^^^^^^^ is caught before
            stop();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try {
            read();
        } catch (FileNotFoundException problem) {
            stop();
        } catch (IOException problem) {
            retry();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try {
            read();
        } catch (IOException problem) {
            stop();
        } catch (IllegalStateException problem) {
            retry();
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void load() {
    try {
        read();
    } catch (const std::exception &problem) {
        retry();
    } catch (const std::runtime_error &problem) {
                   ^^^^^^^^^^^^^^^^^^ is caught before
        stop();
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void load() {
    try {
        read();
    } catch (std::logic_error &problem) {
        retry();
    } catch (std::out_of_range &problem) {
             ^^^^^^^^^^^^^^^^^ is caught before
        stop();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    try {
        read();
    } catch (const std::runtime_error &problem) {
        stop();
    } catch (const std::exception &problem) {
        retry();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    try {
        read();
    } catch (const std::runtime_error &problem) {
        stop();
    } catch (const std::logic_error &problem) {
        retry();
    }
}
",
        ),
    ],
    kinds: &[Kind::Try],
    check,
};

/// Exceptions, each with those it includes, outermost first.
const HIERARCHY: ByLanguage<&[(&str, &[&str])]> = &[
    (
        &["python"],
        &[
            ("BaseException", &["*"]),
            (
                "Exception",
                &[
                    "*",
                    "-KeyboardInterrupt",
                    "-SystemExit",
                    "-GeneratorExit",
                    "-BaseException",
                    "-CancelledError",
                ],
            ),
            ("OSError", OS_ERRORS),
            ("IOError", OS_ERRORS),
            ("EnvironmentError", OS_ERRORS),
            (
                "ConnectionError",
                &[
                    "BrokenPipeError",
                    "ConnectionAbortedError",
                    "ConnectionRefusedError",
                    "ConnectionResetError",
                ],
            ),
            ("LookupError", &["KeyError", "IndexError"]),
            (
                "ValueError",
                &[
                    "UnicodeError",
                    "UnicodeDecodeError",
                    "UnicodeEncodeError",
                    "json.JSONDecodeError",
                    "JSONDecodeError",
                ],
            ),
            ("UnicodeError", &["UnicodeDecodeError", "UnicodeEncodeError"]),
            ("ArithmeticError", &["ZeroDivisionError", "OverflowError", "FloatingPointError"]),
            ("ImportError", &["ModuleNotFoundError"]),
            ("RuntimeError", &["NotImplementedError", "RecursionError"]),
            ("NameError", &["UnboundLocalError"]),
            ("SyntaxError", &["IndentationError", "TabError"]),
        ],
    ),
    (
        &["java"],
        &[
            ("Throwable", &["*"]),
            (
                "Exception",
                &[
                    "*",
                    "-Throwable",
                    "-Error",
                    "-OutOfMemoryError",
                    "-StackOverflowError",
                    "-AssertionError",
                    "-LinkageError",
                    "-NoClassDefFoundError",
                    "-ThreadDeath",
                    "-VirtualMachineError",
                ],
            ),
            (
                "RuntimeException",
                &[
                    "IllegalArgumentException",
                    "IllegalStateException",
                    "NullPointerException",
                    "ClassCastException",
                    "IndexOutOfBoundsException",
                    "UnsupportedOperationException",
                    "NumberFormatException",
                    "ArithmeticException",
                    "UncheckedIOException",
                ],
            ),
            (
                "IOException",
                &[
                    "FileNotFoundException",
                    "EOFException",
                    "MalformedURLException",
                    "UnknownHostException",
                    "SocketException",
                    "SocketTimeoutException",
                    "UnsupportedEncodingException",
                ],
            ),
            ("IllegalArgumentException", &["NumberFormatException"]),
            (
                "IndexOutOfBoundsException",
                &["ArrayIndexOutOfBoundsException", "StringIndexOutOfBoundsException"],
            ),
            (
                "ReflectiveOperationException",
                &[
                    "ClassNotFoundException",
                    "NoSuchMethodException",
                    "NoSuchFieldException",
                    "IllegalAccessException",
                    "InstantiationException",
                    "InvocationTargetException",
                ],
            ),
        ],
    ),
    (
        &["cpp"],
        &[
            (
                "std.exception",
                &[
                    "std.runtime_error",
                    "std.logic_error",
                    "std.bad_alloc",
                    "std.out_of_range",
                    "std.invalid_argument",
                    "std.length_error",
                    "std.domain_error",
                    "std.range_error",
                    "std.overflow_error",
                    "std.underflow_error",
                    "std.system_error",
                    "std.bad_cast",
                    "std.ios_base.failure",
                ],
            ),
            (
                "std.runtime_error",
                &[
                    "std.range_error",
                    "std.overflow_error",
                    "std.underflow_error",
                    "std.system_error",
                ],
            ),
            (
                "std.logic_error",
                &[
                    "std.out_of_range",
                    "std.invalid_argument",
                    "std.length_error",
                    "std.domain_error",
                ],
            ),
        ],
    ),
];

/// What Python's `OSError` includes.
const OS_ERRORS: &[&str] = &[
    "FileNotFoundError",
    "FileExistsError",
    "PermissionError",
    "IsADirectoryError",
    "NotADirectoryError",
    "InterruptedError",
    "TimeoutError",
    "ConnectionError",
    "BrokenPipeError",
    "ConnectionResetError",
    "ConnectionRefusedError",
    "ConnectionAbortedError",
    "BlockingIOError",
    "ChildProcessError",
    "ProcessLookupError",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(hierarchy) = context.in_language(HIERARCHY) else { return };
    let separator = context.knowledge().path_separator;
    let mut caught: Vec<(String, NodeId)> = Vec::new();
    for handler in tree.children_with(id, Role::Handler) {
        let mut own = Vec::new();
        for (name, at) in exceptions(context, handler) {
            let before = caught.iter().find(|(known, _)| includes(hierarchy, known, &name));
            if let Some((known, earlier)) = before {
                let (name, known) = (name.replace('.', separator), known.replace('.', separator));
                context
                    .report(
                        at,
                        format!(
                            "`{name}` is caught before, as `{known}`: this handler never gets it"
                        ),
                    )
                    .related(*earlier, "it is caught here")
                    .because("Handlers are tried in their order.")
                    .emit();
            }
            own.push((name, at));
        }
        caught.extend(own);
    }
}

/// The exceptions that a handler names.
fn exceptions(context: &Context<'_>, handler: NodeId) -> Vec<(String, NodeId)> {
    let tree = context.tree;
    let Some(mut pattern) = tree.child(handler, Role::Pattern) else { return Vec::new() };
    if tree.kind(pattern) == Kind::Pattern {
        let Some(inside) = tree.children(pattern).find(|it| tree.role(*it) == Role::Value) else {
            return Vec::new();
        };
        pattern = inside;
    }
    let each: Vec<NodeId> = match tree.kind(pattern) {
        Kind::Tuple | Kind::List => tree.children(pattern).collect(),
        _ => vec![pattern],
    };
    let name = |it: NodeId| match tree.kind(it) {
        Kind::Type => Some(tree.name(it).to_owned()).filter(|it| !it.is_empty()),
        _ => context.paths().of(it).map(Cow::into_owned),
    };
    each.into_iter().filter_map(|it| Some((name(it)?, it))).collect()
}

/// Whether catching `broad` catches `special`, too.
fn includes(hierarchy: &[(&str, &[&str])], broad: &str, special: &str) -> bool {
    if broad == special {
        return true;
    }
    let Some((_, inside)) = hierarchy.iter().find(|(name, _)| *name == broad) else { return false };
    let last = special.rsplit('.').next().unwrap_or(special);
    let is_left_out = inside.iter().any(|it| it.strip_prefix('-') == Some(last));
    // What other libraries call an error is one.
    let is_error = ["Error", "Exception", "Warning"].iter().any(|end| last.ends_with(end));
    let is_any = |it: &str| it == "*" && (is_error || broad != "Exception");
    !is_left_out && inside.iter().any(|it| is_any(it) || *it == special)
}
