//! Matrix products, compiled for the widest vectors the processor has.
//!
//! The right-hand sides of the network's products are its weights, which never change: they are
//! laid out once, in panels of as many columns as the innermost loop works on, and read from start
//! to end ever after. That saves the packing which makes general products slow for the few rows of
//! one function. The loops are written over `pulp`'s vectors; it picks the instruction set.

#![allow(
    clippy::inline_always,
    reason = "pulp compiles for the processor only what is inlined into it"
)]

use pulp::{Arch, Simd, WithSimd};

/// Vectors side by side in a panel of weights.
pub(crate) const WIDE: usize = 2;
/// Vectors side by side in a panel of an attention head's values.
pub(crate) const NARROW: usize = 1;
/// Rows whose products are computed between two looks at the next panel: they stay in the cache.
const ROWS_AT_ONCE: usize = 96;

/// How many numbers a vector of this processor holds.
pub(crate) fn lanes() -> usize {
    struct Lanes;
    impl WithSimd for Lanes {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            S::F32_LANES
        }
    }
    Arch::new().dispatch(Lanes)
}

/// A matrix laid out as the right-hand side of products.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panels {
    data: Vec<f32>,
    /// Rows: what goes in.
    pub(crate) inputs: usize,
    /// Columns: what comes out.
    pub(crate) outputs: usize,
    /// Columns of a panel.
    width: usize,
}

impl Panels {
    /// Lays out a matrix given as one row of `inputs` numbers for each output, as trainers store it.
    pub(crate) fn of_weights(weights: &[f32], inputs: usize) -> Self {
        let outputs = weights.len() / inputs.max(1);
        let mut panels = Self::default();
        panels.reset(inputs, outputs, WIDE * lanes());
        for (output, row) in weights.chunks_exact(inputs.max(1)).enumerate() {
            panels.set_column(output, row.iter().copied());
        }
        panels
    }

    /// Makes it a matrix of zeros of another shape, keeping its memory.
    pub(crate) fn reset(&mut self, inputs: usize, outputs: usize, width: usize) {
        (self.inputs, self.outputs, self.width) = (inputs, outputs, width);
        self.data.clear();
        self.data.resize(outputs.div_ceil(width) * width * inputs, 0.0);
    }

    /// Sets one column.
    pub(crate) fn set_column(&mut self, column: usize, values: impl Iterator<Item = f32>) {
        let start = column / self.width * self.width * self.inputs + column % self.width;
        let places = self.data.get_mut(start..).unwrap_or_default();
        for (place, value) in places.iter_mut().step_by(self.width).zip(values) {
            *place = value;
        }
    }

    /// Sets one row.
    pub(crate) fn set_row(&mut self, row: usize, values: &[f32]) {
        let panels = self.data.chunks_exact_mut(self.width * self.inputs);
        for (panel, part) in panels.zip(values.chunks(self.width)) {
            let place = panel.get_mut(row * self.width..).unwrap_or_default();
            for (place, value) in place.iter_mut().zip(part) {
                *place = *value;
            }
        }
    }
}

/// What a product starts from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start<'a> {
    /// Zero.
    Zero,
    /// A number for each column.
    Bias(&'a [f32]),
    /// What stands in the output already, and a number for each column.
    Add(&'a [f32]),
}

/// Rows of a matrix within a wider one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    /// The first row and all that follow.
    pub(crate) data: &'a [f32],
    /// How far a row starts after the one before.
    pub(crate) stride: usize,
    /// How many there are.
    pub(crate) count: usize,
}

/// Rows of a matrix that are written.
#[derive(Debug)]
pub(crate) struct RowsMut<'a> {
    /// The first row and all that follow.
    pub(crate) data: &'a mut [f32],
    /// How far a row starts after the one before.
    pub(crate) stride: usize,
}

/// `out = start + left × right`; `VECTORS` is the width of the right-hand side's panels.
pub(crate) fn multiply<const VECTORS: usize>(
    left: Rows<'_>,
    right: &Panels,
    start: Start<'_>,
    out: RowsMut<'_>,
) {
    Arch::new().dispatch(Product::<VECTORS> { left, right, start, out });
}

struct Product<'a, const VECTORS: usize> {
    left: Rows<'a>,
    right: &'a Panels,
    start: Start<'a>,
    out: RowsMut<'a>,
}

impl<const VECTORS: usize> WithSimd for Product<'_, VECTORS> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Sums live in registers: 32 of them where vectors are widest, else 16.
        if S::F32_LANES == 16 {
            self.blocks::<S, 12>(simd);
        } else {
            self.blocks::<S, 6>(simd);
        }
    }
}

impl<const VECTORS: usize> Product<'_, VECTORS> {
    #[inline(always)]
    fn blocks<S: Simd, const ROWS: usize>(mut self, simd: S) {
        let Panels { inputs, outputs, width, .. } = *self.right;
        if width != VECTORS * S::F32_LANES || inputs == 0 {
            return;
        }
        let mut block = 0;
        while block < self.left.count {
            let end = (block + ROWS_AT_ONCE).min(self.left.count);
            for (number, panel) in self.right.data.chunks_exact(inputs * width).enumerate() {
                let (panel, _) = S::as_simd_f32s(panel).0.as_chunks::<VECTORS>();
                let column = number * width;
                let columns = column..(column + width).min(outputs);
                let mut row = block;
                while row + ROWS <= end {
                    self.tile::<S, ROWS>(simd, panel, row, columns.clone());
                    row += ROWS;
                }
                while row + 4 <= end {
                    self.tile::<S, 4>(simd, panel, row, columns.clone());
                    row += 4;
                }
                while row < end {
                    self.tile::<S, 1>(simd, panel, row, columns.clone());
                    row += 1;
                }
            }
            block = end;
        }
    }

    /// `ROWS` rows by one panel.
    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize>(
        &mut self,
        simd: S,
        panel: &[[S::f32s; VECTORS]],
        row: usize,
        columns: std::ops::Range<usize>,
    ) {
        let empty: &[f32] = &[];
        let mut left = [empty; ROWS];
        for (at, left) in left.iter_mut().enumerate() {
            let start = (row + at) * self.left.stride;
            match self.left.data.get(start..start + panel.len()) {
                Some(numbers) => *left = numbers,
                None => return,
            }
        }
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
        for (at, right) in panel.iter().enumerate() {
            for (sums, left) in sums.iter_mut().zip(&left) {
                // In range: each was cut to the panel's length above.
                let left = simd.splat_f32s(left[at]);
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = simd.mul_add_e_f32s(left, *right, *sum);
                }
            }
        }
        for (at, sums) in sums.iter().enumerate() {
            let start = (row + at) * self.out.stride;
            let Some(out) = self.out.data.get_mut(start + columns.start..start + columns.end)
            else {
                return;
            };
            let (own, bias): (bool, &[f32]) = match self.start {
                Start::Zero => (false, &[]),
                Start::Bias(bias) => (false, bias.get(columns.clone()).unwrap_or_default()),
                Start::Add(bias) => (true, bias.get(columns.clone()).unwrap_or_default()),
            };
            for (vector, sum) in sums.iter().enumerate() {
                let from = (vector * S::F32_LANES).min(out.len());
                let to = (from + S::F32_LANES).min(out.len());
                let out = &mut out[from..to];
                let mut sum = *sum;
                if let Some(bias) = bias.get(from..to) {
                    sum = simd.add_f32s(sum, simd.partial_load_f32s(bias));
                }
                if own {
                    sum = simd.add_f32s(sum, simd.partial_load_f32s(out));
                }
                simd.partial_store_f32s(out, sum);
            }
        }
    }
}
