//! Looks at configuration files where the client does not tell when they change: a few files, once a
//! second, by their times and sizes. That works on every file system, and costs nothing to speak of.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime};

use super::state::Command;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// What tells one state of a file from the next.
type Stamp = Option<(SystemTime, u64)>;

/// Starts the thread; it is told which files to look at, and ends when nobody can tell it any more.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub(super) fn start(commands: Sender<Command>) -> std::io::Result<Sender<Vec<PathBuf>>> {
    let (files, receiver) = channel();
    std::thread::Builder::new()
        .name("watch-settings".to_owned())
        .spawn(move || run(&commands, &receiver))?;
    Ok(files)
}

fn run(commands: &Sender<Command>, files: &Receiver<Vec<PathBuf>>) {
    let mut known: HashMap<PathBuf, Stamp> = HashMap::new();
    loop {
        match files.recv_timeout(INTERVAL) {
            Ok(wanted) => {
                // What is known of a file stays, so that no change is missed in between.
                known = wanted
                    .into_iter()
                    .map(|file| {
                        let stamp = known.get(&file).copied().unwrap_or_else(|| stamp(&file));
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

fn stamp(file: &Path) -> Stamp {
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some((metadata.modified().ok()?, metadata.len()))
}
