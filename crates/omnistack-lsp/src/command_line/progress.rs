//! The progress bar: on a terminal only, and only for runs long enough to wonder about.

use std::io::{self, IsTerminal};
use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far a run over many files is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: Once,
}

impl Progress {
    /// Starts, invisibly.
    pub(super) fn start(files: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} files, {eta} left") {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now(), shown: Once::new() }
    }

    /// One more file is done.
    pub(super) fn advance(&self) {
        if self.started.elapsed() > PATIENCE && io::stderr().is_terminal() {
            self.shown.call_once(|| {
                self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            });
        }
        self.bar.inc(1);
    }

    /// All are done.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
