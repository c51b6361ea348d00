//! The names of metrics are a promise: dashboards and alerts rest on them.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write;

use telemetry::metrics::{PanicIn, RemoteOutcome, Stage, metrics};

fn table() -> String {
    let mut table = "| metric | kind | label | what |\n|---|---|---|---|\n".to_owned();
    for metric in metrics().described() {
        let label = metric.label.map(|it| format!("`{it}`")).unwrap_or_default();
        let (name, kind, help) = (&metric.name, metric.kind, metric.help);
        writeln!(table, "| `{name}` | {kind} | {label} | {help} |").unwrap();
    }
    table
}

#[test]
fn names_stay_as_they_are() {
    insta::assert_snapshot!("metrics", table());
}

#[test]
fn the_documentation_lists_them() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/observability.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&table()), "docs/observability.md must hold this table:\n{}", table());
}

#[test]
fn the_text_holds_what_was_counted_under_the_names_described() {
    let metrics = metrics();
    metrics.request("textDocument/hover", std::time::Duration::from_millis(3));
    metrics.stage(Stage::Rules, std::time::Duration::from_micros(40));
    metrics.panicked(PanicIn::Rule);
    metrics.remote(RemoteOutcome::TimedOut);
    metrics.findings.of("bug/self-comparison").inc_by(2);
    metrics.cache_size.of("units").set(1000);
    let mut asked = 0;
    metrics.ask(Box::new(move |metrics| {
        asked += 1;
        metrics.queue.of("analysis").set(asked);
        asked < 2
    }));
    let first = metrics.text();
    assert!(first.contains("omnistack_queue_jobs{queue=\"analysis\"} 1\n"), "{first}");
    metrics.text();
    // The source has said that there is nothing to ask any more.
    let text = metrics.text();
    for line in [
        "omnistack_request_duration_seconds_count{method=\"textDocument/hover\"} 1\n",
        "omnistack_request_duration_seconds_bucket{le=\"0.0025\",method=\"textDocument/hover\"} 0\n",
        "omnistack_analysis_duration_seconds_bucket{le=\"0.0001\",stage=\"rules\"} 1\n",
        "omnistack_panics_total{where=\"rule\"} 1\n",
        "omnistack_remote_requests_total{outcome=\"timed_out\"} 1\n",
        "omnistack_findings_total{rule=\"bug/self-comparison\"} 2\n",
        "omnistack_cache_size_bytes{cache=\"units\"} 1000\n",
        "omnistack_queue_jobs{queue=\"analysis\"} 2\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let described: BTreeSet<String> = metrics.described().into_iter().map(|it| it.name).collect();
    let endings = ["_bucket", "_sum", "_count"];
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let base = endings.iter().find_map(|it| name.strip_suffix(it)).unwrap_or(name);
        assert!(described.contains(base), "{line}");
    }
    if cfg!(target_os = "linux") {
        let memory = text.lines().find_map(|it| {
            it.strip_prefix("omnistack_process_resident_memory_bytes ")?.parse::<u64>().ok()
        });
        assert!(memory.is_some_and(|it| it > 1 << 20), "{text}");
    }
}
