//! Work that waits until typing pauses: one job for each document, replaced by a newer one, run on
//! a thread of its own when its time has come. When there has been nothing to do for a while, the
//! thread says so, that memory can be given back.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use telemetry::metrics::{PanicIn, metrics};

use super::pool::Job;

/// How often the thread says that it has nothing to do.
const IDLE_INTERVAL: Duration = Duration::from_mins(1);

struct Request {
    document: Arc<str>,
    due: Instant,
    job: Job,
}

/// The thread; it ends when this is dropped, after the job it is at.
pub(super) struct Pause {
    requests: Sender<Request>,
    waiting: Arc<AtomicUsize>,
}

impl Pause {
    /// Starts the thread; it calls `idle` now and then while it has nothing to do.
    ///
    /// # Errors
    /// The operating system's, when it has no thread to give.
    pub(super) fn start(idle: Box<dyn Fn() + Send>) -> std::io::Result<Self> {
        let (requests, receiver) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waiting);
        std::thread::Builder::new()
            .name("predict".to_owned())
            .stack_size(8 << 20)
            .spawn(move || run(&receiver, &counter, &idle))?;
        Ok(Self { requests, waiting })
    }

    /// Runs a job after a while, unless another for the same document comes before.
    pub(super) fn after(&self, wait: Duration, document: &Arc<str>, job: Job) {
        let request = Request { document: Arc::clone(document), due: Instant::now() + wait, job };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.requests.send(request).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Jobs waiting or running.
    pub(super) fn load(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Tells how many jobs there are, without keeping the thread alive.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting(Arc::clone(&self.waiting))
    }
}

/// Tells how many jobs wait or run.
pub(super) struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// So many.
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

fn run(receiver: &Receiver<Request>, waiting: &AtomicUsize, idle: &dyn Fn()) {
    let mut requests: HashMap<Arc<str>, Request> = HashMap::new();
    loop {
        let first = requests.values().min_by_key(|it| it.due);
        let next = match first {
            None => receiver.recv_timeout(IDLE_INTERVAL),
            Some(first) => {
                receiver.recv_timeout(first.due.saturating_duration_since(Instant::now()))
            }
        };
        match next {
            Ok(request) => {
                if requests.insert(Arc::clone(&request.document), request).is_some() {
                    waiting.fetch_sub(1, Ordering::Relaxed);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let document = first.map(|it| Arc::clone(&it.document));
                if let Some(request) = document.and_then(|it| requests.remove(&it)) {
                    if catch_unwind(AssertUnwindSafe(request.job)).is_err() {
                        metrics().panicked(PanicIn::Job);
                        tracing::error!("a prediction job panicked");
                    }
                    waiting.fetch_sub(1, Ordering::Relaxed);
                } else {
                    idle();
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_job_of_each_document_runs_once_its_time_has_come() {
        let pause = Pause::start(Box::new(|| {})).unwrap();
        let (sender, receiver) = channel();
        let say = |word: &'static str| -> Job {
            let sender = sender.clone();
            Box::new(move || sender.send(word).unwrap())
        };
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        pause.after(Duration::from_mins(1), &a, say("replaced"));
        pause.after(Duration::from_millis(40), &a, say("second"));
        pause.after(Duration::ZERO, &b, say("first"));
        assert_eq!(receiver.recv().unwrap(), "first");
        assert_eq!(receiver.recv().unwrap(), "second");
        drop(sender);
        // The replaced job was dropped with its sender.
        assert!(receiver.recv().is_err());
    }
}
