//! Traces of a running daemon, as a collector gets them.

use serde_json::{Value, json};

use crate::client::Client;
use crate::receiver::{Collector, Span};

const URI: &str = "file:///tmp/x.py";
const FAULTY: &str = "def f(a):\n    return a == a\n";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

fn traced(protocol: &str, collector: &Collector) -> Client {
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_TELEMETRY_OTLP_ENDPOINT", &format!("http://{}", collector.address)),
        ("OMNISTACK_TELEMETRY_OTLP_PROTOCOL", protocol),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
    ]);
    client.initialize(json!({}), &Value::Null);
    crate::scraping::until("export of traces", || {
        let status = client.request("omnistack/status", Value::Null).unwrap();
        status["telemetry"]["traces"].as_str().map(str::to_owned)
    });
    client
}

/// An edit of a document and a hover, both within the client's trace, and what becomes of them.
fn a_session_is_traced(mut client: Client, collector: &mut Collector) {
    let context = json!({"traceparent": format!("00-{TRACE}-{CALLER}-01")});
    let document = json!({"uri": URI, "languageId": "python", "version": 1, "text": FAULTY});
    client.notify("textDocument/didOpen", json!({"textDocument": document, "_meta": context}));
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    let at = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 12},
        "traceparent": context["traceparent"]});
    client.request("textDocument/hover", at).unwrap();
    assert_eq!(client.request("unknown/method", json!({})), Err(-32601));

    let opened = collector.wait_for("notification", |it| it.name == "textDocument/didOpen");
    assert_eq!((&*opened.trace, &*opened.parent), (TRACE, CALLER));
    assert_eq!(opened.service, "omnistack-lsp");
    let hover = collector.wait_for("request", |it| it.name == "textDocument/hover");
    assert_eq!((&*hover.trace, &*hover.parent), (TRACE, CALLER));
    assert_eq!(hover.attribute("rpc.method").as_deref(), Some("textDocument/hover"));
    assert_eq!(hover.attribute("failed"), None);

    let is_below = |parent: &Span| {
        let (trace, id) = (parent.trace.clone(), parent.id.clone());
        move |span: &Span| span.trace == trace && span.parent == id
    };
    let below_open = is_below(&opened);
    let analyse = collector.wait_for("analysis", |it| it.name == "analyse" && below_open(it));
    assert_eq!(analyse.attribute("uri").as_deref(), Some(URI));
    assert_eq!(analyse.attribute("checked").as_deref(), Some("2"));
    assert_eq!(analyse.attribute("findings").as_deref(), Some("1"));
    for stage in ["parse", "lower", "facts", "rules"] {
        let below = is_below(&analyse);
        let part = collector.wait_for(stage, |it| it.name == stage && below(it));
        assert!(part.began >= analyse.began - 1_000_000 && part.began <= part.ended, "{part:?}");
        assert!(part.ended - part.began <= analyse.ended - analyse.began, "{part:?}");
    }
    // The network is asked because of the same message, later.
    let predict = collector.wait_for("prediction", |it| it.name == "predict" && below_open(it));
    let below = is_below(&predict);
    collector.wait_for("network", |it| it.name == "network" && below(it));

    // A message without a context begins a trace of its own.
    let failed = collector.wait_for("failure", |it| it.name == "unknown/method");
    assert_eq!((&*failed.parent, failed.attribute("failed").as_deref()), ("", Some("true")));
    assert_ne!(failed.trace, TRACE);

    // What waits at the end is sent before the process is gone.
    drop(client);
    collector.wait_for("last request", |it| it.name == "shutdown");
}

#[test]
fn over_grpc() {
    let mut collector = Collector::grpc();
    let client = traced("grpc", &collector);
    a_session_is_traced(client, &mut collector);
}

#[test]
fn over_http() {
    let mut collector = Collector::http();
    let client = traced("http/protobuf", &collector);
    a_session_is_traced(client, &mut collector);
}

#[test]
fn a_collector_that_is_gone_holds_up_nothing() {
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_PREDICT_ENABLED", "false"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
    ]);
    client.initialize(json!({}), &Value::Null);
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    assert_eq!(client.request("shutdown", Value::Null), Ok(Value::Null));
    client.notify("exit", Value::Null);
    let status = client.status(std::time::Duration::from_secs(10));
    assert_eq!(status.code(), Some(0));
}
