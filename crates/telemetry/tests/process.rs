//! What telemetry does to a process: spans that come and go with settings, and reports of panics.
//!
//! A process has one telemetry, and variables that say where its folders are; so this test has no
//! harness, and starts itself again as the process under test.

#![allow(clippy::expect_used, clippy::panic)]

use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use telemetry::settings::{Otlp, Protocol};
use telemetry::traces::Link;
use telemetry::{Options, Settings};

const CHILD: &str = "OMNISTACK_TEST_CHILD";
const OPTIONS: Options =
    Options { service: "test", version: "9.9.9", traced: &["process"], log: "warn" };

fn main() {
    if std::env::var_os(CHILD).is_some() {
        child();
        return;
    }
    let folder = std::env::temp_dir().join(format!("omnistack-process-{}", std::process::id()));
    let program = std::env::current_exe().expect("the path of this test");
    let output = Command::new(program)
        .env(CHILD, "1")
        .env("XDG_STATE_HOME", &folder)
        .env_remove("OMNISTACK_LOG")
        .output()
        .expect("a process");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    // The log has the whole message, the report has no text in quotes.
    assert!(log.contains("ERROR") && log.contains("no `secret` in 3"), "{log}");
    check_report(&folder.join("omnistack/panics"));
    std::fs::remove_dir_all(&folder).expect("the folder to go");
    println!("test process ... ok");
}

/// Panics twice at one place, once at another; spans are made while they are wanted.
fn child() {
    let guard = telemetry::start(OPTIONS);
    for _ in 0..2 {
        assert!(catch_unwind(|| panic!("no `secret` in {}", 3)).is_err());
        telemetry::panics::blame("bug/some-rule");
    }
    assert!(catch_unwind(|| panic!("elsewhere")).is_err());
    let (reports, _) = telemetry::panics::reports();
    assert_eq!(reports.iter().map(|it| it.times).collect::<Vec<_>>(), [2, 1]);

    // A span that is disabled is nothing but that: it holds no memory and has no name.
    assert!(span().is_disabled());
    let endpoint = "http://127.0.0.1:1/v1/traces".to_owned();
    let otlp = Some(Otlp { endpoint, protocol: Protocol::Http });
    telemetry::configure(&Settings { otlp, ..Settings::default() });
    wait_until(|| !span().is_disabled());
    let outer = span();
    let link = outer.in_scope(Link::current);
    assert!(!link.is_none());
    let caused = span();
    link.adopt(&caused);
    let trace = |link: &Link| link.headers().first().map(|it| it.1.get(3..35).map(str::to_owned));
    assert_eq!(trace(&Link::to(&caused)), trace(&link));
    assert_ne!(trace(&Link::to(&span())), trace(&link));
    // Spans of modules that nobody named are not ours to export.
    assert!(tracing::debug_span!(target: "processes", "span").is_disabled());

    telemetry::configure(&Settings::default());
    wait_until(|| span().is_disabled());
    assert!(Link::current().is_none());
    let began = Instant::now();
    drop(guard);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

fn span() -> tracing::Span {
    tracing::debug_span!("span")
}

fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "it does not happen");
        std::thread::yield_now();
    }
}

fn check_report(folder: &Path) {
    let mut reports: Vec<Value> = std::fs::read_dir(folder)
        .expect("a folder of reports")
        .map(|entry| {
            let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a report");
            serde_json::from_str(&text).expect("JSON")
        })
        .collect();
    reports.sort_by_key(|it| it["times"].as_u64());
    let [once, twice] = reports.as_slice() else { panic!("{reports:?}") };
    assert_eq!((&twice["message"], &twice["times"]), (&"no `…` in 3".into(), &2.into()));
    assert_eq!((&twice["rule"], &twice["version"]), (&"bug/some-rule".into(), &"9.9.9".into()));
    assert_eq!((&once["message"], &once["rule"]), (&"elsewhere".into(), &Value::Null));
    assert!(once["place"].as_str().is_some_and(|it| it.contains("tests/process.rs:")), "{once}");
}
