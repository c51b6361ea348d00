//! Words of a server, which editors show as Markdown: they may quote code, and nothing else. A link,
//! an image or an element in them would do what nobody asked for, and a letter that nobody sees could
//! make them read as something else.

/// What is of a text that may be shown: no letters that control how the others look, and only spans of
/// code as Markdown; all else in it that means something there, is escaped.
pub(crate) fn shown(text: &str) -> String {
    let text: String = text.chars().filter(|it| is_plain(*it)).collect();
    let mut rest = text.trim();
    let mut shown = String::with_capacity(rest.len());
    escape_beginning(&mut rest, &mut shown);
    while let Some(letter) = rest.chars().next() {
        if letter == '`' {
            rest = quote_code(rest, &mut shown);
            continue;
        }
        if matches!(letter, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|') {
            shown.push('\\');
        }
        shown.push(letter);
        rest = rest.get(letter.len_utf8()..).unwrap_or("");
    }
    shown
}

/// Whether a letter stands for itself: it neither controls nor reorders the others, nor is there for
/// programs alone.
pub(crate) fn is_plain(letter: char) -> bool {
    let is_hidden = matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !letter.is_control() && !is_hidden
}

/// What at its beginning would make a line a heading, or an item of a list.
fn escape_beginning(rest: &mut &str, shown: &mut String) {
    let after = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    if after.starts_with(['#', '+', '-', '=', '.', ')']) {
        let (digits, marker) = rest.split_at(rest.len() - after.len());
        shown.push_str(digits);
        shown.push('\\');
        let (marker, others) = marker.split_at(1);
        shown.push_str(marker);
        *rest = others;
    }
}

/// A span of code between two single backticks, as it is; backticks that make none are escaped. What
/// comes after it.
fn quote_code<'a>(rest: &'a str, shown: &mut String) -> &'a str {
    let after = rest.trim_start_matches('`');
    let length = rest.len() - after.len();
    if length == 1
        && let Some((code, end)) = after.split_once('`')
        && !end.starts_with('`')
    {
        shown.push('`');
        shown.push_str(code);
        shown.push('`');
        return end;
    }
    shown.push_str(&"\\`".repeat(length));
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_says_stays_as_it_is() {
        for said in [
            "`self.strip()` may be meant as `name.strip()` (96 %)",
            "Replace `a * b` with `a[0] <T> & \\d`",
            "Runner-up: `x` → `y` (3 %)…",
            "Über 3.5 mal so oft – «так»",
        ] {
            assert_eq!(shown(said), said);
        }
    }

    #[test]
    fn nothing_else_in_it_is_markdown() {
        for (said, expected) in [
            ("[click](command:x)", "\\[click\\](command:x)"),
            ("![x](http://host/leak)", "!\\[x\\](http://host/leak)"),
            ("<img src=x>", "\\<img src=x\\>"),
            ("&lt;img&#x3e;", "\\&lt;img\\&#x3e;"),
            ("\\[a](b)", "\\\\\\[a\\](b)"),
            ("**bold** _x_ ~~y~~", "\\*\\*bold\\*\\* \\_x\\_ \\~\\~y\\~\\~"),
            ("# head", "\\# head"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("  > quoted", "\\> quoted"),
            ("```sh", "\\`\\`\\`sh"),
            ("one ` [a](b)", "one \\` \\[a\\](b)"),
            ("`a ``b` [c](d)", "\\`a \\`\\`b\\` \\[c\\](d)"),
            ("\\`[a](b)`", "\\\\`[a](b)`"),
        ] {
            assert_eq!(shown(said), expected, "{said}");
        }
    }

    #[test]
    fn letters_that_nobody_sees_are_left_out() {
        assert_eq!(
            shown("a\u{202e}b\u{1b}[31mc\u{2066}`d\u{200f}e`\u{7}\u{e0041}"),
            "ab\\[31mc`de`"
        );
        assert_eq!(shown("\u{202e}\u{1b}"), "");
    }
}
