//! The store: predictions on disk, so that a restart, another window or the next run of `check`
//! need not ask the network again about functions it has seen.
//!
//! It is a database that several processes share (`SQLite` with a write-ahead log), one for each
//! build of the program and model: what another version wrote is never read, and goes when nobody
//! has used it for a while. It is only ever a help: a damaged one is made anew, and where there can
//! be none, everything goes on without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use analysis::engine::CacheKey;
use analysis::findings::{Draft, Safety, Severity};
use analysis::rules::{self, UnitFinding, UnitFix};
use analysis::text::Span;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Entries kept; the least lately used go first.
const MOST_ENTRIES: i64 = 400_000;
/// How long another process may write before this one goes on without an answer.
const BUSY: Duration = Duration::from_millis(200);
/// Stores of other versions go after so long.
const FORGOTTEN: Duration = Duration::from_hours(30 * 24);
const PREFIX: &str = "predictions-";
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS predictions (
        key BLOB PRIMARY KEY, found TEXT NOT NULL, day INTEGER NOT NULL
    ) WITHOUT ROWID;";

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made.
    #[error("cannot make the folder {} for predictions: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error("cannot use {}: {source}", file.display())]
    Database {
        /// Its file.
        file: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

/// Predictions on disk.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    hits: AtomicU64,
    misses: AtomicU64,
    /// Set by the first error: whatever is wrong with the disk, it need not be said of each function.
    is_broken: AtomicBool,
}

/// How the store does, as the status tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StoreStatus {
    /// Lookups that found something.
    pub hits: u64,
    /// Lookups that did not.
    pub misses: u64,
}

/// Where the store is unless settings say otherwise: the user's folder for caches.
pub fn default_folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let home = || variable("HOME").map(|it| it.join(".cache"));
    let caches = variable("XDG_CACHE_HOME").or_else(home).or_else(|| variable("LOCALAPPDATA"));
    caches.map(|it| it.join("omnistack"))
}

impl Store {
    /// Opens the store of a model in a folder, which is made if need be.
    ///
    /// # Errors
    /// [`StoreError`] when there can be none there.
    pub fn open(folder: &Path, model: &str) -> Result<Self, StoreError> {
        let failure = |source| StoreError::Folder { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failure)?;
        let name =
            format!("{PREFIX}{:016x}.sqlite", xxh3_64((model.to_owned() + &build()).as_bytes()));
        let file = folder.join(&name);
        forget_others(folder, &name);
        let opened = connect(&file).or_else(|error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                tracing::warn!(file = %file.display(), "the stored predictions are damaged; begun anew");
                // What does not go makes the second attempt fail, which is told.
                let _ = fs::remove_file(&file);
                connect(&file)
            }
            _ => Err(error),
        });
        let connection = opened.map_err(|source| StoreError::Database { file, source })?;
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        let is_broken = AtomicBool::new(false);
        Ok(Self { connection: Mutex::new(connection), hits, misses, is_broken })
    }

    /// What was predicted about a unit, if it was.
    pub fn get(&self, key: CacheKey, is_changed: bool) -> Option<Vec<UnitFinding>> {
        let key = bytes_of(key, is_changed);
        let found = self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT found, day FROM predictions WHERE key = ?1")?;
            let row =
                |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
            let found = select.query_row([&key[..]], row).optional()?;
            if let Some((_, day)) = &found
                && *day != today()
            {
                let update = "UPDATE predictions SET day = ?2 WHERE key = ?1";
                connection.prepare_cached(update)?.execute(params![&key[..], today()])?;
            }
            Ok(found)
        });
        let found = found.flatten().and_then(|(text, _)| from_text(&text));
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Keeps what was predicted about a unit.
    pub fn put(&self, key: CacheKey, is_changed: bool, found: &[UnitFinding]) {
        let Some(text) = to_text(found) else { return };
        let key = bytes_of(key, is_changed);
        self.with(|connection| {
            let insert = "INSERT OR REPLACE INTO predictions (key, found, day) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(insert)?.execute(params![&key[..], text, today()])
        });
    }

    /// Numbers for the status.
    pub fn status(&self) -> StoreStatus {
        let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StoreStatus { hits: number(&self.hits), misses: number(&self.misses) }
    }

    fn with<T>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        if self.is_broken.load(Ordering::Relaxed) {
            return None;
        }
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        match run(&connection) {
            Ok(value) => Some(value),
            // Another process writes: this once, without.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => None,
            Err(error) => {
                tracing::warn!(%error, "predictions are not kept on disk any more");
                self.is_broken.store(true, Ordering::Relaxed);
                None
            }
        }
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(SCHEMA)?;
    let count: i64 =
        connection.query_row("SELECT count(*) FROM predictions", [], |row| row.get(0))?;
    if count > MOST_ENTRIES {
        let delete = "DELETE FROM predictions WHERE key IN
            (SELECT key FROM predictions ORDER BY day LIMIT ?1)";
        connection.execute(delete, [count - MOST_ENTRIES / 2])?;
    }
    Ok(connection)
}

/// Tells this build of the program from others, whose units and findings may differ.
fn build() -> String {
    let file = std::env::current_exe().and_then(fs::metadata);
    let written = |it: &fs::Metadata| it.modified().ok()?.duration_since(UNIX_EPOCH).ok();
    let stamp = file.map(|it| (it.len(), written(&it).unwrap_or_default().as_nanos()));
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), stamp.unwrap_or_default())
}

