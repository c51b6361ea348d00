//! What can be done about findings: mend one, mend all of a rule or all that are safe to mend,
//! silence one, turn its rule off, rewrite what stands at the cursor.
//!
//! An [`Action`] is an offer; its [`Plan`] says what is to be done in a form that the client keeps
//! and hands back, and [`effect`] makes edits of it, at once or when the user has chosen.

mod mending;
mod rewriting;
mod suppressing;
mod turning_off;

use std::path::{Path, PathBuf};

use analysis::findings::{Edit, Finding, Safety};
use analysis::suppression::is_suppressible;
use analysis::text::Span;
use serde::{Deserialize, Serialize};

use super::state::{Analysed, SettingsOutlook};

pub use rewriting::rewriting;
pub use turning_off::SettingsEdit;

/// Something the client can offer its user.
#[derive(Clone, Debug, PartialEq)]
pub struct Action<'a> {
    /// What it does, in the imperative.
    pub title: String,
    /// What kind of offer it is.
    pub kind: ActionKind,
    /// The finding it is about; nothing for an action on the whole file, or on code that is not
    /// reported.
    pub finding: Option<&'a Finding>,
    /// Whether it is the offer to take without reading the others.
    pub preferred: bool,
    /// What is to be done.
    pub plan: Plan,
}

/// What is to be done when an action is taken. Findings are named by their fingerprints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Plan {
    /// Applies one of a finding's fixes.
    Fix {
        /// The finding.
        fingerprint: String,
        /// Which of its fixes.
        fix: usize,
    },
    /// Applies the first fix of each of a rule's findings in the file.
    FixRule {
        /// The rule.
        rule: String,
    },
    /// Applies the safe fixes of all findings in the file.
    FixAll,
    /// Writes a comment that silences a finding.
    Suppress {
        /// The finding.
        fingerprint: String,
        /// How far the comment reaches.
        reach: Reach,
    },
    /// Turns a rule off in the workspace's settings.
    TurnOff {
        /// The rule.
        rule: String,
    },
    /// Remembers a prediction as dismissed; a command of the client's, no edit.
    Dismiss {
        /// The prediction.
        fingerprint: String,
    },
    /// Shows a rule's documentation; a command of the client's, no edit.
    Explain {
        /// The rule.
        rule: String,
    },
    /// Applies a fix of what a rule found that reports nothing here.
    Rewrite {
        /// What was found.
        fingerprint: String,
        /// Which of its fixes.
        fix: usize,
    },
}

/// How far a comment that silences a finding reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The finding's line.
    Line,
    /// The statement around it, with all its lines.
    Block,
    /// The whole file.
    File,
}

impl Plan {
    /// Whether it becomes edits; else it is a command.
    pub fn is_edit(&self) -> bool {
        !matches!(self, Self::Dismiss { .. } | Self::Explain { .. })
    }
}

/// The kinds of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// About one finding.
    QuickFix,
    /// About the code at the cursor, whether or not it is reported.
    Rewrite,
    /// About the whole file.
    FixAll,
}

impl ActionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::QuickFix, Self::Rewrite, Self::FixAll];

    /// Its name in the protocol.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuickFix => "quickfix",
            Self::Rewrite => "refactor.rewrite",
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

/// What a client asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Where.
    pub span: Span,
    /// Just the kinds that are named here, if any are.
    pub only: Option<Vec<String>>,
    /// Fingerprints of the diagnostics that the client speaks of.
    pub named: Vec<String>,
}

impl Wanted {
    /// Whether actions of a kind are wanted.
    pub fn is_wanted(&self, kind: ActionKind) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|it| kind.is_wanted_as(it)))
    }

    /// The findings that are spoken of: those at the place, of which the client may name some; else
    /// those that it names, wherever they are now.
    fn findings<'a>(&self, analysed: &'a Analysed) -> Vec<&'a Finding> {
        let is_named = |it: &&Finding| self.named.contains(&it.fingerprint);
        let all = analysed.analysis.findings.iter();
        let named: Vec<&Finding> = all.clone().filter(is_named).collect();
        let is_here = |it: &&Finding| it.span.touches(self.span);
        if named.is_empty() {
            return all.filter(is_here).collect();
        }
        let here: Vec<&Finding> = named.iter().copied().filter(is_here).collect();
        if here.is_empty() { named } else { here }
    }
}

/// Where a document stands, as far as its settings go.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Its file, if it has one.
    pub path: Option<PathBuf>,
    /// The folder that a settings file may be put into where there is none.
    pub folder: Option<PathBuf>,
    /// What is set now.
    pub outlook: SettingsOutlook,
}

