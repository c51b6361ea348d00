//! Problems: what an error says (RFC 9457), as `application/problem+json`.

use serde::{Deserialize, Serialize};

/// An error. Its `code` is stable; the sentences are for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI for the kind of error: `urn:omnistack:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in a few words.
    pub title: String,
    /// The status of the response.
    pub status: u16,
    /// The kind of error, for programs.
    #[cfg_attr(feature = "openapi", schema(example = "rate_limited"))]
    pub code: String,
    /// What happened this time, and what mends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request's name in the server's logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The error as OAuth 2.0 names it, where a token was asked for (RFC 6749, section 5.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
