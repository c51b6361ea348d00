//! Reading weights: a safetensors file becomes tensors that are there, whole, of the right shape
//! and finite, or an error that says what is wrong.

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::linear::{Linear, Norm};
use super::product::Panels;
use crate::features::FORMAT_VERSION;

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ModelError {
    /// A file of the model is not there.
    #[error("the model's file {file} is missing; install the model again")]
    Missing {
        /// The file.
        file: String,
    },
    /// A file has another checksum than the manifest says.
    #[error(
        "the model's file {file} is damaged: its SHA-256 is {found}, the manifest says {expected}; \
         install the model again"
    )]
    Checksum {
        /// The file.
        file: String,
        /// Its checksum.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// The manifest or the thresholds cannot be understood.
    #[error("the model's file {file} cannot be read ({problem}); install the model again")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The file of weights is cut off or was never one.
    #[error("the weights cannot be read ({problem}); install the model again")]
    Truncated {
        /// What the reader said.
        problem: String,
    },
    /// The weights are for other features than this program computes.
    #[error(
        "the weights are of format {found}, this version needs format {FORMAT_VERSION}; install \
         weights made for this version"
    )]
    Version {
        /// The format the file states.
        found: String,
    },
    /// The model is for something else.
    #[error("the model is made for `{found}`, not for finding bugs; install another model")]
    Task {
        /// What it is for.
        found: String,
    },
    /// A tensor holds nothing but zeros.
    #[error("`{name}` in the weights holds nothing but zeros; train or export it again")]
    Empty {
        /// Its name.
        name: String,
    },
    /// The network's sizes are not there or make no network.
    #[error("the weights describe no network this version knows ({problem}); export them again")]
    Configuration {
        /// What is wrong.
        problem: String,
    },
    /// A tensor is not there.
    #[error("the weights lack `{name}`; export them again")]
    MissingWeight {
        /// Its name.
        name: String,
    },
    /// A tensor has another shape or type than the network needs.
    #[error("the weights hold `{name}` in the wrong shape ({found}); export them again")]
    Shape {
        /// Its name.
        name: String,
        /// What is there.
        found: String,
    },
    /// The network would fill too much memory.
    #[error(
        "the weights would fill {bytes} bytes of memory, more than the {limit} that a model may; \
         use a smaller model"
    )]
    TooLarge {
        /// Bytes in memory.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The network answers with what is not a number.
    #[error("the network's answer is not a number; train or export its weights again")]
    NoAnswer,
    /// A weight is not a number.
    #[error("`{name}` in the weights holds a value that is not a number; train or export it again")]
    NotFinite {
        /// The tensor.
        name: String,
    },
}

/// The sizes of a network, as its trainer wrote them down.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Configuration {
    /// Subtokens it knows, hash buckets included.
    pub(super) words: usize,
    /// Numbers of a position's state.
    pub(super) width: usize,
    /// Layers.
    pub(super) layers: usize,
    /// Attention heads.
    pub(super) heads: usize,
    /// Numbers in the middle of a layer.
    pub(super) inner: usize,
    /// How strongly a head favours related positions.
    pub(super) bias: f32,
}

/// Bytes of memory that a model's weights may fill.
const MEMORY_CEILING: usize = 128 << 20;

/// A file of weights, opened.
pub(super) struct Weights<'a> {
    tensors: SafeTensors<'a>,
    pub(super) configuration: Configuration,
}

impl<'a> Weights<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let truncated = |error: safetensors::SafeTensorError| ModelError::Truncated {
            problem: error.to_string(),
        };
        let tensors = SafeTensors::deserialize(bytes).map_err(truncated)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(truncated)?;
        let stated = header.metadata().clone().unwrap_or_default();
        let found = stated.get("format").cloned().unwrap_or_else(|| "unknown".to_owned());
        if found != FORMAT_VERSION.to_string() {
            return Err(ModelError::Version { found });
        }
        let text = stated.get("configuration").map_or("", String::as_str);
        let problem = |problem: String| ModelError::Configuration { problem };
        let configuration: Configuration =
            serde_json::from_str(text).map_err(|error| problem(error.to_string()))?;
        let Configuration { width, layers, heads, inner, words, .. } = configuration;
        let is_known = heads == super::attention::HEADS
            && width % (8 * super::lanes::SIDE) == 0
            && (1..=64).contains(&layers)
            && (1..=4096).contains(&width)
            && (1..=16_384).contains(&inner)
            && (1..=1 << 16).contains(&words);
        if !is_known {
            return Err(problem(format!(
                "{layers} layers of width {width} with {heads} heads over {words} words"
            )));
        }
        let opened = Self { tensors, configuration };
        let bytes = opened.parameters().saturating_mul(size_of::<f32>());
        if bytes > MEMORY_CEILING {
            return Err(ModelError::TooLarge { bytes, limit: MEMORY_CEILING });
        }
        Ok(opened)
    }

    /// How many numbers all tensors hold.
    pub(super) fn parameters(&self) -> usize {
        self.tensors.iter().map(|(_, tensor)| tensor.shape().iter().product::<usize>()).sum()
    }

    /// The numbers of a tensor of that shape.
    pub(super) fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let missing = |_| ModelError::MissingWeight { name: name.to_owned() };
        let tensor = self.tensors.tensor(name).map_err(missing)?;
        let wrong = || ModelError::Shape {
            name: name.to_owned(),
            found: format!("{:?} {:?}", tensor.dtype(), tensor.shape()),
        };
        if tensor.shape() != shape {
            return Err(wrong());
        }
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
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(ModelError::NotFinite { name: name.to_owned() });
        }
        if name.ends_with(".weight") && numbers.iter().all(|number| *number == 0.0) {
            return Err(ModelError::Empty { name: name.to_owned() });
        }
        Ok(numbers)
    }

    /// A table with one row of the network's width for each thing.
    pub(super) fn table(&self, name: &str, things: usize) -> Result<Table, ModelError> {
        let width = self.configuration.width;
        Ok(Table { width, data: self.numbers(&format!("{name}.weight"), &[things, width])? })
    }

    /// A linear map.
    pub(super) fn linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, ModelError> {
        let weights = self.numbers(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = self.numbers(&format!("{name}.bias"), &[outputs])?;
        Ok(Linear { weights: Panels::of_weights(&weights, inputs), bias })
    }

    /// The transpose of a linear map's matrix, which takes outputs back to inputs.
    pub(super) fn transposed(&self, name: &str, size: usize) -> Result<Panels, ModelError> {
        let weights = self.numbers(&format!("{name}.weight"), &[size, size])?;
        let transposed: Vec<f32> = (0..size)
            .flat_map(|column| weights.iter().skip(column).step_by(size).copied())
            .collect();
        Ok(Panels::of_weights(&transposed, size))
    }

    /// Gain and shift of a normalization.
    pub(super) fn norm(&self, name: &str) -> Result<Norm, ModelError> {
        let width = self.configuration.width;
        let part = |part: &str| self.numbers(&format!("{name}.{part}"), &[width]);
        Ok(Norm { gain: part("weight")?, shift: part("bias")? })
    }
}

/// A table of vectors.
#[derive(Debug)]
pub(super) struct Table {
    width: usize,
    data: Vec<f32>,
}

impl Table {
    /// A thing's vector; of zeros for what the table does not hold.
    pub(super) fn row(&self, thing: usize) -> &[f32] {
        let start = thing.saturating_mul(self.width);
        self.data.get(start..start + self.width).unwrap_or_default()
    }
}
