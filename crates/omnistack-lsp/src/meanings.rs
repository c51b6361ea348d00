//! What functions mean: a vector for each, by which they are found for a question in words.
//!
//! The vectors come from the text that describes a function, and are kept under its hash, so that an
//! edit costs those of the functions that it changed. A number of a vector takes a byte.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use analysis::context::{Description, FunctionName, Summary};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes that all vectors with the names of their functions may fill.
const MOST_BYTES: usize = 64 << 20;
/// Bytes of an entry beside its vector or name.
const ENTRY_BYTES: usize = 64;
/// How alike a function and a question must be for it to be an answer.
const LEAST_LIKENESS: f32 = 0.15;

/// A vector of length 1, in bytes.
#[derive(Clone, Debug, PartialEq)]
struct Vector {
    /// What a byte counts.
    scale: f32,
    numbers: Box<[i8]>,
}

impl Vector {
    fn of(numbers: &[f32]) -> Self {
        let most = numbers.iter().fold(f32::MIN_POSITIVE, |most, it| most.max(it.abs()));
        let scale = most / 127.0;
        Self { scale, numbers: numbers.iter().map(|it| (it / scale).round() as i8).collect() }
    }

    fn likeness(&self, other: &[f32]) -> f32 {
        let pairs = self.numbers.iter().zip(other);
        pairs.map(|(one, other)| f32::from(*one) * other).sum::<f32>() * self.scale
    }
}

/// A file whose functions are known.
#[derive(Clone, Debug)]
struct File {
    summary: Arc<Summary>,
    functions: Vec<(String, u64)>,
}

/// The vectors of a workspace's functions.
#[derive(Debug, Default)]
pub struct Meanings {
    files: HashMap<Arc<str>, File>,
    vectors: HashMap<u64, Vector>,
    functions: usize,
    bytes: usize,
}

impl Meanings {
    /// Whether a file is known as its summary has it.
    pub fn knows(&self, file: &str, summary: &Arc<Summary>) -> bool {
        self.files.get(file).is_some_and(|known| Arc::ptr_eq(&known.summary, summary))
    }

    /// The texts that have no vector yet, each once.
    pub fn lacking<'a>(&self, descriptions: &'a [Description]) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        let texts = descriptions.iter().map(|it| it.text.as_str());
        texts
            .filter(|text| {
                let key = xxh3_64(text.as_bytes());
                !self.vectors.contains_key(&key) && seen.insert(key)
            })
            .collect()
    }

    /// Keeps the vector of a text; tells whether there was room for it.
    pub fn keep(&mut self, text: &str, vector: &[f32]) -> bool {
        let bytes = vector.len() + ENTRY_BYTES;
        if self.bytes + bytes > MOST_BYTES {
            return false;
        }
        if self.vectors.insert(xxh3_64(text.as_bytes()), Vector::of(vector)).is_none() {
            self.bytes += bytes;
        }
        true
    }

    /// Takes over a file's functions, whose vectors are kept already.
    pub fn insert(&mut self, file: &Arc<str>, summary: &Arc<Summary>, of: Vec<Description>) {
        let functions: Vec<(String, u64)> =
            of.into_iter().map(|it| (it.function, xxh3_64(it.text.as_bytes()))).collect();
        self.bytes += names(&functions);
        self.functions += functions.len();
        let known = File { summary: Arc::clone(summary), functions };
        if let Some(before) = self.files.insert(Arc::clone(file), known) {
            self.bytes = self.bytes.saturating_sub(names(&before.functions));
            self.functions -= before.functions.len();
        }
    }

    /// Forgets files that are no more, and vectors that no function has.
    pub fn retain(&mut self, exists: impl Fn(&str) -> bool) {
        self.files.retain(|file, _| exists(file));
        self.functions = self.files.values().map(|file| file.functions.len()).sum();
        let functions = || self.files.values().flat_map(|file| &file.functions);
        let used: HashSet<u64> = functions().map(|(_, key)| *key).collect();
        self.vectors.retain(|key, _| used.contains(key));
        let vectors = self.vectors.values().map(|it| it.numbers.len() + ENTRY_BYTES);
        self.bytes = vectors.sum::<usize>()
            + self.files.values().map(|file| names(&file.functions)).sum::<usize>();
    }

    /// The functions most like a vector, at most so many, the most alike first.
    pub fn nearest(&self, question: &[f32], most: usize) -> Vec<(FunctionName, f32)> {
        let mut found: Vec<(f32, &Arc<str>, &str)> = Vec::new();
        for (file, known) in &self.files {
            for (name, key) in &known.functions {
                let likeness = self.vectors.get(key).map_or(0.0, |it| it.likeness(question));
                if likeness >= LEAST_LIKENESS {
                    found.push((likeness, file, name));
                }
            }
        }
        found.sort_by(|one, other| {
            let place = |it: &(f32, _, _)| Reverse((it.1, it.2));
            other.0.total_cmp(&one.0).then_with(|| place(other).cmp(&place(one)))
        });
        found.truncate(most);
        let named = found.into_iter().map(|(likeness, file, name)| {
            (FunctionName { file: Arc::clone(file), name: name.to_owned() }, likeness)
        });
        named.collect()
    }

    /// How many functions are known.
    pub fn len(&self) -> usize {
        self.functions
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes they occupy, roughly.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

fn names(functions: &[(String, u64)]) -> usize {
    functions.iter().map(|(name, _)| name.len() + ENTRY_BYTES).sum()
}
