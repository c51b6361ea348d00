//! `predict/wrong-function`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/wrong-function",
    summary: "A function that was probably confused with another",
    languages: EVERY_LANGUAGE,
    what: "Reports a call of a function where another one that is called nearby was probably meant.",
    why: "Functions come in families with the same signature; code that was copied calls the wrong one.",
    fix: "Compare with the calls around: if the suggested function was meant, apply the fix.",
    examples: &[
        Example::bad(
            "python",
            "def bounds(a, b):
    low = min(a.low, b.low)
    high = min(a.high, b.high)
           ^^^ `min` looks wrong here: expected `max`
    return low, high, max(low, high)
",
        ),
        Example::good(
            "python",
            "def bounds(a, b):
    low = min(a.low, b.low)
    high = max(a.high, b.high)
    return low, high, max(low, high)
",
        ),
    ],
}
.rule();
