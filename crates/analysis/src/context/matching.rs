//! How well a name fits what somebody typed: the whole name, its beginning, the beginnings of its
//! words (`gcu` for `getCurrentUser`), a part of it, or its letters in order.
//!
//! Names are short, so that a name's letters fit the bits of a number: which of them may come next is
//! computed for all ways to match at once.

use super::outline::LetterSet;

/// Letters of a name that are looked at.
const MOST_LETTERS: usize = 128;
/// The rank of a name that begins with what was typed; what only holds it has a lesser one.
const PREFIX: u32 = 6;

/// What somebody typed, ready to be compared with many names.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: String,
    folded: Vec<u8>,
    letters: LetterSet,
}

impl Pattern {
    /// White space parts words, and counts for nothing.
    pub(super) fn new(query: &str) -> Self {
        let text: String = query.chars().filter(|it| !it.is_whitespace()).collect();
        let folded = text.bytes().map(|it| it.to_ascii_lowercase()).take(MOST_LETTERS).collect();
        let letters = LetterSet::of(&text);
        Self { text, folded, letters }
    }

    /// Whether a name of these letters may fit.
    pub(super) fn may_fit(&self, letters: LetterSet) -> bool {
        letters.has(self.letters)
    }

    /// How well a name fits; nothing where it does not. More is better.
    pub(super) fn score(&self, name: &str) -> Option<u32> {
        self.score_from(name, 0)
    }

    /// The same, but nothing where it is surely less than `least`.
    pub(super) fn score_from(&self, name: &str, least: u32) -> Option<u32> {
        let begins = || {
            let start = name.as_bytes().get(..self.folded.len());
            start.is_some_and(|it| it.eq_ignore_ascii_case(&self.folded))
        };
        if least >= PREFIX * 1000 && !begins() || !self.is_within(name) {
            return None;
        }
        let shortness = 127_u32.saturating_sub(name.len() as u32);
        let part = |at: usize| name.as_bytes().get(at..at + self.folded.len());
        let is_same = |at: usize| part(at).is_some_and(|it| it.eq_ignore_ascii_case(&self.folded));
        let spelled = |at: usize| part(at) == Some(self.text.as_bytes());
        let whole = name.len() == self.folded.len();
        let rank = if spelled(0) && whole {
            9
        } else if is_same(0) && whole {
            8
        } else if spelled(0) {
            7
        } else if is_same(0) {
            PREFIX
        } else {
            let letters = Letters::new(name);
            let mut places = (1..name.len()).filter(|at| is_same(*at)).peekable();
            let is_part = places.peek().is_some();
            if places.any(|at| letters.starts_word(at)) {
                5
            } else if letters.has_words(&self.folded) {
                4
            } else if is_part {
                3
            } else {
                2
            }
        };
        Some(rank * 1000 + shortness)
    }

    /// Whether the letters stand in the name in their order.
    fn is_within(&self, name: &str) -> bool {
        let mut letters = name.bytes();
        let mut wanted = self.folded.iter();
        wanted.all(|wanted| letters.any(|it| it.to_ascii_lowercase() == *wanted))
    }
}

/// A name's letters.
struct Letters<'a> {
    name: &'a [u8],
    /// A bit for each letter that starts a word.
    starts: u128,
}

impl<'a> Letters<'a> {
    fn new(name: &'a str) -> Self {
        let name = name.as_bytes();
        let mut starts = 0;
        let at = |at: usize| name.get(at).copied().unwrap_or(b' ');
        for (index, letter) in name.iter().copied().enumerate().take(MOST_LETTERS) {
            let before = if index == 0 { b' ' } else { at(index - 1) };
            let is_word = |it: u8| it.is_ascii_alphanumeric() || !it.is_ascii();
            let is_start = is_word(letter)
                && (!is_word(before)
                    || letter.is_ascii_uppercase()
                        && (!before.is_ascii_uppercase() || at(index + 1).is_ascii_lowercase())
                    || letter.is_ascii_digit() && !before.is_ascii_digit());
            starts |= u128::from(is_start) << index;
        }
        Self { name, starts }
    }

    fn starts_word(&self, at: usize) -> bool {
        at < MOST_LETTERS && self.starts >> at & 1 == 1
    }

    /// Whether a pattern consists of beginnings of words, in their order.
    fn has_words(&self, pattern: &[u8]) -> bool {
        let mut next = self.starts;
        for wanted in pattern {
            let mut here = 0_u128;
            for (at, letter) in self.name.iter().enumerate().take(MOST_LETTERS) {
                here |= u128::from(letter.to_ascii_lowercase() == *wanted) << at;
            }
            let matched = next & here;
            if matched == 0 {
                return false;
            }
            // The letter after any of these, or the start of any later word.
            let first = matched.trailing_zeros();
            let behind = u128::MAX.checked_shl(first + 1).unwrap_or(0);
            next = matched << 1 | self.starts & behind;
        }
        true
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The names that fit, the best first.
    fn matches<'a>(query: &str, names: &[&'a str]) -> Vec<&'a str> {
        let pattern = Pattern::new(query);
        let mut found: Vec<(u32, &str)> =
            names.iter().filter_map(|it| Some((pattern.score(it)?, *it))).collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn what_is_closer_comes_first() {
        let names = [
            "xuseryz",
            "getuser_x",
            "User",
            "user",
            "userName",
            "UserName",
            "get_user",
            "umsxexr",
            "none",
        ];
        let wanted =
            ["user", "User", "userName", "UserName", "get_user", "xuseryz", "getuser_x", "umsxexr"];
        assert_eq!(matches("user", &names), wanted);
        assert_eq!(matches("User", &names)[..2], ["User", "user"]);
    }

    #[test]
    fn words_may_be_shortened() {
        let names = ["getCurrentUser", "get_current_user", "GCUnit", "magic_curl", "agitcuu"];
        assert_eq!(
            matches("gcu", &names),
            ["GCUnit", "getCurrentUser", "get_current_user", "agitcuu", "magic_curl"]
        );
        assert_eq!(matches("getcu", &names)[0], "getCurrentUser");
        assert_eq!(matches("get user", &names)[0], "getCurrentUser");
        assert_eq!(matches("hs", &["HTTPServer", "http_server", "hashes"])[2], "hashes");
        assert_eq!(matches("v2", &["parseV2", "over2"])[0], "parseV2");
    }

    #[test]
    fn an_empty_query_fits_all_and_long_names_do_no_harm() {
        let long = "a_b".repeat(500);
        assert_eq!(matches("", &["a", "bc"]), ["a", "bc"]);
        assert_eq!(matches("ab", &[&long]), [long.as_str()]);
        assert_eq!(matches(&long, &[&long]), [long.as_str()]);
        assert_eq!(matches("größe", &["Größe", "groesse"]), ["Größe"]);
    }
}
