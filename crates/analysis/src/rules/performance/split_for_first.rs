//! `perf/split-for-first`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/split-for-first",
    category: Category::Perf,
    summary: "A whole text is split only for its first part",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: Some(Safety::Safe),
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports texts that are split into all their parts of which only the first is used: `text.split(\",\")[0]`, `strings.Split(text, \",\")[0]`, `.split(…).collect::<Vec<_>>()[0]`.",
        why: "All parts are found and stored, O(n), though the first separator already tells the first part.",
        fix: "Stop at the first: `text.split(\",\", 1)[0]`, `text.split(\",\", 2)`, `strings.Cut`, `split_once`, `.next()`.",
        limits: "Short texts do not gain much.",
        references: &["https://docs.astral.sh/ruff/rules/missing-maxsplit-arg/"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def name(line):
    return line.split(\",\")[0]
           ^^^^^^^^^^^^^^^^^^ for its first part
",
            "def name(line):
    return line.split(\",\", 1)[0]
",
        ),
        Example::fixed(
            "python",
            "host = address.split(\":\")[0]
       ^^^^^^^^^^^^^^^^^^^^^ for its first part
",
            "host = address.split(\":\", 1)[0]
",
        ),
        Example::fixed(
            "python",
            "def name(line: str):
    return line.split(\";\")[0]
           ^^^^^^^^^^^^^^^^^^ for its first part
",
            "def name(line: str):
    return line.split(\";\", 1)[0]
",
        ),
        Example::good(
            "python",
            "def name(line):
    return line.split(\",\", 1)[0]
",
        ),
        Example::good(
            "python",
            "import os
import shlex

import numpy as np


def parts(path):
    folder = os.path.split(path)[0]
    return folder, shlex.split(path)[0], np.split(path)[0]
",
        ),
        Example::good(
            "python",
            "def folder(path):
    from os import path as paths

    return paths.split(path)[0]
",
        ),
        Example::good(
            "python",
            "def price(line):
    return line.split(\",\")[2]
",
        ),
        Example::bad(
            "javascript",
            "const name = line.split(',')[0];
             ^^^^^^^^^^^^^^^^^^ for its first part
",
        ),
        Example::bad(
            "javascript",
            "function host(address) {
  return address.split(':')[0];
         ^^^^^^^^^^^^^^^^^^^^^ for its first part
}
",
        ),
        Example::good(
            "javascript",
            "const name = line.split(',', 1)[0];
",
        ),
        Example::good(
            "javascript",
            "const price = line.split(',')[2];
",
        ),
        Example::bad(
            "typescript",
            "const name = line.split(',')[0];
             ^^^^^^^^^^^^^^^^^^ for its first part
",
        ),
        Example::bad(
            "typescript",
            "function host(address: string) {
  return address.split(':')[0];
         ^^^^^^^^^^^^^^^^^^^^^ for its first part
}
",
        ),
        Example::good(
            "typescript",
            "const name = line.split(',', 1)[0];
",
        ),
        Example::good(
            "typescript",
            "const price = line.split(',')[2];
",
        ),
        Example::bad(
            "rust",
            "fn name(line: &str) -> &str {
    line.split(',').collect::<Vec<_>>()[0]
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for its first part
}
",
        ),
        Example::bad(
            "rust",
            "fn word(line: &str) -> &str {
    line.split_whitespace().collect::<Vec<&str>>()[0]
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ for its first part
}
",
        ),
        Example::good(
            "rust",
            "fn name(line: &str) -> Option<&str> {
    line.split(',').next()
}
",
        ),
        Example::good(
            "rust",
            "fn price(line: &str) -> &str {
    line.split(',').collect::<Vec<_>>()[2]
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func name(line string) string {
	return strings.Split(line, \",\")[0]
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ for its first part
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func word(line string) string {
	return strings.Fields(line)[0]
        ^^^^^^^^^^^^^^^^^^^^^^^ for its first part
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func name(line string) string {
	name, _, _ := strings.Cut(line, \",\")
	return name
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func price(line string) string {
	return strings.Split(line, \",\")[2]
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String name(String line) {
        return line.split(\",\")[0];
               ^^^^^^^^^^^^^^^^^^ for its first part
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String host(String address) {
        return address.split(\":\")[0].trim();
               ^^^^^^^^^^^^^^^^^^^^^ for its first part
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String name(String line) {
        return line.split(\",\", 2)[0];
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String price(String line) {
        return line.split(\",\")[2];
    }
}
",
        ),
    ],
    kinds: &[Kind::Index],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(split), Some(index)) = (tree.child(id, Role::Receiver), tree.child(id, Role::Index))
    else {
        return;
    };
    if context.text(index) != "0" || tree.role(id) == Role::Target {
        return;
    }
    let arguments = context.arguments(split);
    let text = match context.method(split) {
        // A module's function of that name, as `os.path.split`, is another.
        Some((text, "split")) if arguments.len() == 1 && !context.paths().is_imported(text) => text,
        Some((_, "Split" | "Fields"))
            if context.called(split).is_some_and(|path| path.starts_with("strings.")) =>
        {
            let Some(text) = arguments.first() else { return };
            *text
        }
        Some((inner, "collect")) => match context.method(inner) {
            Some((text, "split" | "split_whitespace")) => text,
            _ => return,
        },
        _ => return,
    };
    let (shown, whole) = (context.excerpt(split), context.excerpt(text));
    let separator = arguments.first().copied();
    let is_text = context.types().of(text) == Some(ValueType::String);
    let safety = if is_text { Safety::Safe } else { Safety::Unsafe };
    let can_stop = context.in_language(&[(&["python"], ())]).is_some();
    let report = context
        .report(
            id,
            format!("`{shown}` finds all parts of `{whole}`, O(n), only for its first part"),
        )
        .because("The other parts are found and stored, and dropped at once.");
    match separator.filter(|it| can_stop && matches!(tree.kind(*it), Kind::String | Kind::Name)) {
        Some(separator) => {
            let end = tree.span(separator).end;
            report.fix("Split once", safety, vec![(Span::new(end, end), ", 1".to_owned())]).emit();
        }
        None => report.emit(),
    }
}
