//! What clients were given, once they have another secret, were disabled, or are gone.

use omnistack_server::access::Role;
use omnistack_server::auth::clients::Clients;
use serde_json::json;

use crate::attacks::server::{SECRET, Server, text};
use crate::waiting::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_in_the_same_second_as_another_secret_is_over() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    for _ in 0..3 {
        let before = server.grant("dev").await;
        server.app.auth.clients().renew("dev", &SECRET.to_owned().into()).await.unwrap();
        let after = server.grant("dev").await;
        server.until_refused(text(&before["access_token"])).await;
        assert_eq!(server.refresh(&before["refresh_token"]).await.0, 401);
        assert_eq!(server.see(text(&after["access_token"])).await, 200);
        assert_eq!(server.refresh(&after["refresh_token"]).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_enabled_again_has_to_ask_again() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let before = server.grant("dev").await;
    let clients = server.app.auth.clients();
    clients.disable("dev", true).await.unwrap();
    server.until_refused(text(&before["access_token"])).await;
    clients.disable("dev", false).await.unwrap();
    let after = server.grant("dev").await;
    eventually("it is let in again", async || {
        server.see(text(&after["access_token"])).await == 200
    })
    .await;
    assert_eq!(server.see(text(&before["access_token"])).await, 401, "it may be stolen");
    assert_eq!(server.refresh(&before["refresh_token"]).await.0, 401);
    // Enabling one that is not disabled changes nothing.
    clients.disable("dev", false).await.unwrap();
    assert_eq!(server.refresh(&after["refresh_token"]).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_stays_so_over_a_restart_without_redis() {
    let keys = tempfile::TempDir::new().unwrap();
    let start = async || Server::with(|it| it.auth.keys = keys.path().join("keys")).await;
    let server = start().await;
    let [gone, kept, root] = [Role::Operator, Role::Viewer, Role::Admin].map(|it| server.token(it));
    assert_eq!(server.revoke(&root, &gone).await, 200);
    assert_eq!((server.see(&gone).await, server.see(&kept).await), (401, 200));
    drop(server);
    let file = keys.path().join("keys/revoked.jsonl");
    // As a power cut may leave it.
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{{\"id\":\"x\",\"until\":1}}\n{written}{{\"id\":\"y")).unwrap();
    let server = start().await;
    assert_eq!((server.see(&gone).await, server.see(&kept).await), (401, 200));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written, "what is over is left out");
    // Where it cannot be written down, whoever revokes is told; it holds here.
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(server.revoke(&root, &kept).await, 503);
    assert_eq!(server.see(&kept).await, 401);
}

#[tokio::test]
async fn the_record_of_a_removed_client_goes_when_nothing_can_be_good_any_more() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("clients.toml");
    let record = |name: &str, renewed: &str| {
        format!(
            "[clients.{name}]\nsecret = ''\nrole = 'viewer'\ndisabled = true\nremoved = true\n\
             created = '2020-01-01T00:00:00Z'\nrenewed = '{renewed}'\n"
        )
    };
    let now = humantime_serde::re::humantime::format_rfc3339(std::time::SystemTime::now());
    let text = record("old", "2021-01-01T00:00:00Z") + &record("recent", &now.to_string());
    std::fs::write(&path, text).unwrap();
    let clients = Clients::in_file(&path).unwrap();
    assert_eq!(clients.all().await.unwrap().len(), 2);
    let secret = SECRET.to_owned().into();
    let client = omnistack_server::auth::clients::Client::new(&secret, Role::Viewer, None).unwrap();
    clients.add("new", client).await.unwrap();
    let names: Vec<_> = clients.all().await.unwrap().into_keys().collect();
    assert_eq!(names, ["new", "recent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_that_a_client_was_removed() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    server.app.auth.clients().remove("dev").await.unwrap();
    let body = json!({
        "grant_type": "client_credentials", "client_id": "dev", "client_secret": SECRET,
    });
    assert_eq!(server.ask(&body).await.0, 401);
    assert!(server.audit().contains("the client was removed"), "{}", server.audit());
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn events_that_the_audit_log_does_not_take_are_counted() {
    let server = Server::with(|it| it.telemetry.audit_file = Some("/dev/full".into())).await;
    assert_eq!(server.see("nonsense").await, 401);
    let metrics = server.http.get(server.url("/metrics")).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("\nomnistack_audit_events_lost_total 1\n"));
}
