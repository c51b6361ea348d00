//! `practice/todo-without-owner`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/todo-without-owner",
    category: Category::Practice,
    summary: "A note says that something is to do, but not who does it",
    severity: Severity::Hint,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports comments that start with `TODO`, `FIXME` or `XXX` and name neither a person nor an issue.",
        why: "A note that belongs to nobody stays. With an owner or an issue it can be asked about, and found again.",
        fix: "Name who does it, `TODO(name): …`, or the issue, `TODO #123: …`.",
        limits: "An owner in parentheses, an `@name`, a number after `#`, a ticket such as `ABC-12` and an address count.",
        references: &["https://google.github.io/styleguide/cppguide.html#TODO_Comments"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a):
    # TODO: pay in the other currency, too
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a)
",
        ),
        Example::bad(
            "python",
            "def check(a):
    # FIXME this is too slow
    ^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a)
",
        ),
        Example::good(
            "python",
            "def check(a):
    # TODO(ada): pay in the other currency, too
    pay(a)
",
        ),
        Example::good(
            "python",
            "def check(a):
    # TODO #123: pay in the other currency, too
    pay(a)
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  // TODO: pay in the other currency, too
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
  pay(a);
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  // FIXME this is too slow
  ^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
  pay(a);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  // TODO(ada): pay in the other currency, too
  pay(a);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  // TODO #123: pay in the other currency, too
  pay(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  // TODO: pay in the other currency, too
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
  pay(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  // FIXME this is too slow
  ^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
  pay(a);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  // TODO(ada): pay in the other currency, too
  pay(a);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  // TODO #123: pay in the other currency, too
  pay(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    // TODO: pay in the other currency, too
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    // FIXME this is too slow
    ^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    // TODO(ada): pay in the other currency, too
    pay(a);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    // TODO #123: pay in the other currency, too
    pay(a);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	// TODO: pay in the other currency, too
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
	pay(a)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	// FIXME this is too slow
	^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
	pay(a)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	// TODO(ada): pay in the other currency, too
	pay(a)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	// TODO #123: pay in the other currency, too
	pay(a)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        // TODO: pay in the other currency, too
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
        pay(a);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        // FIXME this is too slow
        ^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
        pay(a);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        // TODO(ada): pay in the other currency, too
        pay(a);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        // TODO #123: pay in the other currency, too
        pay(a);
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    // TODO: pay in the other currency, too
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a);
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    // FIXME this is too slow
    ^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    // TODO(ada): pay in the other currency, too
    pay(a);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    // TODO #123: pay in the other currency, too
    pay(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    // TODO: pay in the other currency, too
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    // FIXME this is too slow
    ^^^^^^^^^^^^^^^^^^^^^^^^^ names neither an owner nor an issue
    pay(a);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    // TODO(ada): pay in the other currency, too
    pay(a);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    // TODO #123: pay in the other currency, too
    pay(a);
}
",
        ),
    ],
    kinds: &[Kind::Module, Kind::Function, Kind::Lambda, Kind::Decorated, Kind::Class],
    check,
};

/// Words that mark a note.
const MARKS: [&str; 3] = ["TODO", "FIXME", "XXX"];

fn check(context: &mut Context<'_>, id: NodeId) {
    if id != NodeId::ROOT {
        return;
    }
    let source = context.tree.source();
    for comment in context.comments {
        let text = comment.of(source);
        let words = text.trim_start_matches(['/', '#', '*', '!', ' ', '-']);
        let Some(mark) = MARKS.iter().find(|mark| words.starts_with(**mark)) else { continue };
        let rest = words.get(mark.len()..).unwrap_or("");
        if rest.starts_with(char::is_alphanumeric) || has_owner(rest) {
            continue;
        }
        let end = comment.start + text.trim_end().len() as u32;
        let line = text.find('\n').map_or(end, |at| comment.start + at as u32);
        context
            .report(id, format!("this `{mark}` names neither an owner nor an issue"))
            .span(Span::new(comment.start, line))
            .because("What belongs to nobody stays as it is.")
            .emit();
    }
}

/// Whether a note names who does it, or where it is kept.
fn has_owner(note: &str) -> bool {
    let is_ticket = |word: &str| {
        let word = word.trim_matches(|it: char| !it.is_alphanumeric());
        let parts = word.split_once('-');
        parts.is_some_and(|(project, number)| {
            project.len() > 1
                && project.chars().all(|it| it.is_ascii_uppercase())
                && number.chars().all(|it| it.is_ascii_digit())
                && !number.is_empty()
        })
    };
    let is_number = |word: &str| {
        let digits = word.trim_start_matches(['(', '[']).strip_prefix('#');
        digits.is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
    };
    note.starts_with('(')
        || note.contains("://")
        || note.contains('@')
        || note.split_whitespace().any(|word| is_ticket(word) || is_number(word))
}
