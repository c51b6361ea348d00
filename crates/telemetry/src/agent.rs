//! The thread that talks to the network: it serves metrics and carries traces away. It is started
//! when settings first ask for one of them, so that a process without them has no such thread.

use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanProcessor};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::discovery::{self, Announcement};
use crate::endpoint::Endpoint;
use crate::settings::{Otlp, Settings};
use crate::traces::{Traces, exporter};
use crate::{Activity, Options, lock};

enum Message {
    Settings(Box<Settings>),
    Stop(Sender<()>, Duration),
}

/// The thread's handle.
pub(crate) struct Agent(UnboundedSender<Message>);

impl Agent {
    /// Starts the thread.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn start(
        options: Options,
        traces: Traces,
        activity: Arc<Mutex<Activity>>,
    ) -> std::io::Result<Self> {
        let (sender, messages) = unbounded_channel();
        let work =
            Work { options, traces, activity, served: None, otlp: None, problems: Vec::new() };
        std::thread::Builder::new().name("telemetry".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => {
                    runtime.block_on(work.run(messages));
                    runtime.shutdown_background();
                }
                Err(error) => tracing::warn!(%error, "no metrics and traces"),
            }
        })?;
        Ok(Self(sender))
    }

    /// Hands over settings.
    pub(crate) fn configure(&self, settings: Settings) {
        // A thread that is gone has said why.
        let _ = self.0.send(Message::Settings(Box::new(settings)));
    }

    /// Ends the thread, after what waits has been sent, but waits no longer than `limit`.
    pub(crate) fn stop(self, limit: Duration) {
        let (done, wait) = channel();
        if self.0.send(Message::Stop(done, limit)).is_ok() {
            let _ = wait.recv_timeout(limit);
        }
    }
}

/// Metrics that are served, and where that is announced.
struct Served {
    port: u16,
    folder: Option<std::path::PathBuf>,
    address: SocketAddr,
    announcement: Option<Announcement>,
    /// Serves as long as it is here.
    _endpoint: Endpoint,
}

struct Work {
    options: Options,
    traces: Traces,
    activity: Arc<Mutex<Activity>>,
    served: Option<Served>,
    otlp: Option<Otlp>,
    problems: Vec<String>,
}

impl Work {
    async fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        while let Some(message) = messages.recv().await {
            match message {
                Message::Settings(settings) => self.adopt(&settings).await,
                Message::Stop(done, limit) => {
                    self.served = None;
                    end(self.traces.send_to(None), limit).await;
                    // Whoever waits may have given up.
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    async fn adopt(&mut self, settings: &Settings) {
        self.problems.clear();
        self.serve(settings).await;
        self.export(settings).await;
        let mut activity = lock(&self.activity);
        let served = self.served.as_ref();
        activity.metrics = served.map(|it| format!("http://{}/metrics", it.address));
        activity.discovery =
            served.and_then(|it| it.announcement.as_ref()).map(|it| it.file.display().to_string());
        activity.traces = self.otlp.as_ref().map(|it| it.endpoint.clone());
        activity.problems.append(&mut self.problems);
    }

    fn report(&mut self, problem: String) {
        tracing::warn!("{problem}");
        self.problems.push(problem);
    }

    async fn serve(&mut self, settings: &Settings) {
        let folder = settings.discovery_folder.clone().or_else(discovery::usual_folder);
        let wanted = settings.metrics_port;
        if self.served.as_ref().map(|it| (it.port, &it.folder)) == wanted.map(|it| (it, &folder)) {
            return;
        }
        self.served = None;
        let Some(port) = wanted else { return };
        let endpoint = match Endpoint::start(port).await {
            Ok(endpoint) => endpoint,
            Err(error) => {
                self.report(format!("Cannot serve metrics at 127.0.0.1:{port}: {error}."));
                return;
            }
        };
        let address = endpoint.address;
        tracing::info!(%address, "metrics are served");
        let announced = folder
            .as_deref()
            .map(|folder| discovery::announce(folder, address, self.options))
            .transpose();
        let announcement = match announced {
            Ok(announcement) => announcement,
            Err(error) => {
                self.report(format!("Cannot announce the address of metrics: {error}."));
                None
            }
        };
        self.served = Some(Served { port, folder, address, announcement, _endpoint: endpoint });
    }

    async fn export(&mut self, settings: &Settings) {
        if self.otlp == settings.otlp {
            return;
        }
        self.otlp = None;
        let processor = settings.otlp.as_ref().map(exporter).transpose();
        let processor = match processor {
            Ok(processor) => processor,
            Err(error) => {
                self.report(format!("Cannot export traces: {error}."));
                None
            }
        };
        if processor.is_some() {
            self.otlp.clone_from(&settings.otlp);
        }
        let before = self.traces.send_to(processor);
        end(before, Duration::from_secs(2)).await;
    }
}

/// Sends what a processor still holds. It waits for this very runtime, so it waits elsewhere.
async fn end(processor: Option<BatchSpanProcessor>, limit: Duration) {
    let Some(processor) = processor else { return };
    let ended = tokio::task::spawn_blocking(move || processor.shutdown_with_timeout(limit));
    // What a collector that is gone did not take is lost.
    let _ = ended.await;
}
