//! The whole: two servers, a Redis and a balancer as processes, under load. A server is killed, another
//! is stopped, Redis is killed and comes back; those who ask notice nothing.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use serde_json::{Value, json};

use crate::processes::{Process, Redis, free_port, key, program};
use crate::waiting::eventually;

/// What may be turned away: too much at once, and a server that is stopping.
const SHED: [&str; 2] = ["overloaded", "draining"];

struct Team {
    redis: Redis,
    settings: PathBuf,
    ports: [u16; 2],
    servers: [Option<Process>; 2],
    balancer: u16,
    _process: Process,
}

fn server(settings: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_omnistack-server"));
    command.env_clear().env("OMNISTACK_SERVER_CONFIG", settings);
    command
}

impl Team {
    /// Starts all of it, with servers that go on for so long when they are told to stop, and a
    /// balancer that asks again, or does not, where a server was gone.
    async fn start(linger: &str, retries: &str) -> Self {
        let redis = Redis::start().await;
        let store = redis.settings(&[&key('a')]);
        let path = |name: &str| redis.path(name).display().to_string();
        let show = |file: &Option<PathBuf>| file.as_ref().unwrap().display().to_string();
        let settings = redis.path("server.toml");
        // The clients' limit is not what is looked at here.
        let text = format!(
            "[listen]\ntrusted_proxies = [\"127.0.0.1\"]\nlinger = \"{linger}\"\n\
             [auth]\nkeys = {:?}\nclients = {:?}\n\
             [redis]\nurl_file = {:?}\nkeys_file = {:?}\n\
             [limits.rates.token]\nper_second = 1e6\nburst = 1e6\n\
             [limits.rates.predict]\nper_second = 1e6\nburst = 1e6\n\
             [telemetry]\naccess_log = false\naudit_file = {:?}\n",
            path("signing"),
            path("clients.toml"),
            show(&store.url_file),
            show(&store.keys_file),
            path("audit.jsonl"),
        );
        std::fs::write(&settings, text).unwrap();
        let (ports, balancer) = ([free_port(), free_port()], free_port());
        let configuration = redis.path("haproxy.cfg");
        let text = format!(
            "defaults\n mode http\n timeout connect 2s\n timeout client 30s\n timeout server 30s\n \
             {retries}\n\
             frontend team\n bind 127.0.0.1:{balancer}\n default_backend servers\n \
             stats enable\n stats uri /balancer\n\
             backend servers\n balance leastconn\n option httpchk GET /readyz\n \
             timeout check 5s\n default-server inter 200ms fall 2 rise 1\n \
             server one 127.0.0.1:{} check\n server two 127.0.0.1:{} check\n",
            ports[0], ports[1]
        );
        std::fs::write(&configuration, text).unwrap();
        let mut command = Command::new(program("haproxy"));
        command.arg("-db").arg("-f").arg(&configuration);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process = Process::start(&mut command);
        let mut team =
            Self { redis, settings, ports, servers: [None, None], balancer, _process: process };
        // One after the other: the first makes the key that both sign with.
        team.serve(0).await;
        team.serve(1).await;
        team
    }

    async fn serve(&mut self, index: usize) {
        let address = format!("127.0.0.1:{}", self.ports[index]);
        let mut command = server(&self.settings);
        command.args(["serve", "--listen", &address]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.servers[index] = Some(Process::start(&mut command));
        eventually("the server is ready", async || self.readiness(index).await.is_some()).await;
        eventually("the balancer has seen it", async || self.is_balanced(index).await).await;
    }

    /// Stops a server in an orderly way, as in an upgrade, and waits for its end.
    async fn stop(&mut self, index: usize) {
        let mut server = self.servers[index].take().unwrap();
        let stopped = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status();
        assert!(stopped.unwrap().success());
        eventually("it ends by itself", async || server.0.try_wait().unwrap().is_some()).await;
        assert!(server.0.wait().unwrap().success());
        eventually("the balancer misses it", async || !self.is_balanced(index).await).await;
    }

    /// The first tokens of a new client.
    async fn session(&self, client: &reqwest::Client) -> Value {
        let added = server(&self.settings)
            .args(["client", "add", "ada", "--role", "developer", "--format", "json"])
            .output()
            .unwrap();
        let added: Value = serde_json::from_slice(&added.stdout)
            .unwrap_or_else(|error| panic!("{error}: {added:?}"));
        let credentials = json!({
            "grant_type": "client_credentials",
            "client_id": "ada",
            "client_secret": added["secret"],
        });
        let mut session = Value::Null;
        eventually("both servers know the client", async || {
            let request = client.post(self.url("/v1/token")).json(&credentials).send().await;
            let response = request.unwrap();
            let is_known = response.status() == 200;
            session = response.json().await.unwrap();
            is_known
        })
        .await;
        session
    }

    /// Whether the balancer sends requests to a server.
    async fn is_balanced(&self, index: usize) -> bool {
        let Ok(response) = reqwest::get(self.url("/balancer;csv")).await else { return false };
        let table = response.text().await.unwrap_or_default();
        let name = ["servers,one,", "servers,two,"][index];
        let mut rows = table.lines().filter(|it| it.starts_with(name));
        rows.any(|row| row.split(',').nth(17) == Some("UP"))
    }

    /// What a server says of itself when it is ready.
    async fn readiness(&self, index: usize) -> Option<Value> {
        let url = format!("http://127.0.0.1:{}/readyz", self.ports[index]);
        let response = reqwest::get(url).await.ok()?;
        if response.status() == 200 { response.json().await.ok() } else { None }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.balancer)
    }

