//! What can be done about findings: mend one, mend all that are safe to mend, or silence one.

use analysis::findings::{Edit, Finding, Layout, Safety};
use analysis::suppression::is_suppressible;
use analysis::text::Span;

use super::state::Analysed;
use crate::dismissed::is_prediction;

/// Something the client can offer its user.
#[derive(Clone, Debug, PartialEq)]
pub struct Action<'a> {
    /// What it does, in the imperative.
    pub title: String,
    /// What kind of offer it is.
    pub kind: ActionKind,
    /// The finding it is about; nothing for an action on the whole file.
    pub finding: Option<&'a Finding>,
    /// Whether it is the offer to take without reading the others.
    pub preferred: bool,
    /// The edits, in the order of their spans, none overlapping.
    pub edits: Vec<Edit>,
    /// Whether, instead of edits, the finding is remembered as dismissed.
    pub dismisses: bool,
}

/// The kinds of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// About one finding.
    QuickFix,
    /// About the whole file.
    FixAll,
}

impl ActionKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::QuickFix, Self::FixAll];

    /// Its name in the protocol.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuickFix => "quickfix",
            Self::FixAll => "source.fixAll.omnistack",
        }
    }

    /// Whether a client that asks for `wanted` wants this kind: kinds form a hierarchy.
    pub fn is_wanted_as(self, wanted: &str) -> bool {
        wanted.is_empty()
            || self
                .as_str()
                .strip_prefix(wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// What can be done at `span`. With `only`, just the kinds it names.
pub fn actions<'a>(analysed: &'a Analysed, span: Span, only: Option<&[&str]>) -> Vec<Action<'a>> {
    let is_wanted =
        |kind: ActionKind| only.is_none_or(|only| only.iter().any(|it| kind.is_wanted_as(it)));
    let here: Vec<&Finding> =
        analysed.analysis.findings.iter().filter(|finding| finding.span.touches(span)).collect();
    let mut actions = Vec::new();
    if is_wanted(ActionKind::QuickFix) {
        actions.extend(here.iter().copied().flat_map(fixes));
        actions.extend(here.iter().copied().filter(|it| is_prediction(it)).map(dismiss));
        let line_ending = Layout::of(analysed.document.snapshot()).line_ending;
        for finding in here.iter().filter(|finding| is_suppressible(finding.rule)) {
            // One comment serves all findings of a rule on its line.
            let action = suppress(analysed, finding, line_ending);
            actions
                .extend(action.filter(|action| !actions.iter().any(|it| it.edits == action.edits)));
        }
    }
    // Unasked, it is offered only where there is something to see.
    if is_wanted(ActionKind::FixAll) && (only.is_some() || !here.is_empty()) {
        actions.extend(fix_all(&analysed.analysis.findings));
    }
    actions
}

fn fixes(finding: &Finding) -> impl Iterator<Item = Action<'_>> {
    finding.fixes.iter().map(move |fix| Action {
        title: fix.title.clone(),
        kind: ActionKind::QuickFix,
        finding: Some(finding),
        preferred: fix.safety == Safety::Safe,
        edits: fix.edits.clone(),
        dismisses: false,
    })
}

fn dismiss(finding: &Finding) -> Action<'_> {
    Action {
        title: "Dismiss this prediction in the workspace".to_owned(),
        kind: ActionKind::QuickFix,
        finding: Some(finding),
        preferred: false,
        edits: Vec::new(),
        dismisses: true,
    }
}

/// One action with the first safe fix of each finding, as far as they leave each other's text
/// alone.
fn fix_all(findings: &[Finding]) -> Option<Action<'_>> {
    let mut chosen: Vec<Edit> = Vec::new();
    for finding in findings {
        let safe = finding.fixes.iter().find(|fix| fix.safety == Safety::Safe);
        let Some(fix) = safe.filter(|fix| !fix.edits.is_empty()) else { continue };
        let is_free = |edit: &Edit| !chosen.iter().any(|other| other.span.touches(edit.span));
        if fix.edits.iter().all(is_free) {
            chosen.extend(fix.edits.iter().cloned());
        }
    }
    if chosen.is_empty() {
        return None;
    }
    chosen.sort_by_key(|edit| edit.span);
    Some(Action {
        title: "Fix all safe findings in this file".to_owned(),
        kind: ActionKind::FixAll,
        finding: None,
        preferred: false,
        edits: chosen,
        dismisses: false,
    })
}

fn suppress<'a>(
    analysed: &'a Analysed,
    finding: &'a Finding,
    line_ending: &str,
) -> Option<Action<'a>> {
    Some(Action {
        title: format!("Suppress `{}` on this line", finding.rule),
        kind: ActionKind::QuickFix,
        finding: Some(finding),
        preferred: false,
        edits: vec![suppression(analysed, finding, line_ending)?],
        dismisses: false,
    })
}

/// The comment that silences a finding; nothing where no comment can stand, as inside a string.
fn suppression(analysed: &Analysed, finding: &Finding, line_ending: &str) -> Option<Edit> {
    let snapshot = analysed.document.snapshot();
    let (text, lines) = (snapshot.text(), snapshot.lines());
    let line = lines.line_of(finding.span.start);
    let start = lines.line_start(line)?;
    let end = lines.line_end(text, line);
    let content = Span::new(start, end).of(text);
    let sign = analysed.document.language().spec().line_comment;
    let comment = format!("{sign} omnistack: ignore[{}]", finding.rule);
    let insert = |at: u32, replacement: String| Edit { span: Span::new(at, at), replacement };

    match surroundings(analysed, end) {
        Surroundings::Code if !content.trim_end().ends_with('\\') => {
            let at = start + content.trim_end().len() as u32;
            return Some(Edit { span: Span::new(at, end), replacement: format!("  {comment}") });
        }
        Surroundings::Comment => {
            // A line that suppresses something already takes one more name.
            let marker = "omnistack: ignore[";
            if let Some(at) = content.rfind(marker) {
                let names = content.get(at + marker.len()..)?;
                let close = names.find(']')?;
                let is_empty = names.get(..close)?.trim().is_empty();
                let separator = if is_empty { "" } else { ", " };
                let at = start + (at + marker.len() + close) as u32;
                return Some(insert(at, format!("{separator}{}", finding.rule)));
            }
        }
        Surroundings::Code | Surroundings::Other => {}
    }
    // Above the line, if the line before leaves room for a comment.
    let free_above = line.checked_sub(1).is_none_or(|above| {
        let end = lines.line_end(text, above);
        let start = lines.line_start(above).unwrap_or(0);
        !matches!(surroundings(analysed, end), Surroundings::Other)
            && !Span::new(start, end).of(text).trim_end().ends_with('\\')
    });
    let indent = content.get(..content.len() - content.trim_start().len())?;
    free_above.then(|| insert(start, format!("{indent}{comment}{line_ending}")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_a_hierarchy() {
        let fix_all = ActionKind::FixAll;
        for wanted in ["", "source", "source.fixAll", "source.fixAll.omnistack"] {
            assert!(fix_all.is_wanted_as(wanted), "{wanted}");
        }
        for wanted in ["quickfix", "source.fix", "source.fixAll.omnistack.more"] {
            assert!(!fix_all.is_wanted_as(wanted), "{wanted}");
        }
    }
}
