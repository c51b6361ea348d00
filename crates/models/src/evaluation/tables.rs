//! Measures as tables for people.

use std::fmt::Write;

use super::{Groups, clean, pairs};

/// With fewer correct sides than this, one alarm in a thousand is less than three of them.
const ENOUGH: usize = 3_000;

/// The measures of pairs as a Markdown table.
pub fn pairs_table(groups: &Groups<pairs::Measures>) -> String {
    let mut text = String::from(
        "| | pairs | unparsed | detected | line | token | joint | false alarms | paired | same length | shorter | recall at 1 / 5 / 10 alarms | precision | joint at 2 % | shown | shown and right |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    each(groups, |name, it: &pairs::Measures| {
        let at = |map: &std::collections::BTreeMap<String, f64>| {
            let values = ["1", "5", "10"].map(|alarms| map.get(alarms).copied().unwrap_or(0.0));
            values.map(|value| format!("{:.1}", value * 100.0)).join(" / ")
        };
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let same_length = it.paired_accuracy_same_length.map_or_else(
            || "–".to_owned(),
            |share| format!("{} of {}", percent(share), it.same_length),
        );
        let note = if it.pairs < ENOUGH { " ¹" } else { "" };
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} %{note} | {} % | {} | {} | {} |",
            it.pairs,
            it.unparsed,
            percent(it.detected),
            percent(it.localized_line),
            percent(it.localized),
            percent(it.joint),
            percent(it.false_alarm_rate),
            percent(it.paired_accuracy),
            same_length,
            percent(it.paired_by_length),
            at(&it.recall_at_alarms),
            at(&it.precision_at_alarms),
            percent(it.joint_at_2_percent_false_alarms),
            percent(it.shipped.detected),
            percent(it.shipped.joint),
        );
    });
    if std::iter::once(&groups.overall)
        .chain(groups.by_language.values())
        .chain(groups.by_type.values())
        .any(|it| it.pairs < ENOUGH)
    {
        let _ = writeln!(
            text,
            "\n¹ Fewer than {ENOUGH} correct sides: one alarm in 1,000 of them cannot be told from none, \
             so all these columns are of the most suspicious few."
        );
    }
    text
}

/// The measures of correct functions as a Markdown table.
pub fn clean_table(groups: &Groups<clean::Measures>) -> String {
    let mut text = String::from(
        "| | functions | unparsed | lines | alarms | per 1,000 functions | 95 % bounds | per 1,000 lines |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    each(groups, |name, it: &clean::Measures| {
        let [low, high] = it.bounds.values().next().copied().unwrap_or_default();
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {:.2} | {low:.2}–{high:.2} | {:.3} |",
            it.functions,
            it.unparsed,
            it.lines,
            it.alarms,
            it.alarms_per_1000_functions,
            it.alarms_per_1000_lines,
        );
    });
    text
}

fn each<T>(groups: &Groups<T>, mut take: impl FnMut(&str, &T)) {
    take("**overall**", &groups.overall);
    for (name, own) in groups.by_language.iter().chain(&groups.by_type) {
        take(name, own);
    }
}