    /// Asks for a token.
    async fn token(&self, client: &reqwest::Client, request: Value) -> Value {
        let response = client.post(self.url("/v1/token")).json(&request).send().await.unwrap();
        let (status, answer) = (response.status(), response.json::<Value>().await.unwrap());
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

/// What those who ask see.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    answered: AtomicUsize,
    shed: AtomicUsize,
}

impl Load {
    /// Asks until it is over; some questions are new, some were asked before.
    async fn ask(&self, client: reqwest::Client, url: String, token: String, worker: usize) {
        let mut number = 0;
        while !self.is_over.load(SeqCst) {
            number += 1;
            let of = if number % 4 == 0 { worker * 100_000 + number } else { number % 16 };
            let code = format!("def f{of}(width, height):\n    return width * width + {of}\n");
            let unit = json!({ "language": "python", "code": code, "id": of.to_string() });
            let request = client.post(&url).bearer_auth(&token).json(&json!({ "units": [unit] }));
            let response = request.send().await.expect("a request found nobody");
            let status = response.status();
            let text = response.text().await.expect("an answer broke off");
            let answer: Value = serde_json::from_str(&text)
                .unwrap_or_else(|_| panic!("{status}, which is none of the server's: {text}"));
            if status == 200 {
                assert_eq!(answer["units"][0]["id"], of.to_string(), "{answer}");
                self.answered.fetch_add(1, SeqCst);
            } else {
                let is_shed = status == 503 && SHED.iter().any(|it| answer["code"] == *it);
                assert!(is_shed, "{status}: {answer}");
                self.shed.fetch_add(1, SeqCst);
            }
        }
    }

    /// Has six ask.
    fn begin(
        self: &Arc<Self>,
        team: &Team,
        client: &reqwest::Client,
        session: &Value,
    ) -> Vec<tokio::task::JoinHandle<()>> {
        let ask = |worker| {
            let (load, client) = (Arc::clone(self), client.clone());
            let token = session["access_token"].as_str().unwrap().to_owned();
            let url = team.url("/v1/predict");
            tokio::spawn(async move { load.ask(client, url, token, worker).await })
        };
        (0..6).map(ask).collect()
    }

    /// Waits until so many more were answered.
    async fn more(&self, count: usize, workers: &[tokio::task::JoinHandle<()>]) {
        let goal = self.answered.load(SeqCst) + count;
        eventually("questions go on being answered", async || {
            // One that ended has something to tell.
            workers.iter().any(tokio::task::JoinHandle::is_finished)
                || self.answered.load(SeqCst) >= goal
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_and_redis_are_killed_and_nobody_notices() {
    omnistack_server::listening::install_provider();
    // A request whose server is gone before it answered goes to the other one.
    let retries = "retries 3\n option redispatch 1\n retry-on conn-failure empty-response";
    let mut team = Team::start("0s", retries).await;
    let client = reqwest::Client::new();
    let mut session = team.session(&client).await;
    let load = Arc::<Load>::default();
    let workers = load.begin(&team, &client, &session);
    load.more(100, &workers).await;
    // A server is gone from one moment to the next, and comes back.
    team.servers[0].take().unwrap().kill();
    load.more(100, &workers).await;
    eventually("the balancer misses it", async || !team.is_balanced(0).await).await;
    team.serve(0).await;
    load.more(50, &workers).await;
    team.stop(1).await;
    load.more(50, &workers).await;
    team.serve(1).await;
    // A refresh token is good once, on either server.
    let refresh = |session: &Value| json!({ "grant_type": "refresh_token", "refresh_token": session["refresh_token"] });
    session = team.token(&client, refresh(&session)).await;
    // Redis is gone from one moment to the next, and comes back with what it had written down.
    team.redis.kill();
    load.more(100, &workers).await;
    team.redis.resume().await;
    for index in 0..2 {
        eventually("Redis is found again", async || {
            team.readiness(index).await.is_some_and(|it| it["store"] == true)
        })
        .await;
    }
    load.more(50, &workers).await;
    load.is_over.store(true, SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    // The session is there, and what was spent before is still spent.
    let used = refresh(&session);
    session = team.token(&client, used.clone()).await;
    assert!(session["access_token"].is_string());
    let replayed = client.post(team.url("/v1/token")).json(&used).send().await.unwrap();
    assert_eq!(replayed.status(), 400, "a refresh token was good twice");
    let (answered, shed) = (load.answered.load(SeqCst), load.shed.load(SeqCst));
    println!("{answered} answered, {shed} shed");
    assert!(answered >= 450 && shed < answered, "{answered} answered, {shed} shed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_loses_nothing() {
    omnistack_server::listening::install_provider();
    // Nothing is asked again, so that whatever is lost is seen.
    let mut team = Team::start("2s", "retries 0").await;
    let client = reqwest::Client::new();
    let session = team.session(&client).await;
    let load = Arc::<Load>::default();
    let workers = load.begin(&team, &client, &session);
    for index in [0, 1] {
        load.more(100, &workers).await;
        team.stop(index).await;
        load.more(50, &workers).await;
        team.serve(index).await;
    }
    load.more(50, &workers).await;
    load.is_over.store(true, SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(load.shed.load(SeqCst), 0, "a request found a server that stops");
}
