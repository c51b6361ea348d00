//! The forward pass of an encoder of BERT's kind (Devlin et al., 2018, <https://arxiv.org/abs/1810.04805>).
//!
//! Sentences of a batch stand one after the other without padding, as the predictor's samples do: all
//! but attention looks at single tokens, and attention goes sentence by sentence.

use std::path::Path;

use analysis::cancellation::CancellationToken;

use super::weights::{Configuration, EmbeddingError, Tensors, read};
use crate::predictor::attention::{Marks, Workspace, attend};
use crate::predictor::lanes::{activate_exactly, normalize_with};
use crate::predictor::linear::{Linear, Norm, add};

/// Tokens whose inner numbers are computed at once.
const BLOCK: usize = 96;

#[derive(Debug)]
struct Layer {
    /// Queries, keys and values.
    joined: Linear,
    out: Linear,
    after_attention: Norm,
    inner: Linear,
    outer: Linear,
    after_inner: Norm,
}

/// The encoder: from tokens to one vector a sentence.
#[derive(Debug)]
pub(super) struct Encoder {
    configuration: Configuration,
    words: Vec<f32>,
    /// The vector of each position, that of the tokens' type added.
    positions: Vec<f32>,
    first: Norm,
    layers: Vec<Layer>,
}

/// Memory that layers work in.
struct Memory {
    normal: Vec<f32>,
    joined: Vec<f32>,
    mixed: Vec<f32>,
    middle: Vec<f32>,
    attention: Workspace,
}

impl Encoder {
    /// Reads the weights.
    pub(super) fn read(
        folder: &Path,
        configuration: Configuration,
    ) -> Result<Self, EmbeddingError> {
        let file = folder.join("model.safetensors");
        let bytes = read(&file)?;
        let (width, inner) = (configuration.hidden_size, configuration.intermediate_size);
        let tensors = Tensors::open(file, &bytes, width)?;
        let [words, mut positions, types] = tensors.tables(&configuration)?;
        for position in positions.chunks_exact_mut(width) {
            add(position, types.get(..width).unwrap_or_default());
        }
        let layer = |number: usize| {
            let name = |part: &str| format!("encoder.layer.{number}.{part}");
            let one = |part: &str| [name(part)];
            let joined = ["query", "key", "value"].map(|it| name(&format!("attention.self.{it}")));
            Ok(Layer {
                joined: tensors.linear(&joined, width, width)?,
                out: tensors.linear(&one("attention.output.dense"), width, width)?,
                after_attention: tensors.norm(&name("attention.output.LayerNorm"))?,
                inner: tensors.linear(&one("intermediate.dense"), width, inner)?,
                outer: tensors.linear(&one("output.dense"), inner, width)?,
                after_inner: tensors.norm(&name("output.LayerNorm"))?,
            })
        };
        let layers = (0..configuration.num_hidden_layers).map(layer).collect::<Result<_, _>>()?;
        let first = tensors.norm("embeddings.LayerNorm")?;
        Ok(Self { configuration, words, positions, first, layers })
    }

    /// How many numbers a vector has.
    pub(super) fn width(&self) -> usize {
        self.configuration.hidden_size
    }

    /// How many tokens a sentence may have.
    pub(super) fn positions(&self) -> usize {
        self.configuration.max_position_embeddings
    }

    /// Bytes that the weights fill.
    pub(super) fn bytes(&self) -> usize {
        let Configuration { hidden_size: width, intermediate_size: inner, .. } = self.configuration;
        let layer = 4 * width * width + 2 * width * inner;
        (self.words.len() + self.positions.len() + self.layers.len() * layer) * size_of::<f32>()
    }

    /// The vector of each sentence; nothing when cancelled.
    pub(super) fn vectors(
        &self,
        sentences: &[&[u32]],
        cancel: &CancellationToken,
    ) -> Option<Vec<Vec<f32>>> {
        let width = self.width();
        let count: usize = sentences.iter().map(|it| it.len()).sum();
        let mut states = vec![0.0; count * width];
        let mut memory = Memory {
            normal: vec![0.0; count * width],
            joined: vec![0.0; count * width * 3],
            mixed: vec![0.0; count * width],
            middle: vec![0.0; BLOCK * self.configuration.intermediate_size],
            attention: Workspace::default(),
        };
        let mut rows = memory.mixed.chunks_exact_mut(width);
        for sentence in sentences {
            for (at, (token, row)) in sentence.iter().zip(rows.by_ref()).enumerate() {
                row.copy_from_slice(self.positions.get(at * width..(at + 1) * width)?);
                let word = *token as usize * width;
                add(row, self.words.get(word..word + width).unwrap_or_default());
            }
        }
        self.normalize(&memory.mixed, &self.first, &mut states);
        let marks: Vec<Marks> = sentences.iter().map(|it| Marks::none(it.len())).collect();
        for layer in &self.layers {
            if cancel.is_cancelled() {
                return None;
            }
            self.layer(layer, &mut states, &marks, &mut memory);
        }
        let mut rest = states.as_slice();
        let vectors = sentences.iter().map(|sentence| {
            let (own, after) = rest.split_at((sentence.len() * width).min(rest.len()));
            rest = after;
            mean(own, width)
        });
        Some(vectors.collect())
    }

    fn normalize(&self, rows: &[f32], norm: &Norm, out: &mut [f32]) {
        normalize_with(self.configuration.layer_norm_eps, rows, &norm.gain, &norm.shift, out);
    }

    fn layer(&self, layer: &Layer, states: &mut [f32], marks: &[Marks], memory: &mut Memory) {
        let (width, inner) = (self.width(), self.configuration.intermediate_size);
        let Memory { normal, joined, mixed, middle, attention } = memory;
        layer.joined.apply(states, joined);
        let (mut rest, mut rest_out) = (joined.as_slice(), mixed.as_mut_slice());
        let heads = self.configuration.num_attention_heads;
        for marks in marks {
            let (own, after) = rest.split_at(marks.positions() * 3 * width);
            let (out, after_out) = rest_out.split_at_mut(marks.positions() * width);
            attend(own, width, heads, marks, |_| (0, 0.0), attention, out);
            (rest, rest_out) = (after, after_out);
        }
        layer.out.add_to(mixed, states);
        self.normalize(states, &layer.after_attention, normal);
        states.copy_from_slice(normal);
        for (states, normal) in states.chunks_mut(BLOCK * width).zip(normal.chunks(BLOCK * width)) {
            let rows = states.len() / width;
            let middle = middle.get_mut(..rows * inner).unwrap_or_default();
            layer.inner.apply(normal, middle);
            activate_exactly(middle);
            layer.outer.add_to(middle, states);
        }
        self.normalize(states, &layer.after_inner, normal);
        states.copy_from_slice(normal);
    }
}

/// The direction of the mean of rows: of length 1, or 0 where there is none.
fn mean(rows: &[f32], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f32; width];
    for row in rows.chunks_exact(width) {
        add(&mut sum, row);
    }
    let length = sum.iter().map(|it| it * it).sum::<f32>().sqrt();
    if length > 0.0 {
        for number in &mut sum {
            *number /= length;
        }
    }
    sum
}
