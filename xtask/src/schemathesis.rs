//! `schemathesis`: asks a running team server all that its `OpenAPI` document allows, and what it does
//! not, and fails at a server error, at a status or a body that the document does not have, and
//! where a token is not asked for.
//!
//! The server is the one that `serve --dev` starts, with limits that nobody reaches: these have tests
//! of their own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::project::{Failure, Project, empty_folder, run_program, start_failure, write};
use crate::setup::{self, PythonTool};

/// The program that asks.
const SCHEMATHESIS: PythonTool = PythonTool { package: "schemathesis", version: "4.32.5" };
/// The first seconds of the server, in which it says where it listens.
const START: Duration = Duration::from_mins(1);
/// Where tokens are asked for.
const TOKENS: &str = "/v1/token";
/// Cases of a route.
const CASES: &str = "60";
/// The same questions each time.
const SEED: &str = "7";
/// The kinds of routes, whose limits nobody is to reach.
const RATES: [&str; 4] = ["TOKEN", "PREDICT", "ANALYZE", "OTHER"];

/// Starts the server, and asks.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let environment = project.tools().join("schemathesis");
    setup::python_tools(project, &environment, &[SCHEMATHESIS])?;
    run_program(project.cargo().args(["build", "--quiet", "--package", "omnistack-server"]))?;
    let scratch = project.path("target/schemathesis");
    empty_folder(&scratch)?;
    let mut server = Server::start(project, &scratch)?;
    let program = environment.join("bin/schemathesis");
    let asked = [Asker::Holder, Asker::Stranger].into_iter().try_for_each(|asker| {
        write(&scratch.join(asker.file()), asker.settings())?;
        ask(project, &program, &server, &scratch, asker)
    });
    let is_alive = matches!(server.child.try_wait(), Ok(None));
    drop(server);
    asked?;
    if is_alive { Ok(()) } else { Err(Failure::Told("the server ended while it was asked".into())) }
}

/// Who asks for which routes, for how many seconds.
#[derive(Clone, Copy)]
enum Asker {
    /// With a token, everything but tokens.
    Holder,
    /// Without one, for tokens: a token there is no use, and an error.
    Stranger,
}

fn ask(
    project: &Project,
    program: &Path,
    server: &Server,
    scratch: &Path,
    asker: Asker,
) -> Result<(), Failure> {
    let mut command = project.command(&program.to_string_lossy());
    // It keeps examples where it runs, and reads its settings there. A token on its command line
    // would be seen by everybody here.
    command.current_dir(scratch).env("OMNISTACK_TOKEN", &server.token);
    command.args(["--config-file", asker.file()]);
    command.arg("run").arg(format!("{}/openapi.json", server.address));
    command.args(["--phases", "examples,coverage,fuzzing", "--checks", "all"]);
    // What a request means is more than its schema can say: a rule that there is none of, a text that
    // must not be empty. That such are refused, and with which status, other tests look at.
    command.args(["--exclude-checks", "positive_data_acceptance"]);
    command.args(["--max-examples", CASES, "--seed", SEED, "--workers", "2"]);
    command.args(["--request-timeout", "10", "--continue-on-failure"]);
    match asker {
        Asker::Holder => {
            command.args(["--max-time", "45", "--exclude-path", TOKENS]);
            // A model that was unloaded cannot be asked, which is no fault.
            command.args(["--exclude-path", "/v1/models/{id}/unload"]);
        }
        Asker::Stranger => {
            command.args(["--max-time", "15", "--include-path", TOKENS]);
        }
    }
    run_program(&mut command)
}

impl Asker {
    /// Its settings.
    const fn file(self) -> &'static str {
        match self {
            Self::Holder => "holder.toml",
            Self::Stranger => "stranger.toml",
        }
    }

    const fn settings(self) -> &'static str {
        match self {
            Self::Holder => "headers = { Authorization = \"Bearer ${OMNISTACK_TOKEN}\" }\n",
            Self::Stranger => "",
        }
    }
}

/// A server for development, ended with this value.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    fn start(project: &Project, folder: &Path) -> Result<Self, Failure> {
        let program = project.built("debug", "omnistack-server");
        let mut command = Command::new(program);
        command.args(["serve", "--dev", "--listen", "127.0.0.1:0"]).current_dir(folder);
        for rate in RATES {
            let name = format!("OMNISTACK_SERVER_LIMITS__RATES__{rate}");
            command.env(name, "{per_second=1000000.0,burst=1000000.0}");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|source| start_failure(&command, source))?;
        let (send, said) = std::sync::mpsc::channel();
        if let Some(output) = child.stdout.take() {
            // Reads on for as long as the server writes, so that it never waits for a reader.
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = send.send(line);
                }
            });
        }
        let mut server = Self { child, address: String::new(), token: String::new() };
        while server.address.is_empty() || server.token.is_empty() {
            let line = said.recv_timeout(START).map_err(|_| {
                Failure::Told("`serve --dev` did not print an address and a token".to_owned())
            })?;
            if server.address.is_empty() {
                server.address = address(&line).unwrap_or_default();
            }
            if server.token.is_empty() {
                server.token = token(&line).unwrap_or_default();
            }
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first address in a line, without a path.
fn address(line: &str) -> Option<String> {
    let rest = line.split_once("http://")?.1;
    let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && !".:".contains(it));
    rest.get(..end.unwrap_or(rest.len())).map(|it| format!("http://{it}"))
}

/// The first JWT in a line.
fn token(line: &str) -> Option<String> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let mut words = line.split(|it| !is_part(it));
    let found = words.find(|it| it.starts_with("eyJ") && it.matches('.').count() == 2);
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_token_are_found() {
        let line =
            "curl -H 'Authorization: Bearer eyJa.eyJb.c-d_e' http://127.0.0.1:8080/v1/models";
        assert_eq!(address(line).as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(token(line).as_deref(), Some("eyJa.eyJb.c-d_e"));
        assert_eq!(address("listening"), None);
        assert_eq!(token("token: eyJ.b"), None);
    }
}