impl Place {
    /// The settings file that holds for the document, or the one to be made.
    fn settings(&self) -> Option<PathBuf> {
        let existing = self.path.as_deref().and_then(Path::parent).and_then(turning_off::nearest);
        existing.or_else(|| Some(self.folder.as_ref()?.join(crate::configuration::FILE_NAME)))
    }
}

/// What an action does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Edits of the document, in the order of their spans, none overlapping.
    Edits(Vec<Edit>),
    /// An edit of a settings file.
    Settings(SettingsEdit),
}

/// What can be done, the nearest at hand first. `rewrites` are findings of rules that report nothing
/// here: see [`rewriting`].
pub fn actions<'a>(
    analysed: &'a Analysed,
    rewrites: &'a [Finding],
    wanted: &Wanted,
    place: &Place,
) -> Vec<Action<'a>> {
    let here = wanted.findings(analysed);
    let mut actions = Vec::new();
    if wanted.is_wanted(ActionKind::QuickFix) {
        actions.extend(here.iter().copied().flat_map(fixes));
        actions.extend(here.iter().copied().filter(|it| it.is_prediction()).map(dismiss));
        let mut rules: Vec<&Finding> = Vec::new();
        for finding in &here {
            if !rules.iter().any(|it| it.rule == finding.rule) {
                rules.push(finding);
            }
        }
        actions.extend(rules.iter().copied().filter_map(|it| fix_rule(analysed, it)));
        for reach in [Reach::Line, Reach::Block, Reach::File] {
            actions.extend(suppressions(analysed, &here, reach));
        }
        actions.extend(rules.iter().copied().filter_map(|it| turn_off(it, place)));
        // The page of a rule that a user wrote is in the diagnostic, if there is one.
        actions.extend(rules.iter().copied().filter(|it| it.custom.is_none()).map(explain));
    }
    if wanted.is_wanted(ActionKind::Rewrite) {
        // What is offered as a fix is not offered twice.
        let is_fix = |it: &&Finding| {
            let is_same = |other: &&Finding| other.rule == it.rule && other.span == it.span;
            wanted.is_wanted(ActionKind::QuickFix) && here.iter().any(is_same)
        };
        let at_hand = rewrites.iter().filter(|it| it.span.touches(wanted.span));
        actions.extend(at_hand.filter(|it| !is_fix(it)).flat_map(rewrite));
    }
    // Unasked, it is offered only where there is something to see.
    if wanted.is_wanted(ActionKind::FixAll) && (wanted.only.is_some() || !here.is_empty()) {
        let is_any = !mending::fix_all(&analysed.analysis.findings).is_empty();
        actions.extend(is_any.then(fix_all));
    }
    actions
}

/// What a plan does to a document as it is now.
///
/// # Errors
/// Why there is nothing to do any more, in a sentence.
pub fn effect(
    analysed: &Analysed,
    rewrites: &[Finding],
    plan: &Plan,
    place: &Place,
) -> Result<Effect, String> {
    let gone = || "The document has changed: what this was offered for is gone.".to_owned();
    if let Plan::TurnOff { rule } = plan {
        return turning_off::turn_off(place, rule).map(Effect::Settings);
    }
    let edits = edits(analysed, rewrites, plan).filter(|it| !it.is_empty());
    edits.map(Effect::Edits).ok_or_else(gone)
}

/// The edits of a document that a plan comes to.
fn edits(analysed: &Analysed, rewrites: &[Finding], plan: &Plan) -> Option<Vec<Edit>> {
    let findings = &analysed.analysis.findings;
    let find = |among: &[Finding], fingerprint: &str| {
        among.iter().find(|it| it.fingerprint == fingerprint).cloned()
    };
    match plan {
        Plan::Fix { fingerprint, fix } => {
            Some(find(findings, fingerprint)?.fixes.into_iter().nth(*fix)?.edits)
        }
        Plan::Rewrite { fingerprint, fix } => {
            Some(find(rewrites, fingerprint)?.fixes.into_iter().nth(*fix)?.edits)
        }
        Plan::FixRule { rule } => Some(mending::fix_rule(findings, rule)),
        Plan::FixAll => Some(mending::fix_all(findings)),
        Plan::Suppress { fingerprint, reach } => {
            let finding = find(findings, fingerprint)?;
            Some(vec![suppressing::suppression(analysed, &finding, *reach)?])
        }
        Plan::TurnOff { .. } | Plan::Dismiss { .. } | Plan::Explain { .. } => None,
    }
}

