//! A team server predicts in place of the network on this machine, as far as the settings allow, and
//! while it answers.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use models::model::Source;
use models::wire::{PredictRequest, PredictResponse, Prediction, Unit, UnitAnswer};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp::ls_types::Diagnostic;

use crate::certain_model::{TWO, write_model};
use crate::client::{Client, LIMIT};

/// What a server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Answers,
    Fails,
    Hangs,
    /// It answers, but not what was asked.
    Raves,
}

struct Shared {
    mood: Mutex<Mood>,
    model: Mutex<&'static str>,
    asked: Mutex<Vec<(HeaderMap, PredictRequest)>>,
    /// Requests that were closed before they were answered.
    closed: Mutex<usize>,
    changed: Condvar,
}

/// A team server that finds fault with what each function returns.
struct TeamServer {
    url: String,
    shared: Arc<Shared>,
    _runtime: tokio::runtime::Runtime,
    folder: TempDir,
}

impl TeamServer {
    fn start(mood: Mood) -> Self {
        let shared = Arc::new(Shared {
            mood: Mutex::new(mood),
            model: Mutex::new("large-1"),
            asked: Mutex::default(),
            closed: Mutex::default(),
            changed: Condvar::new(),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(reply).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("token"), "t0ken\n").unwrap();
        Self { url, shared, _runtime: runtime, folder }
    }

    /// Settings of an editor that name it.
    fn settings(&self, remote: &Value) -> Value {
        let mut all = json!({"remote": {"endpoints": [self.url], "deadline-ms": 20_000,
            "token-file": self.folder.path().join("token")}});
        all["remote"].as_object_mut().unwrap().extend(remote.as_object().unwrap().clone());
        all
    }

    fn asked(&self) -> Vec<PredictRequest> {
        self.shared.asked.lock().unwrap().iter().map(|it| it.1.clone()).collect()
    }

    fn becomes(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// Waits until it was asked so often.
    fn wait_for(&self, requests: usize) {
        let asked = self.shared.asked.lock().unwrap();
        let few = |asked: &mut Vec<_>| asked.len() < requests;
        let waited = self.shared.changed.wait_timeout_while(asked, LIMIT, few).unwrap();
        assert!(!waited.1.timed_out(), "nobody asked");
    }

    fn wait_for_closed(&self) {
        let closed = self.shared.closed.lock().unwrap();
        let none = |closed: &mut usize| *closed == 0;
        let waited = self.shared.changed.wait_timeout_while(closed, LIMIT, none).unwrap();
        assert!(!waited.1.timed_out(), "no request was closed");
    }
}

/// Notes that a request was dropped.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        *self.0.closed.lock().unwrap() += 1;
        self.0.changed.notify_all();
    }
}

async fn reply(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let request: PredictRequest = serde_json::from_slice(&body).unwrap();
    // Whoever waits for the request may change the mood for the next one.
    let mood = *shared.mood.lock().unwrap();
    let open = (mood == Mood::Hangs).then(|| Open(Arc::clone(&shared)));
    shared.asked.lock().unwrap().push((headers, request.clone()));
    shared.changed.notify_all();
    let response = match mood {
        Mood::Fails => return Response::builder().status(500).body(Body::empty()).unwrap(),
        Mood::Hangs => {
            let _open = open;
            std::future::pending().await
        }
        Mood::Raves => PredictResponse { model: "large-1".to_owned(), units: Vec::new() },
        Mood::Answers => {
            let model = shared.model.lock().unwrap().to_owned();
            PredictResponse { model, units: request.units.iter().map(judge).collect() }
        }
    };
    Response::new(Body::from(serde_json::to_vec(&response).unwrap()))
}

fn judge(unit: &Unit) -> UnitAnswer {
    let at = unit.code.find("return ").unwrap() + "return ".len();
    let end = at + unit.code[at..].find(' ').unwrap();
    let prediction = Prediction {
        rule: "predict/variable-misuse".to_owned(),
        severity: "warning".to_owned(),
        confidence: 0.9,
        message: format!("The server doubts `{}`.", &unit.code[at..end]),
        start: at as u32,
        end: end as u32,
        fixes: Vec::new(),
        evidence: vec!["It was looked at.".to_owned()],
    };
    UnitAnswer { id: unit.id.clone(), predictions: vec![prediction], ..UnitAnswer::default() }
}

