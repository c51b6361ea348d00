//! Logs to stderr, without ever waiting for whoever reads it.
//!
//! An editor that does not read our stderr would otherwise stop us as soon as the pipe is full.

use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Log lines that may wait to be written; more are dropped.
const CAPACITY: usize = 1024;

#[derive(Clone)]
struct Lines(SyncSender<Vec<u8>>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full queue means that nobody reads: the line is lost, the daemon goes on.
        let _ = self.0.try_send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts logging at the level `OMNISTACK_LOG` names (`error` … `trace`, or filters by module), by
/// default warnings and our own notes. Panics go to the same log.
pub(super) fn start() {
    let (lines, receiver) = sync_channel::<Vec<u8>>(CAPACITY);
    let write = move || {
        let mut stderr = io::stderr();
        for line in receiver {
            if stderr.write_all(&line).is_err() {
                return;
            }
        }
    };
    if std::thread::Builder::new().name("log".to_owned()).spawn(write).is_err() {
        return;
    }
    let filter = std::env::var("OMNISTACK_LOG")
        .ok()
        .and_then(|filter| EnvFilter::try_new(filter).ok())
        .unwrap_or_else(|| EnvFilter::new("warn,omnistack_lsp=info"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Lines(lines))
        .finish();
    // Somebody who embeds the server may have set up a log of their own.
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "{}", analysis::rules::panic_message(panic.payload()));
        }));
    }
}
