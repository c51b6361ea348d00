//! Findings: an alarm becomes a finding of a `predict/*` rule, with words of the code, the repair
//! as a fix, and what else the network considered.

use analysis::findings::{Draft, Safety, Severity};
use analysis::rules::{self, UnitFinding, UnitFix};
use analysis::text::Span;

use crate::features::{Candidate, Edit, Features, Piece, RewriteKind};
use crate::model::Alarm;

/// The rule under which repairs of a kind are reported.
pub fn rule_of(kind: RewriteKind) -> &'static str {
    match kind {
        RewriteKind::Variable => "predict/variable-misuse",
        RewriteKind::Comparison
        | RewriteKind::Logical
        | RewriteKind::Arithmetic
        | RewriteKind::Assignment
        | RewriteKind::Bitwise => "predict/wrong-operator",
        RewriteKind::Number | RewriteKind::Boolean => "predict/wrong-literal",
        RewriteKind::Swap => "predict/swapped-arguments",
        RewriteKind::Negate | RewriteKind::DropNegation => "predict/negated-condition",
        RewriteKind::AddOffset | RewriteKind::DropOffset => "predict/off-by-one",
        RewriteKind::Await => "predict/missing-await",
        RewriteKind::Attribute | RewriteKind::Method => "predict/wrong-member",
        RewriteKind::Function => "predict/wrong-function",
    }
}

/// Above this confidence a prediction is a warning; below, information.
const SURE: f32 = 0.8;

/// The finding that an alarm makes in a unit.
pub fn finding(features: &Features<'_>, alarm: &Alarm) -> Option<UnitFinding> {
    let candidate = features.candidates.get(alarm.choice.candidate)?;
    let rule = rule_of(alarm.choice.kind);
    let index = rules::all().iter().position(|it| it.id == rule)?;
    let wording = Wording::of(features, alarm.choice.kind, candidate);
    let percent = percent(alarm.confidence);
    let mut evidence = vec![format!(
        "The network gives this repair {} before weighing how rare such bugs are.",
        self::percent(alarm.choice.probability())
    )];
    let (old, new) = words(features, candidate.edit);
    evidence.extend(alarm.choice.signs.iter().map(|sign| sign.tell(&old, &new)));
    evidence
        .extend(alarm.against.iter().map(|sign| format!("Against it: {}", sign.tell(&old, &new))));
    for other in &alarm.runners_up {
        let Some(candidate) = features.candidates.get(other.candidate) else { continue };
        let other_wording = Wording::of(features, other.kind, candidate);
        let (repair, place) = (&other_wording.repair, place(features, &wording, &other_wording));
        let percent = self::percent(other.probability());
        let line = format!("Runner-up: {repair}{place} ({percent})");
        if !evidence.contains(&line) {
            evidence.push(line);
        }
    }
    Some(UnitFinding {
        rule: index as u16,
        confidence: alarm.confidence,
        severity: (alarm.confidence < SURE).then_some(Severity::Information),
        message: format!("{} ({percent})", wording.message),
        span: wording.span,
        related: Vec::new(),
        elsewhere: Vec::new(),
        fixes: vec![UnitFix {
            title: wording.title,
            safety: Safety::Unsafe,
            edits: edits(features, candidate.edit),
        }],
        evidence,
    })
}

/// What a repair takes out and puts in, for a sentence.
fn words(features: &Features<'_>, edit: Edit) -> (String, String) {
    let source = features.tree.source();
    match edit {
        Edit::Replace(span, piece) => {
            (quoted(span.of(source)), quoted(&features.piece_text(piece)))
        }
        Edit::Swap(first, second) => (quoted(first.of(source)), quoted(second.of(source))),
    }
}

