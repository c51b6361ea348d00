//! The commands that manage clients, tokens and keys, as an operator runs them beside a server.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::attacks::server::Server;

/// An operator, at the machine of the server.
struct Operator {
    folder: TempDir,
}

impl Operator {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let operator = Self { folder };
        let settings = format!(
            "[auth]\nkeys = '{}'\nclients = '{}'\nrevocations_every = '50ms'\n\
             [telemetry]\naudit_file = '{}'\n",
            operator.path("keys").display(),
            operator.path("clients.toml").display(),
            operator.path("audit.log").display()
        );
        std::fs::write(operator.path("server.toml"), settings).unwrap();
        operator
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_omnistack-server"));
        command.args(arguments).arg("--config").arg(self.path("server.toml"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read has ended already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// What a command prints that works.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, "");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What a command complains of that does not.
    fn failed(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    async fn server(&self) -> Server {
        let (keys, clients) = (self.path("keys"), self.path("clients.toml"));
        Server::with(|settings| {
            settings.auth.keys = keys;
            settings.auth.clients = clients;
        })
        .await
    }
}

async fn ask(server: &Server, client: &str, secret: &str) -> (u16, Value) {
    let body = json!({
        "grant_type": "client_credentials", "client_id": client, "client_secret": secret,
    });
    server.ask(&body).await
}

#[tokio::test]
async fn clients_come_and_go_while_the_server_runs() {
    let operator = Operator::new();
    let server = operator.server().await;
    let secret = operator.done(&["client", "add", "ci", "--project", "shop", "--project", "site"]);
    assert!(secret.starts_with("oss_") && secret.len() > 40, "{secret}");
    let text = std::fs::read_to_string(operator.path("clients.toml")).unwrap();
    assert!(text.contains("$argon2id$") && !text.contains(&secret), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let data = std::fs::metadata(operator.path("clients.toml")).unwrap();
        assert_eq!(data.permissions().mode() & 0o777, 0o600);
    }
    let (status, given) = ask(&server, "ci", &secret).await;
    assert_eq!((status, &given["scope"]), (200, &json!("shop site")));
    let access = given["access_token"].as_str().unwrap();
    assert_eq!(server.see(access).await, 200);
    let listed = operator.done(&["client", "list", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["client"], "ci");
    assert_eq!(listed[0]["role"], "developer");
    assert!(!listed.to_string().contains("argon2"));
    assert!(operator.done(&["client", "list"]).contains("shop, site"));
    operator.done(&["client", "disable", "ci"]);
    server.until_refused(access).await;
    assert_eq!(ask(&server, "ci", &secret).await.0, 401);
    operator.done(&["client", "enable", "ci"]);
    assert_eq!(ask(&server, "ci", &secret).await.0, 200);
    let newer = operator.done(&["client", "secret", "ci"]);
    assert_ne!(newer, secret);
    assert_eq!(ask(&server, "ci", &secret).await.0, 401);
    let (status, given) = ask(&server, "ci", &newer).await;
    assert_eq!((status, &given["scope"]), (200, &json!("shop site")));
    operator.done(&["client", "remove", "ci"]);
    assert_eq!(ask(&server, "ci", &newer).await.0, 401);
    assert_eq!(operator.done(&["client", "list", "--format", "json"]), "[]");
}

#[tokio::test]
async fn a_secret_may_be_given_and_is_not_repeated() {
    let operator = Operator::new();
    let server = operator.server().await;
    let secret = "a-secret-that-a-vault-made";
    let add = ["client", "add", "ops", "--role", "operator", "--secret-stdin"];
    let output = operator.run(&add, &format!("{secret}\n"));
    assert!(output.status.success());
    assert!(output.stdout.is_empty());
    assert_eq!(ask(&server, "ops", secret).await.0, 200);
    for (name, input, complaint) in [
        ("ops", secret, "already"),
        ("short", "hunter2", "20 to 512"),
        ("empty", "", "20 to 512"),
        ("spaces", "a secret with some spaces", "20 to 512"),
        ("long", &"x".repeat(600), "20 to 512"),
        ("a name", secret, "name"),
        ("../x", secret, "name"),
        ("a:b", secret, "name"),
    ] {
        let errors = operator.failed(&["client", "add", name, "--secret-stdin"], input);
        assert!(errors.contains(complaint), "{name}: {errors}");
        assert!(input.is_empty() || !errors.contains(input), "{name}: {errors}");
    }
    for command in ["disable", "enable", "remove"] {
        assert!(operator.failed(&["client", command, "nobody"], "").contains("no client nobody"));
    }
    let errors = operator.failed(&["client", "add", "ci", "--project", "a b"], "");
    assert!(errors.contains("project"), "{errors}");
}

#[tokio::test]
async fn a_file_of_clients_that_is_damaged_changes_nothing() {
    let operator = Operator::new();
    let server = operator.server().await;
    let secret = operator.done(&["client", "add", "ci"]);
    assert_eq!(ask(&server, "ci", &secret).await.0, 200);
    let text = std::fs::read_to_string(operator.path("clients.toml")).unwrap();
    std::fs::write(operator.path("clients.toml"), format!("{text}\nnonsense")).unwrap();
    assert_eq!(ask(&server, "ci", &secret).await.0, 200, "those of before go on");
    let errors = operator.failed(&["client", "list"], "");
    assert!(errors.contains("clients.toml") && !errors.contains("argon2"), "{errors}");
}

#[tokio::test]
async fn an_operators_token_is_good_at_once() {
    let operator = Operator::new();
    let server = operator.server().await;
    let issue = ["token", "issue", "--client", "anna", "--role", "operator", "--lifetime", "1h"];
    let token = operator.done(&[&issue[..], &["--project", "shop"]].concat());
    let principal = server.app.auth.verify(&token).await.unwrap();
    assert_eq!((&*principal.client, principal.role.name()), ("anna", "operator"));
    assert_eq!(principal.projects.as_deref(), Some(&["shop".to_owned()][..]));
    assert_eq!(server.see(&token).await, 200);
    let errors = operator.failed(&["token", "issue", "--client", "anna"], "");
    assert!(errors.contains("--role"), "{errors}");
    let errors = operator.failed(&[&issue[..6], &["--lifetime", "2y"]].concat(), "");
    assert!(errors.contains("a year at most"), "{errors}");
    let errors = operator.failed(&[&issue[..6], &["--lifetime", "0s"]].concat(), "");
    assert!(errors.contains("a second at least"), "{errors}");
    // A client that is known has a role.
    operator.done(&["client", "add", "ci", "--role", "viewer", "--project", "site"]);
    let token = operator.done(&["token", "issue", "--client", "ci"]);
    let principal = server.app.auth.verify(&token).await.unwrap();
    assert_eq!(principal.role.name(), "viewer");
    assert_eq!(principal.projects.as_deref(), Some(&["site".to_owned()][..]));
}

#[tokio::test]
async fn keys_are_listed_and_rotated_beside_the_server() {
    let operator = Operator::new();
    assert!(operator.failed(&["keys", "list"], "").contains("keys"), "nothing is made by looking");
    let server = operator.server().await;
    let list = || -> Vec<Value> {
        serde_json::from_str(&operator.done(&["keys", "list", "--format", "json"])).unwrap()
    };
    assert_eq!(list().len(), 1);
    assert_eq!(list()[0]["use"], "signs");
    let kid = operator.done(&["keys", "rotate"]);
    assert_eq!(list()[0]["kid"], *kid);
    assert_eq!(list()[1]["use"], "signs", "the new one settles first");
    assert!(operator.done(&["keys", "list"]).contains("EdDSA"));
    // The server shows it to others before it signs.
    let shown = async {
        loop {
            let url = server.url("/.well-known/jwks.json");
            let set = server.http.get(url).send().await.unwrap().text().await.unwrap();
            if set.contains(&kid) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), shown).await.unwrap();
}

#[test]
fn what_an_operator_does_is_written_down() {
    let operator = Operator::new();
    let secret = operator.done(&["client", "add", "ci", "--role", "viewer"]);
    operator.done(&["client", "disable", "ci"]);
    operator.done(&["client", "enable", "ci"]);
    let newer = operator.done(&["client", "secret", "ci"]);
    operator.done(&["keys", "rotate"]);
    let token = operator.done(&["token", "issue", "--client", "ci", "--lifetime", "2h"]);
    operator.done(&["client", "remove", "ci"]);
    operator.failed(&["client", "remove", "ci"], "");
    let audit = std::fs::read_to_string(operator.path("audit.log")).unwrap();
    let lines: Vec<Value> = audit.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    // Each is written down before it is done, too.
    let (asked, lines): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|it| it["decision"] == "asked");
    assert_eq!(asked.len(), lines.len());
    let actions: Vec<_> = lines.iter().map(|it| it["action"].as_str().unwrap()).collect();
    let expected = [
        "client.add",
        "client.disable",
        "client.enable",
        "client.secret",
        "keys.rotate",
        "token.issue",
        "client.remove",
        "client.remove",
    ];
    assert_eq!(actions, expected);
    let decisions: Vec<_> = lines.iter().map(|it| it["decision"].as_str().unwrap()).collect();
    assert_eq!(decisions, [&["allowed"; 7][..], &["denied"]].concat());
    assert_eq!((&lines[5]["what"], &lines[5]["reason"]), (&json!("ci"), &json!("role viewer, 2h")));
    assert!(lines.iter().all(|it| it["who"].as_str().unwrap().starts_with("operator:")));
    for secret in [secret, newer, token] {
        assert!(!audit.contains(&secret));
    }
    // What cannot be written down is not done.
    std::fs::remove_file(operator.path("audit.log")).unwrap();
    std::fs::create_dir(operator.path("audit.log")).unwrap();
    assert!(operator.failed(&["client", "add", "other"], "").contains("audit_file"));
    assert_eq!(operator.done(&["client", "list", "--format", "json"]), "[]");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_done_while_the_disk_of_the_audit_log_is_full() {
    let operator = Operator::new();
    operator.done(&["keys", "rotate"]);
    std::fs::remove_file(operator.path("audit.log")).unwrap();
    std::os::unix::fs::symlink("/dev/full", operator.path("audit.log")).unwrap();
    let before = operator.done(&["keys", "list"]);
    for command in [
        &["client", "add", "other"][..],
        &["keys", "rotate"],
        &["token", "issue", "--client", "other", "--role", "admin"],
    ] {
        assert!(operator.failed(command, "").contains("nothing was done"), "{command:?}");
    }
    assert_eq!(operator.done(&["keys", "list"]), before);
    assert_eq!(operator.done(&["client", "list", "--format", "json"]), "[]");
}
