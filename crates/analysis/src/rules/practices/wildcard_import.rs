//! `practice/wildcard-import`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/wildcard-import",
    category: Category::Practice,
    summary: "An import of everything",
    severity: Severity::Hint,
    confidence: 0.95,
    languages: &["python", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports imports of all names of a module, class, package or namespace, where one could name what is used.",
        why: "Readers and tools cannot tell where a name comes from, and a new version of the module may bring a name that hides another.",
        fix: "Name what you use; most editors can write the names out.",
        limits: "Preludes and `use super::*` in tests are left alone.",
        references: &["https://peps.python.org/pep-0008/#imports"],
    },
    examples: &[
        Example::bad(
            "python",
            "from os.path import *
^^^^^^^^^^^^^^^^^^^^^ everything
",
        ),
        Example::bad(
            "python",
            "if FAST:
    from fast import *
    ^^^^^^^^^^^^^^^^^^ everything
",
        ),
        Example::good(
            "python",
            "from os.path import join
",
        ),
        Example::good(
            "python",
            "import os.path
",
        ),
        Example::bad(
            "rust",
            "use std::collections::*;
^^^^^^^^^^^^^^^^^^^^^^^^ everything
",
        ),
        Example::bad(
            "rust",
            "fn load() {
    use crate::shop::*;
    ^^^^^^^^^^^^^^^^^^^ everything
    run();
}
",
        ),
        Example::good(
            "rust",
            "use std::io::prelude::*;
",
        ),
        Example::good(
            "rust",
            "use std::collections::HashMap;
",
        ),
        Example::bad(
            "go",
            "package shop

import . \"fmt\"
       ^^^^^^^ everything
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"os\"
	. \"strings\"
	^^^^^^^^^^^ everything
)
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"
",
        ),
        Example::good(
            "go",
            "package shop

import _ \"embed\"
",
        ),
        Example::bad(
            "java",
            "import java.util.*;
^^^^^^^^^^^^^^^^^^^ everything
class Shop {}
",
        ),
        Example::bad(
            "java",
            "import static java.lang.Math.*;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ everything
class Shop {}
",
        ),
        Example::good(
            "java",
            "import java.util.List;
class Shop {}
",
        ),
        Example::good(
            "java",
            "import static java.lang.Math.max;
class Shop {}
",
        ),
        Example::bad(
            "cpp",
            "using namespace std;
^^^^^^^^^^^^^^^^^^^^ everything
",
        ),
        Example::bad(
            "cpp",
            "void load() {
    using namespace boost;
    ^^^^^^^^^^^^^^^^^^^^^^ everything
    run();
}
",
        ),
        Example::good(
            "cpp",
            "using std::string;
",
        ),
        Example::good(
            "cpp",
            "namespace shop { int count; }
",
        ),
    ],
    kinds: &[Kind::Import],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let text = context.text(id);
    let statement = text.trim_end_matches([';', ' ', '\n']);
    let names = || tree.children(id).filter(|it| tree.kind(*it) == Kind::ImportBinding);
    let is_cpp = context.in_language(&[(&["cpp"], ())]).is_some();
    let is_go = context.in_language(&[(&["go"], ())]).is_some();
    let at = if is_cpp {
        statement.starts_with("using namespace").then_some(id)
    } else if is_go {
        names().find(|it| tree.text(*it).starts_with(". "))
    } else {
        names().any(|it| tree.name(it).ends_with(".*")).then_some(id)
    };
    let Some(at) = at else { return };
    let lower = statement.to_ascii_lowercase();
    let is_usual = ["prelude", "super::*", "literals"].iter().any(|it| lower.contains(it));
    if is_usual || context.is_in_test(id) {
        return;
    }
    let shown = context.excerpt(at).trim_end_matches(';').to_owned();
    context
        .report(at, format!("`{shown}` imports everything, whatever it is"))
        .because("No name says what is used of it.")
        .emit();
}
