//! Files that only the server's own user may read: keys, clients, what was revoked, the audit log.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Opens a file for writing, and makes it if there is none.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> std::io::Result<File> {
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Writes a file anew. Others see what it held before or all of this, and nothing in between.
pub(crate) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut draft = path.to_owned().into_os_string();
    draft.push(".new");
    let mut file = open(draft.as_ref(), OpenOptions::new().write(true).truncate(true))?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}
