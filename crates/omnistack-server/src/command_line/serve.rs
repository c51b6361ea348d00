//! `serve`: settings become a server, which serves until it is told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use secrecy::ExposeSecret;
use telemetry::logs::Format;

use super::managing::Settings;
use super::{Problem, print};
use crate::access::Role;
use crate::api;
use crate::auth::clients;
use crate::configuration::{self, Configuration, LogFormat};
use crate::listening::{Bound, serve, stop_signal};
use crate::state::App;

/// How long the token that `--dev` prints is good.
const DEVELOPMENT: Duration = Duration::from_hours(24);
/// The client that `--dev` makes.
const DEVELOPER: &str = "developer";

/// Options of `serve`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// Serves on this machine only, with keys, clients and caches that go with the process, and
    /// prints a token and a line that works.
    #[arg(long)]
    dev: bool,
    /// The address and port, in place of that of the settings; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Serves.
pub(super) fn run(options: &Options) -> Result<(), Problem> {
    let mut configuration = options.settings.read()?;
    if let Some(address) = options.listen {
        configuration.listen.address = address;
    }
    if options.dev {
        develop(&mut configuration)?;
    }
    let _telemetry = telemetry::start(telemetry::Options {
        service: "omnistack-server",
        version: env!("CARGO_PKG_VERSION"),
        traced: &["omnistack_server"],
        log: "info",
    });
    telemetry::configure(&telemetry_of(&configuration.telemetry)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(start(configuration, options.dev))?;
    // What still runs after the drain is given up.
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

/// Settings for development: nothing outlives the process, nobody else is served.
fn develop(configuration: &mut Configuration) -> Result<(), Problem> {
    if !configuration.listen.address.ip().is_loopback() {
        let address = configuration.listen.address;
        let problem = format!("--dev serves this machine only: {address} is no loopback address");
        return Err(problem.into());
    }
    configuration.listen.certificate = None;
    configuration.listen.key = None;
    configuration.listen.client_roots = None;
    configuration.listen.linger = Duration::ZERO;
    configuration.auth.external = None;
    configuration.telemetry.log_format = LogFormat::Pretty;
    Ok(())
}

fn telemetry_of(settings: &configuration::Telemetry) -> Result<telemetry::Settings, Problem> {
    let otlp = telemetry::settings::otlp(settings.traces.as_deref(), None, |name| {
        std::env::var(name).ok()
    })?;
    Ok(telemetry::Settings {
        log_level: Some(settings.log_level.clone()),
        log_format: match settings.log_format {
            LogFormat::Json => Format::Json,
            LogFormat::Pretty => Format::Pretty,
        },
        otlp,
        ..telemetry::Settings::default()
    })
}

async fn start(configuration: Configuration, is_development: bool) -> Result<(), Problem> {
    let bound = Bound::bind(&configuration).await?;
    let scheme = if bound.is_tls() { "https" } else { "http" };
    let address = format!("{scheme}://{}", bound.address());
    let app = App::open(configuration, is_development).await?;
    tracing::info!(address, "serving");
    if is_development {
        welcome(&app, &address).await?;
    }
    serve(app.clone(), api::router(app.clone()), bound, stop_signal()).await;
    tracing::info!("stopped");
    Ok(())
}

/// Prints what somebody needs who tries the server.
async fn welcome(app: &App, address: &str) -> Result<(), Problem> {
    let secret = clients::new_secret()?;
    app.auth.add_client(DEVELOPER, &secret, Role::Admin, None).await?;
    let token = app.auth.issue(DEVELOPER, Role::Admin, None, DEVELOPMENT)?.token;
    let secret = secret.expose_secret();
    print(&format!(
        "omnistack-server listens at {address}\n\
         All it knows is in memory, and gone when it stops.\n\n\
         An access token of the role admin, good for a day:\n\n{token}\n\n\
         Ask about a function:\n\n\
         curl {address}/v1/predict -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
         -d '{{\"units\":[{{\"language\":\"python\",\"changed\":true,\"code\":\"{EXAMPLE}\"}}]}}'\n\n\
         Point a daemon at it:\n\n\
         OMNISTACK_REMOTE_URL={address} OMNISTACK_REMOTE_TOKEN={token} omnistack-lsp\n\n\
         A client for POST /v1/token: {DEVELOPER}, its secret {secret}\n\
         All routes: {address}/docs"
    ))
}

/// A function with a slip that the network is sure of, as a text in JSON.
const EXAMPLE: &str =
    "def recipient(self):\\n    name = self.customer.full_name()\\n    return self.strip()\\n";
