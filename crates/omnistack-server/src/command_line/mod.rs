//! The command line: serving, and what operators do beside it.

pub mod client;
pub mod keys;
pub mod managing;
mod serve;
pub mod token;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::configuration::Configuration;
use managing::Settings;

/// One inference backend for many developers.
#[derive(Debug, Parser)]
#[command(name = "omnistack-server", version, about, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until it is told to stop (SIGTERM or Ctrl+C).
    Serve(serve::Options),
    /// Adds, lists, disables, enables and removes clients.
    Client(client::ClientArgs),
    /// Makes access tokens.
    Token(token::TokenArgs),
    /// Lists and rotates the keys that sign tokens.
    Keys(keys::KeysArgs),
    /// Shows the settings that are in force, or their schema.
    #[command(subcommand)]
    Config(Config),
    /// Prints the OpenAPI document.
    Openapi,
    /// Asks a server whether it is ready: exit code 0 if it is, 1 if not.
    Health(Health),
}

#[derive(Debug, clap::Args)]
struct Health {
    /// The server's address.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The certificate to show, as PEM, where `listen.client_roots` wants one.
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's key, as PEM.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Config {
    /// Prints the settings as they are in force.
    Show(Settings),
    /// Prints the JSON schema of the settings file.
    Schema,
}

/// What ends a command.
pub type Problem = Box<dyn std::error::Error>;

/// Runs the command that the arguments name. The exit code is 0, 1 for a "no", 2 for an error.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(options) => serve::run(&options),
        Command::Client(options) => client::run(&options).map_err(Into::into),
        Command::Token(options) => token::run(&options).map_err(Into::into),
        Command::Keys(options) => keys::run(&options).map_err(Into::into),
        Command::Config(Config::Show(settings)) => show(&settings),
        Command::Config(Config::Schema) => schema(),
        Command::Openapi => print(&crate::api::openapi().to_pretty_json().unwrap_or_default()),
        Command::Health(asked) => return health(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn print(text: &str) -> Result<(), Problem> {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        // `omnistack-server openapi | head` ends quietly.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn show(settings: &Settings) -> Result<(), Problem> {
    print(toml::to_string_pretty(&settings.read()?)?.trim_end())
}

fn schema() -> Result<(), Problem> {
    print(&serde_json::to_string_pretty(&schemars::schema_for!(Configuration))?)
}

fn health(asked: &Health) -> ExitCode {
    let client = match client(asked) {
        Ok(client) => client,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    match ready(&client, asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let mut told = problem.to_string();
            let mut cause = problem.source();
            while let Some(error) = cause {
                told = format!("{told}: {error}");
                cause = error.source();
            }
            eprintln!("{} is not ready: {told}", asked.url);
            ExitCode::from(1)
        }
    }
}

/// What asks; the error is the caller's.
fn client(asked: &Health) -> Result<reqwest::Client, Problem> {
    crate::listening::install_provider();
    reqwest::Url::parse(&asked.url).map_err(|error| format!("--url {}: {error}", asked.url))?;
    // The certificate is for the name that clients use, and this asks on the machine itself.
    let mut client = reqwest::Client::builder()
        .danger_accept_invalid_certs(true)
        .timeout(std::time::Duration::from_secs(5));
    if let (Some(certificate), Some(key)) = (&asked.certificate, &asked.key) {
        let pem = [read(certificate)?, read(key)?].join(&b'\n');
        let identity = reqwest::Identity::from_pem(&pem).map_err(|_| {
            let (certificate, key) = (certificate.display(), key.display());
            format!("{certificate} and {key} are no certificate and key, as PEM")
        })?;
        client = client.identity(identity);
    }
    Ok(client.build()?)
}

fn ready(client: &reqwest::Client, asked: &Health) -> Result<(), Problem> {
    let url = format!("{}/readyz", asked.url.trim_end_matches('/'));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(async { client.get(url).send().await })?.status();
    if status.is_success() { Ok(()) } else { Err(format!("it answers with {status}").into()) }
}

fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()).into())
}
