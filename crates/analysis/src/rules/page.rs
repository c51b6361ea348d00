//! A rule's page: its metadata, documentation and examples as Markdown or plain text.
//!
//! `explain`, the generated documentation, hovers and SARIF all say what this module says.

use std::fmt::Write;

use super::{Example, Rule};
use crate::findings::Safety;
use crate::languages::Language;

/// The name of a fix's safety in output.
pub fn safety_name(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    }
}

/// The rule's page in Markdown.
pub fn markdown(rule: &Rule) -> String {
    let documentation = &rule.documentation;
    let mut page = format!("# `{}`\n\n{}.\n\n", rule.id, rule.summary);
    page.push_str("| | |\n|---|---|\n");
    let fix = rule.fix.map_or("none", safety_name);
    for (name, value) in [
        ("Severity", rule.severity.as_str().to_owned()),
        ("Languages", rule.languages.join(", ")),
        ("Profile", rule.profile.as_str().to_owned()),
        ("Fix", fix.to_owned()),
        ("Since", rule.since.to_owned()),
    ] {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    for (title, text) in [
        ("What it finds", documentation.what),
        ("Why it matters", documentation.why),
        ("How to fix it", documentation.fix),
        ("Limits", documentation.limits),
    ] {
        if !text.is_empty() {
            let _ = write!(page, "\n## {title}\n\n{text}\n");
        }
    }
    examples(&mut page, rule);
    if !documentation.references.is_empty() {
        page.push_str("\n## References\n\n");
        for reference in documentation.references {
            let _ = writeln!(page, "- <{reference}>");
        }
    }
    page
}

/// The first bad and the first good example of each language.
fn examples(page: &mut String, rule: &Rule) {
    page.push_str("\n## Examples\n");
    for id in rule.languages {
        let Some(language) = Language::from_id(id) else { continue };
        if !rule.examples.iter().any(|it| it.language == *id) {
            continue;
        }
        let of_language =
            |it: &&Example| Language::from_id(it.language).is_some_and(|it| it == language);
        let _ = write!(page, "\n### {}\n", language.spec().display_name);
        if let Some(bad) = rule.examples.iter().filter(of_language).find(|it| it.is_bad()) {
            let code = commented(bad.code, language.spec().line_comment);
            let _ = write!(page, "\nReported:\n\n```{id}\n{code}```\n");
            if let Some(fixed) = bad.fixed {
                let _ = write!(page, "\nFixed:\n\n```{id}\n{fixed}```\n");
            }
        }
        if let Some(good) = rule.examples.iter().filter(of_language).find(|it| !it.is_bad()) {
            let _ = write!(page, "\nNot reported:\n\n```{id}\n{}```\n", good.code);
        }
    }
}

/// The code with its marker lines turned into comments, so that it stays code.
fn commented(code: &str, comment: &str) -> String {
    let mut result = String::new();
    for line in code.split_inclusive('\n') {
        let marker = line.trim_start();
        if !marker.starts_with('^') {
            result.push_str(line);
            continue;
        }
        let indent = line.len() - marker.len();
        // The comment sign takes the place of white space, where there is enough.
        let padding = indent.saturating_sub(comment.len());
        let _ = write!(result, "{comment}{}{marker}", " ".repeat(padding));
    }
    result
}

/// The rule's page as plain text.
pub fn plain_text(rule: &Rule) -> String {
    let mut text = String::new();
    let mut in_code = false;
    for line in markdown(rule).lines().filter(|line| *line != "|---|---|" && *line != "| | |") {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let line = match line.strip_prefix("| ") {
            Some(row) if !in_code => {
                let (name, value) =
                    row.trim_end_matches(" |").split_once(" | ").unwrap_or((row, ""));
                format!("{name}: {value}")
            }
            _ if in_code => format!("    {line}"),
            _ => line.trim_start_matches('#').trim_start().replace('`', ""),
        };
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A table of all rules, in Markdown, with links to their pages.
pub fn index() -> String {
    let mut page = String::from(
        "# Rules\n\n| rule | finds | languages | profile | fix |\n|---|---|---|---|---|\n",
    );
    for rule in super::all() {
        let _ = writeln!(
            page,
            "| [`{id}`]({id}.md) | {} | {} | {} | {} |",
            rule.summary,
            rule.languages.join(", "),
            rule.profile.as_str(),
            rule.fix.map_or("", safety_name),
            id = rule.id,
        );
    }
    page
}
