//! Analyses of whole files: the same as `omnistack-lsp check` says.

use omnistack_server::access::Role;
use serde_json::json;

use crate::api::server::{SLIP, Server, settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_context_bugs_and_optimizations() {
    let server = Server::start(settings()).await;
    let source = format!(
        "def unique(items):\n    seen = []\n    for item in items:\n        if item in seen:\n            \
         continue\n        seen.append(item)\n    return seen\n\n\n\
         def same(a):\n    return a == a\n\n\nclass Parcel:\n    {}",
        SLIP.replace('\n', "\n    ")
    );
    let body = json!({"path": "parcel.py", "changed": true, "source": source});
    let (status, answer) = server.post("/v1/analyze", Role::Developer, &body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!((answer["language"].as_str(), &answer["notes"]), (Some("python"), &json!([])));
    let names: Vec<_> = answer["context"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["unique", "same", "Parcel.recipient"]);
    assert_eq!(answer["context"][0]["cost"], "O(n)");
    let rules = |part: &str| -> Vec<String> {
        let all = answer[part].as_array().unwrap().iter();
        all.map(|it| format!("{}:{}", it["rule"].as_str().unwrap(), it["line"])).collect()
    };
    assert_eq!(rules("optimizations"), ["perf/linear-search-in-loop:4"]);
    let bugs = rules("bugs");
    assert!(bugs.contains(&"predict/variable-misuse:17".to_owned()), "{bugs:?}");
    assert!(bugs.iter().any(|it| it.ends_with(":11")), "{bugs:?}");
    let (_, quiet) = {
        let mut body = body.clone();
        (body["predict"], body["ignore"]) = (json!(false), json!(["perf"]));
        server.post("/v1/analyze", Role::Developer, &body).await
    };
    assert_eq!(quiet["optimizations"], json!([]));
    assert!(!quiet["bugs"].to_string().contains("predict/"), "{quiet}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_analysed_says_why() {
    let server = Server::start(settings()).await;
    let asked = &server;
    let post = |body| async move { asked.post("/v1/analyze", Role::Developer, &body).await };
    for body in [
        json!({"source": "x"}),
        json!({"language": "cobol", "source": "x"}),
        json!({"path": "notes.txt", "source": "x"}),
        json!({"language": "python", "source": "x = 1\n", "select": ["bug/everything"]}),
    ] {
        let (status, problem) = post(body).await;
        assert_eq!(
            (status, problem["code"].as_str().unwrap()),
            (422, "unprocessable"),
            "{problem}"
        );
    }
    let (status, answer) = post(json!({"language": "python", "source": "a\0b"})).await;
    assert_eq!((status, answer["notes"][0]["code"].as_str()), (200, Some("skipped")), "{answer}");
    let (status, answer) = post(json!({"language": "python", "source": ""})).await;
    assert_eq!((status, answer["context"].as_array().unwrap().len()), (200, 0));
    server.stop().await;
}