/// A workspace with a file, and a model on this machine that alarms about everything.
struct Workspace {
    model: TempDir,
    folder: TempDir,
}

impl Workspace {
    fn new() -> Self {
        let (model, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        write_model(model.path(), Some(-99.0), Some(-99.0));
        Self { model, folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn uri(&self, name: &str) -> String {
        std::fs::write(self.path().join(name), TWO).unwrap();
        format!("file://{}/{name}", self.path().display())
    }

    fn session(&self, settings: &Value) -> Client {
        let mut client = Client::with_model(Some(Source::Folder(self.model.path().to_owned())));
        let wants = json!({"experimental": {"omnistackStatus": true}});
        client.initialize_in_folders(&[self.path()], wants, settings);
        client.may_say_more();
        client
    }
}

fn is_from_server(it: &Diagnostic) -> bool {
    it.message.contains("The server doubts")
}

/// The diagnostics of a version once there are some.
fn predicted(client: &mut Client, uri: &str, version: i32) -> Vec<Diagnostic> {
    loop {
        let found = client.diagnostics(uri, version);
        if !found.is_empty() {
            return found;
        }
    }
}

fn status(client: &mut Client) -> Value {
    client.request("omnistack/status", Value::Null).unwrap()["remote"].take()
}

fn wait_for_kind(client: &mut Client, kind: &str) -> String {
    loop {
        let told = client.wait_for_notification("omnistack/didChangeStatus");
        if told["kind"] == kind {
            return told["message"].as_str().unwrap_or("").to_owned();
        }
    }
}

#[test]
fn predictions_come_from_the_server_and_a_hover_says_so() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let uri = workspace.uri("a.py");
    let mut client = workspace.session(&server.settings(&json!({"project": "shop"})));
    assert_eq!(status(&mut client)["state"], "ready");
    client.open(&uri, "python", TWO);
    let found = predicted(&mut client, &uri, 1);
    assert!(found.len() == 2 && found.iter().all(is_from_server), "{found:?}");
    let at = json!({"textDocument": {"uri": uri}, "position": found[0].range.start});
    let hover = client.request("textDocument/hover", at).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    let origin = format!("From the team server at {} (model `large-1`)", server.url);
    assert!(text.contains(&origin) && text.contains("It was looked at."), "{text}");
    let told = wait_for_kind(&mut client, "remote");
    assert!(told.contains(&server.url) && told.contains("large-1"), "{told}");

    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].units.len()), (1, 2));
    assert_eq!(asked[0].project.as_deref(), Some("shop"));
    assert_eq!(asked[0].units[0].code, TWO.split("\n\n\n").next().unwrap());
    assert_eq!(asked[0].units[0].language, "python");
    let headers = server.shared.asked.lock().unwrap()[0].0.clone();
    assert_eq!(headers["authorization"], "Bearer t0ken");

    // Only what is new is asked about.
    client.change(&uri, 2, [5, 11, 5, 15], "total");
    let found = loop {
        let found = client.diagnostics(&uri, 2);
        if found.len() == 2 {
            break found;
        }
    };
    assert!(found.iter().all(is_from_server));
    let asked = server.asked();
    assert_eq!((asked.len(), asked[1].units.len()), (2, 1));
    assert!(asked[1].units[0].changed);
    let status = status(&mut client);
    assert_eq!(status["endpoint"], server.url);
    assert_eq!((&status["counts"]["answered"], &status["counts"]["units"]), (&json!(2), &json!(3)));
}

