//! Log files that cannot fill a disk: each process writes one of its own, starts the next when it is
//! full, and removes the oldest of the folder.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::folders::make_private;

/// Bytes of a file before the next one is started.
const FILE_BYTES: u64 = 8 << 20;
/// Files that are kept in a folder, of all processes.
const FILES: usize = 10;

/// The file that a process writes its log to, and the full ones before it.
#[derive(Debug)]
pub struct RotatingFile {
    folder: PathBuf,
    service: String,
    path: PathBuf,
    file: File,
    written: u64,
    full: u32,
    file_bytes: u64,
    files: usize,
}

impl RotatingFile {
    /// Opens this process's file in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(folder: &Path, service: &str) -> io::Result<Self> {
        Self::bounded(folder, service, FILE_BYTES, FILES)
    }

    /// As [`Self::open`], with bounds of its own: bytes of a file, and files of the folder.
    ///
    /// # Errors
    /// The operating system's.
    pub fn bounded(
        folder: &Path,
        service: &str,
        file_bytes: u64,
        files: usize,
    ) -> io::Result<Self> {
        make_private(folder)?;
        let path = folder.join(format!("{service}-{}.log", std::process::id()));
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let written = file.metadata()?.len();
        let (folder, service) = (folder.to_owned(), service.to_owned());
        let opened = Self { folder, service, path, file, written, full: 0, file_bytes, files };
        opened.remove_oldest();
        Ok(opened)
    }

    /// Writes a line, into a new file if this one is full.
    ///
    /// # Errors
    /// The operating system's; the next line is tried again.
    pub fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.written > 0 && self.written + line.len() as u64 > self.file_bytes {
            self.start_next()?;
        }
        self.file.write_all(line)?;
        self.written += line.len() as u64;
        Ok(())
    }

    fn start_next(&mut self) -> io::Result<()> {
        // The number is free unless an earlier process with our id left its files.
        let full = loop {
            self.full += 1;
            let name = format!("{}-{}.{}.log", self.service, std::process::id(), self.full);
            let full = self.folder.join(name);
            if !full.exists() {
                break full;
            }
        };
        std::fs::rename(&self.path, full)?;
        self.file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        self.written = 0;
        self.remove_oldest();
        Ok(())
    }

    /// Removes the oldest log files of the folder, whoever wrote them, but never the present one.
    fn remove_oldest(&self) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        let is_ours = |path: &Path| {
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or("");
            path != self.path
                && name.starts_with(&format!("{}-", self.service))
                && path.extension().is_some_and(|it| it == "log")
        };
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let age = path.metadata().and_then(|it| it.modified()).ok()?;
                is_ours(&path).then_some((age, path))
            })
            .collect();
        files.sort();
        let surplus = (files.len() + 1).saturating_sub(self.files);
        for (_, path) in files.into_iter().take(surplus) {
            // Another process may have removed it just now.
            let _ = std::fs::remove_file(path);
        }
    }
}
