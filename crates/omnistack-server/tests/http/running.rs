//! A server in this process, on a port of its own.

use std::net::SocketAddr;

use omnistack_server::api;
use omnistack_server::configuration::{Configuration, Rate, Rates};
use omnistack_server::listening::{Bound, serve};
use omnistack_server::state::App;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server. It stops when this goes.
pub(crate) struct Running {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    until: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// Settings with a port of the system's choice, and no log of requests.
pub(crate) fn settings() -> Configuration {
    let mut settings = Configuration::default();
    settings.listen.address.set_port(0);
    settings.telemetry.access_log = false;
    settings
}

/// The same for tests that ask as often as they like.
pub(crate) fn settings_without_limits() -> Configuration {
    let mut settings = settings();
    let often = Rate { per_second: 1e6, burst: 1e6 };
    settings.limits.rates = Rates { token: often, predict: often, analyze: often, other: often };
    settings
}

impl Running {
    /// Starts a server whose keys, clients and store go with it.
    pub(crate) async fn start(settings: Configuration) -> Self {
        let bound = Bound::bind(&settings).await.unwrap();
        Self::serve(App::open(settings, true).await.unwrap(), bound)
    }

    /// Serves what was opened.
    pub(crate) fn serve(app: App, bound: Bound) -> Self {
        let (until, stopped) = oneshot::channel::<()>();
        let address = bound.address();
        let router = api::router(app.clone());
        let serving = tokio::spawn(serve(app.clone(), router, bound, async {
            let _ = stopped.await;
        }));
        Self { app, address, until, serving }
    }

    /// Tells it to stop; what is returned is over when it has.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        drop(self.until);
        self.serving
    }
}
