//! Telemetry follows the settings, whenever they change.

use crate::configuration::TelemetrySettings;

/// Has telemetry follow these settings; returns what is wrong with them, a sentence each.
pub(in crate::server) fn configure(settings: &TelemetrySettings) -> Vec<String> {
    let (settings, problems) = settings.resolve(|name| std::env::var(name).ok());
    telemetry::configure(&settings);
    problems
}
