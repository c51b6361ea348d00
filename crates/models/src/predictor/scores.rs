//! Scores: how likely each candidate rewrite repairs a sample, and how likely there is nothing to
//! repair.
//!
//! A rewrite's score says how wrong its place looks for its kind, and how much better the new
//! content fits there than the present one. The fit is a product of what the place wants with the
//! *difference* of two contents, so the offsets of the maps in between cancel out, and for words
//! the map is applied to the want, once a group, instead of to every candidate.

use super::lanes::activate;
use super::linear::{Linear, add};
use super::network::{Network, SLOTS, States, folded};
use super::product::{Panels, Rows, RowsMut, Start, WIDE, multiply};
use super::weights::{ModelError, Table, Weights};
use crate::dataset::sample::Sample;
use crate::features::RewriteKind;

const KINDS: usize = RewriteKind::ALL.len();

/// The maps from states to scores.
#[derive(Debug)]
pub(super) struct Scorer {
    suspicion_inner: Linear,
    suspicion: Linear,
    kinds: Table,
    want: Linear,
    variable: Linear,
    content_back: Panels,
    left: Linear,
    right: Linear,
    clean_inner: Linear,
    clean: Linear,
}

/// The scores of one sample; logarithms of unnormalized probabilities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// Of each candidate.
    pub candidates: Vec<f32>,
    /// Of "nothing to repair".
    pub clean: f32,
}

/// One sample's part of a batch.
struct Part<'a> {
    sample: &'a Sample,
    width: usize,
    states: &'a [f32],
    contents: &'a [f32],
}

impl Scorer {
    pub(super) fn read(weights: &Weights<'_>) -> Result<Self, ModelError> {
        let width = weights.configuration.width;
        let square = |name: &str| weights.linear(name, width, width);
        Ok(Self {
            suspicion_inner: square("suspicion_inner")?,
            suspicion: weights.linear("suspicion", width, KINDS)?,
            kinds: weights.table("kind", KINDS)?,
            want: square("want")?,
            variable: square("variable")?,
            content_back: weights.transposed("content", width)?,
            left: square("left")?,
            right: square("right")?,
            clean_inner: weights.linear("clean_inner", 2 * width + 1, width)?,
            clean: weights.linear("clean", width, 1)?,
        })
    }

    /// The scores of each sample of a batch.
    pub(super) fn scores(
        &self,
        network: &Network,
        samples: &[Sample],
        states: &States,
    ) -> Vec<Scores> {
        let width = network.configuration.width;
        let mut start = 0;
        let mut scores = Vec::with_capacity(samples.len());
        for sample in samples {
            let range = start * width..(start + sample.len()) * width;
            start += sample.len();
            let part = Part {
                sample,
                width,
                states: states.states.get(range.clone()).unwrap_or_default(),
                contents: states.contents.get(range).unwrap_or_default(),
            };
            scores.push(self.of_sample(network, &part));
        }
        scores
    }

    fn of_sample(&self, network: &Network, part: &Part<'_>) -> Scores {
        let (sample, width) = (part.sample, part.width);
        let groups = sample.group_kind.len();
        let mut places = vec![0.0; groups * width];
        for (row, position) in places.chunks_exact_mut(width).zip(&sample.group_position) {
            row.copy_from_slice(part.state(*position as usize));
        }
        let mut hidden = vec![0.0; groups * width];
        self.suspicion_inner.apply(&places, &mut hidden);
        activate(&mut hidden);
        let mut suspicions = vec![0.0; groups * KINDS];
        self.suspicion.apply(&hidden, &mut suspicions);
        let mut wants = vec![0.0; groups * width];
        self.want.apply(&places, &mut wants);
        for (want, kind) in wants.chunks_exact_mut(width).zip(&sample.group_kind) {
            add(want, self.kinds.row(*kind as usize));
        }
        let fits = Fits {
            network,
            part,
            symbols: self.symbols(part),
            sided: Sided::of(self, part),
            wants_words: back(&self.content_back, &wants),
            wants,
            scale: 1.0 / (width as f32).sqrt(),
        };
        let mut content = vec![0.0; width];
        let mut scores =
            Scores { candidates: Vec::with_capacity(sample.payload.len()), clean: 0.0 };
        for (at, group) in sample.candidate_group.iter().enumerate() {
            let group = *group as usize;
            let kind = sample.group_kind.get(group).copied().unwrap_or(0) as usize;
            let suspicion = suspicions.get(group * KINDS + kind).copied().unwrap_or(0.0);
            scores.candidates.push(suspicion + fits.fit(at, group, &mut content) * fits.scale);
        }
        scores.clean = self.clean(part);
        scores
    }

