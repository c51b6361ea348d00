//! What ties a span to the one that caused it, across threads, processes and time: the W3C trace
//! context.
//!
//! A handle of a span would keep it open. A link is only its name, so that work which begins later
//! can say what it was done for.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::is_on;

/// The name of a span, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link(Option<SpanContext>);

impl Link {
    /// No span.
    pub const NONE: Self = Self(None);

    /// The span that this thread is in; none while traces are off.
    pub fn current() -> Self {
        if is_on() { Self::to(&tracing::Span::current()) } else { Self::NONE }
    }

    /// A span; none while traces are off.
    pub fn to(span: &tracing::Span) -> Self {
        if !is_on() || span.is_disabled() {
            return Self::NONE;
        }
        Self::of(&span.context())
    }

    fn of(context: &Context) -> Self {
        let named = context.span().span_context().clone();
        Self(named.is_valid().then_some(named))
    }

    /// What the `traceparent` and `tracestate` of a request name; none if they are malformed.
    pub fn parse(traceparent: &str, tracestate: Option<&str>) -> Self {
        let mut carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
        carrier.extend(tracestate.map(|it| ("tracestate".to_owned(), it.to_owned())));
        Self::of(&TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier))
    }

    /// The `traceparent` and `tracestate` to send along with a request.
    pub fn headers(&self) -> Vec<(String, String)> {
        let Some(context) = self.context() else { return Vec::new() };
        let mut carrier = HashMap::new();
        TraceContextPropagator::new().inject_context(&context, &mut carrier);
        let mut headers: Vec<_> =
            carrier.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        headers.sort();
        headers
    }

    /// Whether there is no span.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Makes a span, which nobody has entered yet, a part of the one named here.
    pub fn adopt(&self, span: &tracing::Span) {
        if let Some(context) = self.context() {
            // It fails where the span is disabled, and then there is nothing to tie.
            let _ = span.set_parent(context);
        }
    }

    fn context(&self) -> Option<Context> {
        let named = self.0.clone()?;
        Some(Context::new().with_remote_span_context(named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_survives_a_round_trip() {
        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let link = Link::parse(traceparent, Some("vendor=1"));
        let headers = link.headers();
        let expected = [("traceparent", traceparent), ("tracestate", "vendor=1")];
        assert_eq!(headers, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        let malformed =
            ["", "00-0-0-01", "zz", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"];
        for malformed in malformed {
            assert!(Link::parse(malformed, None).is_none(), "{malformed}");
        }
        assert!(Link::current().headers().is_empty());
    }
}
