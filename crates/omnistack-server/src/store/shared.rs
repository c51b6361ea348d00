//! The store in Redis: what replicas share, sealed.
//!
//! Names are `<prefix>:<letter of the space>:<name>`. A space that can be listed has an index beside
//! its values, a sorted set by the time when they end. Everything but clients ends by itself.
//!
//! While master keys are exchanged, some replicas write under the newer key and some under the older:
//! each reads the names of both, and whoever claims a name looks for it under all keys at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use ::redis::{Cmd, Pipeline, Script, TlsCertificates};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use super::link::{Link, Signals};
use super::room::Room;
use super::sealing::{Name, Sealing};
use super::{Memory, Rate, Space, StoreError, Unavailable, Verdict, tag};
use crate::configuration::{Redis, secret};

/// The letter of buckets, which hold no values that could be sealed.
const BUCKET: u8 = b'b';
/// Names of an index that are looked up at once.
const AT_ONCE: usize = 512;

struct Scripts {
    take: Script,
    put: Script,
    claim: Script,
    list: Script,
}

/// What replicas share.
pub struct Shared {
    link: Arc<Link>,
    sealing: Sealing,
    prefix: String,
    scripts: Scripts,
    /// The buckets of an outage.
    alone: Memory,
    /// Whether it was told that something does not open.
    is_told: AtomicBool,
    /// How full Redis is.
    room: Room,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shared").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Shared {
    /// Connects to the Redis of an address.
    pub(super) async fn new(
        url: &SecretString,
        settings: &Redis,
        signals: Signals,
    ) -> Result<Self, StoreError> {
        crate::listening::install_provider();
        let keys = secret::read(secret::STORE_KEYS, settings.keys_file.as_deref())?;
        let sealing = Sealing::new(&keys.unwrap_or_default())?;
        let client = client(url, settings)?;
        let link = Link::new(client, settings.connections, settings.timeout, signals).await;
        let scripts = Scripts {
            take: Script::new(include_str!("scripts/take.lua")),
            put: Script::new(include_str!("scripts/put.lua")),
            claim: Script::new(include_str!("scripts/claim.lua")),
            list: Script::new(include_str!("scripts/list.lua")),
        };
        let (prefix, alone) = (settings.prefix.clone(), Memory::default());
        let (is_told, room) = (AtomicBool::new(false), Room::default());
        Ok(Self { link, sealing, prefix, scripts, alone, is_told, room })
    }

    fn key(&self, tag: u8, name: &Name) -> String {
        let mut key = String::with_capacity(self.prefix.len() + 47);
        key.push_str(&self.prefix);
        key.push(':');
        key.push(char::from(tag));
        key.push(':');
        URL_SAFE_NO_PAD.encode_string(name, &mut key);
        key
    }

    fn keys(&self, space: Space, name: &str) -> (Vec<Name>, Vec<String>) {
        let names: Vec<_> = self.sealing.names(tag(space), name).collect();
        let keys = names.iter().map(|it| self.key(tag(space), it)).collect();
        (names, keys)
    }

    fn index(&self, space: Space) -> String {
        format!("{}:index:{}", self.prefix, char::from(tag(space)))
    }

    fn seal(&self, space: Space, name: &Name, value: &[u8]) -> Result<Vec<u8>, Unavailable> {
        let sealed = self.sealing.seal(space, name, value);
        sealed.ok_or_else(|| Unavailable { detail: "the value cannot be sealed".to_owned() })
    }

    /// Opens a value; one that does not open counts as absent, and is told once.
    fn open(&self, space: Space, name: &Name, sealed: Vec<u8>) -> Option<Vec<u8>> {
        let opened = self.sealing.open(space, name, sealed);
        if opened.is_none() && !self.is_told.swap(true, Relaxed) {
            tracing::error!(
                ?space,
                "a value in Redis does not open: it was changed there, or sealed with a key that \
                 this replica does not have"
            );
        }
        opened
    }

    async fn values(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, Unavailable> {
        let mut command = ::redis::cmd("MGET");
        command.arg(keys);
        self.link.call("get", async |mut link| command.query_async(&mut link).await).await
    }

    pub(super) async fn get(
        &self,
        space: Space,
        name: &str,
    ) -> Result<Option<Vec<u8>>, Unavailable> {
        let (names, keys) = self.keys(space, name);
        let values = self.values(&keys).await?;
        Ok(self.first_that_opens(space, &names, values))
    }

    fn first_that_opens(
        &self,
        space: Space,
        names: &[Name],
        values: impl IntoIterator<Item = Option<Vec<u8>>>,
    ) -> Option<Vec<u8>> {
        let open = |(name, value): (&Name, Option<Vec<u8>>)| self.open(space, name, value?);
        names.iter().zip(values).find_map(open)
    }

    pub(super) async fn get_many(
        &self,
        space: Space,
        names: &[String],
    ) -> Result<Vec<Option<Vec<u8>>>, Unavailable> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let (hidden, keys): (Vec<_>, Vec<_>) =
            names.iter().map(|name| self.keys(space, name)).unzip();
        let mut values = self.values(&keys.concat()).await?.into_iter();
        let answers = hidden.iter().map(|names| {
            let values: Vec<_> = values.by_ref().take(names.len()).collect();
            self.first_that_opens(space, names, values)
        });
        Ok(answers.collect())
    }

    pub(super) async fn put(
        &self,
        space: Space,
        name: &str,
        value: &[u8],
        keep: Option<Duration>,
    ) -> Result<(), Unavailable> {
        if !is_listed(space) {
            return self.put_unlisted(space, [(name, value)], keep).await;
        }
        let (names, keys) = self.keys(space, name);
        let Some(newest) = names.first() else { return Ok(()) };
        let sealed = self.seal(space, newest, value)?;
        let mut call = self.scripts.put.prepare_invoke();
        call.key(self.index(space)).key(&keys);
        call.arg(sealed).arg(keep.map_or(0, milliseconds));
        for name in &names {
            call.arg(name.as_slice());
        }
        self.link.call("put", async |mut link| call.invoke_async(&mut link).await).await
    }

