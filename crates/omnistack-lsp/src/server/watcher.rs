//! Looks at configuration files that the client does not tell of when they change, such as the
//! user's own: a few files, once a second, by their times and sizes. That works on every file system, and
//! costs nothing to speak of.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::state::Command;
use crate::workspace::Stamp;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// A file to look at, and its state when somebody wanted that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watched {
    file: PathBuf,
    stamp: Option<Stamp>,
}

impl Watched {
    /// From its state now on.
    pub(super) fn from_now(file: PathBuf) -> Self {
        let stamp = stamp(&file);
        Self { file, stamp }
    }
}

/// Starts the thread; it is told which files to look at, and ends when nobody can tell it any more.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub(super) fn start(commands: Sender<Command>) -> std::io::Result<Sender<Vec<Watched>>> {
    let (files, receiver) = channel();
    std::thread::Builder::new()
        .name("watch-settings".to_owned())
        .spawn(move || run(&commands, &receiver))?;
    Ok(files)
}

fn run(commands: &Sender<Command>, files: &Receiver<Vec<Watched>>) {
    let mut known: HashMap<PathBuf, Option<Stamp>> = HashMap::new();
    loop {
        match files.recv_timeout(INTERVAL) {
            Ok(wanted) => {
                // What is known of a file stays, so that no change is missed in between.
                known = wanted
                    .into_iter()
                    .map(|Watched { file, stamp }| {
                        let stamp = known.get(&file).copied().unwrap_or(stamp);
                        (file, stamp)
                    })
                    .collect();
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let mut changed = Vec::new();
                for (file, known) in &mut known {
                    let now = stamp(file);
                    if *known != now {
                        *known = now;
                        changed.push(file.clone());
                    }
                }
                if !changed.is_empty() && commands.send(Command::FilesChanged(changed)).is_err() {
                    return;
                }
            }
        }
    }
}

/// As [`crate::workspace::stamp`], of folders too: a folder's time is that of its newest or last
/// removed file's name.
fn stamp(file: &Path) -> Option<Stamp> {
    let metadata = file.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
