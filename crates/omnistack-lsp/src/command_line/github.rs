//! Annotations of GitHub's workflow log: commands to the runner, one a line, that it shows at the
//! lines they name.

use std::io::{self, Write};

use analysis::findings::Severity;

use super::report::Report;

/// Writes annotations as workflow commands of GitHub's runner.
pub(super) fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let property = |text: &str| message(text).replace(':', "%3A").replace(',', "%2C");
    for located in &report.findings {
        let (finding, place) = (&located.finding, located.place);
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
