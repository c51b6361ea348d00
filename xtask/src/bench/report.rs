//! The table: what is printed has times, what is kept in the docs has ratios.

use std::fmt::Write as _;
use std::time::Duration;

use super::measures::Times;
use super::probes::PROBES;
use crate::page::replace_between_marks;
use crate::project::{Failure, Project};

const PAGE: &str = "docs/benchmarks.md";
const CHORE: &str = "cargo xtask bench lsp";

/// What was measured of a server.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// For each size: from an edit to diagnostics, and processor time for 100 edits.
    pub(super) edits: Vec<(Times, Duration)>,
    pub(super) greeting: Times,
    pub(super) first: Times,
    pub(super) burst: Duration,
    pub(super) backwards: usize,
    pub(super) hover: Times,
    pub(super) action: Times,
    pub(super) memory: u64,
    pub(super) prediction: Option<Times>,
    pub(super) probes: Vec<&'static str>,
}

/// One line of the table.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) measure: String,
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) ratio: String,
    pub(super) goal: &'static str,
    pub(super) is_met: bool,
}

/// The lines of the table.
pub(super) fn rows(ours: &Figures, theirs: &Figures, sizes: &[usize]) -> Vec<Row> {
    let mut rows = Vec::new();
    let by_size = sizes.iter().zip(ours.edits.iter().zip(&theirs.edits));
    for (size, ((times, taken), (rival, rivals_taken))) in by_size {
        let large = *size >= 5_000;
        let (goal, most) = if large { ("≤ 0.5 of ruff's", 0.5) } else { ("≤ ruff's", 1.0) };
        let name = |what: &str| format!("edit → diagnostics, {size} lines, {what}");
        rows.push(compared(name("p50"), times.median, rival.median, goal, most));
        rows.push(compared(name("p95"), times.high, rival.high, goal, most));
        let name = format!("processor time of 100 edits, {size} lines");
        rows.push(compared(name, *taken, *rivals_taken, "≤ ruff's", 1.0));
    }
    let name = "start → answer to `initialize`".to_owned();
    rows.push(compared(name, ours.greeting.median, theirs.greeting.median, "≤ ruff's", 1.0));
    let name = "start → first diagnostics".to_owned();
    rows.push(compared(name, ours.first.median, theirs.first.median, "≤ 1.5 of ruff's", 1.5));
    let name = "200 edits in a second → last diagnostics".to_owned();
    rows.push(limited(name, ours.burst, Some(theirs.burst), "≤ 100 ms", 100));
    rows.push(Row {
        measure: "older versions after newer ones".to_owned(),
        ours: ours.backwards.to_string(),
        theirs: theirs.backwards.to_string(),
        ratio: String::new(),
        goal: "none",
        is_met: ours.backwards == 0,
    });
    let name = "hover, p95".to_owned();
    rows.push(limited(name, ours.hover.high, Some(theirs.hover.high), "≤ 5 ms", 5));
    let name = "code actions, p95".to_owned();
    rows.push(limited(name, ours.action.high, Some(theirs.action.high), "≤ 5 ms", 5));
    if let Some(prediction) = ours.prediction {
        let name = "edit → prediction with the pause, p95".to_owned();
        rows.push(limited(name, prediction.high, None, "≤ 250 ms", 250));
    }
    rows.push(Row {
        measure: "memory with 50 files open, model loaded".to_owned(),
        ours: format!("{} MB", ours.memory >> 20),
        theirs: format!("{} MB", theirs.memory >> 20),
        ratio: String::new(),
        goal: "≤ 150 MB",
        is_met: ours.memory <= 150 << 20,
    });
    let held =
        |figures: &Figures| format!("{}/{}", PROBES.len() - figures.probes.len(), PROBES.len());
    rows.push(Row {
        measure: "probes survived".to_owned(),
        ours: held(ours),
        theirs: held(theirs),
        ratio: String::new(),
        goal: "all",
        is_met: ours.probes.is_empty(),
    });
    rows
}

fn compared(
    measure: String,
    ours: Duration,
    theirs: Duration,
    goal: &'static str,
    most: f64,
) -> Row {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64().max(1e-6);
    let (ours, theirs) = (milliseconds(ours), milliseconds(theirs));
    Row { measure, ours, theirs, ratio: format!("{ratio:.2}"), goal, is_met: ratio <= most }
}

fn limited(
    measure: String,
    ours: Duration,
    theirs: Option<Duration>,
    goal: &'static str,
    most: u64,
) -> Row {
    let ratio = theirs.map(|it| ours.as_secs_f64() / it.as_secs_f64().max(1e-6));
    Row {
        measure,
        is_met: ours <= Duration::from_millis(most),
        ours: milliseconds(ours),
        theirs: theirs.map(milliseconds).unwrap_or_default(),
        ratio: ratio.map(|it| format!("{it:.2}")).unwrap_or_default(),
        goal,
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// Prints the table with its times.
pub(super) fn print(rows: &[Row]) {
    let header = ("measure", "ours", "ruff", "ratio", "goal");
    let (measure, ours, theirs, ratio, goal) = header;
    println!("{measure:<46} {ours:>10} {theirs:>10} {ratio:>6}  {goal}");
    for row in rows {
        let Row { measure, ours, theirs, ratio, goal, is_met } = row;
        let met = if *is_met { "met" } else { "MISSED" };
        println!("{measure:<46} {ours:>10} {theirs:>10} {ratio:>6}  {goal}: {met}");
    }
}

/// Writes the table with its ratios.
pub(super) fn write(project: &Project, rows: &[Row]) -> Result<(), Failure> {
    replace_between_marks(&project.path(PAGE), CHORE, &table(rows))?;
    println!("bench: wrote {PAGE}");
    Ok(())
}

fn table(rows: &[Row]) -> String {
    let mut text =
        "| measure | ours, ruff's being 1 | goal | met |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let Row { measure, ratio, goal, is_met, .. } = row;
        // Where the other has no figure, or the goal is no time, only whether it is met counts.
        let _ = writeln!(text, "| {measure} | {ratio} | {goal} | {} |", yes(*is_met));
    }
    text
}

fn yes(is_it: bool) -> &'static str {
    if is_it { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_or_not() {
        let second = Duration::from_secs(1);
        let row = compared("a".to_owned(), second / 2, second, "≤ 0.5 of ruff's", 0.5);
        assert!(row.is_met && row.ratio == "0.50");
        assert!(!compared("a".to_owned(), second, second / 2, "≤ ruff's", 1.0).is_met);
        assert!(!limited("b".to_owned(), second, None, "≤ 5 ms", 5).is_met);
        let table = table(&[row]);
        assert!(table.ends_with("| a | 0.50 | ≤ 0.5 of ruff's | yes |\n"), "{table}");
    }
}
