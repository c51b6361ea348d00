//! A pool: the threads that run one model, the queues before them, and the batches they make.
//!
//! A function goes to the thread with the least to do, measured by the length of what waits there.
//! The thread takes what waits, up to a batch, of each client in turn; when the last batch was shared, so that more is to
//! be expected, it waits a little for others. Batches put the short ones with the short ones
//! (`models::decision::judge_all`). Whoever gives up a request drops its [`Pending`]s: what has not
//! begun is left out, and a batch that nobody waits for any more stops between two layers.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use models::model::Model;
use models::wire::UnitAnswer;
use tokio::sync::oneshot;

use super::judging::{Question, judge};
use crate::lock;
use crate::metrics::{ModelMetrics, level};

/// What a function weighs in a queue beside its text.
const FIXED_COST: usize = 64;
/// Deep syntax needs no deep stack, but grammars' own code is not ours to bound.
const STACK: usize = 8 << 20;

/// How batches are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batching {
    /// How long to wait for more functions.
    pub wait: Duration,
    /// Functions of a batch.
    pub most: usize,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// Too many functions wait.
    #[error("too many functions wait for the model")]
    Full,
    /// The model goes away.
    #[error("the model is not loaded any more")]
    Stopped,
    /// Judging the function failed.
    #[error("the function could not be judged")]
    Failed,
}

/// The functions of one batch that are still waited for.
#[derive(Debug, Default)]
struct Batch {
    waiting: AtomicUsize,
    cancel: CancellationToken,
}

/// Whether somebody waits for a function, and in which batch it is.
#[derive(Debug, Default)]
struct Wanted {
    is_over: AtomicBool,
    batch: Mutex<Option<Arc<Batch>>>,
}

struct Job {
    question: Question,
    asked: Instant,
    answer: oneshot::Sender<Result<UnitAnswer, PoolError>>,
    wanted: Arc<Wanted>,
}

impl Job {
    fn cost(&self) -> usize {
        FIXED_COST + self.question.code.len()
    }
}

/// An answer to come. Dropping it gives it up.
#[derive(Debug)]
pub struct Pending {
    answer: oneshot::Receiver<Result<UnitAnswer, PoolError>>,
    wanted: Arc<Wanted>,
}

impl Pending {
    /// Waits for the answer.
    ///
    /// # Errors
    /// [`PoolError`] when there is none.
    pub async fn answer(mut self) -> Result<UnitAnswer, PoolError> {
        (&mut self.answer).await.unwrap_or(Err(PoolError::Stopped))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.wanted.is_over.store(true, Ordering::Relaxed);
        if let Some(batch) = lock(&self.wanted.batch).take()
            && batch.waiting.fetch_sub(1, Ordering::Relaxed) == 1
        {
            batch.cancel.cancel();
        }
    }
}

/// What waits before a thread, by who asked. Each has a turn, whoever asked how much: one client's
/// thousand functions do not hold up another's one.
#[derive(Default)]
struct Waiting {
    /// The clients with something to do, whose turn it is first; none without.
    lanes: VecDeque<(Arc<str>, VecDeque<Job>)>,
    count: usize,
    is_stopping: bool,
}

impl Waiting {
    /// How much of a client's waits here.
    fn of(&self, client: &str) -> usize {
        self.lanes.iter().find(|(of, _)| **of == *client).map_or(0, |(_, jobs)| jobs.len())
    }

    fn push(&mut self, client: &Arc<str>, job: Job) {
        self.count += 1;
        match self.lanes.iter_mut().find(|(of, _)| of == client) {
            Some((_, jobs)) => jobs.push_back(job),
            None => self.lanes.push_back((Arc::clone(client), VecDeque::from([job]))),
        }
    }

    /// When the next one was asked.
    fn asked(&self) -> Option<Instant> {
        self.lanes.front().and_then(|(_, jobs)| jobs.front()).map(|job| job.asked)
    }

    /// The next ones, one of each client in turn.
    fn take(&mut self, most: usize) -> Vec<Job> {
        let mut taken = Vec::with_capacity(most.min(self.count));
        while taken.len() < most {
            let Some((client, mut jobs)) = self.lanes.pop_front() else { break };
            taken.extend(jobs.pop_front());
            if !jobs.is_empty() {
                self.lanes.push_back((client, jobs));
            }
        }
        self.count -= taken.len();
        taken
    }
}

/// The queue before one thread.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// What waits and what is being judged, by cost.
    load: AtomicUsize,
}

