//! Metrics of a running daemon, scraped over a socket.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::client::Client;
use crate::scraping::{announced, get, samples, served};

const URI: &str = "file:///tmp/x.py";
const FAULTY: &str = "def f(a):\n    return a == a\n";

fn daemon(folder: &str) -> Client {
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_PREDICT_ENABLED", "false"),
        ("OMNISTACK_TELEMETRY_METRICS_PORT", "0"),
        ("OMNISTACK_TELEMETRY_DISCOVERY_FOLDER", folder),
    ]);
    client.initialize(json!({}), &Value::Null);
    client
}

#[test]
fn a_daemon_is_scraped_at_the_address_that_it_announces() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("metrics");
    let mut client = daemon(folder.to_str().unwrap());
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    let at = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 12}});
    client.request("textDocument/hover", at).unwrap();
    assert_eq!(client.request("somebody/else's", json!({})), Err(-32601));
    let status = served(&mut client);
    let (file, groups) = announced(&folder);
    let target = groups[0]["targets"][0].as_str().unwrap().to_owned();
    assert!(target.starts_with("127.0.0.1:"), "{groups}");
    assert_eq!(groups[0]["labels"]["process"], client.process_id().to_string());
    assert_eq!(status["telemetry"]["metrics"], format!("http://{target}/metrics"));
    assert_eq!(status["telemetry"]["discovery"], file.to_str().unwrap());

    let (head, text) = get(&target, "GET /metrics");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("application/openmetrics-text"), "{head}");
    let found = samples(&text);
    let value = |series: &str| found.get(series).copied();
    for (series, expected) in [
        ("omnistack_request_duration_seconds_count{method=\"textDocument/hover\"}", 1.0),
        ("omnistack_request_duration_seconds_count{method=\"other\"}", 1.0),
        ("omnistack_analysis_duration_seconds_count{stage=\"parse\"}", 1.0),
        ("omnistack_analysis_units_total{work=\"checked\"}", 2.0),
        ("omnistack_findings_total{rule=\"bug/self-comparison\"}", 1.0),
        ("omnistack_cache_entries{cache=\"units\"}", 4.0),
        ("omnistack_cache_misses_total{cache=\"units\"}", 4.0),
    ] {
        assert_eq!(value(series), Some(expected), "{series} in\n{text}");
    }
    for series in [
        "omnistack_analysis_duration_seconds_count{stage=\"total\"}",
        "omnistack_analysis_duration_seconds_sum{stage=\"rules\"}",
        "omnistack_cache_size_bytes{cache=\"units\"}",
        "omnistack_process_start_time_seconds",
    ] {
        assert!(value(series).is_some_and(|it| it > 0.0), "{series} in\n{text}");
    }
    for queue in ["analysis", "running", "predictions", "outbound"] {
        let series = format!("omnistack_queue_jobs{{queue=\"{queue}\"}}");
        assert!(value(&series).is_some_and(|it| it < 10.0), "{series} in\n{text}");
    }
    if cfg!(target_os = "linux") {
        let memory = value("omnistack_process_resident_memory_bytes");
        assert!(memory.is_some_and(|it| it > 1e6), "{text}");
    }
    assert!(!text.contains("x.py") && !text.contains("somebody"), "{text}");

    // What is counted since the last time comes on top, and what is asked in other ways is refused.
    client.change(URI, 2, [1, 11, 1, 12], "b");
    assert!(client.diagnostics(URI, 2).is_empty());
    let again = samples(&get(&target, "GET /metrics").1);
    let hits = "omnistack_cache_hits_total{cache=\"units\"}";
    assert!(again[hits] > found[hits], "{again:#?}");
    assert!(get(&target, "GET /").0.starts_with("HTTP/1.1 404"));
    assert!(get(&target, "POST /metrics").0.starts_with("HTTP/1.1 405"));

    drop(client);
    assert!(!file.exists(), "it is announced no longer than it runs");
}

#[test]
fn settings_of_the_editor_turn_metrics_on_and_off() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::of_process();
    client.initialize(json!({}), &Value::Null);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    let nothing = json!({"metrics": null, "discovery": null, "traces": null, "logs": null,
        "problems": []});
    assert_eq!(status["telemetry"], nothing);

    let telemetry = json!({"metrics-port": 0, "discovery-folder": folder.path()});
    let settings = json!({"settings": {"omnistack": {"telemetry": telemetry}}});
    client.notify("workspace/didChangeConfiguration", settings);
    let status = served(&mut client);
    let address = status["telemetry"]["metrics"].as_str().unwrap().to_owned();
    let address = address.trim_start_matches("http://").trim_end_matches("/metrics");
    assert!(get(address, "GET /metrics").0.starts_with("HTTP/1.1 200"));

    client.notify("workspace/didChangeConfiguration", json!({"settings": {"omnistack": {}}}));
    crate::scraping::until("end of metrics", || {
        let status = client.request("omnistack/status", Value::Null).unwrap();
        (status["telemetry"] == nothing).then_some(())
    });
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn a_port_that_is_taken_is_a_problem_that_the_status_names() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut client = Client::of_process();
    let options = json!({"telemetry": {"metrics-port": port, "metrics": true}});
    client.initialize(json!({}), &options);
    let logged = client.wait_for_notification("window/showMessage");
    assert!(logged["message"].as_str().unwrap().contains("omnistack.telemetry.metrics`"));
    let problem = crate::scraping::until("problem", || {
        let status = client.request("omnistack/status", Value::Null).unwrap();
        status["telemetry"]["problems"][0].as_str().map(str::to_owned)
    });
    assert!(problem.contains(&port.to_string()), "{problem}");
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
}

/// What nobody asked for costs no thread.
#[cfg(target_os = "linux")]
#[test]
fn without_settings_there_is_no_thread_for_the_network() {
    let mut client = Client::of_process();
    client.initialize(json!({}), &Value::Null);
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    let tasks = format!("/proc/{}/task", client.process_id());
    let names: Vec<String> = std::fs::read_dir(tasks)
        .unwrap()
        .map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap())
        .collect();
    assert!(names.iter().any(|it| it.trim() == "state"), "{names:?}");
    assert!(!names.iter().any(|it| it.contains("telemetry") || it.contains("OpenT")), "{names:?}");
}
