//! Windows: how a unit of more tokens than the network reads at once is cut.

use std::ops::Range;

use super::Features;

/// The most positions the network reads at once.
pub const WINDOW: usize = 512;
/// How far the next window starts after the last one.
const STRIDE: usize = 384;
/// How near a border a candidate still counts, where another window sees it better.
const MARGIN: usize = (WINDOW - STRIDE) / 2;
/// Units longer than so many windows are read only so far.
const MOST_WINDOWS: usize = 32;

/// A part of a unit that the network reads at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its positions.
    pub positions: Range<usize>,
    /// Its groups of candidates. A group belongs to one window only.
    pub groups: Range<usize>,
}

impl Features<'_> {
    /// The windows of the unit: one, for all but long ones.
    pub fn windows(&self) -> Vec<Window> {
        let length = self.positions.len();
        let count = if length <= WINDOW {
            usize::from(length > 0)
        } else {
            (1 + (length - WINDOW).div_ceil(STRIDE)).min(MOST_WINDOWS)
        };
        let mut windows = Vec::with_capacity(count);
        let mut from = 0;
        for at in 0..count {
            let positions = at * STRIDE..(at * STRIDE + WINDOW).min(length);
            let is_last = at + 1 == count;
            let border = if is_last { positions.end } else { positions.end - MARGIN };
            let to = self.groups.partition_point(|group| (group.position as usize) < border);
            windows.push(Window { positions, groups: from..to });
            from = to;
        }
        windows
    }
}
