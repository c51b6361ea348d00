//! The containers of `deploy/compose` as plain processes: a real Redis, two servers, `HAProxy` and
//! Prometheus read the very files that the containers read, but for names and paths that only
//! containers have. Through the proxy a client gets its token and its predictions, also when one
//! server was killed.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Bench, said};
use crate::project::{Failure, read, start_failure, succeeds, write};

/// How long something may take to be as it should.
const PATIENCE: Duration = Duration::from_secs(30);
/// A function that the network is sure of.
const QUESTION: &str = r#"{"units": [{"language": "python", "changed": true, "code": "def recipient(self):\n    name = self.customer.full_name()\n    return self.strip()\n"}]}"#;
/// Requests after a server was killed, none of which may fail.
const AFTERWARDS: usize = 20;

/// A process that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The ports of all of them.
struct Ports {
    redis: u16,
    servers: [u16; 2],
    developers: u16,
    inside: u16,
    observation: u16,
    prometheus: u16,
}

impl Ports {
    /// Seven that are free.
    fn free() -> Result<Self, Failure> {
        let taken = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        // All are taken before any is let go, so that none is given twice.
        let listeners = [taken(), taken(), taken(), taken(), taken(), taken(), taken()];
        let mut ports = [0; 7];
        for (port, listener) in ports.iter_mut().zip(listeners) {
            let address = listener.and_then(|it| it.local_addr());
            *port = address.map_err(|error| told("there is no free port", &error))?.port();
        }
        let [redis, one, other, developers, inside, observation, prometheus] = ports;
        Ok(Self { redis, servers: [one, other], developers, inside, observation, prometheus })
    }
}

fn told(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::Told(format!("{what}: {error}"))
}

struct Topology<'a> {
    bench: &'a Bench<'a>,
    /// A copy of `deploy/compose`, with secrets.
    compose: &'a Path,
    folder: PathBuf,
    ports: Ports,
}

/// Starts all of it, and asks.
pub(super) fn check(bench: &Bench<'_>, compose: &Path) -> Result<(), Failure> {
    let folder = bench.scratch.join("topology");
    let topology = Topology { bench, compose, folder, ports: Ports::free()? };
    let _redis = topology.redis()?;
    topology.redis_lets_the_server_do_its_work_only()?;
    let [one, other] = topology.ports.servers;
    let first = topology.server("one", one)?;
    topology.wait("a server", || topology.is_ready(one))?;
    let _second = topology.server("other", other)?;
    let _proxy = topology.proxy()?;
    let outside = format!("https://localhost:{}", topology.ports.developers);
    topology.wait("the proxy", || {
        topology.is_ready(other)
            && succeeds(topology.curl().arg("--fail").arg(format!("{outside}/readyz")))
    })?;
    let secret = said(topology.manage().args(["client", "add", "alice"]))?;
    let secret = secret.lines().find(|it| it.starts_with("oss_")).unwrap_or_default().to_owned();
    let token = topology.token(&format!("{outside}/v1/token"), "alice", &secret)?;
    let predict = || {
        let mut curl = topology.curl();
        curl.args(["--fail-with-body", "--header", &format!("Authorization: Bearer {token}")]);
        curl.args(["--json", QUESTION]).arg(format!("{outside}/v1/predict"));
        must_hold(&said(&mut curl)?, "predict/variable-misuse")
    };
    predict()?;
    let hidden = |address: &str| must_hold(&topology.status(address)?, "404");
    hidden(&format!("{outside}/metrics"))?;
    hidden(&format!("http://127.0.0.1:{}/readyz", topology.ports.inside))?;
    topology.prometheus()?;
    drop(first);
    for _ in 0..AFTERWARDS {
        predict()?;
    }
    let metrics = said(topology.curl().arg(format!("http://127.0.0.1:{other}/metrics")))?;
    must_hold(&metrics, "omnistack_store_up 1\n")?;
    // What the user in Redis may not do would count here.
    must_hold(&metrics, "omnistack_store_errors_total 0\n")
}

fn must_hold(said: &str, what: &str) -> Result<(), Failure> {
    if said.contains(what) {
        return Ok(());
    }
    Err(Failure::Told(format!("there should have been `{what}` in:\n{said}")))
}

