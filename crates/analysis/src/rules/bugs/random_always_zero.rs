//! `bug/random-always-zero`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/random-always-zero",
    category: Category::Bug,
    summary: "A random fraction is cut to zero",
    severity: Severity::Error,
    confidence: 0.97,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports random numbers below one that are turned into an integer at once.",
        why: "The generator gives a fraction from zero up to, but without, one. Cut to an integer it is always zero: the scaling comes too late, or was forgotten.",
        fix: "Multiply before cutting, or ask the generator for an integer.",
        limits: "Only well-known generators are recognised.",
        references: &[
            "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Math/random",
            "https://docs.python.org/3/library/random.html#random.random",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import math
import random


def check(seed):
    return int(random.random())
           ^^^^^^^^^^^^^^^^^^^^ is always 0
",
        ),
        Example::bad(
            "python",
            "import math
import random


def check(seed):
    return math.floor(random.random()) + 1
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ is always 0
",
        ),
        Example::good(
            "python",
            "import math
import random


def check(seed):
    return int(random.random() * 6)
",
        ),
        Example::good(
            "python",
            "import math
import random


def check(seed):
    return random.random()
",
        ),
        Example::bad(
            "javascript",
            "function check(seed) {
  return Math.floor(Math.random());
         ^^^^^^^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::bad(
            "javascript",
            "function check(seed) {
  return parseInt(Math.random());
         ^^^^^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::good(
            "javascript",
            "function check(seed) {
  return Math.floor(Math.random() * 6);
}
",
        ),
        Example::good(
            "javascript",
            "function check(seed) {
  return Math.floor(seed);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(seed: number): number {
  return Math.floor(Math.random());
         ^^^^^^^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::bad(
            "typescript",
            "function check(seed: number): number {
  return Math.trunc(Math.random()) + 1;
         ^^^^^^^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::good(
            "typescript",
            "function check(seed: number): number {
  return Math.floor(Math.random() * 6);
}
",
        ),
        Example::good(
            "typescript",
            "function check(seed: number): number {
  return Math.floor(seed);
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int check(int seed) {
        return (int) Math.random();
               ^^^^^^^^^^^^^^^^^^^ is always 0
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int check(int seed) {
        return (int) Math.random() * 6;
               ^^^^^^^^^^^^^^^^^^^ is always 0
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int check(int seed) {
        return (int) (Math.random() * 6);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int check(int seed) {
        return (int) seed;
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"math/rand\"

func check(seed int) int {
	return int(rand.Float64())
	       ^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"math/rand\"

func check(seed int) int {
	return int(rand.Float64()) * 6
	       ^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"math/rand\"

func check(seed int) int {
	return int(rand.Float64() * 6)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"math/rand\"

func check(seed int) int {
	return int(seed)
}
",
        ),
        Example::bad(
            "cpp",
            "int check(int seed) {
    return (int) drand48();
           ^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::bad(
            "cpp",
            "int check(int seed) {
    return static_cast<int>(drand48());
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::good(
            "cpp",
            "int check(int seed) {
    return (int) (drand48() * 6);
}
",
        ),
        Example::good(
            "cpp",
            "int check(int seed) {
    return (int) seed;
}
",
        ),
        Example::bad(
            "c",
            "int check(int seed) {
    return (int) drand48();
           ^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::bad(
            "c",
            "int check(int seed) {
    return (int) drand48() * 6;
           ^^^^^^^^^^^^^^^ is always 0
}
",
        ),
        Example::good(
            "c",
            "int check(int seed) {
    return (int) (drand48() * 6);
}
",
        ),
        Example::good(
            "c",
            "int check(int seed) {
    return (int) seed;
}
",
        ),
    ],
    kinds: &[Kind::Cast, Kind::Call],
    check,
};

/// Calls that give a fraction below one, and calls that cut a number to an integer.
type Random = (&'static [&'static str], &'static [&'static str]);

const RANDOM: ByLanguage<Random> = &[
    (&["python"], (&["random.random"], &["int", "math.floor", "math.trunc"])),
    (
        &["javascript", "typescript"],
        (&["Math.random"], &["Math.floor", "Math.trunc", "parseInt", "Number.parseInt"]),
    ),
    (&["java"], (&["Math.random"], &["Math.floor"])),
    (
        &["go"],
        (
            &["math/rand.Float64", "math/rand.Float32", "math.rand.Float64", "rand.Float64"],
            &["int", "int64", "math.Floor"],
        ),
    ),
    (&["c", "cpp"], (&["drand48"], &["floor", "std.floor"])),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((fractions, cuts)) = context.in_language(RANDOM) else { return };
    let path = |call: NodeId| tree.child(call, Role::Callee).and_then(|it| context.paths().of(it));
    let value = match tree.kind(id) {
        Kind::Call => {
            let callee = tree.child(id, Role::Callee);
            let cuts = path(id).is_some_and(|it| cuts.contains(&&*it))
                || callee
                    .is_some_and(|it| tree.kind(it) == Kind::Name && cuts.contains(&tree.name(it)));
            tree.child(id, Role::Argument).filter(|_| cuts)
        }
        Kind::Cast => {
            let made = tree.child(id, Role::Type).map_or("", |it| context.text(it));
            let made = made.trim_start_matches("static_cast<").trim_end_matches('>');
            let cuts =
                ["int", "long", "short", "unsigned", "size_t", "int64_t", "char"].contains(&made);
            tree.child(id, Role::Value).filter(|_| cuts)
        }
        _ => None,
    };
    let Some(value) = value.filter(|it| tree.kind(*it) == Kind::Call) else { return };
    if !path(value).is_some_and(|it| fractions.contains(&&*it)) {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` is always 0: the random number is below 1"))
        .because("A fraction below one has no integer part.")
        .emit();
}
