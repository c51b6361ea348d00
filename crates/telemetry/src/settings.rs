//! What telemetry is told to do. Each binary has settings of its own, from which it makes these.
//!
//! Everything is off unless somebody asks for it: by those settings, or, for traces, by the
//! variables that OpenTelemetry defines.

use std::path::PathBuf;
use std::time::Duration;

use crate::logs::Format;

/// The variable that says what is logged, over any setting.
pub const LOG_VARIABLE: &str = "OMNISTACK_LOG";
/// The path of traces, below a collector's address.
const TRACES: &str = "/v1/traces";

/// How traces are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// OTLP over gRPC.
    Grpc,
    /// OTLP as protobuf over HTTP.
    Http,
}

/// Where traces are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Otlp {
    /// The collector; for HTTP with the path of traces.
    pub endpoint: String,
    /// How it is spoken to.
    pub protocol: Protocol,
}

/// What telemetry does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What is logged, if not what the program logs by itself.
    pub log_level: Option<String>,
    /// The form of log lines.
    pub log_format: Format,
    /// The folder of log files; standard error if there is none.
    pub log_folder: Option<PathBuf>,
    /// The port that serves metrics, if any does.
    pub metrics_port: Option<u16>,
    /// The folder of service-discovery files, if not the usual one.
    pub discovery_folder: Option<PathBuf>,
    /// Where traces go, if anywhere.
    pub otlp: Option<Otlp>,
    /// What takes longer is logged, if anything.
    pub slow_request: Option<Duration>,
}

impl Settings {
    /// Whether something is wanted that takes a network.
    pub(crate) fn needs_agent(&self) -> bool {
        self.metrics_port.is_some() || self.otlp.is_some()
    }
}

/// Where traces go by a setting, or else by OpenTelemetry's variables; nowhere if neither names a
/// collector.
///
/// # Errors
/// A sentence that says why the collector cannot be spoken to.
pub fn otlp(
    endpoint: Option<&str>,
    protocol: Option<Protocol>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Otlp>, String> {
    let variable = |name: &str| variable(name).filter(|it| !it.trim().is_empty());
    let is_off = variable("OTEL_SDK_DISABLED").is_some_and(|it| it.eq_ignore_ascii_case("true"))
        || variable("OTEL_TRACES_EXPORTER").is_some_and(|it| it.trim() == "none");
    let exact = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").filter(|_| !is_off);
    let base = variable("OTEL_EXPORTER_OTLP_ENDPOINT").filter(|_| !is_off);
    let (endpoint, is_exact) = match (endpoint, exact, base) {
        (Some(endpoint), _, _) => (endpoint.to_owned(), false),
        (None, Some(exact), _) => (exact, true),
        (None, None, Some(base)) => (base, false),
        (None, None, None) => return Ok(None),
    };
    let protocol = match protocol {
        Some(protocol) => Some(protocol),
        None => standard_protocol(&variable)?,
    };
    collector(endpoint.trim(), is_exact, protocol).map(Some)
}

fn standard_protocol(
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<Option<Protocol>, String> {
    let named = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"]
        .into_iter()
        .find_map(|name| Some((name, variable(name)?)));
    match named.as_ref().map(|(name, value)| (name, value.trim())) {
        None => Ok(None),
        Some((_, "grpc")) => Ok(Some(Protocol::Grpc)),
        Some((_, "http/protobuf")) => Ok(Some(Protocol::Http)),
        Some((name, other)) => Err(format!(
            "Traces cannot be sent as {name} says: it must be grpc or http/protobuf, not {other}."
        )),
    }
}

/// The collector at an address. The path is completed unless it is exact.
fn collector(endpoint: &str, is_exact: bool, protocol: Option<Protocol>) -> Result<Otlp, String> {
    if endpoint.starts_with("https:") {
        return Err(format!(
            "Traces cannot be sent to {endpoint}: this program speaks no TLS; name a collector on \
             this machine, which can."
        ));
    }
    let uri = endpoint.parse::<http::Uri>().ok().filter(|uri| {
        uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty())
    });
    let Some(uri) = uri else {
        return Err(format!(
            "Traces cannot be sent to {endpoint}: an address such as http://localhost:4318 is \
             wanted."
        ));
    };
    let by_port = if uri.port_u16() == Some(4317) { Protocol::Grpc } else { Protocol::Http };
    let protocol = protocol.unwrap_or(by_port);
    let base = endpoint.trim_end_matches('/');
    let endpoint = match protocol {
        Protocol::Http if !is_exact && !base.ends_with(TRACES) => format!("{base}{TRACES}"),
        Protocol::Http | Protocol::Grpc => endpoint.to_owned(),
    };
    Ok(Otlp { endpoint, protocol })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces(
        endpoint: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Result<Option<(String, Protocol)>, String> {
        let found = otlp(endpoint, None, |name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        found.map(|it| it.map(|it| (it.endpoint, it.protocol)))
    }

    #[test]
    fn a_setting_holds_over_the_standard_variables() {
        let standard = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://standard:4317");
        let grpc = |it: &str| Ok(Some((it.to_owned(), Protocol::Grpc)));
        let http = |it: &str| Ok(Some((it.to_owned(), Protocol::Http)));
        assert_eq!(traces(None, &[]), Ok(None));
        assert_eq!(traces(None, &[standard]), grpc("http://standard:4317"));
        let own = Some("http://own:4318/");
        assert_eq!(traces(own, &[standard]), http("http://own:4318/v1/traces"));
        for off in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
            assert_eq!(traces(None, &[standard, off]), Ok(None));
            assert_eq!(traces(own, &[standard, off]), http("http://own:4318/v1/traces"));
        }
        let exact = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://exact:9/here");
        assert_eq!(traces(None, &[standard, exact]), http("http://exact:9/here"));
        let protocol = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        assert_eq!(traces(None, &[standard, protocol]), http("http://standard:4317/v1/traces"));
    }

    #[test]
    fn an_address_that_cannot_be_used_is_told() {
        for wrong in ["https://far:4317", "localhost:4317", "http://", "ftp://far", "a b"] {
            let told = traces(Some(wrong), &[]).err().unwrap_or_default();
            assert!(told.starts_with(&format!("Traces cannot be sent to {wrong}: ")), "{told}");
        }
        let protocol = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");
        let told = traces(Some("http://near:1"), &[protocol]).err().unwrap_or_default();
        assert!(told.contains("OTEL_EXPORTER_OTLP_PROTOCOL"), "{told}");
    }
}
