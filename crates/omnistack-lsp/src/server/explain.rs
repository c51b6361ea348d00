//! What a hover says about the findings under the cursor.

use std::fmt::Write;

use analysis::custom::CustomRule;
use analysis::findings::Finding;
use analysis::rules;
use analysis::text::Span;

use super::state::Analysed;

/// Where this program's source and documents are.
pub const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The page that documents a rule.
pub fn rule_page(rule: &str) -> String {
    format!("{REPOSITORY}/blob/main/docs/rules/{rule}.md")
}

/// The page that documents the rule of a finding; one that a user wrote may have none.
pub fn page_of(finding: &Finding) -> Option<String> {
    match &finding.custom {
        Some(rule) => rule.url.clone(),
        None => Some(rule_page(finding.rule)),
    }
}

/// A text, and the part of the document it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Markdown or plain text, as asked for.
    pub text: String,
    /// What it explains.
    pub span: Span,
}

impl Explanation {
    /// The same, with another one after it.
    #[must_use]
    pub fn before(self, other: &Self, markdown: bool) -> Self {
        let text = [&*self.text, &*other.text].join(between(markdown));
        Self { text, ..self }
    }
}

/// What stands between the texts of two explanations.
fn between(markdown: bool) -> &'static str {
    if markdown { "\n\n---\n\n" } else { "\n\n" }
}

/// Explains the findings at a byte offset, the narrowest first.
pub fn explain(analysed: &Analysed, offset: u32, markdown: bool) -> Option<Explanation> {
    let at = Span::new(offset, offset);
    let mut findings: Vec<&Finding> =
        analysed.analysis.findings.iter().filter(|finding| finding.span.touches(at)).collect();
    findings.sort_by_key(|finding| finding.span.len());
    let span = findings.first()?.span;
    let texts: Vec<String> = findings
        .iter()
        .map(|finding| if markdown { in_markdown(finding) } else { in_plain_text(finding) })
        .collect();
    let text = texts.join(between(markdown));
    Some(Explanation { text, span })
}

fn in_markdown(finding: &Finding) -> String {
    let mut text = String::new();
    if let Some(rule) = &finding.custom {
        return custom_in_markdown(rule, finding);
    }
    let rule = rules::find(finding.rule);
    if let Some(rule) = rule {
        let _ = write!(text, "**{}** · `{}`\n\n", rule.summary, rule.id);
    }
    text.push_str(&finding.message);
    if let Some(why) = rule.map(|rule| rule.documentation.why.trim()).filter(|why| !why.is_empty())
    {
        let _ = write!(text, "\n\n{why}");
    }
    if !finding.evidence.is_empty() {
        text.push_str("\n\nEvidence:\n");
        for fact in &finding.evidence {
            let _ = write!(text, "\n- {fact}");
        }
    }
    let _ = write!(
        text,
        "\n\nConfidence {:.0} % · [documentation]({})",
        finding.confidence * 100.0,
        rule_page(finding.rule)
    );
    text
}

/// A finding of a rule that a user wrote: its note is its documentation.
fn custom_in_markdown(rule: &CustomRule, finding: &Finding) -> String {
    let mut text = format!("**{}** · `{}`", rule.name(), rule.id);
    let _ = write!(text, "\n\n{}", finding.message);
    if let Some(note) = &rule.note {
        let _ = write!(text, "\n\n{note}");
    }
    let _ = write!(text, "\n\nYour own rule, from `{}`", rule.place);
    if let Some(url) = &rule.url {
        let _ = write!(text, " · [documentation]({url})");
    }
    text
}

fn in_plain_text(finding: &Finding) -> String {
    if let Some(rule) = &finding.custom {
        let mut text = format!("{} ({})\n{}", rule.name(), rule.id, finding.message);
        for more in [&rule.note, &rule.url].into_iter().flatten() {
            let _ = write!(text, "\n\n{more}");
        }
        return text;
    }
    let mut text = String::new();
    let rule = rules::find(finding.rule);
    if let Some(rule) = rule {
        let _ = writeln!(text, "{} ({})", rule.summary, rule.id);
    }
    text.push_str(&finding.message);
    if let Some(why) = rule.map(|rule| rule.documentation.why.trim()).filter(|why| !why.is_empty())
    {
        let _ = write!(text, "\n\n{}", why.replace('`', ""));
    }
    for fact in &finding.evidence {
        let _ = write!(text, "\n- {}", fact.replace('`', ""));
    }
    let _ = write!(
        text,
        "\nConfidence {:.0} %. See {}",
        finding.confidence * 100.0,
        rule_page(finding.rule)
    );
    text
}
