//! Traces: spans of `tracing`, handed to OpenTelemetry while somebody wants them.
//!
//! The layer is there from the start, since a subscriber cannot be changed later, but its filter
//! lets nothing through and says so beforehand: while traces are off, a span costs one comparison
//! and no allocation. The exporter comes when settings name a collector, and can be replaced.

mod export;
mod link;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::{Span as _, Tracer, TracerProvider};
use opentelemetry::{Context as SpanTree, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor,
};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use crate::Options;
pub(crate) use export::exporter;
pub use link::Link;

/// Whether spans are exported.
static IS_ON: AtomicBool = AtomicBool::new(false);
/// What makes the spans of stages.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Whether spans are exported at present. What would only be computed for a span need not be
/// otherwise.
pub fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// A part of a span's work, told afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The name of its span.
    pub name: &'static str,
    /// When it began.
    pub began: Instant,
    /// How long it took in all. If it was done in pieces, with others between, its span is as if
    /// they had been done without a pause.
    pub took: Duration,
}

/// Adds spans for the parts of a span's work.
pub fn parts(span: &tracing::Span, parts: impl IntoIterator<Item = Part>) {
    if !is_on() || span.is_disabled() {
        return;
    }
    let Some(tracer) = TRACER.get() else { return };
    let (parent, now, wall) = (span.context(), Instant::now(), SystemTime::now());
    for part in parts {
        let began = wall - now.saturating_duration_since(part.began);
        let builder = tracer.span_builder(part.name).with_start_time(began);
        let mut span = tracer.build_with_context(builder, &parent);
        span.end_with_timestamp(began + part.took);
    }
}

/// The process's traces.
#[derive(Clone)]
pub(crate) struct Traces {
    options: Options,
    switch: Switch,
    tracer: SdkTracer,
    resource: Resource,
}

impl Traces {
    /// Traces that go nowhere yet.
    pub(crate) fn new(options: Options) -> Self {
        let of_environment = Resource::builder().build();
        let named = of_environment.get(&"service.name".into());
        let is_named = named.is_some_and(|it| !it.as_str().starts_with("unknown_service"));
        let mut builder = Resource::builder().with_attributes([
            KeyValue::new("service.version", options.version),
            KeyValue::new("process.pid", i64::from(std::process::id())),
        ]);
        if !is_named {
            builder = builder.with_service_name(options.service);
        }
        let resource = builder.build();
        let switch = Switch::default();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_span_processor(switch.clone())
            .build();
        let tracer = provider.tracer(options.service);
        TRACER.get_or_init(|| tracer.clone());
        // The tracer holds the provider; it lives as long as the process.
        Self { options, switch, tracer, resource }
    }

    /// The layer that makes spans of OpenTelemetry.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(Wanted { modules: self.options.traced })
    }

    /// Hands spans to this processor from now on; returns the one before.
    pub(crate) fn send_to(
        &self,
        processor: Option<BatchSpanProcessor>,
    ) -> Option<BatchSpanProcessor> {
        let is_on = processor.is_some();
        let processor = processor.map(|mut processor| {
            processor.set_resource(&self.resource);
            processor
        });
        let before = {
            let mut present = self.switch.0.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *present, processor)
        };
        if IS_ON.swap(is_on, Ordering::Relaxed) != is_on {
            tracing::callsite::rebuild_interest_cache();
        }
        before
    }
}

/// A processor that another one can be put into later.
#[derive(Clone, Debug, Default)]
struct Switch(Arc<RwLock<Option<BatchSpanProcessor>>>);

impl SpanProcessor for Switch {
    fn on_start(&self, span: &mut Span, tree: &SpanTree) {
        if let Some(processor) = &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            processor.on_start(span, tree);
        }
    }

    fn on_end(&self, span: SpanData) {
        if let Some(processor) = &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            processor.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Lets spans of some modules through while traces are on.
struct Wanted {
    modules: &'static [&'static str],
}

impl Wanted {
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let is_below = |module: &&str| {
            let rest = metadata.target().strip_prefix(*module);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        is_on()
            && metadata.is_span()
            && *metadata.level() <= tracing::Level::DEBUG
            && self.modules.iter().any(is_below)
    }
}

impl<S> Filter<S> for Wanted {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(if is_on() { LevelFilter::DEBUG } else { LevelFilter::OFF })
    }
}
