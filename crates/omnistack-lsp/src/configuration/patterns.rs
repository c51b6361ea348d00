//! Patterns of paths, as settings hold them.

use globset::GlobBuilder;

/// `tests/**` and `*.py` mean what they mean in `.gitignore`: a pattern without a slash holds at any
/// depth, and a folder stands for all below it.
pub(super) fn glob(pattern: &str) -> Option<globset::GlobMatcher> {
    let anchored = pattern.trim_start_matches("./");
    let pattern = match (anchored.trim_end_matches('/').contains('/'), anchored.ends_with('/')) {
        (false, false) => format!("**/{anchored}"),
        (false, true) => format!("**/{anchored}**"),
        (true, true) => format!("{}**", anchored.trim_start_matches('/')),
        (true, false) => anchored.trim_start_matches('/').to_owned(),
    };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}
