//! Mending more than one finding at once, at no cost: of all the fixes, those that leave each other's
//! text alone. Where the edit is made when the action is taken, the state does it in rounds.

use analysis::findings::{Edit, Finding, Fix, Safety};

/// The first safe fix of each finding.
pub(super) fn fix_all(findings: &[Finding]) -> Vec<Edit> {
    let safe = |it: &'_ Finding| it.fixes.iter().position(|fix| fix.safety == Safety::Safe);
    together(findings.iter().filter_map(|it| it.fixes.get(safe(it)?)))
}

/// The first fix of each finding of a rule, safe or not: whoever asks has read one.
pub(super) fn fix_rule(findings: &[Finding], rule: &str) -> Vec<Edit> {
    let of_rule = findings.iter().filter(|it| it.rule == rule);
    together(of_rule.filter_map(|it| it.fixes.first()))
}

/// The edits of fixes, without fixes that touch what an earlier one changes.
fn together<'a>(fixes: impl Iterator<Item = &'a Fix>) -> Vec<Edit> {
    let mut chosen: Vec<Edit> = Vec::new();
    for fix in fixes {
        let is_free = |edit: &Edit| !chosen.iter().any(|other| other.span.touches(edit.span));
        if fix.edits.iter().all(is_free) {
            chosen.extend(fix.edits.iter().cloned());
        }
    }
    chosen.sort_by_key(|edit| edit.span);
    chosen
}