#[test]
fn a_server_that_fails_is_told_of_and_this_machine_predicts_until_it_is_well() {
    for mood in [Mood::Fails, Mood::Raves, Mood::Hangs] {
        let (server, workspace) = (TeamServer::start(mood), Workspace::new());
        let uri = workspace.uri("a.py");
        let deadline = if mood == Mood::Hangs { 500 } else { 20_000 };
        let mut client = workspace.session(&server.settings(&json!({"deadline-ms": deadline})));
        client.open(&uri, "python", TWO);
        let found = predicted(&mut client, &uri, 1);
        assert!(found.len() == 2 && !found.iter().any(is_from_server), "{found:?}");
        let told = wait_for_kind(&mut client, "degraded");
        assert!(told.contains("on this machine only"), "{told}");
        let logged = client.wait_for_notification("window/logMessage");
        assert!(logged["message"].as_str().unwrap().contains("on this machine only"), "{logged}");
        let status = status(&mut client);
        assert_eq!(status["state"], "failing", "{status}");
        assert!(status["problem"].is_string());

        server.becomes(Mood::Answers);
        let began = Instant::now();
        let mut version = 1;
        // Where the deadline is short, a busy machine may miss it; a change asks again.
        loop {
            version += 1;
            client.change(&uri, version, [0, 0, 0, 0], "\n");
            let line = i64::from(version) + 4;
            client.change(&uri, version + 1, [line, 11, line, 11], &format!("x{version}_"));
            version += 1;
            let found = loop {
                let found = client.diagnostics(&uri, version);
                if found.len() >= 2 {
                    break found;
                }
            };
            if found.iter().any(is_from_server) {
                break;
            }
            assert!(began.elapsed() < LIMIT);
        }
        wait_for_kind(&mut client, "remote");
    }
}

#[test]
fn a_server_that_is_not_there_costs_no_predictions() {
    let workspace = Workspace::new();
    let uri = workspace.uri("a.py");
    let server = TeamServer::start(Mood::Answers);
    let settings = server.settings(&json!({}));
    let mut client = workspace.session(&settings);
    client.open(&uri, "python", TWO);
    assert!(predicted(&mut client, &uri, 1).iter().all(is_from_server));
    // It is killed.
    drop(server);
    client.change(&uri, 2, [5, 11, 5, 15], "total");
    let found = loop {
        let found = client.diagnostics(&uri, 2);
        if found.len() == 2 {
            break found;
        }
    };
    // What it said before is still known.
    assert_eq!(found.iter().filter(|it| is_from_server(it)).count(), 1, "{found:?}");
    wait_for_kind(&mut client, "degraded");
}

#[test]
fn nothing_is_sent_from_a_workspace_that_is_not_trusted() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let uri = workspace.uri("a.py");
    let mut settings = server.settings(&json!({}));
    settings["trusted"] = json!(false);
    let mut client = workspace.session(&settings);
    assert_eq!(status(&mut client)["state"], "off");
    client.open(&uri, "python", TWO);
    assert!(!predicted(&mut client, &uri, 1).iter().any(is_from_server));
    assert_eq!(server.asked(), []);
}

#[test]
fn only_files_that_the_settings_allow_are_sent() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let narrow = "[remote]\nexclude = ['secret.py']\n";
    std::fs::write(workspace.path().join("omnistack.toml"), narrow).unwrap();
    let include = json!({"include": ["*.py"], "exclude": ["services/vault/", "/other.py"]});
    let mut client = workspace.session(&server.settings(&include));
    // Each has functions of its own: what is known of one need not be asked for another.
    std::fs::create_dir_all(workspace.path().join("services/vault")).unwrap();
    for (index, name) in ["secret.py", "other.py", "services/vault/key.py"].iter().enumerate() {
        let uri = workspace.uri(name);
        client.open(&uri, "python", &TWO.replace("one", &format!("own_{index}")));
        assert!(!predicted(&mut client, &uri, 1).iter().any(is_from_server));
    }
    assert_eq!(server.asked(), []);
    // A text without a file is nobody's business.
    let untitled = "untitled:Untitled-1";
    client.open(untitled, "python", &TWO.replace("one", "fresh"));
    assert!(!predicted(&mut client, untitled, 1).iter().any(is_from_server));
    assert_eq!(server.asked(), []);
    let uri = workspace.uri("open.py");
    client.open(&uri, "python", &TWO.replace("one", "open").replace("two", "shut"));
    assert!(predicted(&mut client, &uri, 1).iter().all(is_from_server));
}

