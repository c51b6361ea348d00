//! `practice/commented-out-code`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/commented-out-code",
    category: Category::Practice,
    summary: "Code stands in comments",
    severity: Severity::Hint,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports two or more lines of comments in a row that read as code.",
        why: "Code in comments is never tested, soon out of date, and nobody dares to remove it. The history keeps what was.",
        fix: "Remove it: the history of the repository keeps it.",
        limits: "Only lines that look like statements count: assignments, calls, jumps, with the punctuation of the language. Documentation comments are left alone.",
        references: &[
            "https://docs.astral.sh/ruff/rules/commented-out-code/",
            "https://rules.sonarsource.com/java/RSPEC-125/",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a):
    # total = price(a)
    ^^^^^^^^^^^^^^^^^^ of code stand in comments
    # return total
    pay(a)
",
        ),
        Example::bad(
            "python",
            "def check(a):
    pay(a)
    # total = price(a)
    ^^^^^^^^^^^^^^^^^^ of code stand in comments
    # rest = price(a)
    # return total
",
        ),
        Example::good(
            "python",
            "def check(a):
    # The total is what remains to pay,
    # in the currency of the customer.
    pay(a)
",
        ),
        Example::good(
            "python",
            "def check(a):
    # See also: price (which is faster).
    pay(a)
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  // const total = price(a);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
  // return total;
  pay(a);
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  pay(a);
  // const total = price(a);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
  // const rest = price(a);
  // return total;
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  // The total is what remains to pay,
  // in the currency of the customer.
  pay(a);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  // See also: price (which is faster).
  pay(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  // const total = price(a);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
  // return total;
  pay(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  pay(a);
  // const total = price(a);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
  // const rest = price(a);
  // return total;
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  // The total is what remains to pay,
  // in the currency of the customer.
  pay(a);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  // See also: price (which is faster).
  pay(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    // let total = price(a);
    ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
    // return total;
    pay(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    pay(a);
    // let total = price(a);
    ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
    // let rest = price(a);
    // return total;
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    // The total is what remains to pay,
    // in the currency of the customer.
    pay(a);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    // See also: price (which is faster).
    pay(a);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	// total := price(a)
	^^^^^^^^^^^^^^^^^^^^ of code stand in comments
	// return total
	pay(a)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	pay(a)
	// total := price(a)
	^^^^^^^^^^^^^^^^^^^^ of code stand in comments
	// rest := price(a)
	// return total
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	// The total is what remains to pay,
	// in the currency of the customer.
	pay(a)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	// See also: price (which is faster).
	pay(a)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        // int total = price(a);
        ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
        // return total;
        pay(a);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        pay(a);
        // int total = price(a);
        ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
        // int rest = price(a);
        // return total;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        // The total is what remains to pay,
        // in the currency of the customer.
        pay(a);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        // See also: price (which is faster).
        pay(a);
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    // int total = price(a);
    ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
    // return total;
    pay(a);
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    pay(a);
    // int total = price(a);
    ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
    // int rest = price(a);
    // return total;
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    // The total is what remains to pay,
    // in the currency of the customer.
    pay(a);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    // See also: price (which is faster).
    pay(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    // int total = price(a);
    ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
    // return total;
    pay(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    pay(a);
    // int total = price(a);
    ^^^^^^^^^^^^^^^^^^^^^^^^ of code stand in comments
    // int rest = price(a);
    // return total;
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    // The total is what remains to pay,
    // in the currency of the customer.
    pay(a);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    // See also: price (which is faster).
    pay(a);
}
",
        ),
    ],
    kinds: &[Kind::Module, Kind::Function, Kind::Lambda, Kind::Decorated, Kind::Class],
    check,
};

/// Whether statements end in a semicolon.
const ENDS_IN_SEMICOLON: ByLanguage<bool> =
    &[(&["javascript", "typescript", "rust", "java", "c", "cpp"], true)];

/// Words that start a statement.
const STARTS: &[&str] = &[
    "return ", "if ", "for ", "while ", "def ", "import ", "var ", "let ", "const ", "int ",
    "elif ",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    if id != NodeId::ROOT {
        return;
    }
    let (tree, comments) = (context.tree, context.comments);
    let with_semicolon = context.in_language(ENDS_IN_SEMICOLON).is_some();
    let source = tree.source();
    let mut at = 0;
    while let Some(first) = comments.get(at).copied() {
        let mut end = first.end;
        let mut count = 0;
        while let Some(comment) = comments.get(at) {
            let between = Span::new(end.min(comment.start), comment.start).of(source);
            let follows =
                count == 0 || between.trim().is_empty() && between.matches('\n').count() <= 1;
            if !follows || !is_code(comment.of(source), with_semicolon) {
                break;
            }
            (end, count, at) = (comment.end, count + 1, at + 1);
        }
        if count >= 2 {
            context
                .report(id, format!("{count} lines of code stand in comments"))
                .span(first)
                .because("Lines in a row read as statements.")
                .emit();
        }
        if count == 0 {
            at += 1;
        }
    }
}

/// Whether a comment of one line reads as a statement.
fn is_code(comment: &str, with_semicolon: bool) -> bool {
    let is_line = comment.starts_with("//") || comment.starts_with('#');
    let is_documentation = ["///", "//!", "#!", "#:"].iter().any(|it| comment.starts_with(it));
    let text = comment.trim_start_matches(['/', '#']).trim();
    if !is_line || is_documentation || text.is_empty() {
        return false;
    }
    let is_assignment = text.split_once('=').is_some_and(|(name, value)| {
        let name = name.trim().trim_end_matches([':', '+', '-', '*']).trim_end();
        let words = name.split_whitespace().count();
        (1..=3).contains(&words)
            && name.chars().all(|it| it.is_alphanumeric() || "_.[] *&<>\"'".contains(it))
            && !value.trim().is_empty()
            && !value.starts_with("==")
    });
    let is_call = text.ends_with([')', ';']) && {
        let name = text.split('(').next().unwrap_or("");
        text.contains('(')
            && !name.is_empty()
            && name.chars().all(|it| it.is_alphanumeric() || "_.:>-".contains(it))
    };
    let is_jump = STARTS.iter().any(|start| text.starts_with(start))
        && (text.ends_with([';', ':', '{', ')']) || text.split_whitespace().count() == 2);
    let is_brace = matches!(text, "}" | "{" | "});" | ");" | "};");
    if with_semicolon {
        let ends = text.ends_with([';', '{', '}']);
        ends && (is_assignment || is_call || is_jump || is_brace)
    } else {
        is_assignment || is_call || is_jump || is_brace
    }
}
