//! Rounding of measures to numbers of things, for calibration and evaluation.

/// A number of things, rounded down; none for less than nothing.
#[allow(clippy::cast_sign_loss, reason = "nothing less than zero remains")]
pub(crate) fn whole(number: f64) -> usize {
    number.max(0.0) as usize
}
