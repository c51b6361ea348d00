//! Output for people: findings with their source, statistics, and GitHub's log annotations.

use std::collections::BTreeMap;
use std::io::{self, Write};

use analysis::findings::{Safety, Severity};
use analysis::text::Span;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::fixing::Fixed;
use super::report::{Located, Report};

/// Lines longer than this many bytes are shown in part.
const LONGEST_SHOWN: usize = 160;

/// Writes every finding with its source, then a summary.
pub(super) fn write(output: &mut dyn Write, report: &Report, fixed: &[Fixed]) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(LONGEST_SHOWN);
    for located in &report.findings {
        write_finding(output, &renderer, located)?;
    }
    write_skipped(output, report)?;
    let mended: usize = fixed.iter().map(|fixed| fixed.count).sum();
    if mended > 0 {
        let files = fixed.len();
        writeln!(output, "Fixed {} in {}.", count(mended, "finding"), count(files, "file"))?;
    }
    writeln!(output, "{}", summary(report))
}

fn write_finding(output: &mut dyn Write, renderer: &Renderer, located: &Located) -> io::Result<()> {
    let finding = &located.finding;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let excerpt = Excerpt::of(located);
    let path = located.display_path();
    let snippet = Snippet::source(excerpt.text.as_str())
        .line_start(excerpt.first_line as usize)
        .path(path.as_str())
        .annotation(AnnotationKind::Primary.span(excerpt.span.clone()));
    let mut group = level.primary_title(finding.message.as_str()).id(finding.rule).element(snippet);
    for fix in &finding.fixes {
        let note = if fix.safety == Safety::Safe { "--fix" } else { "--fix --unsafe-fixes" };
        group = group.element(Level::HELP.message(format!("{} ({note})", fix.title)));
    }
    writeln!(output, "{}\n", renderer.render(&[group]))
}

/// The lines of a finding, cut to what fits.
struct Excerpt {
    text: String,
    span: std::ops::Range<usize>,
    first_line: u32,
}

impl Excerpt {
    /// The finding's first lines, at most three, long ones cut around the finding.
    fn of(located: &Located) -> Self {
        const MOST_LINES: u32 = 3;
        let (lines, text) = (located.snapshot.lines(), located.snapshot.text());
        let span = located.finding.span;
        let first = lines.line_of(span.start);
        let last = lines.line_of(span.end.max(span.start + 1) - 1).min(first + MOST_LINES - 1);
        let start = lines.line_start(first).unwrap_or(0);
        let end = lines.line_end(text, last.max(first));
        let shown = Span::new(start, end).of(text).replace('\r', " ");
        let from = (span.start - start) as usize;
        let to = ((span.end.min(end)).max(span.start) - start) as usize;
        if shown.len() <= LONGEST_SHOWN * MOST_LINES as usize {
            return Self { text: shown, span: from..to, first_line: first + 1 };
        }
        // The renderer would lay out the whole line first.
        let cut_from = floor(&shown, from.saturating_sub(LONGEST_SHOWN / 4));
        let cut_to = floor(&shown, (from + LONGEST_SHOWN / 2).min(shown.len()));
        let text = shown.get(cut_from..cut_to).unwrap_or("").to_owned();
        let span = from - cut_from..to.min(cut_to) - cut_from;
        Self { text, span, first_line: first + 1 }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn write_skipped(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    for skip in &report.skipped {
        let reason = skip.reason.as_str();
        writeln!(output, "skipped {} ({reason}): {}", skip.path.display(), skip.detail)?;
    }
    Ok(())
}

fn summary(report: &Report) -> String {
    let found = report.findings.len();
    let looked =
        format!("{} and {}", count(report.files, "file"), count(report.lines as usize, "line"));
    if found == 0 {
        return format!("No findings in {looked}.");
    }
    let fixable = |safety| {
        let fits = |it: &&Located| it.finding.fixes.first().is_some_and(|fix| fix.safety == safety);
        report.findings.iter().filter(fits).count()
    };
    let mut notes = Vec::new();
    match fixable(Safety::Safe) {
        0 => {}
        some => notes.push(format!("{some} fixable with --fix")),
    }
    match fixable(Safety::Unsafe) {
        0 => {}
        some => notes.push(format!("{some} more with --unsafe-fixes")),
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("Found {}{notes} in {looked}.", count(found, "finding"))
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Writes how often each rule found something, the most frequent first.
pub(super) fn statistics(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for located in &report.findings {
        *counts.entry(located.finding.rule).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    for (rule, count) in rows {
        writeln!(output, "{count:>7}  {rule}")?;
    }
    writeln!(output, "{}", summary(report))
}

/// Writes annotations as workflow commands of GitHub's runner.
pub(super) fn github(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let property = |text: &str| message(text).replace(':', "%3A").replace(',', "%2C");
    for located in &report.findings {
        let (finding, place) = (&located.finding, located.place());
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        writeln!(
            output,
            "::{level} file={},line={},col={},endLine={},endColumn={},title={}::{}",
            property(&located.display_path()),
            place.line,
            place.column,
            place.end_line,
            place.end_column,
            property(finding.rule),
            message(&finding.message),
        )?;
    }
    Ok(())
}

/// Escapes text as the runner's command parser wants it.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
