//! `predict/wrong-operator`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/wrong-operator",
    summary: "An operator that was probably confused with another",
    languages: EVERY_LANGUAGE,
    what: "Reports a comparison, logical, arithmetic, assignment or bitwise operator where another one of its kind was probably meant.",
    why: "`<` for `<=`, `and` for `or`, `=` for `+=` compile alike and differ in the cases that tests forget.",
    fix: "Think through the border case: if the suggested operator gives what is wanted there, apply the fix.",
    examples: &[
        Example::bad(
            "javascript",
            "function contains(low, high, x) {
  return low <= x || x <= high;
                  ^^ `||` looks wrong here: expected `&&`
}
",
        ),
        Example::good(
            "python",
            "def contains(low, high, x):
    return low <= x and x <= high
",
        ),
    ],
}
.rule();
