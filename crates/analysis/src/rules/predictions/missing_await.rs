//! `predict/missing-await`.

use crate::rules::predicted::{LANGUAGES_WITH_AWAIT, Prediction};
use crate::rules::{Example, Rule};

/// The rule.
pub(crate) static RULE: Rule = Prediction {
    id: "predict/missing-await",
    summary: "A call that was probably to be waited for",
    languages: LANGUAGES_WITH_AWAIT,
    what: "Reports a call in an async function whose result is used as if it were there already.",
    why: "Without `await` the value is a promise or coroutine: conditions on it are always true, errors get lost.",
    fix: "Add `await`, or show that the result is passed on on purpose.",
    examples: &[
        Example::bad(
            "javascript",
            "async function load(store, key) {
  const row = store.get(key);
              ^^^^^ looks wrong here: expected `await` with it
  return row.value;
}
",
        ),
        Example::good(
            "javascript",
            "async function load(store, key) {
  const row = await store.get(key);
  return row.value;
}
",
        ),
    ],
}
.rule();
