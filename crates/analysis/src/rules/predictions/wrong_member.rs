//! `predict/wrong-member`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/wrong-member",
    summary: "An attribute or method that was probably confused with another",
    languages: EVERY_LANGUAGE,
    what: "Reports an attribute or method where another one that is used nearby was probably meant.",
    why: "`x` for `y`, `start` for `end`, `push` for `pop`: members come in pairs, and one is easily written for the other.",
    fix: "Compare with the lines around: if the suggested member was meant, apply the fix.",
    examples: &[
        Example::bad(
            "python",
            "def grow(box, other):
    box.left = min(box.left, other.left)
    box.right = max(box.right, other.left)
                                     ^^^^ `left` looks wrong here: expected `right`
",
        ),
        Example::good(
            "python",
            "def grow(box, other):
    box.left = min(box.left, other.left)
    box.right = max(box.right, other.right)
",
        ),
    ],
}
.rule();
