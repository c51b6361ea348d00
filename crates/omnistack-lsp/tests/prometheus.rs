//! A real Prometheus finds two daemons by their service-discovery files, and scrapes both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, reason = "shared with the tests of the server")]
#[path = "server/client.rs"]
mod client;
#[allow(dead_code, reason = "shared with the tests of telemetry")]
#[path = "telemetry/scraping.rs"]
mod scraping;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use client::Client;
use scraping::{get, served, until};
use serde_json::{Value, json};

/// Ended with the test.
struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> std::path::PathBuf {
    let named = std::env::var_os("OMNISTACK_TEST_PROMETHEUS").expect(
        "the path of a Prometheus in OMNISTACK_TEST_PROMETHEUS; `cargo xtask scrape` sets it",
    );
    named.into()
}

fn daemon(folder: &Path) -> Client {
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_PREDICT_ENABLED", "false"),
        ("OMNISTACK_TELEMETRY_METRICS_PORT", "0"),
        ("OMNISTACK_TELEMETRY_DISCOVERY_FOLDER", folder.to_str().unwrap()),
    ]);
    client.initialize(json!({}), &Value::Null);
    client.check("file:///tmp/x.py", "python", "def f(a):\n    return a == a\n");
    served(&mut client);
    client
}

#[test]
fn one_prometheus_scrapes_every_daemon() {
    let folder = tempfile::tempdir().unwrap();
    let announced = folder.path().join("metrics");
    let first = daemon(&announced);
    let configuration = folder.path().join("prometheus.yml");
    let files = announced.join("*.json");
    let text = format!(
        "scrape_configs:\n- job_name: omnistack\n  scrape_interval: 1s\n  file_sd_configs:\n  \
         - files: ['{}']\n    refresh_interval: 1s\n",
        files.display()
    );
    std::fs::write(&configuration, text).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let prometheus = Command::new(program())
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _prometheus = Prometheus(prometheus.unwrap());

    let ask = |query: &str| -> Vec<Value> {
        let Ok(stream) = std::net::TcpStream::connect(&address) else { return Vec::new() };
        drop(stream);
        let (head, body) = get(&address, &format!("GET /api/v1/query?query={query}"));
        // Until it is ready it says so.
        if !head.starts_with("HTTP/1.1 200") {
            return Vec::new();
        }
        let start = body.find('{').unwrap();
        let answer: Value =
            serde_json::from_str(body[start..].trim_end_matches("\r\n0\r\n\r\n")).unwrap();
        answer["data"]["result"].as_array().unwrap().clone()
    };
    let processes = |query: &str| -> Vec<String> {
        let of = |it: &Value| it["metric"]["process"].as_str().unwrap().to_owned();
        let mut found: Vec<String> = ask(query).iter().map(of).collect();
        found.sort();
        found
    };
    let findings = "omnistack_findings_total{rule=\"bug/self-comparison\"}".replace('"', "%22");
    until("scrape of the first daemon", || {
        (processes(&findings) == [first.process_id().to_string()]).then_some(())
    });
    // A window that is opened later is found without a word to Prometheus.
    let second = daemon(&announced);
    let mut both = [first.process_id(), second.process_id()].map(|it| it.to_string());
    both.sort();
    until("scrape of both daemons", || (processes(&findings) == both).then_some(()));
    let values: Vec<Value> = ask(&findings).iter().map(|it| it["value"][1].clone()).collect();
    assert_eq!(values, ["1", "1"]);
    // One that has ended is asked no more.
    drop(second);
    until("end of the second daemon", || {
        (processes("up") == [first.process_id().to_string()]).then_some(())
    });
}
