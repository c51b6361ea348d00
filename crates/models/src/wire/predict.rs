//! `POST /v1/predict`: functions go in, predictions come out, in the same order.

use analysis::findings::{Draft, Safety, Severity};
use analysis::rules::{self, UnitFinding, UnitFix};
use analysis::text::Span;
use serde::{Deserialize, Serialize};

/// Functions to predict bugs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PredictRequest {
    /// The model to ask; the server's default if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The project that the functions belong to. A token that is limited to projects has to name one
    /// of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The functions.
    pub units: Vec<Unit>,
}

/// One function or method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unit {
    /// A name that the answer repeats; the order says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The language's id: `python`, `javascript`, `typescript`, `rust`, `go`, `java`, `c`, `cpp`.
    #[cfg_attr(feature = "openapi", schema(example = "python"))]
    pub language: String,
    /// The text of one function or method, as it stands in its file. Of several, the first counts.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "def area(width, height):\n    return width * width\n")
    )]
    pub code: String,
    /// Whether it was changed lately. Bugs are likelier there, so less has to speak for one.
    #[serde(default)]
    pub changed: bool,
}

/// What a model says of functions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PredictResponse {
    /// The model that was asked.
    pub model: String,
    /// The answers, in the order of the functions.
    pub units: Vec<UnitAnswer>,
}

/// What became of one function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnitStatus {
    /// The network looked at it.
    #[default]
    Judged,
    /// There is no function in its text, or one that does not parse.
    Unparsed,
    /// Its language is unknown.
    UnknownLanguage,
}

/// The answer for one function.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitAnswer {
    /// The name that the request gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What became of it.
    pub status: UnitStatus,
    /// How likely something is wrong, 0 to 1, before the weighing of how rare bugs are.
    pub score: f32,
    /// What is to be shown; most functions have none.
    pub predictions: Vec<Prediction>,
}

/// A likely bug.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prediction {
    /// The rule's id, such as `predict/variable-misuse`.
    pub rule: String,
    /// `error`, `warning`, `information` or `hint`.
    pub severity: String,
    /// How sure we are that it is a bug, 0 to 1.
    pub confidence: f32,
    /// One sentence that names the code's own words.
    pub message: String,
    /// Where it begins, in bytes of the function's text.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// Repairs, the likeliest first.
    pub fixes: Vec<Fix>,
    /// Why we think so, one fact a line, in Markdown.
    pub evidence: Vec<String>,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// What comes where.
    pub edits: Vec<Edit>,
}

/// A replacement in the function's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edit {
    /// Where what is replaced begins, in bytes of the function's text.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What comes there.
    pub text: String,
}

impl Prediction {
    /// What a finding of the network says. Findings of the network hold their edits as text.
    pub fn of(finding: &UnitFinding) -> Self {
        let rule = rules::all().get(finding.rule as usize);
        let severity = finding.severity.or(rule.map(|it| it.severity));
        let fixes = finding.fixes.iter().map(|fix| Fix {
            title: fix.title.clone(),
            edits: fix
                .edits
                .iter()
                .filter_map(|(span, draft)| match draft {
                    Draft::Text(text) => {
                        Some(Edit { start: span.start, end: span.end, text: text.clone() })
                    }
                    Draft::Before(_) => None,
                })
                .collect(),
        });
        Self {
            rule: rule.map_or("predict/unknown", |it| it.id).to_owned(),
            severity: severity.unwrap_or(Severity::Warning).as_str().to_owned(),
            confidence: finding.confidence,
            message: finding.message.clone(),
            start: finding.span.start,
            end: finding.span.end,
            fixes: fixes.collect(),
            evidence: finding.evidence.clone(),
        }
    }

    /// The finding that it is in the function whose text is `code`. Nothing if it is none: of a rule
    /// that is unknown here or no prediction's, with a place that is not in the text, or with numbers
    /// that are none. What comes over a network is checked like any other input.
    pub fn finding(&self, code: &str) -> Option<UnitFinding> {
        let index = rules::all().iter().position(|it| it.id == self.rule)?;
        let span = |start: u32, end: u32| {
            let range = start as usize..end as usize;
            code.get(range).map(|_| Span::new(start, end))
        };
        if !self.rule.starts_with("predict/") || !(0.0..=1.0).contains(&self.confidence) {
            return None;
        }
        let severity = Severity::ALL.into_iter().find(|it| it.as_str() == self.severity)?;
        let edits = |fix: &Fix| {
            let edit = |it: &Edit| Some((span(it.start, it.end)?, Draft::Text(it.text.clone())));
            let mut edits = fix.edits.iter().map(edit).collect::<Option<Vec<_>>>()?;
            edits.sort_by_key(|(span, _)| (span.start, span.end));
            let overlap = edits.windows(2).any(|pair| match pair {
                [(one, _), (other, _)] => one.end > other.start,
                _ => false,
            });
            (!overlap).then_some(edits)
        };
        let fix = |fix: &Fix| {
            Some(UnitFix { title: fix.title.clone(), safety: Safety::Unsafe, edits: edits(fix)? })
        };
        Some(UnitFinding {
            rule: index as u16,
            confidence: self.confidence,
            severity: Some(severity),
            message: self.message.clone(),
            span: span(self.start, self.end)?,
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: self.fixes.iter().map(fix).collect::<Option<_>>()?,
            evidence: self.evidence.clone(),
        })
    }
}
