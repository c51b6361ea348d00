//! Comments that silence a finding: beside its line, above the statement around it, or at the head
//! of the file. Each leaves room for the reason that should stand in it.

use analysis::findings::{Edit, Finding, Layout};
use analysis::suppression::statement_lines;
use analysis::text::Span;

use super::Reach;
use crate::server::state::Analysed;

/// What stands where the reason should.
const REASON: &str = "<reason>";

/// The comment that silences a finding; nothing where no comment can stand, as inside a string, or
/// where it would reach no further than the line.
pub(super) fn suppression(analysed: &Analysed, finding: &Finding, reach: Reach) -> Option<Edit> {
    let page = Page { analysed, rule: finding.rule };
    let line = analysed.document.snapshot().lines().line_of(finding.span.start);
    match reach {
        Reach::Line => page.on_line(line),
        Reach::Block => page.at_statement(statement_around(analysed, finding)?),
        Reach::File => page.at_head(),
    }
}

/// A document that is to get a comment about a rule.
struct Page<'a> {
    analysed: &'a Analysed,
    rule: &'a str,
}

impl Page<'_> {
    fn comment(&self, verb: &str) -> String {
        let sign = self.analysed.document.language().spec().line_comment;
        format!("{sign} omnistack: {verb}[{}] {REASON}", self.rule)
    }

    /// Where a line starts and ends, and what stands in it.
    fn line(&self, line: u32) -> Option<(Span, &str)> {
        let snapshot = self.analysed.document.snapshot();
        let start = snapshot.lines().line_start(line)?;
        let span = Span::new(start, snapshot.lines().line_end(snapshot.text(), line));
        Some((span, span.of(snapshot.text())))
    }

    fn on_line(&self, line: u32) -> Option<Edit> {
        let (span, content) = self.line(line)?;
        match surroundings(self.analysed, span.end) {
            Surroundings::Code if !content.trim_end().ends_with('\\') => {
                let at = span.start + content.trim_end().len() as u32;
                let replacement = format!("  {}", self.comment("ignore"));
                return Some(Edit { span: Span::new(at, span.end), replacement });
            }
            // A line that suppresses something already takes one more name.
            Surroundings::Comment => {
                if let Some(edit) = self.one_more_name(line, "ignore") {
                    return Some(edit);
                }
            }
            Surroundings::Code | Surroundings::Other => {}
        }
        self.above(line, "ignore")
    }

    fn at_statement(&self, first: u32) -> Option<Edit> {
        let before = first.checked_sub(1);
        let added = before.and_then(|before| self.one_more_name(before, "ignore-block"));
        added.or_else(|| self.above(first, "ignore-block"))
    }

    fn at_head(&self) -> Option<Edit> {
        /// How far down a comment about the file may stand, to be found.
        const HEAD: u32 = 40;
        if let Some(edit) = (0..HEAD).find_map(|line| self.one_more_name(line, "ignore-file")) {
            return Some(edit);
        }
        // What says how to read or to run the file must stay at its start.
        let is_script = |text: &str| text.starts_with("#!") && !text.starts_with("#![");
        let is_coding = |text: &str| text.trim_start().starts_with('#') && text.contains("coding");
        let text = |line: u32| self.line(line).map_or("", |(_, text)| text);
        let first = u32::from(is_script(text(0)) || is_coding(text(0)));
        let first = first + u32::from(first == 1 && is_coding(text(1)));
        self.above(first, "ignore-file")
    }

    /// Adds the rule to those that a comment of this verb names, if the line holds one.
    fn one_more_name(&self, line: u32, verb: &str) -> Option<Edit> {
        let (span, content) = self.line(line)?;
        let marker = format!("omnistack: {verb}[");
        let names_at = content.rfind(&marker)? + marker.len();
        if surroundings(self.analysed, span.end) != Surroundings::Comment {
            return None;
        }
        let names = content.get(names_at..)?;
        let close = names.find(']')?;
        let is_empty = names.get(..close)?.trim().is_empty();
        let separator = if is_empty { "" } else { ", " };
        let at = span.start + (names_at + close) as u32;
        Some(Edit { span: Span::new(at, at), replacement: format!("{separator}{}", self.rule) })
    }

    /// A comment on a line of its own, if the line before leaves room for one.
    fn above(&self, line: u32, verb: &str) -> Option<Edit> {
        let (span, content) = self.line(line)?;
        let is_free = line.checked_sub(1).and_then(|above| self.line(above)).is_none_or(
            |(above, content)| {
                surroundings(self.analysed, above.end) != Surroundings::Other
                    && !content.trim_end().ends_with('\\')
            },
        );
        let indentation = content.get(..content.len() - content.trim_start().len())?;
        let line_ending = Layout::of(self.analysed.document.snapshot()).line_ending;
        let replacement = format!("{indentation}{}{line_ending}", self.comment(verb));
        is_free.then(|| Edit { span: Span::new(span.start, span.start), replacement })
    }
}

/// The first line of the innermost statement around a finding that has several lines.
fn statement_around(analysed: &Analysed, finding: &Finding) -> Option<u32> {
    let snapshot = analysed.document.snapshot();
    let tree = analysed.document.tree()?;
    let line_of = |offset: usize| snapshot.lines().line_of(offset as u32);
    let own = line_of(finding.span.start as usize);
    let (start, end) = (finding.span.start as usize, finding.span.end as usize);
    let mut node = tree.tree().root_node().descendant_for_byte_range(start, end);
    while let Some(current) = node.filter(|it| it.parent().is_some()) {
        let kind = current.kind();
        let is_statement =
            ["statement", "definition", "declaration", "_item"].iter().any(|it| kind.contains(it));
        let first = line_of(current.start_byte());
        let line_start = snapshot.lines().line_start(first).unwrap_or(0);
        let before = Span::new(line_start, current.start_byte() as u32).of(snapshot.text());
        if is_statement && before.trim().is_empty() {
            let lines = statement_lines(snapshot, first);
            if lines.end() > lines.start() && lines.contains(&own) {
                return Some(first);
            }
        }
        node = current.parent();
    }
    None
}

/// What a line's end is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Surroundings {
    Code,
    Comment,
    /// A string or markup that goes on: a comment would become part of it.
    Other,
}

fn surroundings(analysed: &Analysed, end: u32) -> Surroundings {
    let Some(tree) = analysed.document.tree() else { return Surroundings::Other };
    let end = end as usize;
    let mut node = tree.tree().root_node().descendant_for_byte_range(end.saturating_sub(1), end);
    while let Some(current) = node {
        let kind = current.kind();
        let goes_on = current.end_byte() > end;
        if kind.contains("comment") && current.start_byte() < end {
            // A block comment that goes on takes no line comment, nor does it end there.
            return if goes_on { Surroundings::Other } else { Surroundings::Comment };
        }
        let is_text = ["string", "template", "heredoc"].iter().any(|it| kind.contains(it));
        let is_markup = matches!(kind, "jsx_element" | "jsx_fragment" | "jsx_text");
        if goes_on && current.start_byte() < end && (is_text || is_markup) {
            return Surroundings::Other;
        }
        node = current.parent();
    }
    Surroundings::Code
}
