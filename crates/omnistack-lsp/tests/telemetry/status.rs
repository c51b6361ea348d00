//! The status for programs and for people.

use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn a_status_names_rates_rules_and_places() {
    let mut client = Client::of_process();
    client.initialize(json!({}), &Value::Null);
    let function = |at| format!("def f{at}(a):\n    return a == {at}\n\n");
    let text = (0..200).map(function).collect::<Vec<_>>().concat();
    let uri = "file:///tmp/x.py";
    client.check(uri, "python", &text);
    client.change(uri, 2, [1, 11, 1, 12], "b");
    client.diagnostics(uri, 2);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert!(status["hit_rates"]["units"].as_f64().unwrap() > 0.3, "{status}");
    assert_eq!(status["hit_rates"]["predictions"], Value::Null);
    let slowest = status["slowest_rules"].as_array().unwrap();
    assert_eq!(slowest.len(), 10);
    assert!(slowest[0]["microseconds_per_function"].as_f64().unwrap() > 0.0, "{status}");
    assert_eq!(status["panic_reports"]["reports"], json!([]));

    let command = json!({"command": "omnistack.statusText", "arguments": []});
    let page = client.request("workspace/executeCommand", command).unwrap();
    let page = page.as_str().unwrap();
    assert!(page.starts_with("# OmniStack\n\n- version: "), "{page}");
    for part in ["1 open, 1 up to date", "% of", "µs a function", "- metrics: off", "- caught: 0"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    let command = json!({"command": "omnistack.status", "arguments": []});
    let again = client.request("workspace/executeCommand", command).unwrap();
    assert_eq!(again["documents"], status["documents"]);
}
