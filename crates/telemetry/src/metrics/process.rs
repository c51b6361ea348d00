//! What the process costs: processor time and memory, as the system tells it when somebody scrapes.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Unit;

use super::making::{Fractions, Maker};
use crate::lock;

/// The kernel counts processor time in hundredths of seconds towards programs, whatever it does
/// inside.
const TICKS_PER_SECOND: f64 = 100.0;

/// The process's own metrics.
pub(super) struct Process {
    processor: Fractions,
    resident: Gauge,
    /// Processor time that was counted already.
    counted: Mutex<f64>,
}

impl Process {
    /// Enters them.
    pub(super) fn new(maker: &mut Maker) -> Self {
        let started: Gauge = maker.gauge(
            "process_start_time",
            Some(Unit::Seconds),
            "When the process started counting, in seconds since 1970",
        );
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        started.set(i64::try_from(now).unwrap_or(0));
        Self {
            processor: maker.fractions(
                "process_cpu",
                Unit::Seconds,
                "Processor time of the process",
            ),
            resident: maker.gauge(
                "process_resident_memory",
                Some(Unit::Bytes),
                "Memory of the process that is not swapped out",
            ),
            counted: Mutex::default(),
        }
    }

    /// Asks the system; where it does not say, the metrics stay at zero.
    pub(super) fn refresh(&self) {
        if let Some(seconds) = processor_seconds() {
            let mut counted = lock(&self.counted);
            self.processor.inc_by((seconds - *counted).max(0.0));
            *counted = seconds;
        }
        if let Some(memory) = memory() {
            self.resident.set(i64::try_from(memory.resident_bytes).unwrap_or(i64::MAX));
        }
    }
}

/// Seconds of processor time that the process has used.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in parentheses, may hold spaces.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

/// The process's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Memory {
    /// Bytes in memory now.
    pub resident_bytes: u64,
    /// The most there ever were.
    pub peak_bytes: u64,
}

/// This process's memory, from `/proc`; nothing where there is none.
pub fn memory() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = |key: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(key))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    Some(Memory {
        resident_bytes: kilobytes("VmRSS:")? * 1024,
        peak_bytes: kilobytes("VmHWM:")? * 1024,
    })
}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells() {
        let started = processor_seconds().unwrap();
        let mut sum = 0_u64;
        while processor_seconds().unwrap() <= started {
            sum = (0..100_000).fold(sum, u64::wrapping_add);
        }
        assert!(memory().unwrap().peak_bytes >= memory().unwrap().resident_bytes / 2);
        assert!(std::hint::black_box(sum) > 0);
    }
}
