//! `GET /v1/models` and `GET /v1/usage`: what a server has, and what it was asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The models of a server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Models {
    /// The model that is asked where none is named.
    pub default: String,
    /// All of them, by id.
    pub models: Vec<ModelDescription>,
}

/// Where a model is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// It is not in memory.
    #[default]
    Unloaded,
    /// It is being read.
    Loading,
    /// It can be asked.
    Ready,
    /// It answers what it was asked, and then goes.
    Draining,
    /// It cannot be used.
    Failed,
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelDescription {
    /// Its name and version.
    pub id: String,
    /// Where it is in its life.
    pub state: ModelState,
    /// The licence of its weights.
    pub licence: String,
    /// The SHA-256 of its weights, in hexadecimal.
    pub checksum: String,
    /// How many numbers were trained; nothing while it is not loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<usize>,
    /// The languages that it says something of.
    pub languages: Vec<String>,
    /// Threads that run it.
    pub workers: usize,
    /// Functions that wait for it.
    pub waiting: usize,
    /// Why it cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What was asked of this server since it started, by client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// When counting began, in seconds since 1970.
    pub since: u64,
    /// By client; a client that may not see others sees itself.
    pub clients: BTreeMap<String, UsageEntry>,
}

/// What one client asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageEntry {
    /// Requests that were answered, of any kind.
    pub requests: u64,
    /// Requests that its limit turned away.
    pub limited: u64,
    /// Functions that it asked about.
    pub units: u64,
    /// Of these, those whose answer was known.
    pub cached: u64,
    /// Files that it had analysed.
    pub files: u64,
}
