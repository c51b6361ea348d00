//! The settings of what the daemon tells of itself: logs, metrics and traces.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use telemetry::logs::Format;
use telemetry::settings::{Protocol, Settings, otlp};

use super::settings::SettingPath;

/// What the language server tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct TelemetrySettings {
    /// The folder of the files by which Prometheus finds the server, in place of one in the user's
    /// runtime folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery_folder: Option<SettingPath>,
    /// The folder of log files. Without one, the log goes to standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_folder: Option<SettingPath>,
    /// The form of log lines.
    pub log_format: LogFormat,
    /// What is logged: `error`, `warn`, `info`, `debug` or `trace`, or levels by module as in
    /// `warn,omnistack_lsp=debug`. The variable `OMNISTACK_LOG` holds over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
    /// The port of 127.0.0.1 that serves Prometheus metrics; 0 takes a free one. Without one, none
    /// does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_port: Option<u16>,
    /// The OpenTelemetry collector that gets traces, such as `http://localhost:4317`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<String>,
    /// How traces are sent; without it, `grpc` to port 4317 and `http/protobuf` to any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_protocol: Option<OtlpProtocol>,
    /// Requests and analyses that take longer than so many milliseconds are logged; 0 for none.
    pub slow_request_ms: u32,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// How traces are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OtlpProtocol {
    /// OTLP over gRPC.
    #[serde(rename = "grpc")]
    Grpc,
    /// OTLP as protobuf over HTTP.
    #[serde(rename = "http/protobuf")]
    Http,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            discovery_folder: None,
            log_folder: None,
            log_format: LogFormat::default(),
            log_level: None,
            metrics_port: None,
            otlp_endpoint: None,
            otlp_protocol: None,
            slow_request_ms: 1000,
        }
    }
}

impl TelemetrySettings {
    /// As telemetry takes them, completed by the variables that OpenTelemetry defines; with what is
    /// wrong, a sentence each.
    pub fn resolve(&self, variable: impl Fn(&str) -> Option<String>) -> (Settings, Vec<String>) {
        let protocol = self.otlp_protocol.map(|it| match it {
            OtlpProtocol::Grpc => Protocol::Grpc,
            OtlpProtocol::Http => Protocol::Http,
        });
        let otlp = otlp(self.otlp_endpoint.as_deref(), protocol, variable);
        let limit = u64::from(self.slow_request_ms);
        let settings = Settings {
            log_level: self.log_level.clone(),
            log_format: match self.log_format {
                LogFormat::Pretty => Format::Pretty,
                LogFormat::Json => Format::Json,
            },
            log_folder: self.log_folder.clone().map(|it| it.0),
            metrics_port: self.metrics_port,
            discovery_folder: self.discovery_folder.clone().map(|it| it.0),
            otlp: otlp.as_ref().ok().cloned().flatten(),
            slow_request: (limit > 0).then(|| Duration::from_millis(limit)),
        };
        (settings, otlp.err().into_iter().collect())
    }
}
