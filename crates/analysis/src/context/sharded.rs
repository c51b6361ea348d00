//! A map in many parts, each shared: a copy costs little, and so does a change of a copy.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Parts of the map. With a hundred thousand entries, a change copies some hundreds.
const PARTS: usize = 256;

/// A map that is cheap to copy and to change after it was copied.
#[derive(Clone, Debug)]
pub(super) struct Sharded<K, V> {
    parts: Vec<Arc<FxHashMap<K, V>>>,
}

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Self {
        let empty = Arc::new(FxHashMap::default());
        Self { parts: vec![empty; PARTS] }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Sharded<K, V> {
    /// The value of a key.
    pub(super) fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.parts.get(part(key))?.get(key)
    }

    /// The key as it is stored.
    pub(super) fn key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        self.parts.get(part(key))?.get_key_value(key).map(|(key, _)| key)
    }

    /// Stores a value, and gives back the one it takes the place of.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let part = self.parts.get_mut(part(&key))?;
        Arc::make_mut(part).insert(key, value)
    }

    /// Takes a value out.
    pub(super) fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let part = self.parts.get_mut(part(key))?;
        if !part.contains_key(key) {
            return None;
        }
        Arc::make_mut(part).remove(key)
    }

    /// The value of a key, to be changed; made where there is none.
    pub(super) fn entry(&mut self, key: K) -> Option<&mut V>
    where
        V: Default,
    {
        let part = self.parts.get_mut(part(&key))?;
        Some(Arc::make_mut(part).entry(key).or_default())
    }

    /// All entries, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }
}

fn part<Q: Hash + ?Sized>(key: &Q) -> usize {
    // The upper bits: the lower ones order the entries within a part.
    (FxBuildHasher.hash_one(key) >> 40) as usize % PARTS
}