/// Removes stores that nobody has used for long.
fn forget_others(folder: &Path, own: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let age = entry.metadata().and_then(|it| it.modified()).map(|it| it.elapsed());
        let is_old = age.is_ok_and(|age| age.is_ok_and(|age| age > FORGOTTEN));
        if name.starts_with(PREFIX) && !name.starts_with(own) && is_old {
            // Whoever has it open keeps it until it ends.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn today() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs() / 86_400).unwrap_or(0)
}

fn bytes_of(key: CacheKey, is_changed: bool) -> [u8; 17] {
    let mut bytes = [u8::from(is_changed); 17];
    bytes[..16].copy_from_slice(&key.to_le_bytes());
    bytes
}

/// A finding as it is stored: rules by their ids, spans as pairs.
#[derive(Serialize, Deserialize)]
struct Stored {
    rule: String,
    confidence: f32,
    severity: Option<u8>,
    message: String,
    span: (u32, u32),
    fixes: Vec<StoredFix>,
    evidence: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredFix {
    title: String,
    is_safe: bool,
    edits: Vec<(u32, u32, String)>,
}

const SEVERITIES: [Severity; 4] =
    [Severity::Hint, Severity::Information, Severity::Warning, Severity::Error];

/// Nothing for what this form has no place for; predictions have none of it.
fn to_text(found: &[UnitFinding]) -> Option<String> {
    let fix = |fix: &UnitFix| {
        let edits = fix.edits.iter().map(|(span, draft)| match draft {
            Draft::Text(text) => Some((span.start, span.end, text.clone())),
            Draft::Before(_) => None,
        });
        let is_safe = fix.safety == Safety::Safe;
        Some(StoredFix { title: fix.title.clone(), is_safe, edits: edits.collect::<Option<_>>()? })
    };
    let one = |it: &UnitFinding| {
        let severity = it.severity.and_then(|it| SEVERITIES.iter().position(|own| *own == it));
        (it.related.is_empty() && it.elsewhere.is_empty()).then_some(())?;
        Some(Stored {
            rule: rules::all().get(it.rule as usize)?.id.to_owned(),
            confidence: it.confidence,
            severity: severity.and_then(|at| u8::try_from(at).ok()),
            message: it.message.clone(),
            span: (it.span.start, it.span.end),
            fixes: it.fixes.iter().map(fix).collect::<Option<_>>()?,
            evidence: it.evidence.clone(),
        })
    };
    let stored = found.iter().map(one).collect::<Option<Vec<_>>>()?;
    serde_json::to_string(&stored).ok()
}

fn from_text(text: &str) -> Option<Vec<UnitFinding>> {
    let fix = |fix: StoredFix| UnitFix {
        title: fix.title,
        safety: if fix.is_safe { Safety::Safe } else { Safety::Unsafe },
        edits: fix
            .edits
            .into_iter()
            .map(|(start, end, text)| (Span::new(start, end), Draft::Text(text)))
            .collect(),
    };
    let one = |it: Stored| {
        let rule = rules::all().iter().position(|rule| rule.id == it.rule)?;
        Some(UnitFinding {
            rule: u16::try_from(rule).ok()?,
            confidence: it.confidence,
            severity: it.severity.and_then(|at| SEVERITIES.get(usize::from(at)).copied()),
            message: it.message,
            span: Span::new(it.span.0, it.span.1),
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: it.fixes.into_iter().map(fix).collect(),
            evidence: it.evidence,
        })
    };
    serde_json::from_str::<Vec<Stored>>(text).ok()?.into_iter().map(one).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn finding(message: &str) -> UnitFinding {
        let rule = rules::all().iter().position(|rule| rule.id == "predict/wrong-operator");
        UnitFinding {
            rule: u16::try_from(rule.unwrap()).unwrap(),
            confidence: 0.75,
            severity: Some(Severity::Information),
            message: message.to_owned(),
            span: Span::new(3, 5),
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: vec![UnitFix {
                title: "Replace".to_owned(),
                safety: Safety::Unsafe,
                edits: vec![(Span::new(3, 5), Draft::Text("!=".to_owned()))],
            }],
            evidence: vec!["why".to_owned()],
        }
    }

    #[test]
    fn what_was_predicted_is_there_after_a_restart_and_for_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), "a").unwrap();
        let other = Store::open(folder.path(), "a").unwrap();
        assert_eq!(store.get(7, false), None);
        store.put(7, false, &[finding("one")]);
        store.put(8, true, &[]);
        assert_eq!(other.get(7, false), Some(vec![finding("one")]));
        drop((store, other));
        let store = Store::open(folder.path(), "a").unwrap();
        assert_eq!(store.get(8, true), Some(Vec::new()));
        assert_eq!(store.get(8, false), None, "changed or not makes a difference");
        assert_eq!(store.status(), StoreStatus { hits: 1, misses: 1 });
        assert_eq!(Store::open(folder.path(), "b").unwrap().get(7, false), None);
    }

    #[test]
    fn many_may_write_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4_u128 {
                let folder = folder.path();
                scope.spawn(move || {
                    let store = Store::open(folder, "a").unwrap();
                    for key in 0..50 {
                        store.put(writer * 1000 + key, false, &[finding("x")]);
                    }
                });
            }
        });
        let store = Store::open(folder.path(), "a").unwrap();
        let kept = (0..4_u128).flat_map(|it| (0..50).map(move |key| it * 1000 + key));
        let kept = kept.filter(|key| store.get(*key, false).is_some()).count();
        // One that waited too long goes without; here nobody has to.
        assert_eq!(kept, 200);
    }

    #[test]
    fn a_damaged_store_is_begun_anew_and_an_impossible_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), "a").unwrap());
        let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        fs::write(&file, "this is no database, however long it may be ".repeat(100)).unwrap();
        let store = Store::open(folder.path(), "a").unwrap();
        store.put(1, false, &[]);
        assert_eq!(store.get(1, false), Some(Vec::new()));
        let error = Store::open(&file, "a").unwrap_err().to_string();
        assert!(error.starts_with("cannot make the folder"), "{error}");
    }
}
