//! How predictions do, for the status and the metrics.

use serde::Serialize;

use crate::store::StoreStatus;

/// How predictions do, as the status tells it.
#[derive(Clone, Debug, Serialize)]
pub struct PredictionStatus {
    /// `idle` while no model is loaded, `ready`, or `failed`.
    pub state: &'static str,
    /// The model.
    pub model: Option<String>,
    /// Why there are no predictions, or none in some languages.
    pub problem: Option<String>,
    /// Units whose predictions are kept.
    pub entries: u64,
    /// What is kept on disk.
    pub disk: Option<StoreStatus>,
    /// Documents whose predictions wait for a pause in typing, or are being made.
    pub waiting: usize,
    /// Lookups that found something.
    pub hits: u64,
    /// Lookups that did not.
    pub misses: u64,
}

/// Predictions in memory, and how often they helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Units whose predictions are kept.
    pub entries: u64,
    /// Bytes they weigh.
    pub bytes: u64,
    /// Lookups that found something.
    pub hits: u64,
    /// Lookups that did not.
    pub misses: u64,
}
