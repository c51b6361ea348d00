//! What the layers of a transformer are made of beside attention: linear maps and normalizations.
//! The predictor's network and the sentence encoder share them.

use super::product::{Panels, Rows, RowsMut, Start, WIDE, multiply};

/// A linear map.
#[derive(Debug)]
pub(crate) struct Linear {
    /// The matrix.
    pub(crate) weights: Panels,
    /// What is added to each output.
    pub(crate) bias: Vec<f32>,
}

/// A normalization's gain and shift.
#[derive(Debug)]
pub(crate) struct Norm {
    /// What each number is multiplied by.
    pub(crate) gain: Vec<f32>,
    /// What is added to each number then.
    pub(crate) shift: Vec<f32>,
}

impl Linear {
    /// Maps rows to rows.
    pub(crate) fn apply(&self, rows: &[f32], out: &mut [f32]) {
        self.map(rows, Start::Bias(&self.bias), out);
    }

    /// Maps rows and adds the results to rows.
    pub(crate) fn add_to(&self, rows: &[f32], out: &mut [f32]) {
        self.map(rows, Start::Add(&self.bias), out);
    }

    fn map(&self, rows: &[f32], start: Start<'_>, out: &mut [f32]) {
        let (inputs, outputs) = (self.weights.inputs, self.weights.outputs);
        let left = Rows { data: rows, stride: inputs, count: rows.len() / inputs.max(1) };
        multiply::<WIDE>(left, &self.weights, start, RowsMut { data: out, stride: outputs });
    }
}

/// Adds one row to another.
pub(crate) fn add(sum: &mut [f32], row: &[f32]) {
    for (sum, number) in sum.iter_mut().zip(row) {
        *sum += number;
    }
}
