//! The quality score of a function: 100, less what each named reason costs. The weights are opinions,
//! written down here and in `docs/metrics.md`, and the same in an editor and on the command line.

use std::fmt;

use super::cost::CostClass;
use crate::facts::metrics::{Halstead, Metrics};

/// A score from 0 to 100, with what cost points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// The score.
    pub score: u8,
    /// What cost points, the most costly first.
    pub reasons: Vec<Reason>,
}

/// Something that costs points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it is.
    pub name: &'static str,
    /// How much there is of it.
    pub found: u32,
    /// Up to how much costs nothing.
    pub free: u32,
    /// What it costs.
    pub points: u8,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, found, free, points } = self;
        write!(f, "{name} {found}, over {free}: −{points}")
    }
}

/// How a measure is weighed.
struct Weight {
    name: &'static str,
    /// Up to how much costs nothing.
    free: u32,
    /// What is over costs so many points …
    points: u32,
    /// … for each so many.
    each: u32,
    /// The most that it costs.
    most: u32,
}

const COGNITIVE: Weight =
    Weight { name: "cognitive complexity", free: 15, points: 1, each: 1, most: 35 };
const CYCLOMATIC: Weight =
    Weight { name: "cyclomatic complexity", free: 10, points: 1, each: 1, most: 20 };
const NESTING: Weight = Weight { name: "nesting depth", free: 3, points: 6, each: 1, most: 18 };
const LINES: Weight = Weight { name: "lines", free: 60, points: 1, each: 5, most: 20 };
const PARAMETERS: Weight = Weight { name: "parameters", free: 5, points: 3, each: 1, most: 12 };
const DIFFICULTY: Weight =
    Weight { name: "Halstead difficulty", free: 40, points: 1, each: 4, most: 10 };
const DEGREE: Weight = Weight { name: "nested loops", free: 1, points: 5, each: 1, most: 10 };

impl Weight {
    fn of(&self, found: u32) -> Option<Reason> {
        let over = found.saturating_sub(self.free);
        // What is begun counts.
        let points = (over.div_ceil(self.each).saturating_mul(self.points)).min(self.most);
        let points = u8::try_from(points).unwrap_or(u8::MAX);
        (points > 0).then_some(Reason { name: self.name, found, free: self.free, points })
    }
}

impl Quality {
    /// Weighs what was measured of a function.
    pub fn of(metrics: &Metrics, halstead: &Halstead, cost: CostClass) -> Self {
        let weighed = [
            COGNITIVE.of(metrics.cognitive),
            CYCLOMATIC.of(metrics.cyclomatic),
            NESTING.of(metrics.nesting),
            LINES.of(metrics.lines),
            PARAMETERS.of(metrics.parameters),
            DIFFICULTY.of(whole(halstead.difficulty())),
            DEGREE.of(u32::from(cost.degree())),
        ];
        let mut reasons: Vec<Reason> = weighed.into_iter().flatten().collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
        let lost: u32 = reasons.iter().map(|reason| u32::from(reason.points)).sum();
        Self { score: 100 - lost.min(100) as u8, reasons }
    }
}

/// A measure that is never negative, without its fraction.
fn whole(measure: f64) -> u32 {
    #[allow(clippy::cast_sign_loss)]
    let whole = measure as u32;
    whole
}