/// The threads of a model.
pub struct Pool {
    model: Arc<Model>,
    queues: Vec<Arc<Queue>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    metrics: ModelMetrics,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

impl Pool {
    /// Starts threads for a model; at most so many functions may wait for it.
    ///
    /// # Errors
    /// The operating system's, when it has no thread to give.
    pub fn start(
        model: Arc<Model>,
        threads: usize,
        batching: Batching,
        most_waiting: usize,
        metrics: ModelMetrics,
    ) -> std::io::Result<Self> {
        let waiting = Arc::new(AtomicUsize::new(0));
        let mut pool = Self {
            model,
            queues: Vec::new(),
            threads: Mutex::default(),
            metrics,
            waiting,
            most_waiting,
        };
        for number in 0..threads.max(1) {
            let queue = Arc::new(Queue::default());
            let worker = Worker {
                model: Arc::clone(&pool.model),
                queue: Arc::clone(&queue),
                batching,
                metrics: pool.metrics.clone(),
                waiting: Arc::clone(&pool.waiting),
            };
            let thread = std::thread::Builder::new()
                .name(format!("model-{number}"))
                .stack_size(STACK)
                .spawn(move || worker.run())?;
            pool.queues.push(queue);
            lock(&pool.threads).push(thread);
        }
        pool.metrics.workers.set(level(pool.queues.len()));
        Ok(pool)
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Its threads.
    pub fn workers(&self) -> usize {
        self.queues.len()
    }

    /// Functions that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Whether so many more may wait.
    pub fn has_room(&self, more: usize) -> bool {
        self.waiting() + more <= self.most_waiting
    }

    /// Asks about a function, for a client.
    ///
    /// # Errors
    /// [`PoolError::Full`] when too many wait, [`PoolError::Stopped`] when the model goes away.
    pub fn ask(&self, client: &Arc<str>, question: Question) -> Result<Pending, PoolError> {
        if !self.has_room(1) {
            return Err(PoolError::Full);
        }
        let (sender, answer) = oneshot::channel();
        let wanted = Arc::<Wanted>::default();
        let job =
            Job { question, asked: Instant::now(), answer: sender, wanted: Arc::clone(&wanted) };
        let least = self.queues.iter().min_by_key(|it| it.load.load(Ordering::Relaxed));
        let Some(queue) = least else { return Err(PoolError::Stopped) };
        let mut waiting = lock(&queue.waiting);
        if waiting.is_stopping {
            return Err(PoolError::Stopped);
        }
        // Nobody gets more than half of the room, so that others find some.
        let share = (self.most_waiting / self.queues.len() / 2).max(1);
        if waiting.of(client) >= share {
            return Err(PoolError::Full);
        }
        queue.load.fetch_add(job.cost(), Ordering::Relaxed);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.metrics.queue.inc();
        waiting.push(client, job);
        drop(waiting);
        queue.changed.notify_one();
        Ok(Pending { answer, wanted })
    }

    /// Takes no more questions, and answers those that were asked. Blocks until then.
    pub fn drain(&self) {
        for queue in &self.queues {
            lock(&queue.waiting).is_stopping = true;
            queue.changed.notify_all();
        }
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            // A thread that panicked has nothing left to do.
            let _ = thread.join();
        }
        self.metrics.workers.set(0);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for queue in &self.queues {
            lock(&queue.waiting).is_stopping = true;
            queue.changed.notify_all();
        }
    }
}

/// One thread.
struct Worker {
    model: Arc<Model>,
    queue: Arc<Queue>,
    batching: Batching,
    metrics: ModelMetrics,
    waiting: Arc<AtomicUsize>,
}

impl Worker {
    fn run(&self) {
        let mut was_shared = false;
        while let Some(jobs) = self.next(was_shared) {
            was_shared = jobs.len() > 1;
            self.judge(jobs);
        }
    }

    /// The next batch; nothing when the pool stops and all is answered.
    fn next(&self, was_shared: bool) -> Option<Vec<Job>> {
        let mut waiting = lock(&self.queue.waiting);
        while waiting.count == 0 {
            if waiting.is_stopping {
                return None;
            }
            waiting = self.queue.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let asked = waiting.asked().unwrap_or_else(Instant::now);
        if was_shared {
            let until = asked + self.batching.wait;
            while waiting.count < self.batching.most && !waiting.is_stopping {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                let (next, _) = self
                    .queue
                    .changed
                    .wait_timeout(waiting, left)
                    .unwrap_or_else(PoisonError::into_inner);
                waiting = next;
            }
        }
        let jobs = waiting.take(self.batching.most.max(1));
        drop(waiting);
        self.waiting.fetch_sub(jobs.len(), Ordering::Relaxed);
        self.metrics.queue.dec_by(level(jobs.len()));
        Some(jobs)
    }

    fn judge(&self, jobs: Vec<Job>) {
        let cost: usize = jobs.iter().map(Job::cost).sum();
        let batch = Arc::<Batch>::default();
        let is_wanted = |job: &Job| {
            // Counted before the other side can see the batch, so that it never counts below zero.
            batch.waiting.fetch_add(1, Ordering::Relaxed);
            *lock(&job.wanted.batch) = Some(Arc::clone(&batch));
            if !job.wanted.is_over.load(Ordering::Relaxed) {
                return true;
            }
            if lock(&job.wanted.batch).take().is_some() {
                batch.waiting.fetch_sub(1, Ordering::Relaxed);
            }
            false
        };
        let count = jobs.len();
        let jobs: Vec<Job> = jobs.into_iter().filter(is_wanted).collect();
        self.metrics.cancelled.inc_by((count - jobs.len()) as u64);
        if !jobs.is_empty() {
            self.metrics.batch.observe(jobs.len() as f64);
            let began = Instant::now();
            for job in &jobs {
                self.metrics.wait.observe(began.duration_since(job.asked).as_secs_f64());
            }
            let questions: Vec<&Question> = jobs.iter().map(|it| &it.question).collect();
            let answers = judge(&self.model, &questions, &batch.cancel);
            self.metrics.batch_duration.observe(began.elapsed().as_secs_f64());
            let failed = |_| PoolError::Failed;
            // Without answers, nobody waits for any.
            for (job, answer) in jobs.into_iter().zip(answers.into_iter().flatten()) {
                let _ = job.answer.send(answer.map_err(failed));
            }
        }
        self.queue.load.fetch_sub(cost, Ordering::Relaxed);
    }
}
