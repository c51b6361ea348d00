//! How metrics are made: each with its name, and entered in the registry once.

use std::fmt::Debug;

use prometheus_client::encoding::EncodeMetric;
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// What the documentation says of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name, as Prometheus has it.
    pub name: String,
    /// Counter, gauge or histogram.
    pub kind: &'static str,
    /// Its label, if it has one.
    pub label: Option<&'static str>,
    /// What it measures.
    pub help: &'static str,
}

/// Metrics of one name, told apart by a label. The values of a label come from the program, never
/// from its input, so that there are only so many.
pub struct Labelled<M> {
    label: &'static str,
    family: Family<Label, M, fn() -> M>,
}

/// A label and its value.
type Label = [(&'static str, &'static str); 1];

impl<M: Clone> Labelled<M> {
    /// The metric with a value of the label. Who counts often keeps it.
    pub fn of(&self, value: &'static str) -> M {
        self.family.get_or_create_owned(&[(self.label, value)])
    }
}

/// Makes metrics and enters them in a registry.
pub(super) struct Maker {
    /// The registry.
    pub(super) registry: Registry,
    /// What was entered.
    pub(super) described: Vec<Described>,
}

impl Maker {
    /// With an empty registry, for names that begin with ours.
    pub(super) fn new() -> Self {
        Self { registry: Registry::with_prefix("omnistack"), described: Vec::new() }
    }

    /// A counter.
    pub(super) fn counter(&mut self, name: &str, help: &'static str) -> Counter {
        self.enter(name, None, help, None, "counter", Counter::default())
    }

    /// A counter of fractions.
    pub(super) fn fractions(&mut self, name: &str, unit: Unit, help: &'static str) -> Fractions {
        self.enter(name, Some(unit), help, None, "counter", Fractions::default())
    }

    /// A counter for each value of a label.
    pub(super) fn counters(
        &mut self,
        name: &str,
        help: &'static str,
        label: &'static str,
    ) -> Labelled<Counter> {
        self.family(name, None, help, label, "counter", Counter::default)
    }

    /// A counter of fractions for each value of a label.
    pub(super) fn labelled_fractions(
        &mut self,
        name: &str,
        unit: Unit,
        help: &'static str,
        label: &'static str,
    ) -> Labelled<Fractions> {
        self.family(name, Some(unit), help, label, "counter", Fractions::default)
    }

    /// A gauge.
    pub(super) fn gauge(&mut self, name: &str, unit: Option<Unit>, help: &'static str) -> Gauge {
        self.enter(name, unit, help, None, "gauge", Gauge::default())
    }

    /// A gauge for each value of a label.
    pub(super) fn gauges(
        &mut self,
        name: &str,
        unit: Option<Unit>,
        help: &'static str,
        label: &'static str,
    ) -> Labelled<Gauge> {
        self.family(name, unit, help, label, "gauge", Gauge::default)
    }

    /// A histogram.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        unit: Option<Unit>,
        help: &'static str,
        make: fn() -> Histogram,
    ) -> Histogram {
        self.enter(name, unit, help, None, "histogram", make())
    }

    /// A histogram for each value of a label.
    pub(super) fn histograms(
        &mut self,
        name: &str,
        unit: Option<Unit>,
        help: &'static str,
        label: &'static str,
        make: fn() -> Histogram,
    ) -> Labelled<Histogram> {
        self.family(name, unit, help, label, "histogram", make)
    }

    fn family<M>(
        &mut self,
        name: &str,
        unit: Option<Unit>,
        help: &'static str,
        label: &'static str,
        kind: &'static str,
        make: fn() -> M,
    ) -> Labelled<M>
    where
        M: EncodeMetric + TypedMetric + Debug + Send + Sync + 'static,
    {
        let family = Family::new_with_constructor(make);
        let family = self.enter(name, unit, help, Some(label), kind, family);
        Labelled { label, family }
    }

    fn enter<M>(
        &mut self,
        name: &str,
        unit: Option<Unit>,
        help: &'static str,
        label: Option<&'static str>,
        kind: &'static str,
        metric: M,
    ) -> M
    where
        M: prometheus_client::registry::Metric + Clone,
    {
        let ending = if kind == "counter" { "_total" } else { "" };
        let of_unit = unit.as_ref().map(|it| format!("_{}", it.as_str())).unwrap_or_default();
        let described = format!("omnistack_{name}{of_unit}{ending}");
        self.described.push(Described { name: described, kind, label, help });
        match unit {
            Some(unit) => self.registry.register_with_unit(name, help, unit, metric.clone()),
            None => self.registry.register(name, help, metric.clone()),
        }
        metric
    }
}

/// A counter of fractions.
pub type Fractions = Counter<f64, std::sync::atomic::AtomicU64>;
