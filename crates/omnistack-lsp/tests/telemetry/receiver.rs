//! A collector for tests: it speaks OTLP over gRPC and over HTTP, with the protocol's own messages.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use prost::Message;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::client::LIMIT;

/// A span as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) service: String,
    pub(crate) name: String,
    pub(crate) trace: String,
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) began: u64,
    pub(crate) ended: u64,
    attributes: Vec<KeyValue>,
}

impl Span {
    /// An attribute as a text.
    pub(crate) fn attribute(&self, key: &str) -> Option<String> {
        text_of(&self.attributes, key)
    }
}

fn text_of(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|it| it.key == key)?;
    match found.value.as_ref()? {
        AnyValue { value: Some(Value::StringValue(text)) } => Some(text.clone()),
        AnyValue { value: Some(Value::IntValue(number)) } => Some(number.to_string()),
        AnyValue { value: Some(Value::BoolValue(is_so)) } => Some(is_so.to_string()),
        other => panic!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The collector; it runs until the test's process ends.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    requests: Receiver<ExportTraceServiceRequest>,
    spans: Vec<Span>,
}

#[derive(Clone)]
struct Sink(Sender<ExportTraceServiceRequest>);

#[tonic::async_trait]
impl TraceService for Sink {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        // The test may be over.
        let _ = self.0.send(request.into_inner());
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

async fn take(sink: Sink, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.uri().path(), "/v1/traces");
    assert_eq!(request.headers()["content-type"], "application/x-protobuf");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let _ = sink.0.send(ExportTraceServiceRequest::decode(body).unwrap());
    let answer = ExportTraceServiceResponse::default().encode_to_vec();
    let response = Response::builder().header("content-type", "application/x-protobuf");
    Ok(response.body(Full::new(answer.into())).unwrap())
}

impl Collector {
    /// One that is spoken to over gRPC.
    pub(crate) fn grpc() -> Self {
        Self::start(|listener, sink| async move {
            let server = Server::builder().add_service(TraceServiceServer::new(sink));
            server.serve_with_incoming(TcpIncoming::from(listener)).await.unwrap();
        })
    }

    /// One that is spoken to over HTTP.
    pub(crate) fn http() -> Self {
        Self::start(|listener, sink| async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = sink.clone();
                let service = service_fn(move |request| take(sink.clone(), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        })
    }

    fn start<F>(serve: impl FnOnce(TcpListener, Sink) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()>,
    {
        let (sender, requests) = channel();
        let (bound, address) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                bound.send(listener.local_addr().unwrap()).unwrap();
                serve(listener, Sink(sender)).await;
            });
        });
        Self { address: address.recv().unwrap(), requests, spans: Vec::new() }
    }

    /// The span that fits, as soon as it has come.
    pub(crate) fn wait_for(&mut self, what: &str, fits: impl Fn(&Span) -> bool) -> Span {
        // Other spans may come for ever.
        let until = Instant::now() + LIMIT;
        loop {
            if let Some(found) = self.spans.iter().find(|it| fits(it)) {
                return found.clone();
            }
            let left = until.saturating_duration_since(Instant::now());
            let Ok(request) = self.requests.recv_timeout(left) else {
                panic!("no {what} among {:#?}", self.spans)
            };
            self.take(request);
        }
    }

    fn take(&mut self, request: ExportTraceServiceRequest) {
        for of_resource in request.resource_spans {
            let resource = of_resource.resource.unwrap();
            let service = text_of(&resource.attributes, "service.name").unwrap();
            assert!(text_of(&resource.attributes, "service.version").is_some());
            for span in of_resource.scope_spans.into_iter().flat_map(|it| it.spans) {
                self.spans.push(Span {
                    service: service.clone(),
                    name: span.name,
                    trace: hex(&span.trace_id),
                    id: hex(&span.span_id),
                    parent: hex(&span.parent_span_id),
                    began: span.start_time_unix_nano,
                    ended: span.end_time_unix_nano,
                    attributes: span.attributes,
                });
            }
        }
    }
}
