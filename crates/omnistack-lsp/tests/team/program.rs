//! The server's program, as a process that can be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;

use tempfile::TempDir;

/// A server for development, and a file with a token for it.
pub(crate) struct TeamServer {
    pub(crate) url: String,
    pub(crate) token_file: PathBuf,
    process: Child,
    /// The token that the server printed.
    token: String,
    /// The secret of its client `developer`.
    pub(crate) secret: String,
    variables: Vec<(&'static str, String)>,
    _folder: TempDir,
}

impl TeamServer {
    pub(crate) fn start() -> Self {
        Self::start_with(Vec::new())
    }

    /// With these variables.
    pub(crate) fn start_with(variables: Vec<(&'static str, String)>) -> Self {
        let folder = TempDir::new().unwrap();
        let token_file = folder.path().join("token");
        let (process, [url, token, secret]) = run("127.0.0.1:0", &variables);
        let server = Self { url, token_file, process, token, secret, variables, _folder: folder };
        server.write_token();
        server
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew at its address, with other keys.
    pub(crate) fn restart(&mut self) {
        let address = self.url.strip_prefix("http://").unwrap();
        let (process, [url, token, secret]) = run(address, &self.variables);
        assert_eq!(url, self.url);
        (self.process, self.token, self.secret) = (process, token, secret);
    }

    pub(crate) fn write_token(&self) {
        std::fs::write(&self.token_file, &self.token).unwrap();
    }
}

impl Drop for TeamServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the program; its address, a token, and a client's secret, as it prints them.
fn run(listen: &str, variables: &[(&str, String)]) -> (Child, [String; 3]) {
    let mut process = Command::new(program())
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .args(["serve", "--dev", "--listen", listen])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = process.stdout.take().unwrap();
    let (mut url, mut token) = (String::new(), String::new());
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let secret = lines.find_map(|line| {
        // The line for those who point a daemon at it.
        let mut words = line.split(' ');
        let mut value = |name: &str| words.next()?.strip_prefix(name).map(str::to_owned);
        if let Some(address) = value("OMNISTACK_REMOTE_URL=") {
            url = address;
            token = value("OMNISTACK_REMOTE_TOKEN=").unwrap();
        }
        line.split_once("its secret ").map(|(_, secret)| secret.to_owned())
    });
    (process, [url, token, secret.unwrap_or_default()])
}

/// The program, beside the daemon's: whoever tests the whole workspace has built it.
fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    let program = Path::new(env!("CARGO_BIN_EXE_omnistack-lsp")).with_file_name("omnistack-server");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    BUILT.call_once(|| {
        if !program.is_file() {
            let mut build = Command::new(env!("CARGO"));
            assert!(build.args(["build", "-p", "omnistack-server"]).status().unwrap().success());
        }
    });
    program
}
