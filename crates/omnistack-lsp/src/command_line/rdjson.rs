//! Reviewdog's diagnostic format (`rdjson`), which it turns into comments on a change under review,
//! with suggestions that one click applies.
//!
//! Columns count bytes there. A suggestion replaces one range, so a fix of several edits has none.

use std::io::{self, Write};

use analysis::findings::Severity;
use serde_json::{Map, Value, json};

use super::report::{Located, Place, Report};
use crate::server::explain::{REPOSITORY, page_of};

/// Writes the report as one document.
pub(super) fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let document = json!({
        "source": { "name": "OmniStack", "url": REPOSITORY },
        "diagnostics": report.findings.iter().map(diagnostic).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *output, &document)?;
    writeln!(output)
}

fn diagnostic(located: &Located) -> Value {
    let finding = &located.finding;
    let mut diagnostic = Map::new();
    let mut insert = |key: &str, value: Value| diagnostic.insert(key.to_owned(), value);
    insert("message", finding.message.clone().into());
    insert("location", location(&located.display_path(), located.place));
    insert("severity", severity(finding.severity).into());
    let mut code = json!({ "value": finding.rule });
    if let (Some(page), Some(code)) = (page_of(finding), code.as_object_mut()) {
        code.insert("url".to_owned(), page.into());
    }
    insert("code", code);
    let suggestions: Vec<Value> =
        (0..finding.fixes.len()).filter_map(|fix| suggestion(located, fix)).collect();
    if !suggestions.is_empty() {
        insert("suggestions", suggestions.into());
    }
    if !finding.related.is_empty() {
        let related = located.related().map(|(related, path, place)| {
            json!({ "message": related.message, "location": location(&path, place) })
        });
        insert("relatedLocations", related.collect());
    }
    diagnostic.into()
}

fn suggestion(located: &Located, fix: usize) -> Option<Value> {
    let mut edits = located.edits(fix);
    let (edit, place) = edits.next()?;
    let is_alone = edits.next().is_none();
    is_alone.then(|| json!({ "range": range(place), "text": edit.replacement }))
}

fn location(path: &str, place: Place) -> Value {
    json!({ "path": path, "range": range(place) })
}

fn range(place: Place) -> Value {
    match place.byte_columns {
        Some((start, end)) => json!({
            "start": { "line": place.line, "column": start },
            "end": { "line": place.end_line, "column": end },
        }),
        None => json!({ "start": { "line": place.line }, "end": { "line": place.end_line } }),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Information | Severity::Hint => "INFO",
    }
}
