//! A small pool of threads for work that somebody waits for.
//!
//! Urgent jobs (a file being edited) overtake the others (files just opened). A job that panics
//! costs itself only. Of the threads that have nothing to do, the one that worked last gets the next
//! job: what it looked at is still in its processor's cache, and the same document is edited again.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use telemetry::metrics::{PanicIn, metrics};

/// A piece of work.
pub type Job = Box<dyn FnOnce() + Send>;

/// A job on its way to the pool.
pub struct Errand(pub Job);

impl std::fmt::Debug for Errand {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Errand")
    }
}

/// When a job runs relative to those that wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Before all others.
    Now,
    /// After all others.
    Soon,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    running: usize,
    closed: bool,
    /// The threads that wait, the one that worked last at the end.
    idle: Vec<usize>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// Wakes each thread by itself.
    wakers: Vec<Condvar>,
}

/// The pool; its threads end when it is dropped, after the jobs they are at.
pub struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    /// A pool of `threads` threads.
    ///
    /// # Errors
    /// The operating system's, when it has no thread to give.
    pub fn new(threads: usize) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let wakers = (0..threads).map(|_| Condvar::new()).collect();
        let pool = Self { shared: Arc::new(Shared { queue: Mutex::default(), wakers }) };
        for index in 0..threads {
            let shared = Arc::clone(&pool.shared);
            std::thread::Builder::new()
                .name(format!("analyse-{index}"))
                // Deeply nested source makes the parser's own recursion deep.
                .stack_size(8 << 20)
                .spawn(move || work(&shared, index))?;
        }
        Ok(pool)
    }

    /// Queues a job.
    pub fn submit(&self, urgency: Urgency, job: Job) {
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match urgency {
            Urgency::Now => queue.jobs.push_front(job),
            Urgency::Soon => queue.jobs.push_back(job),
        }
        let chosen = queue.idle.pop();
        drop(queue);
        if let Some(waker) = chosen.and_then(|it| self.shared.wakers.get(it)) {
            waker.notify_one();
        }
    }

    /// Tells how busy the pool is, without keeping it alive.
    pub fn gauge(&self) -> Gauge {
        Gauge { shared: Arc::clone(&self.shared) }
    }

    /// Jobs waiting and running.
    pub fn load(&self) -> (usize, usize) {
        let queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        (queue.jobs.len(), queue.running)
    }
}

/// Tells how busy a pool is.
#[derive(Clone)]
pub struct Gauge {
    shared: Arc<Shared>,
}

impl Gauge {
    /// Whether a job is waiting or running.
    pub fn is_busy(&self) -> bool {
        let queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.running > 0 || !queue.jobs.is_empty()
    }

    /// Jobs waiting and running.
    pub fn load(&self) -> (usize, usize) {
        let queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        (queue.jobs.len(), queue.running)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.closed = true;
        queue.jobs.clear();
        drop(queue);
        self.shared.wakers.iter().for_each(Condvar::notify_all);
    }
}

fn work(shared: &Shared, index: usize) {
    let Some(waker) = shared.wakers.get(index) else { return };
    let mut queue = shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(job) = queue.jobs.pop_front() {
            queue.running += 1;
            drop(queue);
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                metrics().panicked(PanicIn::Job);
                tracing::error!("a job panicked");
            }
            queue = shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.running -= 1;
        } else if queue.closed {
            return;
        } else {
            queue.idle.push(index);
            while !queue.closed && queue.idle.contains(&index) {
                queue = waker.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_panic_costs_one_job_and_urgent_jobs_overtake() {
        let pool = Pool::new(1).unwrap();
        let (sender, receiver) = mpsc::channel();
        let (release, gate) = mpsc::channel::<()>();
        pool.submit(Urgency::Now, Box::new(move || gate.recv().unwrap()));
        while pool.load().1 == 0 {
            std::thread::yield_now();
        }
        for (urgency, name) in [(Urgency::Soon, "soon"), (Urgency::Now, "now")] {
            let sender = sender.clone();
            pool.submit(urgency, Box::new(move || sender.send(name).unwrap()));
        }
        pool.submit(Urgency::Now, Box::new(|| panic!("expected in this test")));
        release.send(()).unwrap();
        assert_eq!(receiver.recv().unwrap(), "now");
        assert_eq!(receiver.recv().unwrap(), "soon");
    }
}
