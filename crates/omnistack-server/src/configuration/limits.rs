//! Settings: how much may be asked.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much may be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Functions of a request.
    pub units: usize,
    /// Bytes of one function's text.
    pub unit_bytes: usize,
    /// How long a request may take in all; a client's own deadline may be nearer.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub request_timeout: Duration,
    /// How long a body may take to come.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub body_timeout: Duration,
    /// Requests at a time; those beyond are turned away.
    pub concurrency: usize,
    /// Requests of one client at a time.
    pub client_concurrency: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Functions that may wait for a model; beyond, requests are turned away.
    pub queue: usize,
    /// How often clients may ask.
    pub rates: Rates,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 << 20,
            units: 256,
            unit_bytes: 256 << 10,
            request_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            concurrency: 512,
            client_concurrency: 64,
            connections: 4096,
            queue: 4096,
            rates: Rates::default(),
        }
    }
}

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How often each second, in the long run.
    pub per_second: f64,
    /// How often at once.
    pub burst: f64,
}

/// How often clients may ask, by kind of route.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// `POST /v1/token`, by address.
    pub token: Rate,
    /// `POST /v1/predict`, by client.
    pub predict: Rate,
    /// `POST /v1/analyze`, by client.
    pub analyze: Rate,
    /// Everything else that needs a token, by client.
    pub other: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            token: Rate { per_second: 1.0, burst: 20.0 },
            predict: Rate { per_second: 50.0, burst: 200.0 },
            analyze: Rate { per_second: 5.0, burst: 20.0 },
            other: Rate { per_second: 10.0, burst: 40.0 },
        }
    }
}
