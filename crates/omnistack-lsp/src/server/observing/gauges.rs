//! What is a state rather than an event: it is asked when somebody scrapes.

use std::sync::{Arc, Weak};

use telemetry::metrics::{Metrics, metrics};

use crate::predictions::Predictions;
use crate::server::cache::SharedCache;
use crate::server::pause::Waiting;
use crate::server::pool::Gauge;
use crate::server::state::Client;

/// What there is to ask of a session.
struct Session {
    cache: Weak<SharedCache>,
    predictions: Weak<Predictions>,
    client: Weak<dyn Client>,
    pool: Gauge,
    paused: Waiting,
    /// What was counted at the last time: hits, misses, and messages lost.
    counted: [u64; 7],
}

/// Has metrics tell of a session, as long as it lasts.
pub(in crate::server) fn watch(
    cache: &Arc<SharedCache>,
    predictions: &Arc<Predictions>,
    client: &Arc<dyn Client>,
    pool: Gauge,
    paused: Waiting,
) {
    let (cache, predictions) = (Arc::downgrade(cache), Arc::downgrade(predictions));
    let client = Arc::downgrade(client);
    let mut session = Session { cache, predictions, client, pool, paused, counted: [0; 7] };
    metrics().ask(Box::new(move |metrics| session.tell(metrics).is_some()));
}

impl Session {
    /// Nothing when the session is over.
    fn tell(&mut self, metrics: &Metrics) -> Option<()> {
        let units = self.cache.upgrade()?.status();
        let predictions = self.predictions.upgrade()?;
        let (predicted, disk) = (predictions.remembered(), predictions.kept_on_disk());
        let (outbound, lost) = self.client.upgrade()?.load();
        let (waiting, running) = self.pool.load();
        let gauges = [
            (metrics.cache_entries.of("units"), units.entries),
            (metrics.cache_size.of("units"), units.bytes),
            (metrics.cache_entries.of("predictions"), predicted.entries),
            (metrics.cache_size.of("predictions"), predicted.bytes),
            (metrics.queue.of("analysis"), waiting as u64),
            (metrics.queue.of("running"), running as u64),
            (metrics.queue.of("predictions"), self.paused.count() as u64),
            (metrics.queue.of("outbound"), outbound as u64),
        ];
        for (gauge, value) in gauges {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        let counters = [
            (metrics.cache_hits.of("units"), units.hits),
            (metrics.cache_misses.of("units"), units.misses),
            (metrics.cache_hits.of("predictions"), predicted.hits),
            (metrics.cache_misses.of("predictions"), predicted.misses),
            (metrics.cache_hits.of("disk"), disk.map_or(0, |it| it.hits)),
            (metrics.cache_misses.of("disk"), disk.map_or(0, |it| it.misses)),
            (metrics.messages_lost.clone(), lost),
        ];
        for ((counter, now), before) in counters.into_iter().zip(&mut self.counted) {
            counter.inc_by(now.saturating_sub(std::mem::replace(before, now)));
        }
        Some(())
    }
}
