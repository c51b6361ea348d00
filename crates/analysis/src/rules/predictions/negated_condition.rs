//! `predict/negated-condition`.

use crate::rules::predicted::{EVERY_LANGUAGE, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/negated-condition",
    summary: "A condition that is probably the wrong way round",
    languages: EVERY_LANGUAGE,
    what: "Reports a condition whose negation fits what happens under it, or a negation that does not.",
    why: "An inverted condition runs exactly the wrong branch, often only in the rare case that nobody tests.",
    fix: "Read the branch and ask when it should run; add or remove the negation.",
    examples: &[
        Example::bad(
            "python",
            "def read(path):
    if path.exists():
       ^^^^ looks wrong here: expected `not` with it
        raise FileNotFoundError(path)
    return path.read_text()
",
        ),
        Example::good(
            "python",
            "def read(path):
    if not path.exists():
        raise FileNotFoundError(path)
    return path.read_text()
",
        ),
    ],
}
.rule();
