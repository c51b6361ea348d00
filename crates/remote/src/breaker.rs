//! A circuit breaker: an endpoint that failed several times in a row is left alone for a while. Then
//! one call is let through, and what becomes of it decides.

use std::time::{Duration, Instant};

use crate::settings::Pace;

/// Whether an endpoint is asked.
#[derive(Debug)]
pub(crate) struct Breaker {
    pace: Pace,
    /// Failures since the last success.
    failures: u32,
    /// Until when it is left alone, and for how long that was.
    open: Option<(Instant, Duration)>,
    /// Whether the one call that decides is under way.
    is_probed: bool,
    /// The server asked to be left alone until then.
    rests: Option<Instant>,
}

impl Breaker {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, failures: 0, open: None, is_probed: false, rests: None }
    }

    /// Whether a call would be let through.
    pub(crate) fn lets_through(&self, now: Instant) -> bool {
        let is_closed = self.open.is_none_or(|(until, _)| now >= until && !self.is_probed);
        is_closed && self.rests.is_none_or(|until| now >= until)
    }

    /// A call begins.
    pub(crate) fn begin(&mut self) {
        self.is_probed = self.open.is_some();
    }

    /// It was answered.
    pub(crate) fn succeed(&mut self) {
        *self = Self::new(self.pace);
    }

    /// It failed.
    pub(crate) fn fail(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let Pace { failures, open, open_most, .. } = self.pace;
        if self.is_probed {
            let length = self.open.map_or(open, |(_, before)| before * 2).min(open_most);
            self.open = Some((now + length, length));
            self.is_probed = false;
        } else if self.failures >= failures && self.open.is_none() {
            self.open = Some((now + open, open));
        }
    }

    /// It was given up before anything could be said of the endpoint.
    pub(crate) fn give_up(&mut self) {
        self.is_probed = false;
    }

    /// The server asked to be left alone for so long.
    pub(crate) fn rest(&mut self, now: Instant, wait: Duration) {
        self.rests = Some(now + wait);
        self.is_probed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> (Breaker, Instant) {
        let pace = Pace { failures: 2, open: SECOND, open_most: 3 * SECOND, ..Pace::default() };
        (Breaker::new(pace), Instant::now())
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let (mut breaker, now) = breaker();
        for _ in 0..5 {
            breaker.begin();
            breaker.fail(now);
            assert!(breaker.lets_through(now));
            breaker.begin();
            breaker.succeed();
        }
        for _ in 0..2 {
            breaker.begin();
            breaker.fail(now);
        }
        assert!(!breaker.lets_through(now));
    }

    #[test]
    fn one_call_decides_whether_it_closes() {
        let (mut breaker, now) = breaker();
        for _ in 0..2 {
            breaker.begin();
            breaker.fail(now);
        }
        let mut at = now + SECOND;
        for length in [2, 3, 3] {
            assert!(breaker.lets_through(at));
            breaker.begin();
            assert!(!breaker.lets_through(at), "one at a time");
            breaker.fail(at);
            let shy = (SECOND * length).saturating_sub(Duration::from_millis(1));
            assert!(!breaker.lets_through(at + shy));
            at += SECOND * length;
        }
        breaker.begin();
        breaker.give_up();
        assert!(breaker.lets_through(at), "who gave up has not decided");
        breaker.begin();
        breaker.succeed();
        breaker.begin();
        breaker.fail(at);
        assert!(breaker.lets_through(at), "it is closed, and has begun to count anew");
    }

    #[test]
    fn late_failures_of_calls_before_it_opened_decide_nothing() {
        let (mut breaker, now) = breaker();
        for _ in 0..6 {
            breaker.begin();
        }
        for _ in 0..6 {
            breaker.fail(now);
        }
        assert!(breaker.lets_through(now + SECOND));
    }

    #[test]
    fn a_wish_to_be_left_alone_is_no_failure() {
        let (mut breaker, now) = breaker();
        breaker.begin();
        breaker.rest(now, SECOND);
        assert!(!breaker.lets_through(now));
        assert!(breaker.lets_through(now + SECOND));
        breaker.begin();
        breaker.fail(now + SECOND);
        assert!(breaker.lets_through(now + SECOND));
    }
}
