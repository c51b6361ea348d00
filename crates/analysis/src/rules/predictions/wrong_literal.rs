//! `predict/wrong-literal`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/wrong-literal",
    summary: "A number or truth value that is probably wrong",
    languages: EVERY_LANGUAGE,
    what: "Reports a small number or a truth value where another one was probably meant.",
    why: "Borders, indices and flags are off by one or inverted without any tool noticing.",
    fix: "Check the value against what the code around it expects, and apply the fix if it is right.",
    examples: &[
        Example::bad(
            "python",
            "def last(items):
    return items[len(items) - 0]
                              ^ `0` looks wrong here: expected `1`
",
        ),
        Example::good(
            "python",
            "def last(items):
    return items[len(items) - 1]
",
        ),
    ],
}
.rule();