/// A quick fix that nobody should take unread.
fn quick_fix(title: String, finding: &Finding, plan: Plan) -> Action<'_> {
    let finding = Some(finding);
    Action { title, kind: ActionKind::QuickFix, finding, preferred: false, plan }
}

fn fixes(finding: &Finding) -> impl Iterator<Item = Action<'_>> {
    finding.fixes.iter().enumerate().map(move |(index, fix)| {
        let plan = Plan::Fix { fingerprint: finding.fingerprint.clone(), fix: index };
        let preferred = fix.safety == Safety::Safe;
        Action { preferred, ..quick_fix(title(&fix.title, fix.safety), finding, plan) }
    })
}

/// A fix's title, which says where what the code does may change; `--unsafe-fixes` calls such fixes so.
fn title(title: &str, safety: Safety) -> String {
    if safety == Safety::Safe { title.to_owned() } else { format!("{title} (unsafe)") }
}

fn rewrite(finding: &Finding) -> impl Iterator<Item = Action<'_>> {
    finding.fixes.iter().enumerate().map(move |(index, fix)| Action {
        title: title(&fix.title, fix.safety),
        kind: ActionKind::Rewrite,
        finding: None,
        preferred: false,
        plan: Plan::Rewrite { fingerprint: finding.fingerprint.clone(), fix: index },
    })
}

fn dismiss(finding: &Finding) -> Action<'_> {
    let plan = Plan::Dismiss { fingerprint: finding.fingerprint.clone() };
    quick_fix("Dismiss this prediction in the workspace".to_owned(), finding, plan)
}

/// Offered where it mends more than the fix of one finding; not for predictions, of which each is a
/// guess to be read.
fn fix_rule<'a>(analysed: &Analysed, finding: &'a Finding) -> Option<Action<'a>> {
    let all = analysed.analysis.findings.iter().filter(|it| it.rule == finding.rule);
    let firsts: Vec<Safety> = all.filter_map(|it| Some(it.fixes.first()?.safety)).collect();
    if firsts.len() < 2 || finding.fixes.is_empty() || finding.is_prediction() {
        return None;
    }
    let is_safe = firsts.iter().all(|it| *it == Safety::Safe);
    let safety = if is_safe { Safety::Safe } else { Safety::Unsafe };
    let plan = Plan::FixRule { rule: finding.rule.to_owned() };
    let all = format!("Fix all findings of `{}` in this file", finding.rule);
    Some(quick_fix(title(&all, safety), finding, plan))
}

/// Comments that silence findings; one for those that the same comment silences.
fn suppressions<'a>(
    analysed: &Analysed,
    findings: &[&'a Finding],
    reach: Reach,
) -> Vec<Action<'a>> {
    let mut known: Vec<Edit> = Vec::new();
    let mut offered = Vec::new();
    for finding in findings.iter().filter(|finding| is_suppressible(finding.rule)) {
        let Some(edit) = suppressing::suppression(analysed, finding, reach) else { continue };
        if known.contains(&edit) {
            continue;
        }
        known.push(edit);
        let place = match reach {
            Reach::Line => "on this line",
            Reach::Block => "in this block",
            Reach::File => "in this file",
        };
        let plan = Plan::Suppress { fingerprint: finding.fingerprint.clone(), reach };
        let title = format!("Suppress `{}` {place}", finding.rule);
        offered.push(quick_fix(title, finding, plan));
    }
    offered
}

/// Offered where the rule would be off afterwards.
fn turn_off<'a>(finding: &'a Finding, place: &Place) -> Option<Action<'a>> {
    let edit = turning_off::turn_off(place, finding.rule).ok()?;
    let of_entry = edit.entry.map(|entry| match entry.patterns.as_slice() {
        [one] => format!(", for `{one}`"),
        [first, others @ ..] => format!(", for `{first}` and {} more", others.len()),
        [] => String::new(),
    });
    let (name, of_entry) = (crate::configuration::FILE_NAME, of_entry.unwrap_or_default());
    let plan = Plan::TurnOff { rule: finding.rule.to_owned() };
    let title = format!("Turn `{}` off in {name}{of_entry}", finding.rule);
    Some(quick_fix(title, finding, plan))
}

fn explain(finding: &Finding) -> Action<'_> {
    let plan = Plan::Explain { rule: finding.rule.to_owned() };
    quick_fix(format!("Explain `{}`", finding.rule), finding, plan)
}

fn fix_all<'a>() -> Action<'a> {
    Action {
        title: "Fix all safe findings in this file".to_owned(),
        kind: ActionKind::FixAll,
        finding: None,
        preferred: false,
        plan: Plan::FixAll,
    }
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
