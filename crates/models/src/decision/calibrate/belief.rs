//! Belief: how far the network's odds hold.
//!
//! Its log-odds hold for bugs made on purpose among as many correct functions. Two things are
//! measured. First, how often such a bug is found with so high log-odds for each time that a correct
//! function gets them: a logistic regression. Second, how often a real bug, one that a rewrite
//! repairs, is found with log-odds that may be shown; that is kept beside the thresholds for whoever
//! reads them. It lowers no confidence: fixes in histories are of bugs that survived tests and
//! reviews, which slips of the hand hardly do, and correct functions decide how many alarms are false.

use super::{Of, Said};
use crate::decision::thresholds::{Belief, RealBugs};

/// Real bugs are compared where log-odds exceed this.
const SURE: f32 = 2.0;
/// Log-odds from which the regression counts: below, nothing is ever shown.
const LEAST: f32 = 0.0;

/// Measures the belief on what was said of functions of all languages.
pub(super) fn measure(said: &[&Said]) -> (Belief, RealBugs) {
    let of = |of: Of| said.iter().filter(move |it| it.of == of);
    let found = |which: Of, least: f32| {
        let right = of(which).filter(|it| it.is_right);
        right.filter(|it| it.log_odds().is_some_and(|odds| odds >= least)).count()
    };
    let (made, fixed) = (of(Of::Made).count(), of(Of::Fixed).count());
    let share_of_made = found(Of::Made, SURE) as f64 / made.max(1) as f64;
    let found_fixed = found(Of::Fixed, SURE);
    let correct = of(Of::Correct).count();
    let weight = |count: usize| 1.0 / count.max(1) as f64;
    let mut points: Vec<(f64, bool, f64)> = Vec::new();
    for it in said {
        let (is_true, weight) = match it.of {
            Of::Correct => (false, weight(correct)),
            Of::Made if it.is_right => (true, weight(made)),
            Of::Made | Of::Fixed => continue,
        };
        if let Some(odds) = it.log_odds().filter(|odds| *odds >= LEAST) {
            points.push((f64::from(odds), is_true, weight));
        }
    }
    let (slope, shift) = fit(&points);
    let round = |it: f64| (it * 1000.0).round() / 1000.0;
    let belief = Belief {
        slope: round(slope),
        shift: round(shift),
        real: RealBugs {
            repairable: fixed,
            found: found_fixed,
            found_of_made: round(share_of_made),
        },
    };
    (belief, belief.real)
}

/// A weighted logistic regression on one number: slope and shift, by Newton's method.
fn fit(points: &[(f64, bool, f64)]) -> (f64, f64) {
    const ROUNDS: usize = 50;
    // Held to what the network claims, where there is little to learn from.
    const HOLD: f64 = 1e-3;
    let total: f64 = points.iter().map(|(.., weight)| weight).sum();
    if total <= 0.0 {
        return (1.0, 0.0);
    }
    let (mut slope, mut shift) = (1.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        let (mut g0, mut g1) = (-HOLD * shift, -HOLD * (slope - 1.0));
        let (mut h00, mut h01, mut h11) = (HOLD, 0.0, HOLD);
        for (odds, is_true, weight) in points {
            let weight = weight / total;
            let chance = 1.0 / (1.0 + (-(slope * odds + shift)).exp());
            let error = weight * (f64::from(u8::from(*is_true)) - chance);
            let spread = weight * chance * (1.0 - chance);
            g0 += error;
            g1 += error * odds;
            h00 += spread;
            h01 += spread * odds;
            h11 += spread * odds * odds;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant <= 0.0 {
            break;
        }
        shift += ((h11 * g0 - h01 * g1) / determinant).clamp(-1.0, 1.0);
        slope = (slope + ((h00 * g1 - h01 * g0) / determinant).clamp(-0.5, 0.5)).max(0.1);
    }
    (slope, shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Said of so many functions with log-odds 0 to 6: at each, chances are what odds say.
    fn functions(of: Of, count: u16, share: impl Fn(f32) -> bool) -> Vec<Said> {
        (0..count)
            .map(|at| {
                let odds = f32::from(at % 60) / 10.0;
                Said {
                    of,
                    choice: share(odds).then(|| ("variable".to_owned(), odds)),
                    is_right: of != Of::Correct,
                }
            })
            .collect()
    }

    #[test]
    fn odds_are_measured_on_made_bugs_and_real_ones_are_counted() {
        let mut all = functions(Of::Made, 6_000, |_| true);
        all.extend(functions(Of::Correct, 6_000, |odds| odds < 3.0));
        all.extend(functions(Of::Fixed, 600, |odds| odds < 2.5));
        let (belief, real) = measure(&all.iter().collect::<Vec<_>>());
        assert_eq!(real.repairable, 600);
        assert_eq!(real.found, 50, "five of sixty are between 2 and 2.5");
        assert!(belief.slope > 0.5, "{belief:?}");
        let none: Vec<Said> = Vec::new();
        let (belief, _) = measure(&none.iter().collect::<Vec<_>>());
        assert_eq!((belief.slope, belief.shift), (1.0, 0.0));
    }
}
