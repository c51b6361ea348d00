//! The network: a transformer over the tokens of functions. `training/network.py` is its original.
//!
//! Samples of a batch stand one after the other without padding: all but attention looks at single
//! positions, and attention goes sample by sample.

use analysis::cancellation::CancellationToken;

use super::attention::{HEADS, Marks, Workspace, attend};
use super::lanes::{activate, normalize};
use super::linear::{Linear, Norm, add};
use super::weights::{Configuration, ModelError, Table, Weights};
use crate::dataset::sample::Sample;
use crate::features::{LANGUAGE_ORDER, WINDOW};

/// Symbol slots; slots beyond share vectors with others.
pub(super) const SLOTS: usize = 64;
/// Languages, and one more for the unknown ones.
const LANGUAGES: usize = LANGUAGE_ORDER.len() + 1;

/// The slot under which the network knows a variable.
pub(super) fn folded(slot: u16) -> u16 {
    if slot == 0 { 0 } else { (slot - 1) % (SLOTS as u16 - 1) + 1 }
}

#[derive(Debug)]
struct Layer {
    before_attention: Norm,
    joined: Linear,
    out: Linear,
    before_inner: Norm,
    inner: Linear,
    outer: Linear,
}

/// The encoder: from tokens to states.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) configuration: Configuration,
    words: Table,
    classes: Table,
    roles: Table,
    parents: Table,
    layouts: Table,
    slots: Table,
    languages: Table,
    places: Table,
    layers: Vec<Layer>,
    after: Norm,
}

/// States of all positions of a batch, and what they were made of.
pub(super) struct States {
    /// The state of each position, sample after sample.
    pub(super) states: Vec<f32>,
    /// The sum of its words' vectors for each position.
    pub(super) contents: Vec<f32>,
}

impl Network {
    pub(super) fn read(weights: &Weights<'_>) -> Result<Self, ModelError> {
        let configuration = weights.configuration;
        let Configuration { width, inner, .. } = configuration;
        let layer = |number: usize| {
            let name = |part: &str| format!("layers.{number}.{part}");
            Ok(Layer {
                before_attention: weights.norm(&name("before_attention"))?,
                joined: weights.linear(&name("qkv"), width, 3 * width)?,
                out: weights.linear(&name("out"), width, width)?,
                before_inner: weights.norm(&name("before_inner"))?,
                inner: weights.linear(&name("inner"), width, inner)?,
                outer: weights.linear(&name("outer"), inner, width)?,
            })
        };
        Ok(Self {
            configuration,
            words: weights.table("words", configuration.words)?,
            classes: weights.table("tables.token_class", 16)?,
            roles: weights.table("tables.role", 64)?,
            parents: weights.table("tables.parent", 128)?,
            layouts: weights.table("tables.layout", 32)?,
            slots: weights.table("tables.slot", SLOTS)?,
            languages: weights.table("language", LANGUAGES)?,
            places: weights.table("place", WINDOW)?,
            layers: (0..configuration.layers).map(layer).collect::<Result<_, _>>()?,
            after: weights.norm("after")?,
        })
    }

    /// Adds up the vectors of a token's words. Places without a word have a vector, too.
    pub(super) fn content(&self, words: &[u16], content: &mut [f32]) {
        content.fill(0.0);
        for word in words {
            add(content, self.words.row(*word as usize));
        }
        let count = words.iter().filter(|word| **word > 0).count().max(1);
        let scale = 1.0 / (count as f32).sqrt();
        for number in content {
            *number *= scale;
        }
    }

    /// The states of all positions; nothing when cancelled.
    pub(super) fn states(&self, samples: &[Sample], cancel: &CancellationToken) -> Option<States> {
        let width = self.configuration.width;
        let positions: usize = samples.iter().map(Sample::len).sum();
        let mut contents = vec![0.0; positions * width];
        let mut states = vec![0.0; positions * width];
        let mut marks = Vec::with_capacity(samples.len());
        let mut rows = states.chunks_exact_mut(width).zip(contents.chunks_exact_mut(width));
        for sample in samples {
            let slots: Vec<u16> = sample.slot.iter().map(|slot| folded(*slot)).collect();
            for (at, (state, content)) in rows.by_ref().take(sample.len()).enumerate() {
                let number = |field: &[u8]| field.get(at).copied().unwrap_or(0) as usize;
                self.content(sample.words.get(at).map_or(&[], |it| it), content);
                state.copy_from_slice(content);
                add(state, self.places.row(at));
                add(state, self.languages.row(sample.language as usize));
                add(state, self.classes.row(number(&sample.class)));
                add(state, self.roles.row(number(&sample.role)));
                add(state, self.parents.row(number(&sample.parent)));
                add(state, self.layouts.row(number(&sample.layout)));
                add(state, self.slots.row(slots.get(at).copied().unwrap_or(0) as usize));
            }
            marks.push(Marks::of(sample, &slots));
        }
        let mut space = Memory::new(positions, &self.configuration);
        for layer in &self.layers {
            if cancel.is_cancelled() {
                return None;
            }
            self.layer(layer, &mut states, &marks, samples, &mut space);
        }
        let Norm { gain, shift } = &self.after;
        normalize(&states, gain, shift, &mut space.normal);
        (!cancel.is_cancelled()).then_some(States { states: space.normal, contents })
    }

    fn layer(
        &self,
        layer: &Layer,
        states: &mut [f32],
        marks: &[Marks],
        samples: &[Sample],
        space: &mut Memory,
    ) {
        let Configuration { width, inner, bias, .. } = self.configuration;
        let Memory { normal, joined, mixed, middle, attention } = space;
        normalize(states, &layer.before_attention.gain, &layer.before_attention.shift, normal);
        layer.joined.apply(normal, joined);
        let (mut joined_rest, mut mixed_rest) = (joined.as_slice(), mixed.as_mut_slice());
        for (sample, marks) in samples.iter().zip(marks) {
            let (own, rest) = joined_rest.split_at(sample.len() * 3 * width);
            let (out, rest_out) = mixed_rest.split_at_mut(sample.len() * width);
            attend(own, width, HEADS, marks, |head| (1 << head, bias), attention, out);
            (joined_rest, mixed_rest) = (rest, rest_out);
        }
        layer.out.add_to(mixed, states);
        normalize(states, &layer.before_inner.gain, &layer.before_inner.shift, normal);
        // In blocks that stay in the cache between the two products.
        let blocks = states.chunks_mut(BLOCK * width).zip(normal.chunks(BLOCK * width));
        for (states, normal) in blocks {
            let rows = states.len() / width;
            let middle = middle.get_mut(..rows * inner).unwrap_or_default();
            layer.inner.apply(normal, middle);
            activate(middle);
            layer.outer.add_to(middle, states);
        }
    }
}

/// Positions whose inner numbers are computed at once.
const BLOCK: usize = 96;

/// Memory that layers work in.
struct Memory {
    normal: Vec<f32>,
    joined: Vec<f32>,
    mixed: Vec<f32>,
    middle: Vec<f32>,
    attention: Workspace,
}

impl Memory {
    fn new(positions: usize, configuration: &Configuration) -> Self {
        let Configuration { width, inner, .. } = *configuration;
        debug_assert_eq!(configuration.heads, HEADS);
        Self {
            normal: vec![0.0; positions * width],
            joined: vec![0.0; positions * 3 * width],
            mixed: vec![0.0; positions * width],
            middle: vec![0.0; BLOCK * inner],
            attention: Workspace::default(),
        }
    }
}
