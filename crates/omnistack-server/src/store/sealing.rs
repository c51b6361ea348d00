//! Sealing: what leaves the process for Redis can be neither read nor exchanged there.
//!
//! Of each master key, HKDF makes one key for names and one for values. A name becomes an HMAC, so
//! that nobody can tell what it was. A value is sealed with AES-256-GCM, under a key of its entry's own
//! (an HMAC of space and name: no key ever meets so many values that random nonces could repeat), with
//! space and name as associated data: moved to another place it does not open. In front of it stands
//! which master key it was, so that keys can be exchanged: the newest seals, older ones still open.
//! What shows from outside is how many entries there are, how long they are, and when they end.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use secrecy::{ExposeSecret, SecretString};

use super::Space;

/// Bytes of a master key.
const KEY_BYTES: usize = 32;
/// Bytes that say which master key it was.
const ID_BYTES: usize = 4;
/// Bytes of a nonce.
const NONCE_BYTES: usize = 12;
/// Keeps keys that are made here apart from all others that somebody makes of the same master key.
const SALT: &[u8] = b"omnistack team server, store, 1";

/// Master keys that cannot be used. It says nothing of what they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is none.
    #[error(
        "there is no key to seal values with: put 64 hexadecimal digits into OMNISTACK_STORE_KEYS or \
         the file of redis.keys_file (`openssl rand -hex 32` makes some)"
    )]
    Missing,
    /// One is no key.
    #[error("key {0} of the store's keys is not 64 hexadecimal digits")]
    Malformed(usize),
}

/// What a name is in Redis.
pub(super) type Name = [u8; 32];

/// The keys of one master key.
struct Keys {
    id: [u8; ID_BYTES],
    names: hmac::Key,
    values: hmac::Key,
}

/// The keys, the newest first.
pub(super) struct Sealing {
    newest: Keys,
    older: Vec<Keys>,
}

impl Sealing {
    /// Reads master keys: one each line, or with other white space or commas between, the newest first.
    pub(super) fn new(text: &SecretString) -> Result<Self, KeysError> {
        let separators = |it: char| it.is_whitespace() || it == ',';
        let words = text.expose_secret().split(separators).filter(|word| !word.is_empty());
        let mut all = Vec::new();
        for (index, word) in words.enumerate() {
            all.push(Keys::new(&key_bytes(word).ok_or(KeysError::Malformed(index + 1))?));
        }
        let mut all = all.into_iter();
        let newest = all.next().ok_or(KeysError::Missing)?;
        Ok(Self { newest, older: all.collect() })
    }

    fn all(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// What a name is under each key, the newest first.
    pub(super) fn names(&self, tag: u8, name: &str) -> impl Iterator<Item = Name> {
        self.all().map(move |keys| keys.name(tag, name))
    }

    /// What a name is under the newest key.
    pub(super) fn name(&self, tag: u8, name: &str) -> Name {
        self.newest.name(tag, name)
    }

    /// Whether there are older keys.
    pub(super) fn has_older(&self) -> bool {
        !self.older.is_empty()
    }

    /// Seals the value of a name. Nothing if the system has no random numbers.
    pub(super) fn seal(&self, space: Space, name: &Name, value: &[u8]) -> Option<Vec<u8>> {
        let key = self.newest.value_key(space, name)?;
        let head = ID_BYTES + NONCE_BYTES;
        let mut sealed = Vec::with_capacity(head + value.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(value);
        let nonce = key.seal_in_place_append_tag(place(space, name), &mut sealed).ok()?;
        sealed.splice(..0, self.newest.id.into_iter().chain(nonce.as_ref().iter().copied()));
        Some(sealed)
    }

    /// Opens the value of a name; nothing if it is not as it was sealed, or not for this name.
    pub(super) fn open(&self, space: Space, name: &Name, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        let (id, rest) = sealed.split_first_chunk_mut::<ID_BYTES>()?;
        let (nonce, rest) = rest.split_first_chunk_mut::<NONCE_BYTES>()?;
        let key = self.all().find(|keys| keys.id == *id)?.value_key(space, name)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = key.open_in_place(nonce, place(space, name), rest).ok()?.len();
        let head = ID_BYTES + NONCE_BYTES;
        sealed.truncate(head + length);
        sealed.drain(..head);
        Some(sealed)
    }
}

/// Where a value belongs.
fn place(space: Space, name: &Name) -> Aad<[u8; 33]> {
    let mut place = [super::tag(space); 33];
    for (to, from) in place.iter_mut().skip(1).zip(name) {
        *to = *from;
    }
    Aad::from(place)
}

impl Keys {
    fn new(master: &[u8; KEY_BYTES]) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(master);
        let key = |purpose: &[u8]| -> hmac::Key {
            match root.expand(&[purpose], hmac::HMAC_SHA256) {
                Ok(material) => hmac::Key::from(material),
                // So short a key can always be made.
                Err(_) => hmac::Key::new(hmac::HMAC_SHA256, master),
            }
        };
        let mut id = [0; ID_BYTES];
        copy(&mut id, hmac::sign(&key(b"id"), b"").as_ref());
        Self { id, names: key(b"names"), values: key(b"values") }
    }

    fn name(&self, tag: u8, name: &str) -> Name {
        let mut context = hmac::Context::with_key(&self.names);
        context.update(&[tag]);
        context.update(name.as_bytes());
        let mut hidden = Name::default();
        copy(&mut hidden, context.sign().as_ref());
        hidden
    }

    /// The key of an entry.
    fn value_key(&self, space: Space, name: &Name) -> Option<RandomizedNonceKey> {
        let mut context = hmac::Context::with_key(&self.values);
        context.update(&[super::tag(space)]);
        context.update(name);
        RandomizedNonceKey::new(&AES_256_GCM, context.sign().as_ref()).ok()
    }
}

fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

fn key_bytes(word: &str) -> Option<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    if word.len() != 2 * KEY_BYTES {
        return None;
    }
    for (to, digits) in key.iter_mut().zip(word.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).ok().filter(|it| !it.starts_with('+'))?;
        *to = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(key)
}
