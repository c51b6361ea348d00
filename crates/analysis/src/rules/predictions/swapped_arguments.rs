//! `predict/swapped-arguments`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/swapped-arguments",
    summary: "Two arguments that probably stand in the wrong order",
    languages: EVERY_LANGUAGE,
    what: "Reports two arguments of a call that the network expects in the other order.",
    why: "When both have the same type, no compiler tells them apart, and the call does something subtly else.",
    fix: "Compare with the declaration of what is called; name the arguments where the language allows.",
    examples: &[
        Example::bad(
            "javascript",
            "function move(file, from, to) {
  rename(join(to, file), join(from, file));
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ look swapped here
}
",
        ),
        Example::good(
            "javascript",
            "function move(file, from, to) {
  rename(join(from, file), join(to, file));
}
",
        ),
    ],
}
.rule();
