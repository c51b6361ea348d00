//! The status as a page of Markdown, for people.

use std::fmt::Write;
use std::time::Duration;

use crate::server::status::Status;

/// The page.
pub(in crate::server) fn page(status: &Status) -> String {
    let mut page = Page::default();
    page.heading(1, "OmniStack");
    page.row("version", status.version);
    page.row("up for", &duration(status.uptime_seconds));
    let documents = &status.documents;
    page.row("documents", &format!("{} open, {} up to date", documents.open, documents.current));
    let workspace = &status.workspace;
    page.row(
        "workspace",
        &format!(
            "{} files, {}{}{}",
            workspace.files,
            bytes(workspace.bytes),
            if workspace.reading { ", still reading" } else { "" },
            match workspace.left_out {
                0 => String::new(),
                left_out => format!(", {left_out} left out"),
            },
        ),
    );
    if let Some(memory) = &status.memory {
        let (now, peak) = (bytes(memory.resident_bytes), bytes(memory.peak_bytes));
        let evictions = match status.evictions {
            0 => String::new(),
            evictions => format!(", {evictions} times over the ceiling"),
        };
        page.row("memory", &format!("{now}, at most {peak}{evictions}"));
    }
    let queue = &status.queue;
    page.row(
        "queue",
        &format!(
            "{} waiting, {} running, {} predicting, {} messages to write, {} lost",
            queue.waiting, queue.running, status.predictions.waiting, queue.outbound, queue.dropped
        ),
    );
    let predictions = &status.predictions;
    let model = predictions.model.as_deref().unwrap_or("none loaded");
    page.row("model", &format!("{model} ({})", predictions.state));
    if let Some(problem) = &predictions.problem {
        page.row("", problem);
    }

    let remote = &status.remote;
    let endpoint = remote.endpoint.as_deref().map_or(String::new(), |it| format!("{it}, "));
    let model = remote.model.as_deref().map_or(String::new(), |it| format!("{it}, "));
    page.row("team server", &format!("{endpoint}{model}{}", remote.state));
    if let Some(problem) = &remote.problem {
        page.row("", problem);
    }

    page.heading(2, "Caches");
    let units = &status.cache;
    page.row("functions", &cache(units.entries, Some(units.bytes), units.hits, units.misses));
    let (hits, misses) = (predictions.hits, predictions.misses);
    page.row("predictions", &cache(predictions.entries, None, hits, misses));

    page.heading(2, "Telemetry");
    let activity = &status.telemetry;
    let named = [
        ("metrics", &activity.metrics),
        ("announced in", &activity.discovery),
        ("traces", &activity.traces),
        ("logs", &activity.logs),
    ];
    for (name, value) in named {
        page.row(name, value.as_deref().unwrap_or("off"));
    }
    for problem in &activity.problems {
        page.row("", problem);
    }

    page.heading(2, "Slowest rules");
    if status.slowest_rules.is_empty() {
        page.line("Nothing was timed yet.");
    }
    for slow in &status.slowest_rules {
        page.row(slow.rule, &format!("{:.1} µs a function", slow.microseconds_per_function));
    }
    for rule in &status.disabled_rules {
        page.row(rule, "off, since it failed repeatedly");
    }

    page.heading(2, "Panics");
    page.row("caught", &status.panics.to_string());
    for report in &status.panic_reports.reports {
        let rule = report.rule.as_deref().map(|it| format!(" in {it}")).unwrap_or_default();
        page.row(&report.place, &format!("{} times{rule}: {}", report.times, report.message));
    }
    if let Some(folder) = &status.panic_reports.folder {
        page.row("reports are kept in", folder);
    }
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn heading(&mut self, level: usize, text: &str) {
        let gap = if self.0.is_empty() { "" } else { "\n" };
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "{gap}{} {text}\n", "#".repeat(level));
    }

    fn row(&mut self, name: &str, value: &str) {
        let value = value.replace('\n', " ");
        let _ = match name {
            "" => writeln!(self.0, "- {value}"),
            name => writeln!(self.0, "- {name}: {value}"),
        };
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }
}

fn cache(entries: u64, weight: Option<u64>, hits: u64, misses: u64) -> String {
    let weight = weight.map(|it| format!(", {}", bytes(it))).unwrap_or_default();
    let asked = hits + misses;
    let share = match asked {
        0 => String::new(),
        asked => format!(", {:.1} % of {asked} lookups hit", hits as f64 * 100.0 / asked as f64),
    };
    format!("{entries} kept{weight}{share}")
}

fn bytes(count: u64) -> String {
    match count {
        0..=9_999 => format!("{count} bytes"),
        10_000..=9_999_999 => format!("{:.0} kB", count as f64 / 1e3),
        _ => format!("{:.0} MB", count as f64 / 1e6),
    }
}

fn duration(seconds: f64) -> String {
    let whole = Duration::try_from_secs_f64(seconds).unwrap_or_default().as_secs();
    match whole {
        0..=119 => format!("{whole} s"),
        120..=7199 => format!("{} min", whole / 60),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}
