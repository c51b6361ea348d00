//! Output for people: findings with their source, and statistics.

use std::io::{self, Write};

use analysis::findings::{Safety, Severity};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use super::excerpt::LONGEST_SHOWN;
use super::report::{Located, Report};
use crate::fixing::Fixed;
use crate::workspace::display_path;

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
    let (finding, place, excerpt) = (&located.finding, located.place, &located.excerpt);
    let (level, color) = match finding.severity {
        Severity::Error => (Level::ERROR, AnsiColor::BrightRed),
        Severity::Warning => (Level::WARNING, AnsiColor::Yellow),
        Severity::Information => (Level::INFO, AnsiColor::BrightBlue),
        Severity::Hint => (Level::NOTE, AnsiColor::BrightGreen),
    };
    let (bold, severity) = (Style::new().bold(), color.on_default().bold());
    writeln!(
        output,
        "{bold}{}:{}:{}:{bold:#} {severity}{}[{}]{severity:#} {bold}{}{bold:#}",
        printable(&located.display_path()),
        place.line,
        place.column,
        finding.severity.as_str(),
        finding.rule,
        printable(&finding.message),
    )?;
    let snippet = Snippet::source(excerpt.text.as_str())
        .line_start(excerpt.first_line as usize)
        .annotation(AnnotationKind::Primary.span(excerpt.span.clone()));
    let group = annotate_snippets::Group::with_level(level).element(snippet);
    writeln!(output, "{}", renderer.render(&[group]))?;
    for (related, path, place) in located.related() {
        let path = printable(&path);
        let (line, column) = (place.line, place.column);
        let note = Style::new().bold();
        let message = printable(&related.message);
        writeln!(output, "{note}note:{note:#} {path}:{line}:{column}: {message}")?;
    }
    for fix in &finding.fixes {
        let flags = if fix.safety == Safety::Safe { "--fix" } else { "--fix --unsafe-fixes" };
        let help = AnsiColor::BrightCyan.on_default().bold();
        writeln!(output, "{help}help:{help:#} {} ({flags})", printable(&fix.title))?;
    }
    writeln!(output)
}

/// Text without the control characters a terminal would obey.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}

fn write_skipped(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    for skip in &report.skipped {
        let reason = skip.reason.as_str();
        writeln!(
            output,
            "skipped {} ({reason}): {}",
            printable(&display_path(&skip.path)),
            skip.detail
        )?;
    }
    Ok(())
}

fn summary(report: &Report) -> String {
    let found = report.findings.len();
    let looked =
        format!("{}, {}", count(report.files, "file"), count(report.lines as usize, "line"));
    if found == 0 {
        return format!("No findings in {looked}.");
    }
    let fixable = |safety| {
        let safest = |it: &Located| it.finding.fixes.iter().map(|fix| fix.safety).min();
        report.findings.iter().filter(|it| safest(it) == Some(safety)).count()
    };
    let mut notes = Vec::new();
    match fixable(Safety::Safe) {
        0 => {}
        some => notes.push(format!("{some} fixable with --fix")),
    }
    match fixable(Safety::Unsafe) {
        0 => {}
        some => notes.push(format!("{some} fixable with --unsafe-fixes")),
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("Found {}{notes} in {looked}.", count(found, "finding"))
}

/// A number with its noun.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Writes how often each rule found something, the most frequent first.
pub(super) fn statistics(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    for (rule, count) in report.statistics() {
        writeln!(output, "{count:>7}  {rule}")?;
    }
    writeln!(output, "{}", summary(report))
}