#[test]
fn the_users_file_and_the_environment_leave_out_what_is_in_a_folder_of_the_workspace() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    for folder in ["services/vault", "services/keys", "services/open"] {
        std::fs::create_dir_all(workspace.path().join(folder)).unwrap();
    }
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join("omnistack")).unwrap();
    let own = "[remote]\nexclude = ['services/vault/']\n";
    std::fs::write(home.path().join("omnistack/omnistack.toml"), own).unwrap();
    let mut client = Client::of_process_with(&[
        ("XDG_CONFIG_HOME", home.path().to_str().unwrap()),
        ("OMNISTACK_REMOTE_URL", &server.url),
        ("OMNISTACK_REMOTE_TOKEN", "t0ken"),
        ("OMNISTACK_REMOTE_DEADLINE_MS", "20000"),
        ("OMNISTACK_REMOTE_EXCLUDE", "/services/keys"),
        ("OMNISTACK_PREDICT_MODEL", workspace.model.path().to_str().unwrap()),
    ]);
    client.initialize_in_folders(&[workspace.path()], json!({}), &Value::Null);
    client.may_say_more();
    for (index, folder) in ["vault", "keys", "open"].into_iter().enumerate() {
        let uri = workspace.uri(&format!("services/{folder}/a.py"));
        client.open(&uri, "python", &TWO.replace("one", &format!("own_{index}")));
        let found = predicted(&mut client, &uri, 1);
        assert_eq!(found.iter().any(is_from_server), folder == "open", "{found:?}");
        assert_eq!(server.asked().is_empty(), folder != "open");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_left_out_is_left_out() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    std::fs::create_dir(workspace.path().join("vault")).unwrap();
    std::os::unix::fs::symlink("vault", workspace.path().join("alias")).unwrap();
    let mut client = workspace.session(&server.settings(&json!({"exclude": ["vault/"]})));
    let uri = workspace.uri("alias/a.py");
    client.open(&uri, "python", TWO);
    assert!(!predicted(&mut client, &uri, 1).iter().any(is_from_server));
    assert_eq!(server.asked(), []);
}

#[test]
fn while_the_settings_of_a_file_cannot_be_read_nothing_of_it_is_sent() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let toml = workspace.path().join("omnistack.toml");
    let mut client = workspace.session(&server.settings(&json!({})));
    let uri = workspace.uri("a.py");
    client.open(&uri, "python", TWO);
    assert!(predicted(&mut client, &uri, 1).iter().all(is_from_server));
    wait_for_kind(&mut client, "remote");
    let asked = server.asked().len();

    let change = json!({"uri": format!("file://{}", toml.display()), "type": 2});
    let changed = json!({"changes": [change]});
    let broken = ["[remote]\nexclude = ['a.py'", "[remote]\nexclude = 'a.py'\n"];
    for (version, broken) in (2..).zip(broken) {
        std::fs::write(&toml, broken).unwrap();
        client.notify("workspace/didChangeWatchedFiles", changed.clone());
        // It is told, and functions that are new are predicted here.
        let told = wait_for_kind(&mut client, "degraded");
        assert!(told.contains("omnistack.toml") && told.contains("nothing is sent"), "{told}");
        client.change(&uri, version, [5, 11, 5, 12], &format!("v{version}"));
        loop {
            let found = client.diagnostics(&uri, version);
            if found.iter().any(|it| !is_from_server(it)) {
                break;
            }
        }
        assert_eq!(server.asked().len(), asked);
        let status = status(&mut client);
        assert_eq!(status["problem"].as_str().unwrap(), told);
        let command = json!({"command": "omnistack.statusText", "arguments": []});
        let text = client.request("workspace/executeCommand", command).unwrap();
        assert!(text.as_str().unwrap().contains("nothing is sent"), "{text}");

        std::fs::write(&toml, "").unwrap();
        client.notify("workspace/didChangeWatchedFiles", changed.clone());
        wait_for_kind(&mut client, "remote");
        assert_eq!(self::status(&mut client)["problem"], Value::Null);
    }
}

