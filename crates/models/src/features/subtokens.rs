//! Subtokens: the words a token's text is made of, and their numbers.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// A position holds at most this many subtokens.
pub const MOST_SUBTOKENS: usize = 5;
/// Words outside the vocabulary share this many numbers, by hash.
pub const HASH_BUCKETS: usize = 1024;
/// The vocabulary never holds more words: numbers fit 16 bits.
pub const MOST_WORDS: usize = 32_768;
/// Longer words are cut: they are data rather than language.
const LONGEST_WORD: usize = 24;

/// The numbers of a token's subtokens; 0 where there is none.
pub type SubtokenIds = [u16; MOST_SUBTOKENS];

/// The words that have a number of their own.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    words: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u16>,
}

impl Vocabulary {
    /// A vocabulary of words, the first as number 1. Repeated words count once; those past
    /// [`MOST_WORDS`] are left out.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut vocabulary = Self::default();
        for word in words {
            if vocabulary.words.len() < MOST_WORDS && !vocabulary.numbers.contains_key(word) {
                vocabulary.words.push(word.into());
                vocabulary.numbers.insert(word.into(), vocabulary.words.len() as u16);
            }
        }
        vocabulary
    }

    /// Reads a vocabulary from a text with one word a line.
    pub fn from_text(text: &str) -> Self {
        Self::new(text.lines().filter(|line| !line.is_empty()))
    }

    /// Its words, one a line.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for word in &self.words {
            text.push_str(word);
            text.push('\n');
        }
        text
    }

    /// How many numbers there are: none, the words, and the buckets.
    pub fn len(&self) -> usize {
        1 + self.words.len() + HASH_BUCKETS
    }

    /// How many words have a number of their own.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Whether it has no word of its own.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The number of a word.
    pub fn number(&self, word: &str) -> u16 {
        self.numbers.get(word).copied().unwrap_or_else(|| {
            let bucket = xxh3_64(word.as_bytes()) % HASH_BUCKETS as u64;
            (1 + self.words.len() + bucket as usize) as u16
        })
    }

    /// The numbers of a token's subtokens.
    pub fn numbers(&self, text: &str) -> SubtokenIds {
        let mut numbers = SubtokenIds::default();
        let mut at = numbers.iter_mut();
        subtokens(text, |word| {
            if let Some(slot) = at.next() {
                *slot = self.number(word);
            }
        });
        numbers
    }
}

/// Calls `take` with each subtoken of a token's text, lower-cased, at most [`MOST_SUBTOKENS`].
///
/// Words split at underscores, at changes of case and around digits; a text without letters or
/// digits, as operators are, is one subtoken.
pub fn subtokens(text: &str, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    let mut count = 0;
    let mut last = Class::Other;
    let mut characters = text.chars().peekable();
    let mut any = false;
    while let Some(character) = characters.next() {
        let class = Class::of(character);
        let next_is_lower = characters.peek().is_some_and(|next| Class::of(*next) == Class::Lower);
        let starts = class != last && !(last == Class::Upper && class == Class::Lower)
            || (class == Class::Upper && last == Class::Upper && next_is_lower);
        if starts && !word.is_empty() {
            take(&word);
            word.clear();
            count += 1;
            if count == MOST_SUBTOKENS {
                return;
            }
        }
        last = class;
        if class != Class::Other {
            any = true;
            if word.len() < LONGEST_WORD {
                word.extend(character.to_lowercase());
            }
        }
    }
    if !word.is_empty() {
        take(&word);
    } else if !any && !text.is_empty() {
        let cut = text.char_indices().nth(3).map_or(text.len(), |(at, _)| at);
        take(text.get(..cut).unwrap_or_default());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Class {
    fn of(character: char) -> Self {
        if character.is_numeric() {
            Self::Digit
        } else if character.is_uppercase() {
            Self::Upper
        } else if character.is_alphabetic() {
            Self::Lower
        } else {
            Self::Other
        }
    }
}
