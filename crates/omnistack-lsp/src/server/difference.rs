//! What makes one text of another, as edits: so that an editor keeps its cursor and marks where nothing
//! has changed.

use analysis::findings::Edit;
use analysis::text::Span;
use similar::{DiffOp, TextDiff};

/// The one edit that makes one text of another.
pub(super) fn difference(before: &str, after: &str) -> Edit {
    let common = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
        a.zip(b).take_while(|(a, b)| a == b).map(|(it, _)| it.len_utf8()).sum()
    };
    let start = common(&mut before.chars(), &mut after.chars());
    let rest = |text: &str| text.get(start..).unwrap_or("").to_owned();
    let (old, new) = (rest(before), rest(after));
    let end = common(&mut old.chars().rev(), &mut new.chars().rev());
    let span = Span::new(start as u32, (before.len() - end) as u32);
    Edit { span, replacement: new.get(..new.len() - end).unwrap_or("").to_owned() }
}

/// The edits, one for each run of lines that differ, that make one text of another.
pub(super) fn edits(before: &str, after: &str) -> Vec<Edit> {
    let compared = TextDiff::from_lines(before, after);
    let starts = |text: &str| -> Vec<usize> {
        // As the difference cuts it, which knows more line ends than `\n`.
        let lines = TextDiff::from_lines(text, text);
        let ends = lines.old_slices().iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        std::iter::once(0).chain(ends).collect()
    };
    let (old_starts, new_starts) = (starts(before), starts(after));
    let changes = compared.ops().iter().filter(|it| !matches!(it, DiffOp::Equal { .. }));
    changes
        .filter_map(|change| {
            let (old, new) = (change.old_range(), change.new_range());
            let place = old_starts.get(old.start).zip(old_starts.get(old.end))?;
            let text = new_starts.get(new.start).zip(new_starts.get(new.end))?;
            let (old, new) = (before.get(*place.0..*place.1)?, after.get(*text.0..*text.1)?);
            let Edit { span, replacement } = difference(old, new);
            let from = *place.0 as u32;
            Some(Edit { span: Span::new(from + span.start, from + span.end), replacement })
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn edits_make_one_text_of_the_other() {
        for (before, after) in [
            ("", "a\n"),
            ("a\n", ""),
            ("a\nb\nc\n", "a\nc\n"),
            ("a\r\nb\r\nc", "x\r\nb\r\nc\r\nd"),
            ("a\rb\nc\n", "a\rx\nc\n"),
            ("same\n", "same\n"),
        ] {
            let mut text = before.to_owned();
            for Edit { span, replacement } in edits(before, after).into_iter().rev() {
                text.replace_range(span.start as usize..span.end as usize, &replacement);
            }
            assert_eq!(text, after);
        }
    }
}
