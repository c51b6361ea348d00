//! Which patterns explode, and which do not.

#![allow(missing_docs)]

use analysis::facts::backtracking::{Explosion, find};

fn part(pattern: &str) -> Option<&str> {
    find(pattern, false).and_then(|it| pattern.get(it.start..it.end))
}

#[test]
fn repeated_repetitions_explode_where_something_after_them_fails() {
    assert_eq!(part(r"^(\w+)+$"), Some(r"(\w+)+"));
    assert_eq!(part(r"^(\w+\s?)*$"), Some(r"(\w+\s?)*"));
    assert_eq!(part(r"x(?:a*)*b"), Some("(?:a*)*"));
    assert_eq!(part(r"((?<name>[a-z\d]+)*-)?x"), Some(r"(?<name>[a-z\d]+)*"));
    assert_eq!(part(r"^((ab*|a+)+)!"), Some("(ab*|a+)+"));
    assert_eq!(part(r"(a+){2,}="), Some("(a+){2,}"));
    assert_eq!(part(r"([^\]]+)*\]"), Some(r"([^\]]+)*"));
}

#[test]
fn alternatives_that_match_the_same_explode() {
    assert_eq!(part(r"(?:.|\s)*x$"), Some(r"(?:.|\s)*"));
    assert_eq!(part(r#""(\\.|[^"])*""#), Some(r#"(\\.|[^"])*"#));
    assert_eq!(part(r"(\w|\d)+$"), Some(r"(\w|\d)+"));
}

#[test]
fn what_matches_in_one_way_does_not() {
    for pattern in [
        r"^(\w+\s)*$",
        r"^([^,]+,)*$",
        r"(\w+)+",
        r"(\w+)+\w",
        r"(\w+)+\b",
        r"(?:[^;]+)+(?=;|$)",
        r#""((?:\\"|.)*?)""#,
        r"^(.+)+$",
        r"([\s\S]+)+$",
        r"(\w+)*.*$",
        r#""(?:\\.|[^"\\])*""#,
        r"(?:.|\n)*x",
        r"(?:\s*,\s*\w+)*$",
        r"(?:\d+\.)+\d+$",
        r"(?:a+){3}$",
        r"^(\b\w+)*$",
        r"(?>\w+)+$",
        r"^(?:\w++)+$",
        r"^(\w+|\p{L})*$",
        "(?=(a+)+)b",
        "(a",
        "a)",
        "[a",
        "a**",
    ] {
        assert_eq!(part(pattern), None, "{pattern}");
    }
}

#[test]
fn a_whole_match_fails_at_the_end() {
    assert_eq!(find(r"(a+)+", true), Some(Explosion { start: 0, end: 5, letter: 'a' }));
    assert_eq!(find(r"(\d+)", true), None);
}
