//! What the daemon tells of its own work: each message, each analysis and each stage of it becomes
//! a span and a number, as far as somebody wants them.
//!
//! The rest of the server calls in here at the few places where something begins or ends; nothing
//! here decides anything.

mod analyses;
mod configuring;
mod gauges;
mod report;
mod requests;
mod rule_times;

pub(super) use analyses::{Observed, Work, asking};
pub(super) use configuring::configure;
pub(super) use gauges::watch;
pub(super) use report::page;
pub(super) use requests::Exchange;
pub(super) use rule_times::{RuleTimes, count_checked};

/// What the daemon's telemetry is called, what of it is traced, and what it logs by itself.
pub(super) const OPTIONS: telemetry::Options = telemetry::Options {
    service: "omnistack-lsp",
    version: env!("CARGO_PKG_VERSION"),
    traced: &["omnistack_lsp"],
    log: "warn,omnistack_lsp=info,telemetry=info",
};