    pub(super) async fn put_many(
        &self,
        space: Space,
        values: &[(String, Vec<u8>)],
        keep: Duration,
    ) -> Result<(), Unavailable> {
        if is_listed(space) {
            for (name, value) in values {
                self.put(space, name, value, Some(keep)).await?;
            }
            return Ok(());
        }
        if space == Space::Prediction && !self.has_room().await {
            return Ok(());
        }
        let values = values.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        self.put_unlisted(space, values, Some(keep)).await
    }

    /// Whether there is room for what can be computed again.
    async fn has_room(&self) -> bool {
        if self.room.is_due() {
            let ask = async |mut link| {
                ::redis::cmd("INFO").arg("memory").query_async::<String>(&mut link).await
            };
            // Whoever may not ask that has to see to it that there is enough.
            if let Ok(info) = self.link.call("info", ask).await {
                self.room.look(&info);
            }
        }
        self.room.is_there()
    }

    async fn put_unlisted<'a>(
        &self,
        space: Space,
        values: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        keep: Option<Duration>,
    ) -> Result<(), Unavailable> {
        let mut commands = Pipeline::new();
        for (name, value) in values {
            let (names, keys) = self.keys(space, name);
            let (Some(newest), Some((key, older))) = (names.first(), keys.split_first()) else {
                continue;
            };
            let command = commands.cmd("SET").arg(key).arg(self.seal(space, newest, value)?);
            if let Some(keep) = keep {
                command.arg("PX").arg(milliseconds(keep));
            }
            command.ignore();
            if !older.is_empty() {
                commands.cmd("DEL").arg(older).ignore();
            }
        }
        if self.sealing.has_older() {
            commands.atomic();
        }
        self.link.call("put", async |mut link| commands.exec_async(&mut link).await).await
    }

    pub(super) async fn claim(
        &self,
        space: Space,
        name: &str,
        keep: Duration,
    ) -> Result<bool, Unavailable> {
        let (names, keys) = self.keys(space, name);
        let Some(newest) = names.first() else { return Ok(false) };
        let sealed = self.seal(space, newest, b"")?;
        let mut call = self.scripts.claim.prepare_invoke();
        call.key(&keys).arg(sealed).arg(milliseconds(keep));
        self.link.call("claim", async |mut link| call.invoke_async(&mut link).await).await
    }

    pub(super) async fn remove(&self, space: Space, name: &str) -> Result<(), Unavailable> {
        let (names, keys) = self.keys(space, name);
        let mut commands = Pipeline::new();
        commands.atomic().cmd("DEL").arg(&keys).ignore();
        if is_listed(space) {
            let command = commands.cmd("ZREM").arg(self.index(space));
            for name in &names {
                command.arg(name.as_slice());
            }
            command.ignore();
        }
        self.link.call("remove", async |mut link| commands.exec_async(&mut link).await).await
    }

    pub(super) async fn all(&self, space: Space) -> Result<Vec<Vec<u8>>, Unavailable> {
        let mut call = self.scripts.list.prepare_invoke();
        call.key(self.index(space));
        let names: Vec<Vec<u8>> =
            self.link.call("list", async |mut link| call.invoke_async(&mut link).await).await?;
        let names: Vec<Name> =
            names.iter().filter_map(|it| Name::try_from(it.as_slice()).ok()).collect();
        let mut all = Vec::with_capacity(names.len());
        for names in names.chunks(AT_ONCE) {
            let keys: Vec<_> = names.iter().map(|it| self.key(tag(space), it)).collect();
            let values = names.iter().zip(self.values(&keys).await?);
            all.extend(values.filter_map(|(name, it)| self.open(space, name, it?)));
        }
        Ok(all)
    }

    pub(super) async fn take(&self, bucket: &str, rate: Rate, tokens: f64) -> Verdict {
        let mut call = self.scripts.take.prepare_invoke();
        call.key(self.key(BUCKET, &self.sealing.name(BUCKET, bucket)));
        call.arg(rate.per_second).arg(rate.burst).arg(tokens);
        let answer: Result<(bool, f64), _> =
            self.link.call("take", async |mut link| call.invoke_async(&mut link).await).await;
        match answer {
            Ok((is_granted, remaining)) => Verdict::new(is_granted, remaining, rate, tokens),
            Err(_) => self.alone.take(bucket, rate, tokens),
        }
    }

    pub(super) async fn answers(&self) -> bool {
        let ping: Cmd = ::redis::cmd("PING");
        let answer: Result<String, _> =
            self.link.call("ping", async |mut link| ping.query_async(&mut link).await).await;
        answer.is_ok()
    }
}

/// Whether [`Shared::all`] lists a space.
fn is_listed(space: Space) -> bool {
    matches!(space, Space::Client | Space::Revoked)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 45)
}

/// The client of an address. Errors do not repeat it: it holds a password.
fn client(url: &SecretString, settings: &Redis) -> Result<::redis::Client, StoreError> {
    let wrong = |error: ::redis::RedisError| StoreError::Address(error.category().to_owned());
    let url = url.expose_secret();
    let Some(roots) = &settings.roots else { return ::redis::Client::open(url).map_err(wrong) };
    let root_cert = std::fs::read(roots)
        .map_err(|problem| StoreError::Roots { file: roots.clone(), problem })?;
    let certificates = TlsCertificates { client_tls: None, root_cert: Some(root_cert) };
    ::redis::Client::build_with_tls(url, certificates).map_err(wrong)
}
