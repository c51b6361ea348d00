//! Near-duplicates, by `MinHash`: functions that share most of their runs of tokens.
//!
//! Copies of a function in the test set would make the network look better than it is, and copies
//! in the training set teach the same thing over and over. Each function is reduced to
//! [`BINS`] minima over its runs of tokens; functions that agree in all rows of one of the
//! [`BANDS`] are compared, and are near when most minima agree.

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher;

/// Minima per function.
const BINS: usize = 32;
/// Groups of minima of which one must agree for two functions to be compared.
const BANDS: usize = 8;
/// Tokens in a run.
const RUN: usize = 5;
/// Functions are near when so many minima agree: a likeness of about 0.8.
const NEAR: usize = 26;

type Signature = [u32; BINS];

/// The functions seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    exact: FxHashSet<u64>,
    signatures: Vec<Signature>,
    /// For each band, the function that first had these minima.
    bands: FxHashMap<u64, u32>,
}

impl Seen {
    /// Notes a function by the hashes of its tokens; tells whether it is new.
    pub fn is_new(&mut self, tokens: &[u32]) -> bool {
        if !self.exact.insert(hash(tokens, 0)) {
            return false;
        }
        let signature = signature(tokens);
        let keys: Vec<u64> = (0_u64..)
            .zip(signature.chunks(BINS / BANDS))
            .map(|(band, rows)| hash(rows, band + 1))
            .collect();
        let like = |other: &Signature| {
            other.iter().zip(&signature).filter(|(a, b)| a == b).count() >= NEAR
        };
        let is_near = keys.iter().any(|key| {
            let found = self.bands.get(key).and_then(|at| self.signatures.get(*at as usize));
            found.is_some_and(like)
        });
        if is_near {
            return false;
        }
        let at = self.signatures.len() as u32;
        self.signatures.push(signature);
        for key in keys {
            self.bands.entry(key).or_insert(at);
        }
        true
    }
}

/// One pass of hashes, each of which falls into one bin that keeps the least; empty bins borrow
/// from the next.
fn signature(tokens: &[u32]) -> Signature {
    let mut signature = [u32::MAX; BINS];
    for run in tokens.windows(RUN.min(tokens.len()).max(1)) {
        let mixed = hash(run, 99);
        if let Some(bin) = signature.get_mut((mixed >> 32) as usize % BINS) {
            *bin = (*bin).min(mixed as u32);
        }
    }
    let mut last = u32::MAX;
    for bin in signature.iter_mut().rev() {
        if *bin == u32::MAX {
            *bin = last;
        }
        last = *bin;
    }
    signature
}

fn hash(numbers: &[u32], salt: u64) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(salt);
    for number in numbers {
        hasher.write_u32(*number);
    }
    // The fast hash mixes low bits badly; one more round mends that.
    let mixed = hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}