    /// What the network thinks of each symbol: the mean of the states that mention it, mapped.
    fn symbols(&self, part: &Part<'_>) -> Vec<f32> {
        let width = part.width;
        let mut means = vec![0.0; SLOTS * width];
        let mut counts = [0.0_f32; SLOTS];
        for (slot, state) in part.sample.slot.iter().zip(part.states.chunks_exact(width)) {
            let slot = folded(*slot) as usize;
            add(means.get_mut(slot * width..).unwrap_or_default(), state);
            counts[slot] += 1.0;
        }
        for (mean, count) in means.chunks_exact_mut(width).zip(counts) {
            for number in mean {
                *number /= count.max(1.0);
            }
        }
        let mut symbols = vec![0.0; SLOTS * width];
        self.variable.apply(&means, &mut symbols);
        symbols
    }

    fn clean(&self, part: &Part<'_>) -> f32 {
        let width = part.width;
        let mut pooled = vec![0.0; 2 * width + 1];
        let (mean, rest) = pooled.split_at_mut(width);
        let (most, count) = rest.split_at_mut(width);
        most.fill(f32::MIN);
        for state in part.states.chunks_exact(width) {
            add(mean, state);
            for (most, number) in most.iter_mut().zip(state) {
                *most = most.max(*number);
            }
        }
        for number in mean {
            *number /= part.sample.len().max(1) as f32;
        }
        let candidates = (part.sample.payload.len().max(1) as f32).ln();
        count.fill(candidates);
        let mut inner = vec![0.0; width];
        self.clean_inner.apply(&pooled, &mut inner);
        activate(&mut inner);
        let mut clean = [0.0];
        self.clean.apply(&inner, &mut clean);
        clean[0] + candidates
    }
}

/// Rows times a matrix, without offset.
fn back(matrix: &Panels, rows: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; rows.len()];
    let width = matrix.inputs;
    let left = Rows { data: rows, stride: width, count: rows.len() / width.max(1) };
    multiply::<WIDE>(left, matrix, Start::Zero, RowsMut { data: &mut out, stride: width });
    out
}

impl Part<'_> {
    fn state(&self, position: usize) -> &[f32] {
        row(self.states, position, self.width)
    }
}

fn row(rows: &[f32], at: usize, width: usize) -> &[f32] {
    rows.get(at * width..(at + 1) * width).unwrap_or_default()
}

/// States mapped for pairs that may change places.
struct Sided {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Sided {
    fn of(scorer: &Scorer, part: &Part<'_>) -> Self {
        if !part.sample.payload_kind.contains(&3) {
            return Self { left: Vec::new(), right: Vec::new() };
        }
        let map = |linear: &Linear| {
            let mut out = vec![0.0; part.states.len()];
            linear.apply(part.states, &mut out);
            out
        };
        Self { left: map(&scorer.left), right: map(&scorer.right) }
    }
}

/// What candidates' fits are computed from.
struct Fits<'a> {
    network: &'a Network,
    part: &'a Part<'a>,
    symbols: Vec<f32>,
    sided: Sided,
    wants: Vec<f32>,
    wants_words: Vec<f32>,
    scale: f32,
}

impl Fits<'_> {
    /// How much better a candidate's content fits than the present one, before scaling.
    fn fit(&self, candidate: usize, group: usize, content: &mut [f32]) -> f32 {
        let (sample, width) = (self.part.sample, self.part.width);
        let payload = sample.payload.get(candidate).copied().unwrap_or_default();
        let place = sample.group_position.get(group).copied().unwrap_or(0) as usize;
        match sample.payload_kind.get(candidate) {
            Some(1) => {
                let present = sample.slot.get(place).map_or(0, |slot| folded(*slot));
                let new = row(&self.symbols, folded(payload[0]) as usize, width);
                let old = row(&self.symbols, present as usize, width);
                product_of_difference(row(&self.wants, group, width), new, old)
            }
            Some(2) => {
                self.network.content(&payload, content);
                let old = row(self.part.contents, place, width);
                product_of_difference(row(&self.wants_words, group, width), content, old)
            }
            Some(3) => {
                let [first, second, ..] = payload.map(usize::from);
                let Sided { left, right } = &self.sided;
                product(row(left, second, width), row(right, first, width))
                    - product(row(left, first, width), row(right, second, width))
            }
            _ => 0.0,
        }
    }
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn product_of_difference(want: &[f32], new: &[f32], old: &[f32]) -> f32 {
    want.iter().zip(new).zip(old).map(|((want, new), old)| want * (new - old)).sum()
}
