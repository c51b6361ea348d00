//! Answers that a resolver gives again and again: whole searches for a name, and the lookups of files
//! that they are made of. A search is kept only if it was not a part of another, so that an answer
//! does not depend on what was asked before.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::Thing;

/// How many answers are kept.
const MOST_ANSWERS: usize = 1 << 18;

/// Answers, by a hash of their questions.
#[derive(Debug, Default)]
pub(super) struct Memo {
    answers: RefCell<FxHashMap<u128, Option<Thing>>>,
}

impl Memo {
    /// The answer to a question of a kind, found if nobody asked before.
    pub(super) fn answer(
        &self,
        kind: u8,
        question: [&str; 3],
        count: Option<usize>,
        find: impl FnOnce() -> Option<Thing>,
    ) -> Option<Thing> {
        let mut hasher = Xxh3::new();
        hasher.update(&[kind]);
        for part in question {
            hasher.update(part.as_bytes());
            hasher.update(&[0xff]);
        }
        hasher.update(&count.map_or(u64::MAX, |it| it as u64).to_le_bytes());
        let key = hasher.digest128();
        if let Some(known) = self.answers.borrow().get(&key) {
            return known.clone();
        }
        let found = find();
        let mut answers = self.answers.borrow_mut();
        if answers.len() < MOST_ANSWERS {
            answers.insert(key, found.clone());
        }
        found
    }
}
