//! Sentence embeddings: a text becomes a vector, and texts that mean alike have vectors of nearly the
//! same direction. The encoder is any of BERT's kind that lies in a folder in the usual layout:
//! `config.json`, `tokenizer.json` and `model.safetensors`.
//!
//! [`weights`] reads and checks the files, [`encoder`] is the forward pass, on the predictor's
//! arithmetic (ADR 14). A sentence's vector is the mean of its tokens' states, of length 1.
//!
//! Invariant: a folder that holds no such encoder is an error that says why, never a panic.

mod encoder;
mod weights;

use std::path::Path;

use analysis::cancellation::CancellationToken;
use tokenizers::Tokenizer;

use self::encoder::Encoder;

pub use weights::EmbeddingError;

/// Tokens of a text that are looked at, at most.
const MOST_TOKENS: usize = 256;
/// Tokens that go through the network at once, unless one text has more: cancelling waits for a layer
/// of these.
const TOKENS_AT_ONCE: usize = 256;

/// A sentence encoder ready to be asked.
#[derive(Debug)]
pub struct Embedder {
    tokenizer: Tokenizer,
    encoder: Encoder,
}

impl Embedder {
    /// Reads the encoder that lies in a folder.
    ///
    /// # Errors
    /// [`EmbeddingError`] when a file is missing, damaged, or describes another kind of network.
    pub fn read(folder: &Path) -> Result<Self, EmbeddingError> {
        let configuration = weights::Configuration::read(folder)?;
        let mut tokenizer = weights::tokenizer(folder)?;
        // How many tokens there may be, and that none are added, is decided here.
        let _ = tokenizer.with_truncation(None);
        tokenizer.with_padding(None);
        let encoder = Encoder::read(folder, configuration)?;
        Ok(Self { tokenizer, encoder })
    }

    /// How many numbers a vector has.
    pub fn width(&self) -> usize {
        self.encoder.width()
    }

    /// Bytes that the network fills.
    pub fn bytes(&self) -> usize {
        self.encoder.bytes()
    }

    /// The vector of each text, in order; nothing when cancelled. Texts of about the same length go
    /// through the network together.
    pub fn embed(&self, texts: &[&str], cancel: &CancellationToken) -> Option<Vec<Vec<f32>>> {
        let sentences: Vec<Vec<u32>> = texts.iter().map(|text| self.tokens(text)).collect();
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        order.sort_by_key(|at| sentences.get(*at).map_or(0, Vec::len));
        let mut vectors: Vec<Vec<f32>> = vec![Vec::new(); sentences.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let mut tokens = 0;
            let fits = |at: &&usize| {
                tokens += sentences.get(**at).map_or(0, Vec::len);
                tokens <= TOKENS_AT_ONCE
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (batch, later) = rest.split_at(count.min(rest.len()));
            let inputs: Vec<&[u32]> =
                batch.iter().filter_map(|at| sentences.get(*at)).map(Vec::as_slice).collect();
            for (at, vector) in batch.iter().zip(self.encoder.vectors(&inputs, cancel)?) {
                if let Some(place) = vectors.get_mut(*at) {
                    *place = vector;
                }
            }
            rest = later;
        }
        Some(vectors)
    }

    /// A text's tokens, the ones that mark its start and end among them.
    fn tokens(&self, text: &str) -> Vec<u32> {
        // A token takes a letter at least, so that what is far beyond the most need not be read.
        let end = text.floor_char_boundary(MOST_TOKENS * 32);
        let Ok(encoding) = self.tokenizer.encode(text.get(..end).unwrap_or(text), true) else {
            return Vec::new();
        };
        let ids = encoding.get_ids();
        let most = MOST_TOKENS.min(self.encoder.positions());
        match ids.split_last() {
            // The end stays marked.
            Some((last, before)) if ids.len() > most => {
                let mut kept: Vec<u32> = before.iter().copied().take(most - 1).collect();
                kept.push(*last);
                kept
            }
            _ => ids.to_vec(),
        }
    }
}

/// How alike two vectors of length 1 are: 1 for the same direction, 0 for nothing in common.
pub fn likeness(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
