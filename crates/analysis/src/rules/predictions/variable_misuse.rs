//! `predict/variable-misuse`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/variable-misuse",
    summary: "A variable that was probably confused with another",
    languages: EVERY_LANGUAGE,
    what: "Reports a variable that is read where, by the network's judgement, another one in scope was meant.",
    why: "Names that look or sound alike are confused when code is copied or completed, and the result still compiles.",
    fix: "Read the line: if the suggested variable was meant, apply the fix; else dismiss the prediction or suppress it with a reason.",
    examples: &[
        Example::bad(
            "python",
            "def area(width, height):
    if width <= 0 or width <= 0:
                     ^^^^^ `width` looks wrong here: expected `height`
        raise ValueError(width, height)
    return width * height
",
        ),
        Example::good(
            "javascript",
            "function copy(source, target) {
  for (const key of Object.keys(source)) {
    target[key] = source[key];
  }
  return target;
}
",
        ),
    ],
}
.rule();
