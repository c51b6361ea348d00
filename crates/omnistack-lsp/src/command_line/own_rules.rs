//! What `rules` and `explain` say of rules that users wrote, for the current folder.

use std::io::{self, Write};
use std::sync::Arc;

use analysis::custom::CustomRule;
use analysis::findings::Safety;
use serde_json::json;

use super::catalogue::Format;
use crate::configuration::{Configurations, FILE_NAME};

/// The rules that users wrote for the current folder.
pub(super) fn own_rules() -> Vec<Arc<CustomRule>> {
    let configurations = Configurations::new(vec![Configurations::environment()], None);
    let own = configurations.rules_for(std::path::Path::new(FILE_NAME));
    own.rules
        .as_ref()
        .map_or_else(Vec::new, |it| analysis::custom::CustomRules::rules(&**it).to_vec())
}

/// Explains a rule that a user wrote.
pub(super) fn explain(output: &mut dyn Write, rule: &CustomRule, format: Format) -> io::Result<()> {
    let title = rule.headline();
    let (id, language) = (rule.id, rule.language);
    match format {
        Format::Json => {
            let explanation = json!({
                "id": id,
                "category": "custom",
                "summary": title,
                "languages": [language],
                "severity": rule.severity.as_str(),
                "fix": rule.fix.map(safety),
                "what": rule.note,
                "references": rule.url.iter().collect::<Vec<_>>(),
                "place": rule.place,
            });
            serde_json::to_writer_pretty(&mut *output, &explanation)?;
            writeln!(output)?;
        }
        Format::Text | Format::Markdown => {
            let mark = if format == Format::Markdown { "# " } else { "" };
            writeln!(output, "{mark}{id}\n\n{title}")?;
            if let Some(note) = &rule.note {
                writeln!(output, "\n{note}")?;
            }
            let severity = rule.severity.as_str();
            writeln!(
                output,
                "\nLanguage: {language}. Severity: {severity}. From: {}.",
                rule.place
            )?;
            if let Some(url) = &rule.url {
                writeln!(output, "\n{url}")?;
            }
        }
    }
    Ok(())
}

fn safety(safety: Safety) -> &'static str {
    analysis::rules::page::safety_name(safety)
}