#[test]
fn a_workspace_can_neither_name_a_server_nor_run_a_command() {
    let (evil, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let trace = workspace.path().join("was-here");
    let text = format!(
        "[remote]\nendpoints = ['{}']\ntoken-command = ['touch', '{}']\n",
        evil.url,
        trace.display()
    );
    std::fs::write(workspace.path().join("omnistack.toml"), text).unwrap();
    let uri = workspace.uri("a.py");
    let mut client = workspace.session(&Value::Null);
    client.open(&uri, "python", TWO);
    assert!(!predicted(&mut client, &uri, 1).iter().any(is_from_server));
    let toml = format!("file://{}/omnistack.toml", workspace.path().display());
    let told = client.publication(&toml).diagnostics;
    assert_eq!(told.iter().map(|it| it.range.start.line).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(status(&mut client)["state"], "off");

    // Nor where the user has a server.
    let good = TeamServer::start(Mood::Answers);
    let mut client = workspace.session(&good.settings(&json!({})));
    client.open(&uri, "python", TWO);
    assert!(predicted(&mut client, &uri, 1).iter().all(is_from_server));
    assert_eq!((good.asked().len(), evil.asked()), (1, vec![]));
    assert!(!trace.exists());
}

#[test]
fn an_edit_closes_the_request_before_it() {
    let (server, workspace) = (TeamServer::start(Mood::Hangs), Workspace::new());
    let uri = workspace.uri("a.py");
    let mut client = workspace.session(&server.settings(&json!({})));
    client.open(&uri, "python", TWO);
    server.wait_for(1);
    server.becomes(Mood::Answers);
    client.change(&uri, 2, [5, 11, 5, 15], "total");
    server.wait_for_closed();
    let found = loop {
        let found = client.diagnostics(&uri, 2);
        if found.len() == 2 {
            break found;
        }
    };
    assert!(found.iter().all(is_from_server), "{found:?}");
    // So does closing the document.
    server.becomes(Mood::Hangs);
    client.change(&uri, 3, [5, 11, 5, 16], "other");
    server.wait_for(3);
    *server.shared.closed.lock().unwrap() = 0;
    client.close(&uri);
    server.wait_for_closed();
}

#[test]
fn what_another_model_said_is_asked_anew() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let uri = workspace.uri("a.py");
    let mut client = workspace.session(&server.settings(&json!({})));
    client.open(&uri, "python", TWO);
    predicted(&mut client, &uri, 1);
    *server.shared.model.lock().unwrap() = "large-2";
    client.change(&uri, 2, [5, 11, 5, 15], "total");
    while client.diagnostics(&uri, 2).len() < 2 {}
    // The settings name another server, and then none.
    let other = TeamServer::start(Mood::Answers);
    let settings = json!({"settings": {"omnistack": other.settings(&json!({}))}});
    client.notify("workspace/didChangeConfiguration", settings);
    other.wait_for(1);
    assert_eq!(other.asked()[0].units.len(), 2);
    let off = json!({"settings": {"omnistack": {"remote": {"endpoints": []}}}});
    client.notify("workspace/didChangeConfiguration", off);
    loop {
        let found = client.diagnostics(&uri, 2);
        if !found.is_empty() && !found.iter().any(is_from_server) {
            break;
        }
    }
    assert_eq!(status(&mut client)["state"], "off");
}

#[test]
fn the_environment_names_a_server_and_a_token() {
    let (server, workspace) = (TeamServer::start(Mood::Answers), Workspace::new());
    let uri = workspace.uri("a.py");
    let mut client = Client::of_process_with(&[
        ("OMNISTACK_REMOTE_URL", &server.url),
        ("OMNISTACK_REMOTE_TOKEN", "of-the-environment"),
        ("OMNISTACK_REMOTE_DEADLINE_MS", "20000"),
        ("OMNISTACK_REMOTE_ENDPOINTS", "https://not-asked.example"),
    ]);
    client.initialize_in_folders(&[workspace.path()], json!({}), &Value::Null);
    client.may_say_more();
    client.open(&uri, "python", TWO);
    assert!(predicted(&mut client, &uri, 1).iter().all(is_from_server));
    let headers = server.shared.asked.lock().unwrap()[0].0.clone();
    assert_eq!(headers["authorization"], "Bearer of-the-environment");
}
