//! The service-discovery file: it tells Prometheus (`file_sd_configs`) where this process's metrics
//! are, so that one scrape configuration serves every workspace, whatever ports they got.
//!
//! Each process writes one file and removes it at its end. Those that were killed leave theirs;
//! whoever comes next removes each file at whose address nobody listens.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Options, folders};

/// How long a local address may take to answer.
const PATIENCE: Duration = Duration::from_millis(100);

/// This process's file; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Announcement {
    /// Where it is.
    pub(crate) file: PathBuf,
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// The folder of the files, unless a setting names another.
pub(crate) fn usual_folder() -> Option<PathBuf> {
    folders::runtime().map(|it| it.join("metrics"))
}

/// Announces an address, and removes the files of processes that are gone.
pub(crate) fn announce(
    folder: &Path,
    address: SocketAddr,
    options: Options,
) -> std::io::Result<Announcement> {
    folders::make_private(folder)?;
    remove_stale(folder);
    let workspace = std::env::current_dir().ok();
    let workspace = workspace.as_deref().and_then(Path::file_name).map(|it| it.to_string_lossy());
    let groups = json!([{
        "targets": [address.to_string()],
        "labels": {
            "service": options.service,
            "version": options.version,
            "process": std::process::id().to_string(),
            "workspace": workspace.unwrap_or_default(),
        },
    }]);
    let file = folder.join(format!("{}-{}.json", options.service, std::process::id()));
    folders::write_whole(&file, groups.to_string().as_bytes())?;
    Ok(Announcement { file })
}

fn remove_stale(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|it| it == "json") && is_stale(&path) {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Whether nobody listens at the address that a file names. A file that is none of ours is none.
fn is_stale(file: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    let Ok(groups) = serde_json::from_str::<Value>(&text) else { return false };
    let target = groups.pointer("/0/targets/0").and_then(Value::as_str);
    let Some(address) = target.and_then(|it| it.parse::<SocketAddr>().ok()) else { return false };
    address.ip().is_loopback() && TcpStream::connect_timeout(&address, PATIENCE).is_err()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const OPTIONS: Options = Options { service: "test", version: "1", traced: &[], log: "warn" };

    #[test]
    fn a_file_lives_as_long_as_somebody_listens() {
        let folder = tempfile::tempdir().unwrap();
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let of_other = folder.path().join("other.json");
        let target = json!([{"targets": [other.local_addr().unwrap().to_string()]}]);
        std::fs::write(&of_other, target.to_string()).unwrap();
        std::fs::write(folder.path().join("foreign.json"), "[1]").unwrap();

        let own = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let announcement = announce(folder.path(), own, OPTIONS).unwrap();
        let text = std::fs::read_to_string(&announcement.file).unwrap();
        let groups: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(groups[0]["targets"], json!([own.to_string()]));
        assert_eq!(groups[0]["labels"]["service"], "test");
        assert!(of_other.exists(), "its process lives");

        drop(other);
        let file = announcement.file.clone();
        let again = announce(folder.path(), own, OPTIONS).unwrap();
        assert!(!of_other.exists(), "its process is gone");
        assert!(folder.path().join("foreign.json").exists());
        drop((announcement, again));
        assert!(!file.exists());
    }
}
