//! `rules` and `explain`: what the engine looks for.

use std::io::{self, Write};
use std::process::ExitCode;

use analysis::configuration::nearest;
use analysis::rules::{self, Rule, page};
use clap::ValueEnum;
use serde::Serialize;

use super::{CommandError, own_rules};

/// How the catalogue is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For pages.
    Markdown,
}

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    category: &'static str,
    summary: &'static str,
    languages: &'static [&'static str],
    severity: &'static str,
    fix: Option<&'static str>,
    profile: &'static str,
    since: &'static str,
}

impl Entry {
    fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id,
            category: rule.category.as_str(),
            summary: rule.summary,
            languages: rule.languages,
            severity: rule.severity.as_str(),
            fix: rule.fix.map(page::safety_name),
            profile: rule.profile.as_str(),
            since: rule.since,
        }
    }
}

#[derive(Serialize)]
struct Explanation {
    #[serde(flatten)]
    entry: Entry,
    confidence: f64,
    what: &'static str,
    why: &'static str,
    how_to_fix: &'static str,
    limits: &'static str,
    references: &'static [&'static str],
}

/// Lists the rules.
pub(super) fn rules(format: Format) -> Result<ExitCode, CommandError> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    match format {
        Format::Text => {
            let widest = rules::all().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in rules::all() {
                let fix = rule.fix.map_or("", |_| " [fix]");
                let profile = rule.profile.as_str();
                writeln!(output, "{:widest$}  {:11}  {}{fix}", rule.id, profile, rule.summary)?;
            }
        }
        Format::Json => {
            let entries: Vec<Entry> = rules::all().iter().map(|rule| Entry::of(rule)).collect();
            serde_json::to_writer_pretty(&mut output, &entries).map_err(io::Error::from)?;
            writeln!(output)?;
        }
        Format::Markdown => write!(output, "{}", page::index())?,
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Explains one rule.
pub(super) fn explain(name: &str, format: Format) -> Result<ExitCode, CommandError> {
    let Some(rule) = rules::find(name) else {
        let own = own_rules::own_rules();
        if let Some(rule) = own.iter().find(|it| it.id == name || it.name() == name) {
            let mut output = io::stdout().lock();
            own_rules::explain(&mut output, rule, format)?;
            output.flush()?;
            return Ok(ExitCode::SUCCESS);
        }
        let ids = rules::all().iter().map(|rule| rule.id);
        let nearest = nearest(name, ids.chain(own.iter().map(|rule| rule.id)));
        return Err(CommandError::NoSuchRule { name: name.to_owned(), nearest });
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    match format {
        Format::Text => write!(output, "{}", page::plain_text(rule))?,
        Format::Markdown => write!(output, "{}", page::markdown(rule))?,
        Format::Json => {
            let documentation = &rule.documentation;
            let explanation = Explanation {
                entry: Entry::of(rule),
                confidence: (f64::from(rule.confidence) * 100.0).round() / 100.0,
                what: documentation.what,
                why: documentation.why,
                how_to_fix: documentation.fix,
                limits: documentation.limits,
                references: documentation.references,
            };
            serde_json::to_writer_pretty(&mut output, &explanation).map_err(io::Error::from)?;
            writeln!(output)?;
        }
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
