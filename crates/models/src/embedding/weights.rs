//! The files of a sentence encoder, read and checked.

use std::fs;
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use tokenizers::Tokenizer;

use crate::predictor::lanes::SIDE;
use crate::predictor::linear::{Linear, Norm};
use crate::predictor::product::Panels;

/// Bytes that an encoder's weights may fill.
const MEMORY_CEILING: u64 = 1 << 30;

/// Why an encoder cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EmbeddingError {
    /// A file is not there, or cannot be read.
    #[error(
        "{file} cannot be read ({problem}); the folder must hold config.json, tokenizer.json and \
         model.safetensors"
    )]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The network is of another kind.
    #[error("{file} describes no encoder of BERT's kind ({problem}); use another model")]
    Unknown {
        /// The file.
        file: PathBuf,
        /// What is not known.
        problem: String,
    },
    /// A tensor is missing or has another shape.
    #[error("{file} lacks `{name}` in the shape that config.json asks for; use another model")]
    Weight {
        /// The file.
        file: PathBuf,
        /// The tensor.
        name: String,
    },
}

/// The sizes of an encoder, as `config.json` has them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Configuration {
    model_type: String,
    hidden_act: String,
    #[serde(default)]
    position_embedding_type: Option<String>,
    vocab_size: usize,
    #[serde(default = "one")]
    type_vocab_size: usize,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) num_attention_heads: usize,
    pub(super) max_position_embeddings: usize,
    #[serde(default = "usual_epsilon")]
    pub(super) layer_norm_eps: f32,
}

fn one() -> usize {
    1
}

fn usual_epsilon() -> f32 {
    1e-12
}

impl Configuration {
    /// Reads `config.json`.
    pub(super) fn read(folder: &Path) -> Result<Self, EmbeddingError> {
        let file = folder.join("config.json");
        let bytes = read(&file)?;
        let found: Self = serde_json::from_slice(&bytes).map_err(|error| {
            EmbeddingError::Unknown { file: file.clone(), problem: error.to_string() }
        })?;
        let unknown = |problem: String| Err(EmbeddingError::Unknown { file, problem });
        let Self { hidden_size: width, num_attention_heads: heads, .. } = found;
        let is_absolute =
            found.position_embedding_type.as_deref().is_none_or(|it| it == "absolute");
        if found.model_type != "bert" || !is_absolute {
            return unknown(format!("a `{}`", found.model_type));
        }
        if found.hidden_act != "gelu" {
            return unknown(format!("activation `{}`", found.hidden_act));
        }
        let is_sized = (1..=4096).contains(&width)
            && width % SIDE == 0
            && (1..=16_384).contains(&found.intermediate_size)
            && (1..=64).contains(&found.num_hidden_layers)
            && heads > 0
            && width % heads == 0
            && found.max_position_embeddings > 2;
        if !is_sized {
            let layers = found.num_hidden_layers;
            return unknown(format!("{layers} layers of width {width} with {heads} heads"));
        }
        Ok(found)
    }
}

/// Reads `tokenizer.json`.
pub(super) fn tokenizer(folder: &Path) -> Result<Tokenizer, EmbeddingError> {
    let file = folder.join("tokenizer.json");
    let bytes = read(&file)?;
    Tokenizer::from_bytes(&bytes)
        .map_err(|error| EmbeddingError::Unreadable { file, problem: error.to_string() })
}

/// Reads a file, unless it is larger than any encoder.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, EmbeddingError> {
    let unreadable =
        |problem: String| EmbeddingError::Unreadable { file: file.to_owned(), problem };
    let size = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MEMORY_CEILING {
        return Err(unreadable(format!("{size} bytes are more than {MEMORY_CEILING}")));
    }
    fs::read(file).map_err(|error| unreadable(error.to_string()))
}

/// The tensors of `model.safetensors`.
pub(super) struct Tensors<'a> {
    file: PathBuf,
    opened: SafeTensors<'a>,
    width: usize,
}

impl<'a> Tensors<'a> {
    /// Opens the bytes of the file.
    pub(super) fn open(
        file: PathBuf,
        bytes: &'a [u8],
        width: usize,
    ) -> Result<Self, EmbeddingError> {
        match SafeTensors::deserialize(bytes) {
            Ok(opened) => Ok(Self { file, opened, width }),
            Err(error) => Err(EmbeddingError::Unreadable { file, problem: error.to_string() }),
        }
    }

    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EmbeddingError> {
        let wrong = || EmbeddingError::Weight { file: self.file.clone(), name: name.to_owned() };
        // Some are saved with the name of the model before.
        let prefixed = format!("bert.{name}");
        let tensor = self.opened.tensor(name).or_else(|_| self.opened.tensor(&prefixed));
        let tensor = tensor.ok().filter(|it| it.shape() == shape).ok_or_else(wrong)?;
        let bytes = tensor.data();
        let numbers: Vec<f32> = match tensor.dtype() {
            Dtype::F16 => {
                bytes.as_chunks().0.iter().map(|it| f16::from_le_bytes(*it).to_f32()).collect()
            }
            Dtype::BF16 => {
                bytes.as_chunks().0.iter().map(|it| bf16::from_le_bytes(*it).to_f32()).collect()
            }
            Dtype::F32 => bytes.as_chunks().0.iter().map(|it| f32::from_le_bytes(*it)).collect(),
            _ => return Err(wrong()),
        };
        if numbers.iter().all(|number| number.is_finite()) { Ok(numbers) } else { Err(wrong()) }
    }

    /// The vectors of words, of positions, and of the first type of token.
    pub(super) fn tables(&self, of: &Configuration) -> Result<[Vec<f32>; 3], EmbeddingError> {
        let table = |name: &str, rows: usize| {
            self.numbers(&format!("embeddings.{name}.weight"), &[rows, self.width])
        };
        Ok([
            table("word_embeddings", of.vocab_size)?,
            table("position_embeddings", of.max_position_embeddings)?,
            table("token_type_embeddings", of.type_vocab_size)?,
        ])
    }

    /// A linear map; with several names, maps of the same rows as one.
    pub(super) fn linear(
        &self,
        names: &[String],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, EmbeddingError> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.extend(self.numbers(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.extend(self.numbers(&format!("{name}.bias"), &[outputs])?);
        }
        Ok(Linear { weights: Panels::of_weights(&weights, inputs), bias })
    }

    /// A normalization.
    pub(super) fn norm(&self, name: &str) -> Result<Norm, EmbeddingError> {
        let part = |part: &str| self.numbers(&format!("{name}.{part}"), &[self.width]);
        Ok(Norm { gain: part("weight")?, shift: part("bias")? })
    }
}
