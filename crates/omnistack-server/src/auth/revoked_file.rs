//! The file of what was revoked, where there is no Redis to remember it over a restart: a JSON object
//! a line, appended to, and written anew at the start without what is over.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::revocation::Entry;
use crate::private_file;

/// A file of what was revoked.
#[derive(Clone, Debug)]
pub(super) struct RevokedFile {
    path: PathBuf,
}

impl RevokedFile {
    /// The file in a folder; there need not be one yet.
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("revoked.jsonl") }
    }

    /// What was revoked and is not over.
    pub(super) fn read(&self, now: u64) -> std::io::Result<Vec<Entry>> {
        let text = match std::fs::read_to_string(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read?,
        };
        // The last line may have been cut off with the power.
        let entries = text.lines().filter_map(|it| serde_json::from_str::<Entry>(it).ok());
        let entries: Vec<Entry> = entries.filter(|it| it.until > now).collect();
        if entries.len() < text.lines().count() {
            let lines: Vec<u8> = entries.iter().flat_map(line).collect();
            private_file::replace(&self.path, &lines)?;
        }
        Ok(entries)
    }

    /// Adds what was revoked, and has it on the disk when it returns.
    pub(super) fn add(&self, entry: &Entry) -> std::io::Result<()> {
        let mut file = private_file::open(&self.path, OpenOptions::new().append(true))?;
        file.write_all(&line(entry))?;
        file.sync_data()
    }
}

fn line(entry: &Entry) -> Vec<u8> {
    let mut line = serde_json::to_vec(entry).unwrap_or_default();
    line.push(b'\n');
    line
}
