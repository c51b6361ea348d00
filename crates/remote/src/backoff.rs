//! How long to wait before another try: a random part of a time that doubles (full jitter), so that
//! clients which failed together do not come back together; and never less than the server asks for.

use std::time::Duration;

use crate::random::Random;

/// The longest that a server's wish to be left alone is heeded.
const LONGEST: Duration = Duration::from_mins(5);

/// How long to wait after the `failed`th failure, from 1.
pub(crate) fn wait(first: Duration, failed: u32, random: &Random) -> Duration {
    let most = first.saturating_mul(1u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX));
    most.min(LONGEST).mul_f64(random.share())
}

/// What a `Retry-After` of seconds says. Dates are not understood: they need clocks that agree.
pub(crate) fn retry_after(header: Option<&str>) -> Option<Duration> {
    let seconds: u64 = header?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spread_below_a_bound_that_doubles() {
        let random = Random::new();
        for failed in 1..=40 {
            let bound = Duration::from_millis(10)
                .saturating_mul(1u32.checked_shl(failed - 1).unwrap_or(u32::MAX))
                .min(LONGEST);
            let waits: Vec<Duration> =
                (0..100).map(|_| wait(Duration::from_millis(10), failed, &random)).collect();
            assert!(waits.iter().all(|it| *it <= bound));
            assert!(
                waits.iter().any(|it| *it > bound / 4) && waits.iter().any(|it| *it < bound / 2)
            );
        }
    }

    #[test]
    fn seconds_are_heeded_up_to_a_bound() {
        assert_eq!(retry_after(Some(" 7 ")), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(Some("99999999")), Some(LONGEST));
        for other in [None, Some(""), Some("-1"), Some("Wed, 21 Oct 2015 07:28:00 GMT")] {
            assert_eq!(retry_after(other), None);
        }
    }
}
