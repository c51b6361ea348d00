//! `new-rule`: starts a rule with a file that compiles, whose examples hold, and that is registered
//! and documented: what remains is to replace what it says and what it finds.

use crate::generate::{self, FOLDERS, RULES, rule_files};
use crate::project::{Failure, Project, write};

/// The text of a new rule's file.
const TEMPLATE: &str = include_str!("rule.rs.template");

/// Makes the rule's file, and brings what is generated up to date.
pub(crate) fn run(project: &Project, id: &str) -> Result<(), Failure> {
    let (folder, category, name) = parse(id)?;
    let taken = rule_files(project)?;
    if taken.iter().any(|rule| rule.id == id) {
        return Err(Failure::Told(format!("there is a rule `{id}` already")));
    }
    let path = project.path(RULES).join(folder).join(format!("{}.rs", name.replace('-', "_")));
    write(&path, &text(category, name))?;
    println!("new-rule: wrote {}", project.show(&path));
    generate::run(project, false)?;
    println!("new-rule: say what it finds, then run `cargo test --package analysis --test rules`");
    Ok(())
}

/// The folder, category and name of a rule's id.
fn parse(id: &str) -> Result<(&'static str, &'static str, &str), Failure> {
    let categories = || FOLDERS.map(|(_, category)| category).join(", ");
    let (category, name) = id.split_once('/').ok_or_else(|| {
        Failure::Told(format!(
            "`{id}` is no rule id: write category/name, the category one of {}",
            categories()
        ))
    })?;
    let Some((folder, category)) = FOLDERS.into_iter().find(|(_, it)| *it == category) else {
        return Err(Failure::Told(format!(
            "there is no category `{category}`: use one of {}",
            categories()
        )));
    };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    if !name.split('-').all(is_word) {
        return Err(Failure::Told(format!(
            "`{name}` is no rule name: write lower-case words joined by hyphens"
        )));
    }
    Ok((folder, category, name))
}

fn text(category: &str, name: &str) -> String {
    let mut variant = category.to_owned();
    if let Some(first) = variant.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    TEMPLATE
        .replace("{{id}}", &format!("{category}/{name}"))
        .replace("{{category}}", &variant)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_before_anything_is_written() {
        assert_eq!(parse("perf/slow-loop").unwrap(), ("performance", "perf", "slow-loop"));
        for (id, message) in [
            ("slow-loop", "category/name"),
            ("speed/slow-loop", "no category `speed`"),
            ("perf/SlowLoop", "no rule name"),
            ("perf/slow--loop", "no rule name"),
            ("perf/../mod", "no rule name"),
            ("perf/", "no rule name"),
        ] {
            let failure = parse(id).unwrap_err().to_string();
            assert!(failure.contains(message), "{id}: {failure}");
        }
    }

    #[test]
    fn nothing_of_the_template_is_left_open() {
        let text = text("security", "weak-hash");
        assert!(text.contains("id: \"security/weak-hash\""), "{text}");
        assert!(text.contains("Category::Security"), "{text}");
        assert!(!text.contains("{{"), "{text}");
    }
}
