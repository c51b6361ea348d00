//! The queue of log lines and the thread that writes them.
//!
//! An editor that does not read our standard error would otherwise stop us as soon as the pipe is
//! full. So whoever logs never waits: when too many lines wait, the newest are lost, and counted.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

use super::rotation::RotatingFile;
use crate::metrics::metrics;

/// Log lines that may wait to be written; more are dropped.
const CAPACITY: usize = 4096;

/// How long lines may wait for others when many come.
const GATHER: Duration = Duration::from_millis(2);
/// Bytes that are written with one call, about.
const MOST_AT_ONCE: usize = 64 << 10;

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
    let mut file: Option<Box<RotatingFile>> = None;
    let mut ready = Ready::default();
    let mut written = Instant::now();
    while let Ok(first) = messages.recv() {
        // Who logs wakes this thread only while it waits for lines: when many come, it lets some
        // gather.
        if matches!(first, Message::Line(_)) && written.elapsed() < GATHER {
            std::thread::sleep(GATHER);
        }
        // What waits goes out with one call, however many lines it is.
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Line(line) => ready.add(&line),
                Message::To(other) => {
                    ready.put(&mut file);
                    file = other;
                }
                Message::Flush(done) => {
                    ready.put(&mut file);
                    // Whoever waits may have given up.
                    let _ = done.send(());
                }
            }
            next = if ready.bytes.len() < MOST_AT_ONCE { messages.try_recv().ok() } else { None };
        }
        ready.put(&mut file);
        written = Instant::now();
    }
}

/// Lines that are about to be written.
#[derive(Default)]
struct Ready {
    bytes: Vec<u8>,
    lines: u64,
}

impl Ready {
    fn add(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.lines += 1;
    }

    fn put(&mut self, file: &mut Option<Box<RotatingFile>>) {
        if self.lines == 0 {
            return;
        }
        let written = match file {
            Some(file) => file.write(&self.bytes),
            None => io::stderr().write_all(&self.bytes),
        };
        // A full disk or a closed pipe: there is nobody left to tell.
        if written.is_err() {
            metrics().log_lines_lost.inc_by(self.lines);
        }
        self.bytes.clear();
        self.lines = 0;
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
