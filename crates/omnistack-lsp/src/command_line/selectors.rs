//! The rules that flags name: the engine's own are known at once, those of users once they are read.

use std::path::{Path, PathBuf};

use analysis::configuration::Configuration;

use super::CommandError;
use crate::configuration::{Configurations, FILE_NAME};

/// The selectors as settings have them: a rule of a user's may be named without its category here.
///
/// # Errors
/// [`CommandError::Selector`] for the first that names nothing.
pub(super) fn resolved(
    selectors: &[String],
    root: &Path,
    only: Option<&PathBuf>,
) -> Result<Vec<String>, CommandError> {
    let is_own = |it: &String| Configuration::default().check_selector(it).is_err();
    if !selectors.iter().any(is_own) {
        return Ok(selectors.to_vec());
    }
    let folder = if root.is_file() { root.parent().unwrap_or(root) } else { root };
    let configurations = Configurations::new(vec![Configurations::environment()], only.cloned());
    let own = configurations.rules_for(&folder.join(FILE_NAME));
    let mut known = Configuration::default();
    if let Some(rules) = &own.rules {
        known = known.with_custom(rules.clone());
    }
    let mut resolved = Vec::with_capacity(selectors.len());
    for selector in selectors {
        known.check_selector(selector)?;
        let name = known.custom_rules().iter().find(|it| it.name() == selector);
        resolved.push(name.map_or_else(|| selector.clone(), |it| it.id.to_owned()));
    }
    Ok(resolved)
}
