//! `predict/off-by-one`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/off-by-one",
    summary: "A border or index that is probably one too many or too few",
    languages: EVERY_LANGUAGE,
    what: "Reports an expression at a border, in an index or a range where `+ 1` or `- 1` is missing or too much.",
    why: "The first or the last element is lost, or read beyond the end.",
    fix: "Try the smallest inputs in your head: none, one, two elements.",
    examples: &[
        Example::bad(
            "python",
            "def pairs(items):
    for i in range(len(items)):
                             ^ looks wrong here: expected `- 1` with it
        yield items[i], items[i + 1]
",
        ),
        Example::good(
            "python",
            "def pairs(items):
    for i in range(len(items) - 1):
        yield items[i], items[i + 1]
",
        ),
    ],
}
.rule();
