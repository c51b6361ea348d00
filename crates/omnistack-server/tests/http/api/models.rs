//! The life of models: loaded, swapped while they are asked, let go.

use std::path::Path;

use models::model::{FILES, seal};
use omnistack_server::access::Role;
use serde_json::{Value, json};

use crate::api::server::{SLIP, Server, settings};

/// A copy of the shipped model of another id.
fn copy(folder: &Path) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/weights");
    for name in FILES {
        std::fs::copy(shipped.join(name), folder.join(name)).unwrap();
    }
    seal(folder, "none").unwrap();
    let path = folder.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest["id"] = "other-1".into();
    std::fs::write(path, manifest.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_loaded_asked_and_let_go() {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path());
    let audit = folder.path().join("audit.jsonl");
    let mut settings = settings();
    settings.models.folders = vec![folder.path().to_owned()];
    settings.telemetry.audit_file = Some(audit.clone());
    let server = Server::start(settings).await;
    let (_, models) = server.get("/v1/models", Role::Viewer).await;
    let states: Vec<_> =
        models["models"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["ready", "unloaded"], "{models}");
    let body = json!({"model": "other-1", "units": [{"language": "python", "changed": true, "code": SLIP}]});
    let (status, problem) = server.post("/v1/predict", Role::Developer, &body).await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("model_unavailable")), "{problem}");
    assert_eq!(server.post("/v1/models/other-1/load", Role::Developer, &json!({})).await.0, 403);
    let (status, model) = server.post("/v1/models/other-1/load", Role::Operator, &json!({})).await;
    assert_eq!((status, model["state"].as_str()), (200, Some("ready")), "{model}");
    let (status, answer) = server.post("/v1/predict", Role::Developer, &body).await;
    assert_eq!((status, answer["model"].as_str()), (200, Some("other-1")));
    assert_eq!(answer["units"][0]["predictions"][0]["rule"], "predict/variable-misuse");
    let (status, model) =
        server.post("/v1/models/other-1/unload", Role::Operator, &json!({})).await;
    assert_eq!((status, model["state"].as_str()), (200, Some("unloaded")));
    assert_eq!(server.post("/v1/predict", Role::Developer, &body).await.0, 503);
    let (status, problem) = server.post("/v1/models/none/load", Role::Operator, &json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("unknown_model")));
    server.stop().await;
    let audit = std::fs::read_to_string(audit).unwrap();
    let noted: Vec<Value> = audit.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let noted: Vec<_> =
        noted.iter().map(|it| [&it["action"], &it["decision"], &it["what"]]).collect();
    assert_eq!(
        noted[1..],
        [
            ["model.load", "allowed", "other-1"],
            ["model.unload", "allowed", "other-1"],
            ["model.load", "denied", "none"]
        ],
        "after the developer who may not: {audit}"
    );
    assert_eq!(audit.matches(r#""address":"127.0.0.1""#).count(), 4, "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_swapped_while_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path());
    let mut settings = settings();
    settings.models.folders = vec![folder.path().to_owned()];
    settings.models.default = "other-1".to_owned();
    let server = Server::start(settings).await;
    let (_, before) = server.get("/v1/models/other-1", Role::Viewer).await;
    // Other thresholds make another model of the same id; answers of the one before do not count.
    let thresholds = folder.path().join("calibration.json");
    let text = std::fs::read_to_string(&thresholds).unwrap();
    std::fs::write(&thresholds, format!("{text}\n")).unwrap();
    seal(folder.path(), "none").unwrap();
    let path = folder.path().join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest["id"] = "other-1".into();
    std::fs::write(path, manifest.to_string()).unwrap();
    let ask = |number: usize| {
        let code = format!("def f{number}(a, b):\n    return a + b\n");
        let body = json!({"units": [{"language": "python", "code": code}]});
        let server = &server;
        async move { server.post("/v1/predict", Role::Developer, &body).await.0 }
    };
    let asked = futures::future::join_all((0..200).map(ask));
    let nothing = json!({});
    let swap = server.post("/v1/models/other-1/load", Role::Operator, &nothing);
    let (statuses, (status, after)) = futures::join!(asked, swap);
    assert_eq!(status, 200, "{after}");
    assert!(statuses.iter().all(|it| *it == 200), "{statuses:?}");
    assert_eq!(after["state"], "ready");
    assert_eq!(before["workers"], after["workers"]);
    // One that is damaged does not replace it.
    std::fs::write(&thresholds, "{}").unwrap();
    let (status, problem) =
        server.post("/v1/models/other-1/load", Role::Operator, &json!({})).await;
    assert_eq!(status, 200, "{problem}: the manifest says that nothing changed");
    let mut manifest: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("manifest.json")).unwrap())
            .unwrap();
    manifest["files"]["calibration.json"] = "0".repeat(64).into();
    std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    let (status, problem) =
        server.post("/v1/models/other-1/load", Role::Operator, &json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("model_unavailable")), "{problem}");
    assert_eq!(ask(1000).await, 200, "the one before stays");
    server.stop().await;
}
