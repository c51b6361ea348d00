//! What a layer does to single numbers and rows: normalization, activation, softmax.
//!
//! Plain loops over slices, compiled for the processor's vectors. Exponentials are computed by a
//! polynomial, to about seven digits: the library's take one number at a time.

#![allow(
    clippy::inline_always,
    reason = "pulp compiles for the processor only what is inlined into it"
)]

use pulp::Arch;

/// Numbers that loops treat side by side; sums over a row are kept apart by so many, so that they
/// need not wait for each other. Widths of rows are multiples of it.
pub(crate) const SIDE: usize = 16;

/// `e` to the power of `x`, for `x` up to 88; 0 for what is far below.
#[inline(always)]
fn exponential(x: f32) -> f32 {
    // 2^n · 2^f, where adding and taking away this constant rounds to the whole number n.
    const ROUND: f32 = 12_582_912.0;
    let scaled = (x.clamp(-87.0, 88.0)) * std::f32::consts::LOG2_E;
    let rounded = scaled + ROUND;
    let part = scaled - (rounded - ROUND);
    let mut power = 1.535_336_4e-4_f32;
    for coefficient in
        [1.339_887_4e-3, 9.618_437e-3, 5.550_332_5e-2, 2.402_264_8e-1, 6.931_472e-1, 1.0]
    {
        power = power * part + coefficient;
    }
    let whole = f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3f80_0000));
    power * whole
}

/// The Gaussian error linear unit, in the approximation that the trainer uses.
#[inline(always)]
fn activation(x: f32) -> f32 {
    const SLOPE: f32 = 0.797_884_6;
    let inner = SLOPE * (x + 0.044_715 * x * x * x);
    // x/2 · (1 + tanh(inner)), by one exponential.
    x / (1.0 + exponential(-2.0 * inner))
}

/// Applies the activation to all numbers.
pub(crate) fn activate(numbers: &mut [f32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for number in numbers {
                *number = activation(*number);
            }
        },
    );
}

/// The same without approximation but for the error function's, which is right to seven digits.
#[inline(always)]
fn exact_activation(x: f32) -> f32 {
    // Abramowitz and Stegun, 7.1.26.
    let size = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut sum = 1.061_405_4_f32;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        sum = sum * t + coefficient;
    }
    let error = 1.0 - sum * t * exponential(-size * size);
    0.5 * x * (1.0 + if x < 0.0 { -error } else { error })
}

/// Applies the exact activation to all numbers.
pub(crate) fn activate_exactly(numbers: &mut [f32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for number in numbers {
                *number = exact_activation(*number);
            }
        },
    );
}

/// Normalizes rows of `gain.len()` numbers to mean 0 and variance 1, then scales and shifts them.
pub(crate) fn normalize(rows: &[f32], gain: &[f32], shift: &[f32], out: &mut [f32]) {
    normalize_with(1e-5, rows, gain, shift, out);
}

/// The same with another number that keeps a variance of 0 from dividing by it.
pub(crate) fn normalize_with(
    epsilon: f32,
    rows: &[f32],
    gain: &[f32],
    shift: &[f32],
    out: &mut [f32],
) {
    let width = gain.len().max(1);
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (row, out) in rows.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
                let mean = sum(row, |x| x) / width as f32;
                let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
                let scale = 1.0 / (variance + epsilon).sqrt();
                for (((out, x), gain), shift) in out.iter_mut().zip(row).zip(gain).zip(shift) {
                    *out = (x - mean) * scale * gain + shift;
                }
            }
        },
    );
}

#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; SIDE];
    for chunk in row.as_chunks::<SIDE>().0 {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum += of(*x);
        }
    }
    sums.iter().sum()
}

/// Makes shares of scores, row by row: a score counts `scale`-fold, and `strength` more where the
/// bit `head` of its mark is set. The shares of a row sum up to what is written to `sums`; only
/// the first `length` scores of each row count.
pub(crate) fn shares(
    scores: &mut [f32],
    marks: &[u8],
    stride: usize,
    length: usize,
    head: Head,
    sums: &mut [f32],
) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let rows = scores.chunks_exact_mut(stride).zip(marks.chunks_exact(stride));
            for ((row, marks), total) in rows.zip(sums) {
                row.get_mut(length..).unwrap_or_default().fill(f32::MIN / 4.0);
                let mut most = [f32::MIN; SIDE];
                let (row, _) = row.as_chunks_mut::<SIDE>();
                for (scores, marks) in row.iter_mut().zip(marks.as_chunks::<SIDE>().0) {
                    for ((score, mark), most) in scores.iter_mut().zip(marks).zip(&mut most) {
                        let favour = if mark & head.bit == 0 { 0.0 } else { head.strength };
                        *score = *score * head.scale + favour;
                        *most = if *score > *most { *score } else { *most };
                    }
                }
                let most = most.iter().fold(f32::MIN, |a, b| if *b > a { *b } else { a });
                let mut sums = [0.0; SIDE];
                for scores in row {
                    for (score, sum) in scores.iter_mut().zip(&mut sums) {
                        *score = exponential(*score - most);
                        *sum += *score;
                    }
                }
                *total = sums.iter().sum();
            }
        },
    );
}

/// What tells attention heads apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    /// The bit of the marks that says what it favours.
    pub(crate) bit: u8,
    /// How strongly.
    pub(crate) strength: f32,
    /// What scores are multiplied by.
    pub(crate) scale: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_and_activations_are_right_to_six_digits() {
        for step in -8_000..800_i16 {
            let x = f32::from(step) / 100.0;
            let (ours, exact) = (exponential(x), x.exp());
            assert!((ours - exact).abs() <= 2e-6 * exact.max(1e-12), "{x}: {ours} {exact}");
        }
        let mut numbers = [-3.0, -0.5, 0.0, 0.5, 3.0];
        activate(&mut numbers);
        for (ours, exact) in
            numbers.iter().zip([-0.003_637_39, -0.154_286, 0.0, 0.345_714, 2.996_362_6])
        {
            assert!((ours - exact).abs() < 1e-5_f32, "{ours} {exact}");
        }
        let mut numbers = [-3.0, -0.5, 0.0, 0.5, 3.0];
        activate_exactly(&mut numbers);
        for (ours, exact) in
            numbers.iter().zip([-0.004_049_69, -0.154_268_77, 0.0, 0.345_731_23, 2.995_950_3])
        {
            assert!((ours - exact).abs() < 1e-6_f32, "{ours} {exact}");
        }
    }
}
