//! Which server is asked: of two that are taken at random, the one that has less to do, by the calls
//! under way and by how long calls took lately. That spreads load nearly as well as asking all of
//! them how they are, and never sends everybody to the same one (power of two choices).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::breaker::Breaker;
use crate::random::Random;
use crate::settings::{Endpoint, Pace};

/// How much the newest call counts in the smoothed latency.
const NEWEST: f64 = 0.25;

/// One server.
pub(crate) struct Server {
    pub(crate) endpoint: Endpoint,
    in_flight: AtomicUsize,
    known: Mutex<Known>,
}

struct Known {
    breaker: Breaker,
    /// Seconds, smoothed; nothing before the first answer.
    latency: Option<f64>,
}

/// All servers.
pub(crate) struct Servers {
    servers: Vec<Server>,
    random: Random,
}

/// A call under way. Dropped without a verdict, it says nothing of the server.
pub(crate) struct Call<'a> {
    pub(crate) server: &'a Server,
    pub(crate) index: usize,
    began: Instant,
    is_judged: bool,
}

impl Servers {
    pub(crate) fn new(endpoints: Vec<Endpoint>, pace: Pace) -> Self {
        let server = |endpoint| {
            let known = Mutex::new(Known { breaker: Breaker::new(pace), latency: None });
            Server { endpoint, in_flight: AtomicUsize::new(0), known }
        };
        Self { servers: endpoints.into_iter().map(server).collect(), random: Random::new() }
    }

    /// Random numbers for whoever calls.
    pub(crate) fn random(&self) -> &Random {
        &self.random
    }

    /// Whether another server than this may be asked.
    pub(crate) fn has_other(&self, index: usize) -> bool {
        let now = Instant::now();
        let mut others = self.servers.iter().enumerate().filter(|(at, _)| *at != index);
        others.any(|(_, server)| server.with(|it| it.breaker.lets_through(now)))
    }

    /// A server to ask now, another than `avoided` if there is one; nothing if none may be asked.
    pub(crate) fn choose(&self, avoided: Option<usize>) -> Option<Call<'_>> {
        let now = Instant::now();
        let able = |(index, server): (usize, &'_ Server)| {
            server.with(|it| it.breaker.lets_through(now)).then_some(index)
        };
        let mut open: Vec<usize> = self.servers.iter().enumerate().filter_map(able).collect();
        if open.len() > 1 {
            open.retain(|it| Some(*it) != avoided);
        }
        while !open.is_empty() {
            let one = self.random.below(open.len());
            // Another one, if there is.
            let step = 1 + self.random.below(open.len().saturating_sub(1));
            let other = (one + step) % open.len();
            let load = |at: usize| {
                let server = open.get(at).and_then(|it| self.servers.get(*it));
                server.map_or(f64::INFINITY, Server::load)
            };
            let chosen = if load(other) < load(one) { other } else { one };
            let index = open.swap_remove(chosen);
            let Some(server) = self.servers.get(index) else { continue };
            // Between the look and the choice, somebody else may have taken the one call.
            let begins = |known: &mut Known| {
                let begins = known.breaker.lets_through(now);
                if begins {
                    known.breaker.begin();
                }
                begins
            };
            if server.with(begins) {
                server.in_flight.fetch_add(1, Ordering::Relaxed);
                return Some(Call { server, index, began: now, is_judged: false });
            }
        }
        None
    }
}

impl Server {
    fn with<T>(&self, ask: impl FnOnce(&mut Known) -> T) -> T {
        ask(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn load(&self) -> f64 {
        // One that was never asked is worth a try.
        let latency = self.with(|it| it.latency).unwrap_or(0.0);
        latency * (1 + self.in_flight.load(Ordering::Relaxed)) as f64
            + self.in_flight.load(Ordering::Relaxed) as f64 * 1e-6
    }
}

impl Call<'_> {
    /// It was answered.
    pub(crate) fn succeed(mut self) {
        let took = self.began.elapsed().as_secs_f64();
        self.judge(|known| {
            known.breaker.succeed();
            let before = known.latency.unwrap_or(took);
            known.latency = Some(before + NEWEST * (took - before));
        });
    }

    /// The server answered, although not with what was asked for.
    pub(crate) fn answer(mut self) {
        self.judge(|known| known.breaker.succeed());
    }

    /// It failed.
    pub(crate) fn fail(mut self) {
        self.judge(|known| known.breaker.fail(Instant::now()));
    }

    /// It failed, and the server asked to be left alone for so long.
    pub(crate) fn fail_and_rest(mut self, wait: Duration) {
        self.judge(|known| {
            known.breaker.fail(Instant::now());
            known.breaker.rest(Instant::now(), wait);
        });
    }

    /// The server asked to be left alone for so long.
    pub(crate) fn rest(mut self, wait: Duration) {
        self.judge(|known| known.breaker.rest(Instant::now(), wait));
    }

    fn judge(&mut self, judge: impl FnOnce(&mut Known)) {
        self.is_judged = true;
        self.server.with(judge);
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.server.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.is_judged {
            self.server.with(|known| known.breaker.give_up());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::settings::endpoint;

    fn servers(count: usize) -> Servers {
        let endpoints =
            (0..count).map(|it| endpoint(&format!("https://s{it}.example")).unwrap()).collect();
        Servers::new(endpoints, Pace { failures: 1, ..Pace::default() })
    }

    fn set_latency(servers: &Servers, index: usize, seconds: f64) {
        servers.servers[index].with(|it| it.latency = Some(seconds));
    }

    #[test]
    fn of_two_the_faster_is_asked() {
        let servers = servers(2);
        set_latency(&servers, 0, 0.2);
        set_latency(&servers, 1, 0.1);
        for _ in 0..50 {
            assert_eq!(servers.choose(None).unwrap().index, 1);
        }
        assert_eq!(servers.choose(Some(1)).unwrap().index, 0);
    }

    #[test]
    fn calls_under_way_count() {
        let servers = servers(2);
        set_latency(&servers, 0, 0.1);
        set_latency(&servers, 1, 0.1);
        let calls: Vec<Call<'_>> = (0..10).map(|_| servers.choose(None).unwrap()).collect();
        let of_first = calls.iter().filter(|it| it.index == 0).count();
        assert_eq!(of_first, 5);
        drop(calls);
        assert_eq!(servers.servers[0].in_flight.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn load_spreads_over_many() {
        let servers = servers(5);
        (0..5).for_each(|it| set_latency(&servers, it, 0.1));
        let calls: Vec<Call<'_>> = (0..500).map(|_| servers.choose(None).unwrap()).collect();
        for index in 0..5 {
            let own = calls.iter().filter(|it| it.index == index).count();
            assert!((80..=120).contains(&own), "{own}");
        }
    }

    #[test]
    fn what_failed_is_left_alone() {
        let servers = servers(2);
        let failed = servers.choose(None).unwrap();
        let index = failed.index;
        failed.fail();
        for _ in 0..20 {
            assert_ne!(servers.choose(None).unwrap().index, index);
        }
        servers.choose(None).unwrap().rest(Duration::from_mins(1));
        assert!(servers.choose(None).is_none());
    }
}
