//! `bug/missing-comma`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/missing-comma",
    category: Category::Bug,
    summary: "Two texts of a list run together",
    severity: Severity::Error,
    confidence: 0.88,
    languages: &["python", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an element of a list of texts that is put together of two literals, while its neighbours are one literal each.",
        why: "Literals that stand side by side are joined: a comma is missing, so the list has one element less than it seems, and one that nobody meant.",
        fix: "Write the comma, or put parentheses around the two literals.",
        limits: "Lists with fewer than three elements, and lists in which several elements are put together so, are left alone.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/bugprone/suspicious-missing-comma.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "NAMES = ['north', 'east' 'south', 'west']
                  ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "NAMES = (
    'north',
    'east',
    'south'
    ^^^^^^^
    'west',
    'middle',
)
",
        ),
        Example::good(
            "python",
            "NAMES = ['north', 'east', 'south', 'west']
",
        ),
        Example::good(
            "python",
            "TEXTS = ['a', ('b' 'c'), 'd']
",
        ),
        Example::bad(
            "c",
            "const char *names[] = { \"north\", \"east\" \"south\", \"west\" };
                                 ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "const char *names[] = { \"north\", \"east\", \"south\" \"west\", \"middle\" };
                                         ^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "const char *names[] = { \"north\", \"east\", \"south\", \"west\" };
",
        ),
        Example::good(
            "c",
            "const char *usage[] = { \"a long \" \"text\", \"another \" \"text\", \"third\" };
",
        ),
        Example::bad(
            "cpp",
            "std::vector<std::string> names = { \"north\", \"east\" \"south\", \"west\" };
                                            ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "std::vector<std::string> names{ \"north\", \"east\", \"south\" \"west\", \"middle\" };
                                                 ^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "std::vector<std::string> names = { \"north\", \"east\", \"south\", \"west\" };
",
        ),
        Example::good(
            "cpp",
            "std::vector<std::string> names = { \"north\", NAME \"south\", \"west\" };
",
        ),
    ],
    kinds: &[Kind::List, Kind::Tuple, Kind::Set],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let elements: Vec<NodeId> = tree.children(id).collect();
    if elements.len() < 3 {
        return;
    }
    let mut joined = Vec::new();
    for element in elements {
        match parts(tree, element) {
            1 => {}
            2 => joined.push(element),
            _ => return,
        }
    }
    let [only] = joined.as_slice() else { return };
    // Parentheses say that it is meant; and what is no word alone may well be one text.
    let is_word = |part: &str| {
        let part = part.trim();
        part.len() <= 24 && part.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
    };
    let text = tree.code(*only);
    let is_prose =
        !text.split(['"', '\'']).all(is_word) || text.contains("\"\"") || text.contains("''");
    if tree.flags(*only).has(Flags::PARENTHESIZED) || is_prose {
        return;
    }
    context
        .report(*only, "two texts run together here: a comma is missing between them")
        .because("The other elements of the list are one literal each.")
        .emit();
}

/// Of how many literals an element is put together; none if it is no text.
fn parts(tree: &Tree, element: NodeId) -> usize {
    match tree.kind(element) {
        Kind::String => literals(tree.text(element)),
        Kind::Template => {
            let strings: Vec<NodeId> = tree.children(element).collect();
            let is_joined = strings.iter().all(|it| tree.kind(*it) == Kind::String);
            if is_joined { strings.len() } else { 0 }
        }
        _ => 0,
    }
}

/// How many literals stand side by side in a text that is all literals.
fn literals(text: &str) -> usize {
    let mut count = 0;
    let mut is_inside = false;
    let mut is_escaped = false;
    for character in text.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_inside => is_escaped = true,
            '"' => {
                count += usize::from(!is_inside);
                is_inside = !is_inside;
            }
            _ => {}
        }
    }
    count.max(1)
}