impl Topology<'_> {
    /// A file of the containers, with names that are known here.
    fn rewritten(
        &self,
        from: &Path,
        to: &str,
        changes: &[(&str, String)],
    ) -> Result<PathBuf, Failure> {
        let mut text = read(from)?;
        for (before, after) in changes {
            if !text.contains(before) {
                return Err(Failure::Told(format!("{} has no `{before}`", from.display())));
            }
            text = text.replace(before, after);
        }
        let to = self.folder.join(to);
        write(&to, &text)?;
        Ok(to)
    }

    fn secret(&self, name: &str) -> String {
        self.compose.join("secrets").join(name).to_string_lossy().into_owned()
    }

    fn start(&self, name: &str, command: &mut Command) -> Result<Running, Failure> {
        let log = self.folder.join(format!("{name}.log"));
        let file = || File::create(&log).map_err(|error| told("a log", &error));
        command.stdin(Stdio::null()).stdout(file()?).stderr(Stdio::null());
        command.spawn().map(Running).map_err(|source| start_failure(command, source))
    }

    fn redis(&self) -> Result<Running, Failure> {
        let data = self.folder.join("redis");
        std::fs::create_dir_all(&data).map_err(|error| told("a folder", &error))?;
        let changes = [
            ("dir /data", format!("dir {}", data.display())),
            ("/run/secrets/redis_users", self.secret("redis_users.acl")),
        ];
        let path = self.rewritten(&self.compose.join("redis.conf"), "redis.conf", &changes)?;
        let mut command = self.bench.team("redis-server");
        command.arg(path).args(["--port", &self.ports.redis.to_string(), "--bind", "127.0.0.1"]);
        let redis = self.start("redis", &mut command)?;
        self.wait("Redis", || {
            self.ask_redis("probe", "-", &["PING"]).is_ok_and(|it| it == ["+PONG"])
        })?;
        Ok(redis)
    }

    /// Redis' answers to commands in a user's name.
    fn ask_redis(
        &self,
        user: &str,
        password: &str,
        words: &[&str],
    ) -> Result<Vec<String>, Failure> {
        let talk = || -> std::io::Result<Vec<String>> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.redis))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let mut answers = BufReader::new(stream.try_clone()?).lines();
            let mut next = || answers.next().transpose().map(Option::unwrap_or_default);
            writeln!(stream, "AUTH {user} {password}\r")?;
            next()?;
            let mut said = Vec::new();
            for command in words {
                writeln!(stream, "{command}\r")?;
                said.push(next()?);
            }
            Ok(said)
        };
        talk().map_err(|error| told("Redis does not answer", &error))
    }

    fn redis_lets_the_server_do_its_work_only(&self) -> Result<(), Failure> {
        let url = read(&PathBuf::from(self.secret("redis_url")))?;
        let password = url.rsplit_once('@').and_then(|(rest, _)| rest.rsplit_once(':'));
        let password = password.map_or("", |(_, it)| it);
        let words = ["SET omnistack:a 1 EX 60", "SET other:a 1", "FLUSHALL", "CONFIG GET dir"];
        let answers = self.ask_redis("omnistack", password, &words)?;
        let is_right = answers.iter().enumerate().all(|(at, answer)| match at {
            0 => answer == "+OK",
            _ => answer.starts_with("-NOPERM"),
        });
        if is_right {
            return Ok(());
        }
        Err(Failure::Told(format!("to {words:?} Redis answers {answers:?}")))
    }

    /// The settings of a server.
    fn settings(&self, name: &str, port: u16) -> Result<PathBuf, Failure> {
        let url = self.folder.join("redis_url");
        let there = format!("127.0.0.1:{}", self.ports.redis);
        write(
            &url,
            &read(&PathBuf::from(self.secret("redis_url")))?.replace("redis:6379", &there),
        )?;
        let state = |what: &str| self.folder.join(what).to_string_lossy().into_owned();
        let changes = [
            ("0.0.0.0:8080", format!("127.0.0.1:{port}")),
            ("172.30.10.10", "127.0.0.1".to_owned()),
            ("https://localhost:8443", format!("https://localhost:{}", self.ports.developers)),
            ("/var/lib/omnistack-server/keys", state("keys")),
            ("/var/lib/omnistack-server/audit/audit.jsonl", state(&format!("{name}.jsonl"))),
            ("/run/secrets/redis_url", state("redis_url")),
            ("/run/secrets/store_keys", self.secret("store_keys")),
            ("http://collector:4318", "http://127.0.0.1:1".to_owned()),
        ];
        let from = self.compose.join("omnistack-server.toml");
        self.rewritten(&from, &format!("{name}.toml"), &changes)
    }

    fn server(&self, name: &str, port: u16) -> Result<Running, Failure> {
        let settings = self.settings(name, port)?;
        self.start(name, self.bench.server().arg("serve").arg("--config").arg(settings))
    }

    /// A command of the server's program, with the settings of the first server.
    fn manage(&self) -> Command {
        let mut command = self.bench.server();
        command.env("OMNISTACK_SERVER_CONFIG", self.folder.join("one.toml"));
        command
    }

    fn proxy(&self) -> Result<Running, Failure> {
        let Ports { servers: [one, other], developers, inside, observation, .. } = &self.ports;
        let changes = [
            ("bind :8443", format!("bind 127.0.0.1:{developers}")),
            ("/run/secrets/tls", self.secret("tls.pem")),
            ("bind :8080", format!("bind 127.0.0.1:{inside}")),
            ("bind :8405", format!("bind 127.0.0.1:{observation}")),
            ("server-1:8080", format!("127.0.0.1:{one}")),
            ("server-2:8080", format!("127.0.0.1:{other}")),
        ];
        let path = self.rewritten(&self.compose.join("haproxy.cfg"), "haproxy.cfg", &changes)?;
        said(self.bench.team("haproxy").arg("-c").arg("-f").arg(&path))?;
        self.start("haproxy", self.bench.team("haproxy").arg("-f").arg(path))
    }

    /// Prometheus gets its token through the proxy, and the metrics of both servers with it.
    fn prometheus(&self) -> Result<(), Failure> {
        let secret =
            said(self.manage().args(["client", "add", "prometheus", "--role", "operator"]))?;
        let secret = secret.lines().find(|it| it.starts_with("oss_")).unwrap_or_default();
        let kept = self.folder.join("prometheus_client_secret");
        // With the end of its line, as the command's output has it in a file.
        write(&kept, &format!("{secret}\n"))?;
        let Ports { servers: [one, other], inside, observation, .. } = &self.ports;
        let monitoring = self.bench.deployed("prometheus");
        let changes = [
            ("  - rules.yml", format!("  - {}", monitoring.join("rules.yml").display())),
            ("  - alerts.yml", format!("  - {}", monitoring.join("alerts.yml").display())),
            ("/run/secrets/prometheus_client_secret", kept.to_string_lossy().into_owned()),
            ("proxy:8080", format!("127.0.0.1:{inside}")),
            ("proxy:8405", format!("127.0.0.1:{observation}")),
            ("server-1:8080", format!("127.0.0.1:{one}")),
            ("server-2:8080", format!("127.0.0.1:{other}")),
            ("_interval: 15s", "_interval: 1s".to_owned()),
        ];
        let from = monitoring.join("prometheus.yml");
        let path = self.rewritten(&from, "prometheus.yml", &changes)?;
        let address = format!("127.0.0.1:{}", self.ports.prometheus);
        let mut command =
            self.bench.project.command(&self.bench.tools.prometheus.to_string_lossy());
        command.arg(format!("--config.file={}", path.display()));
        command.arg(format!("--storage.tsdb.path={}", self.folder.join("tsdb").display()));
        let _running =
            self.start("prometheus", command.arg(format!("--web.listen-address={address}")))?;
        let is_two = |query: &str| {
            let mut curl = self.curl();
            curl.args(["--data-urlencode", &format!("query={query}")]);
            let answer = said(curl.arg(format!("http://{address}/api/v1/query")));
            answer.is_ok_and(|it| it.contains(r#","2"]"#))
        };
        self.wait("Prometheus", || {
            is_two(r#"sum(up{job="omnistack-server"})"#)
                && is_two("sum(omnistack_store_up)")
                && is_two("count(omnistack_http_requests_in_flight)")
        })
    }

    fn curl(&self) -> Command {
        let mut curl = self.bench.project.command("curl");
        curl.args(["--silent", "--show-error", "--max-time", "20", "--noproxy", "*"]);
        curl.arg("--cacert").arg(self.secret("certificate.pem"));
        curl
    }

    fn status(&self, address: &str) -> Result<String, Failure> {
        let write_out = ["--output", "/dev/null", "--write-out", "%{http_code}"];
        said(self.curl().args(write_out).arg(address))
    }

    fn token(&self, address: &str, client: &str, secret: &str) -> Result<String, Failure> {
        // Not on the command line, where everybody here could see it.
        let file = self.folder.join("curl");
        write(&file, &format!("user = \"{client}:{secret}\"\n"))?;
        let mut curl = self.curl();
        curl.arg("--config").arg(file).args(["--data", "grant_type=client_credentials"]);
        let answer = said(curl.arg("--fail-with-body").arg(address))?;
        let answer: serde_json::Value =
            serde_json::from_str(&answer).map_err(|error| told("the token", &error))?;
        if answer.get("refresh_token").is_none() {
            return Err(Failure::Told("a token came without a session".to_owned()));
        }
        let token = answer.get("access_token").and_then(|it| it.as_str());
        token.map(str::to_owned).ok_or_else(|| Failure::Told("there is no token".to_owned()))
    }

    fn is_ready(&self, port: u16) -> bool {
        let url = format!("http://127.0.0.1:{port}");
        succeeds(self.bench.server().args(["health", "--url", &url]))
    }

    fn wait(&self, what: &str, mut is_there: impl FnMut() -> bool) -> Result<(), Failure> {
        let begun = Instant::now();
        while !is_there() {
            if begun.elapsed() > PATIENCE {
                let logs = self.folder.display();
                return Err(Failure::Told(format!("{what} is not as it should be: see {logs}")));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}
