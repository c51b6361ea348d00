//! The queue of log lines and the thread that writes them.
//!
//! An editor that does not read our standard error would otherwise stop us as soon as the pipe is
//! full. So whoever logs never waits: when too many lines wait, the newest are lost, and counted.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::rotation::RotatingFile;
use crate::metrics::metrics;

/// Log lines that may wait to be written; more are dropped.
const CAPACITY: usize = 1024;

enum Message {
    Line(Vec<u8>),
    /// Boxed, since the queue's room is made beforehand.
    To(Option<Box<RotatingFile>>),
    Flush(Sender<()>),
}

/// The sending side.
#[derive(Clone)]
pub(super) struct Lines(SyncSender<Message>);

impl Lines {
    /// Starts the thread; it writes to standard error.
    pub(super) fn start() -> Option<Self> {
        let (sender, receiver) = sync_channel(CAPACITY);
        let thread = std::thread::Builder::new().name("log".to_owned());
        thread.spawn(move || write(&receiver)).ok()?;
        Some(Self(sender))
    }

    /// Lines go to standard error from now on.
    pub(super) fn to_stderr(&self) {
        let _ = self.0.try_send(Message::To(None));
    }

    /// Lines go to a file from now on.
    pub(super) fn to_file(&self, file: RotatingFile) {
        let _ = self.0.try_send(Message::To(Some(Box::new(file))));
    }

    /// Waits until the lines so far are written, but no longer than `limit`.
    pub(super) fn flush(&self, limit: Duration) {
        let (done, wait) = channel();
        if self.0.try_send(Message::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(limit);
        }
    }
}

fn write(messages: &Receiver<Message>) {
    let mut stderr = io::stderr();
    let mut file: Option<Box<RotatingFile>> = None;
    for message in messages {
        match message {
            Message::Line(line) => {
                let written = match &mut file {
                    Some(file) => file.write(&line),
                    None => stderr.write_all(&line),
                };
                // A full disk or a closed pipe: there is nobody left to tell.
                if written.is_err() {
                    metrics().log_lines_lost.inc();
                }
            }
            Message::To(next) => file = next,
            // Whoever waits may have given up.
            Message::Flush(done) => drop(done.send(())),
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full queue means that nobody reads: the line is lost, the process goes on.
        if self.0.try_send(Message::Line(bytes.to_vec())).is_err() {
            metrics().log_lines_lost.inc();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
