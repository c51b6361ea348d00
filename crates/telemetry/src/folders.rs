//! The user's own folders: where reports and service-discovery files lie, out of others' reach.

use std::path::{Path, PathBuf};

/// The folder of what should outlive a session but is no configuration.
pub(crate) fn state() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let base = of("XDG_STATE_HOME").or_else(|| {
        if cfg!(windows) {
            of("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            of("HOME").map(|home| home.join("Library/Application Support"))
        } else {
            of("HOME").map(|home| home.join(".local/state"))
        }
    });
    base.map(|base| base.join("omnistack"))
}

/// The folder of what lives as long as its process.
pub(crate) fn runtime() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").filter(|it| !it.is_empty());
    match folder {
        Some(folder) => Some(PathBuf::from(folder).join("omnistack")),
        // Not the machine's folder for temporary files: others can write there.
        None => state().map(|it| it.join("run")),
    }
}

/// Makes a folder that only its user can look into, unless it is there.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file so that nobody ever reads half of it.
pub(crate) fn write_whole(file: &Path, text: &[u8]) -> std::io::Result<()> {
    let unfinished = file.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&unfinished, text)?;
    std::fs::rename(&unfinished, file)
}
