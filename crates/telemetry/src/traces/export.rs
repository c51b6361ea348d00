//! The exporter: spans in batches to a collector, over gRPC or HTTP.
//!
//! Both run on the agent's runtime. The library exports from a thread of its own, which knows no
//! runtime; so the HTTP client hands each request over.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::trace::BatchSpanProcessor;
use tokio::runtime::Handle;

use crate::settings::{Otlp, Protocol};

/// Bytes of an answer that are read; a collector has little to say.
const ANSWER_BYTES: usize = 1 << 20;

/// A processor that sends spans to a collector. Headers, timeouts and batches are what
/// OpenTelemetry's variables say. Must be called on a runtime.
///
/// # Errors
/// What is wrong with the address or the variables.
pub(crate) fn exporter(otlp: &Otlp) -> Result<BatchSpanProcessor, ExporterBuildError> {
    let endpoint = otlp.endpoint.as_str();
    let exporter = match otlp.protocol {
        Protocol::Grpc => SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?,
        Protocol::Http => SpanExporter::builder()
            .with_http()
            .with_protocol(opentelemetry_otlp::Protocol::HttpBinary)
            .with_http_client(OnRuntime::new())
            .with_endpoint(endpoint)
            .build()?,
    };
    Ok(BatchSpanProcessor::builder(exporter).build())
}

/// An HTTP client whose requests run on the runtime that made it.
struct OnRuntime {
    runtime: Handle,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl OnRuntime {
    fn new() -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { runtime: Handle::current(), client }
    }
}

impl fmt::Debug for OnRuntime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OnRuntime").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let response = client.request(request.map(Full::new)).await?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, ANSWER_BYTES).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(parts, body))
        });
        sent.await?
    }
}
