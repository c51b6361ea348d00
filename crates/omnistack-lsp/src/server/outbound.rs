//! Everything that goes to the client passes this queue and the one thread that writes it.
//!
//! A client that stops reading blocks that thread and nothing else. Meanwhile the queue stays
//! bounded: of diagnostics for one file only the newest are kept, and once the rest weighs more than
//! the cap, responses shrink to an error and notifications are dropped.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::framing::write_message;

/// Bytes of queued messages above which responses shrink and notifications are dropped.
const CAP: usize = 64 << 20;

/// Makes a message's body when its turn has come.
pub type Body = Box<dyn FnOnce() -> Vec<u8> + Send>;

enum Item {
    Ready(Vec<u8>),
    /// The newest message under this key, made when it is written.
    Keyed(Arc<str>),
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    keyed: HashMap<Arc<str>, Body>,
    bytes: usize,
    dropped: u64,
    writing: bool,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

/// The sending side; cloning shares the queue.
#[derive(Clone, Default)]
pub struct Outbound {
    shared: Arc<Shared>,
}

impl Outbound {
    /// Starts the thread that writes to `output`.
    ///
    /// # Errors
    /// The operating system's, when it has no thread to give.
    pub fn start(output: Box<dyn Write + Send>) -> std::io::Result<Self> {
        let outbound = Self::default();
        let shared = Arc::clone(&outbound.shared);
        std::thread::Builder::new()
            .name("write".to_owned())
            .spawn(move || write_all(&shared, output))?;
        Ok(outbound)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a response; when too much is queued already, `shrunk` in its place.
    pub fn respond(&self, body: Vec<u8>, shrunk: impl FnOnce() -> Vec<u8>) {
        let mut queue = self.lock();
        if queue.bytes + body.len() <= CAP {
            self.push(queue, body);
        } else if queue.bytes <= 2 * CAP {
            self.push(queue, shrunk());
        } else {
            queue.dropped += 1;
        }
    }

    /// Queues a notification or a request; drops it when too much is queued already.
    pub fn send(&self, body: Vec<u8>) {
        let mut queue = self.lock();
        if queue.bytes + body.len() <= CAP {
            self.push(queue, body);
        } else {
            queue.dropped += 1;
        }
    }

    fn push(&self, mut queue: MutexGuard<'_, Queue>, body: Vec<u8>) {
        if queue.closed {
            return;
        }
        queue.bytes += body.len();
        queue.items.push_back(Item::Ready(body));
        drop(queue);
        self.shared.changed.notify_all();
    }

    /// Queues a message that replaces a queued one with the same key.
    pub fn replace(&self, key: Arc<str>, body: Body) {
        let mut queue = self.lock();
        if queue.closed {
            return;
        }
        if queue.keyed.insert(Arc::clone(&key), body).is_none() {
            queue.items.push_back(Item::Keyed(key));
        }
        drop(queue);
        self.shared.changed.notify_all();
    }

    /// Messages waiting, and messages dropped so far.
    pub fn load(&self) -> (usize, u64) {
        let queue = self.lock();
        (queue.items.len(), queue.dropped)
    }

    /// Waits until all is written, but no longer than `limit`.
    pub fn flush(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let mut queue = self.lock();
        while !queue.closed && (queue.writing || !queue.items.is_empty()) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            queue = match self.shared.changed.wait_timeout(queue, left) {
                Ok((queue, _)) => queue,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Writes what is queued and then ends the thread.
    pub fn close(&self) {
        self.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

fn write_all(shared: &Shared, mut output: Box<dyn Write + Send>) {
    let lock = || shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
    let mut queue = lock();
    loop {
        let Some(item) = queue.items.pop_front() else {
            if queue.closed {
                return;
            }
            queue = shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        let ready = match item {
            Item::Ready(body) => Ok(body),
            Item::Keyed(key) => Err(queue.keyed.remove(&key)),
        };
        queue.writing = true;
        drop(queue);
        let (body, counted) = match ready {
            Ok(body) => {
                let counted = body.len();
                (Some(body), counted)
            }
            Err(make) => (make.map(|make| make()), 0),
        };
        let outcome = body.map_or(Ok(()), |body| write_message(&mut *output, &body));
        queue = lock();
        queue.writing = false;
        queue.bytes = queue.bytes.saturating_sub(counted);
        if let Err(error) = outcome {
            // Nobody reads any more; the end of the input ends the session.
            tracing::warn!(%error, "cannot write to the client");
            queue.closed = true;
            queue.items.clear();
            queue.keyed.clear();
            shared.changed.notify_all();
            return;
        }
        if queue.items.is_empty() {
            shared.changed.notify_all();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A client that reads nothing until it is told to.
    struct Slow {
        gate: Option<Receiver<()>>,
        read: Sender<Vec<u8>>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(gate) = self.gate.take() {
                gate.recv().unwrap();
            }
            self.read.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_waits_for_a_client_that_does_not_read_stays_bounded() {
        let (open, gate) = channel();
        let (read, messages) = channel();
        let outbound = Outbound::start(Box::new(Slow { gate: Some(gate), read })).unwrap();
        for _ in 0..100 {
            outbound.respond(vec![b'x'; 1 << 20], || b"shrunk".to_vec());
            outbound.send(vec![b'n'; 1 << 20]);
        }
        let key: Arc<str> = "file:///x".into();
        for version in 0..1000 {
            outbound.replace(
                Arc::clone(&key),
                Box::new(move || format!("version {version}").into_bytes()),
            );
        }
        let (waiting, dropped) = outbound.load();
        assert!(waiting < 150 && dropped > 50, "{waiting} waiting, {dropped} dropped");
        // Nothing that waits holds up the end of the session.
        outbound.flush(Duration::from_millis(1));
        open.send(()).unwrap();
        outbound.flush(Duration::from_mins(1));
        outbound.close();
        let all: Vec<Vec<u8>> = messages.iter().collect();
        assert!(all.iter().map(Vec::len).sum::<usize>() <= CAP + (2 << 20));
        assert!(all.iter().any(|message| message.ends_with(b"shrunk")));
        let last = all.last().map(|message| String::from_utf8_lossy(message).into_owned());
        assert!(last.as_ref().is_some_and(|last| last.ends_with("version 999")), "{last:?}");
        let versions = all.iter().filter(|message| message.starts_with(b"Content-Length: 11\r"));
        assert_eq!(versions.count(), 1, "older versions are replaced while they wait");
    }
}
