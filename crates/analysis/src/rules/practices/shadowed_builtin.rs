//! `practice/shadowed-builtin`.

use crate::facts::{BindingKind, ScopeKind};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/shadowed-builtin",
    category: Category::Practice,
    summary: "A variable hides a builtin",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports parameters and variables of functions that bear the name of a builtin function or type.",
        why: "Whoever later calls `list(…)` or `len(…)` in the function calls the variable.",
        fix: "Choose another name, or put an underscore behind it.",
        limits: "Attributes and methods of classes are left alone: nobody calls them by the bare name.",
        references: &["https://docs.astral.sh/ruff/rules/builtin-variable-shadowing/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(list):
         ^^^^ hides
    for row in list:
        print(row)
",
        ),
        Example::bad(
            "python",
            "def total(rows):
    sum = 0
    ^^^ hides
    for row in rows:
        sum += row
    return sum
",
        ),
        Example::good(
            "python",
            "class Row:
    id = 3
",
        ),
        Example::good(
            "python",
            "def show(rows):
    values = list(rows)
    return values
",
        ),
        Example::bad(
            "javascript",
            "function show(Symbol) {
              ^^^^^^ hides
  return Symbol;
}
",
        ),
        Example::bad(
            "javascript",
            "function load() {
  const NaN = 3;
        ^^^ hides
  return NaN;
}
",
        ),
        Example::good(
            "javascript",
            "function show(value) {
  return value;
}
",
        ),
        Example::good(
            "javascript",
            "const row = { undefined: 3 };
",
        ),
        Example::bad(
            "typescript",
            "function show(Symbol) {
              ^^^^^^ hides
  return Symbol;
}
",
        ),
        Example::bad(
            "typescript",
            "function load() {
  const NaN = 3;
        ^^^ hides
  return NaN;
}
",
        ),
        Example::good(
            "typescript",
            "function show(value) {
  return value;
}
",
        ),
        Example::good(
            "typescript",
            "const row = { undefined: 3 };
",
        ),
        Example::bad(
            "go",
            "package shop

func show(len int) int {
          ^^^ hides
	return len + 1
}
",
        ),
        Example::bad(
            "go",
            "package shop

func load() int {
	new := 3
	^^^ hides
	return new
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(size int) int {
	return size
}
",
        ),
        Example::good(
            "go",
            "package shop

type row struct {
	len int
}
",
        ),
    ],
    kinds: &[Kind::Name],
    check,
};

const BUILTINS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "abs",
            "all",
            "any",
            "ascii",
            "bin",
            "bool",
            "bytearray",
            "bytes",
            "callable",
            "chr",
            "compile",
            "complex",
            "copyright",
            "credits",
            "delattr",
            "dict",
            "dir",
            "divmod",
            "enumerate",
            "eval",
            "exec",
            "exit",
            "filter",
            "float",
            "format",
            "frozenset",
            "getattr",
            "globals",
            "hasattr",
            "hash",
            "help",
            "hex",
            "id",
            "input",
            "int",
            "isinstance",
            "issubclass",
            "iter",
            "len",
            "license",
            "list",
            "locals",
            "map",
            "max",
            "memoryview",
            "min",
            "next",
            "object",
            "oct",
            "open",
            "ord",
            "pow",
            "print",
            "property",
            "quit",
            "range",
            "repr",
            "reversed",
            "round",
            "set",
            "setattr",
            "slice",
            "sorted",
            "str",
            "sum",
            "super",
            "tuple",
            "type",
            "vars",
            "zip",
        ],
    ),
    (
        &["go"],
        &[
            "append", "cap", "clear", "close", "complex", "copy", "delete", "error", "false",
            "imag", "int", "len", "make", "max", "min", "new", "nil", "panic", "print", "println",
            "real", "recover", "string", "true", "bool", "byte", "rune",
        ],
    ),
    (
        &["javascript", "typescript"],
        &["NaN", "Infinity", "eval", "arguments", "Object", "Array", "Symbol"],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(builtins) = context.in_language(BUILTINS) else { return };
    let name = tree.name(id);
    if !builtins.contains(&name) {
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(id).and_then(|it| bindings.binding(it)) else { return };
    let is_variable = matches!(binding.kind, BindingKind::Variable | BindingKind::Parameter);
    let scope = bindings.scope(binding.scope).map(|it| it.kind);
    if binding.declared_at != id || !is_variable || scope == Some(ScopeKind::Class) {
        return;
    }
    // The outermost scope of a unit may be a class's.
    let is_in_class = scope == Some(ScopeKind::Outermost)
        && tree.ancestors(id).any(|it| tree.kind(it) == Kind::Class);
    if is_in_class {
        return;
    }
    context
        .report(id, format!("`{name}` hides the builtin of that name"))
        .because("From here on the name means the variable.")
        .emit();
}