/// Where a runner-up stands, by the text of its line; nothing for one in the line of the finding.
fn place(features: &Features<'_>, finding: &Wording, other: &Wording) -> String {
    let source = features.tree.source();
    let line = |at: u32| {
        let (before, after) = source.split_at_checked(at as usize).unwrap_or((source, ""));
        let start = before.rfind('\n').map_or(0, |it| it + 1);
        let end = before.len() + after.find('\n').unwrap_or(after.len());
        (start, source.get(start..end).unwrap_or_default())
    };
    let (own, (start, text)) = (line(finding.span.start).0, line(other.span.start));
    if own == start { String::new() } else { format!(" in {}", quoted(text)) }
}

fn percent(share: f32) -> String {
    let share = share * 100.0;
    if share > 99.0 {
        "over 99 %".to_owned()
    } else if share < 1.0 {
        "under 1 %".to_owned()
    } else {
        format!("{share:.0} %")
    }
}

fn edits(features: &Features<'_>, edit: Edit) -> Vec<(Span, Draft)> {
    let text = |span: Span| Draft::Text(span.of(features.tree.source()).to_owned());
    match edit {
        Edit::Replace(span, piece) => {
            vec![(span, Draft::Text(features.piece_text(piece).into_owned()))]
        }
        Edit::Swap(first, second) => vec![(first, text(second)), (second, text(first))],
    }
}

/// How a rewrite is told.
struct Wording {
    message: String,
    title: String,
    /// The repair in a few words.
    repair: String,
    span: Span,
}

impl Wording {
    fn of(features: &Features<'_>, kind: RewriteKind, candidate: &Candidate) -> Self {
        match candidate.edit {
            Edit::Swap(first, second) => Self::of_swap(features, first, second),
            Edit::Replace(span, piece) if span.is_empty() => {
                Self::of_insertion(features, kind, span, piece)
            }
            Edit::Replace(span, piece) => Self::of_replacement(features, span, piece),
        }
    }

    fn of_swap(features: &Features<'_>, first: Span, second: Span) -> Self {
        let source = features.tree.source();
        let (a, b) = (quoted(first.of(source)), quoted(second.of(source)));
        Self {
            message: format!("{a} and {b} look swapped here"),
            title: format!("Swap {a} and {b}"),
            repair: format!("{a} and {b} change places"),
            span: Span::new(first.start, second.end),
        }
    }

    fn of_replacement(features: &Features<'_>, span: Span, piece: Piece) -> Self {
        let old = quoted(span.of(features.tree.source()));
        let text = features.piece_text(piece);
        if text.trim().is_empty() {
            return Self {
                message: format!("{old} looks wrong here: it is probably not meant"),
                title: format!("Remove {old}"),
                repair: format!("without {old}"),
                span,
            };
        }
        let new = quoted(&text);
        Self {
            message: format!("{old} looks wrong here: expected {new}"),
            title: format!("Replace {old} by {new}"),
            repair: format!("{new} for {old}"),
            span,
        }
    }

    fn of_insertion(features: &Features<'_>, kind: RewriteKind, at: Span, piece: Piece) -> Self {
        let new = quoted(features.piece_text(piece).trim());
        let span = word_at(features, at.start, kind == RewriteKind::AddOffset);
        let old = quoted(span.of(features.tree.source()));
        Self {
            message: format!("{old} looks wrong here: expected {new} with it"),
            title: format!("Insert {new}"),
            repair: format!("{new} at {old}"),
            span,
        }
    }
}

/// The token that an insertion touches: the one that ends there, or else the one that starts there.
fn word_at(features: &Features<'_>, at: u32, is_suffix: bool) -> Span {
    let spans = || features.positions.iter().map(|position| position.token.span);
    let before = spans().find(|span| span.end == at);
    let after = spans().find(|span| span.start >= at);
    let found = if is_suffix { before.or(after) } else { after.or(before) };
    found.unwrap_or(Span::new(at, at))
}

/// Code in a message: on one line, not too long.
fn quoted(code: &str) -> String {
    const LONGEST: usize = 40;
    let words: Vec<&str> = code.split_whitespace().collect();
    // A backtick within would end the quotation.
    let line = words.join(" ").replace('`', "'");
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("`{}…`", line.get(..cut).unwrap_or_default()),
        None => format!("`{line}`"),
    }
}
