//! Attention: every position of a sample gathers from the others.
//!
//! What each head favours is fixed, not learned: positions of the same variable, of the same name,
//! of the variable's last definition, of the governing word and its other words, and neighbours.
//! So one byte for each pair of positions, a bit a head, serves all layers.

use super::lanes::{Head, SIDE, shares};
use super::product::{NARROW, Panels, Rows, RowsMut, Start, WIDE, lanes, multiply};
use crate::dataset::sample::Sample;

/// Attention heads; what each favours is told by [`Marks`].
pub(super) const HEADS: usize = 8;
/// Distances that count as near, for the two heads that favour neighbours.
const NEAR: [usize; 2] = [1, 6];

/// What the heads favour in one sample: for each pair of positions a bit for each head.
#[derive(Debug)]
pub(crate) struct Marks {
    bits: Vec<u8>,
    stride: usize,
    length: usize,
}

impl Marks {
    /// How many positions there are.
    pub(crate) fn positions(&self) -> usize {
        self.length
    }

    /// No pair of positions is favoured.
    pub(crate) fn none(length: usize) -> Self {
        let stride = length.next_multiple_of(2 * SIDE);
        Self { bits: vec![0; length * stride], stride, length }
    }

    pub(super) fn of(sample: &Sample, slots: &[u16]) -> Self {
        let length = sample.len();
        let stride = length.next_multiple_of(2 * SIDE);
        let mut bits = vec![0_u8; length * stride];
        for (at, row) in bits.chunks_exact_mut(stride).enumerate() {
            equal(row, slots, at, 1);
            equal(row, &sample.name, at, 2);
            edges(row, &sample.definition, at, 4);
            edges(row, &sample.head, at, 8);
            let head = sample.head.get(at);
            for (mark, other) in row.iter_mut().zip(&sample.head) {
                *mark |= u8::from(head == Some(other)) << 4;
            }
            for (reach, bit) in NEAR.into_iter().zip([32, 64]) {
                let end = (at + reach + 1).min(length);
                for mark in row.get_mut(at.saturating_sub(reach)..end).unwrap_or_default() {
                    *mark |= bit;
                }
            }
        }
        Self { bits, stride, length }
    }
}

/// Marks the positions whose number, if any, is that of `at`.
fn equal(row: &mut [u8], numbers: &[u16], at: usize, bit: u8) {
    let Some(own) = numbers.get(at).filter(|own| **own > 0) else { return };
    for (mark, other) in row.iter_mut().zip(numbers) {
        *mark |= if own == other { bit } else { 0 };
    }
}

/// Marks the positions that refer to `at`, and the one it refers to.
fn edges(row: &mut [u8], targets: &[u16], at: usize, bit: u8) {
    for (mark, target) in row.iter_mut().zip(targets) {
        *mark |= if *target as usize == at { bit } else { 0 };
    }
    if let Some(target) = targets.get(at)
        && let Some(mark) = row.get_mut(*target as usize)
    {
        *mark |= bit;
    }
}

/// Memory that attention works in, kept between samples and layers.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    keys: Panels,
    values: Panels,
    scores: Vec<f32>,
    sums: Vec<f32>,
}

/// Attention of one sample: `joined` holds, for each position, queries, keys and values of all
/// heads; `mixed` gets what each position gathers. Of each head, `favours` tells which bit of the
/// marks it looks at, and how much what is marked counts.
pub(crate) fn attend(
    joined: &[f32],
    width: usize,
    heads: usize,
    marks: &Marks,
    favours: impl Fn(usize) -> (u8, f32),
    space: &mut Workspace,
    mixed: &mut [f32],
) {
    let Marks { bits, stride, length } = marks;
    let (stride, length) = (*stride, *length);
    if length == 0 {
        return;
    }
    let of_head = width / heads;
    let scale = 1.0 / (of_head as f32).sqrt();
    space.scores.resize(length * stride, 0.0);
    space.sums.resize(length, 0.0);
    for head in 0..heads {
        let part = |row: &'_ [f32], which: usize| {
            let start = which * width + head * of_head;
            start..(start + of_head).min(row.len())
        };
        space.keys.reset(of_head, length, WIDE * lanes());
        space.values.reset(length, of_head, NARROW * lanes());
        for (at, row) in joined.chunks_exact(3 * width).enumerate() {
            let (key, value) = (row.get(part(row, 1)), row.get(part(row, 2)));
            space.keys.set_column(at, key.unwrap_or_default().iter().copied());
            space.values.set_row(at, value.unwrap_or_default());
        }
        let queries = joined.get(head * of_head..).unwrap_or_default();
        multiply::<WIDE>(
            Rows { data: queries, stride: 3 * width, count: length },
            &space.keys,
            Start::Zero,
            RowsMut { data: &mut space.scores, stride },
        );
        let (bit, strength) = favours(head);
        let head_of = Head { bit, strength, scale };
        shares(&mut space.scores, bits, stride, length, head_of, &mut space.sums);
        let out = mixed.get_mut(head * of_head..).unwrap_or_default();
        multiply::<NARROW>(
            Rows { data: &space.scores, stride, count: length },
            &space.values,
            Start::Zero,
            RowsMut { data: out, stride: width },
        );
        for (row, sum) in mixed.chunks_exact_mut(width).zip(&space.sums) {
            let own = head * of_head..(head + 1) * of_head;
            for number in row.get_mut(own).unwrap_or_default() {
                *number /= sum;
            }
        }
    }
}
