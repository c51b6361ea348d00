//! `POST /v1/analyze`: a whole file goes in; what its functions are, its likely bugs, and its slow
//! code come out.

use serde::{Deserialize, Serialize};

use super::catalogue::ModelState;

/// A file to analyse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnalyzeRequest {
    /// Its language; what the end of its path says if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "python"))]
    pub language: Option<String>,
    /// Its path, for its language and for what depends on names, such as tests. Nothing is read there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its text.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "def area(width, height):\n    return width * width\n")
    )]
    pub source: String,
    /// The project that it belongs to. A token that is limited to projects has to name one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Rules to run: ids, categories, patterns such as `perf/*`, profiles, `ALL`. The recommended ones
    /// if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<Vec<String>>,
    /// Rules to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Whether the network is asked, too.
    #[serde(default = "yes")]
    pub predict: bool,
    /// Whether its functions count as changed lately.
    #[serde(default)]
    pub changed: bool,
}

fn yes() -> bool {
    true
}

/// What there is to say of a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnalyzeResponse {
    /// The language that it was read as.
    pub language: String,
    /// Physical lines.
    pub lines: u32,
    /// Places that do not parse.
    pub syntax_errors: u32,
    /// Its functions, in the order of the text.
    pub context: Vec<FunctionContext>,
    /// Likely bugs, predictions, breaches of security and of practice.
    pub bugs: Vec<SourceFinding>,
    /// Slow code.
    pub optimizations: Vec<SourceFinding>,
    /// What was left out, and why.
    pub notes: Vec<Note>,
}

/// A sentence on something that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// The kind, for programs.
    pub code: String,
    /// What happened.
    pub detail: String,
    /// Where the model is in its life, if it could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelState>,
}

/// A stretch of a text. Lines and columns count from 1; a column is a Unicode scalar value, not a
/// byte and not a UTF-16 unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Place {
    /// The line where it begins.
    pub line: u32,
    /// The column where it begins.
    pub column: u32,
    /// The line where it ends.
    pub end_line: u32,
    /// The column after its end.
    pub end_column: u32,
}

/// What a function is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunctionContext {
    /// Its name.
    pub name: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it stands in no other function.
    pub is_outermost: bool,
    /// Its lines.
    pub lines: u32,
    /// Its parameters.
    pub parameters: u32,
    /// How deep its control flow is nested.
    pub nesting: u32,
    /// `McCabe`'s number of independent paths.
    pub cyclomatic: u32,
    /// `SonarSource`'s cognitive complexity.
    pub cognitive: u32,
    /// How its time grows with its input, such as `O(n²)`.
    pub cost: String,
    /// 0 to 100.
    pub quality: u8,
    /// What takes points from its quality.
    pub reasons: Vec<QualityReason>,
}

/// What takes points from a function's quality.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QualityReason {
    /// What it is about.
    pub name: String,
    /// What was found.
    pub found: u32,
    /// What costs nothing yet.
    pub free: u32,
    /// The points it takes.
    pub points: u8,
}

/// A finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceFinding {
    /// The rule's id.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// `error`, `warning`, `information` or `hint`.
    pub severity: String,
    /// How sure we are that it is true, 0 to 1.
    pub confidence: f32,
    /// One sentence that names the code's own words.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Ways to mend it, the best first.
    pub fixes: Vec<SourceFix>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Why we think so, one fact a line, in Markdown.
    pub evidence: Vec<String>,
    /// Names the finding across moves and edits elsewhere.
    pub fingerprint: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceFix {
    /// What it does, in the imperative.
    pub title: String,
    /// `safe` or `unsafe`.
    pub safety: String,
    /// What comes where.
    pub edits: Vec<SourceEdit>,
}

/// A replacement in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceEdit {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What comes there.
    pub replacement: String,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    pub message: String,
}
