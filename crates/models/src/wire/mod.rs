//! Wire types: what a daemon and a team server say to each other, as JSON over HTTP.
//!
//! They are all of version 1, whose routes begin with `/v1`. A field may be added at any time, and
//! who reads does not mind fields it does not know; a field that changes its meaning, or goes, needs
//! another version. Offsets are in bytes of the UTF-8 text they belong to; lines and columns count
//! from 1, columns in Unicode scalar values.

mod access;
mod analyze;
mod catalogue;
mod predict;
mod problem;

pub use access::{GrantType, RevokeRequest, TokenRequest, TokenResponse};
pub use analyze::{
    AnalyzeRequest, AnalyzeResponse, FunctionContext, Note, Place, QualityReason, Related,
    SourceEdit, SourceFinding, SourceFix,
};
pub use catalogue::{ModelDescription, ModelState, Models, Usage, UsageEntry};
pub use predict::{
    Edit, Fix, PredictRequest, PredictResponse, Prediction, Unit, UnitAnswer, UnitStatus,
};
pub use problem::Problem;

/// The version that the routes begin with.
pub const VERSION: &str = "v1";
/// The header in which the W3C's trace context goes along (<https://www.w3.org/TR/trace-context/>).
pub const TRACE_HEADER: &str = "traceparent";
/// The header that names a request in the logs of both sides.
pub const REQUEST_HEADER: &str = "x-request-id";
/// The header in which a client says how many milliseconds it still waits.
pub const DEADLINE_HEADER: &str = "x-omnistack-deadline-ms";
