//! Pages of the docs of which a chore writes a part, between two marks that name the chore.

use std::path::Path;

use crate::project::{Failure, read, write};

/// Replaces what stands between the marks of a chore.
pub(crate) fn replace_between_marks(page: &Path, chore: &str, text: &str) -> Result<(), Failure> {
    let replaced = replaced(&read(page)?, chore, text).ok_or_else(|| {
        let page = page.display();
        Failure::Told(format!(
            "{page} needs the two marks of `{chore}`, between which its part goes"
        ))
    })?;
    write(page, &replaced)
}

fn replaced(page: &str, chore: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- Written by `{chore}`: begin. -->\n");
    let end = format!("<!-- Written by `{chore}`: end. -->\n");
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{text}\n{end}{after}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_changes() {
        let mark = |what| format!("<!-- Written by `cargo xtask it`: {what}. -->\n");
        let page = format!("# A\n{}old\n{}## B\n", mark("begin"), mark("end"));
        let changed = replaced(&page, "cargo xtask it", "new").unwrap();
        assert_eq!(changed, format!("# A\n{}\nnew\n{}## B\n", mark("begin"), mark("end")));
        assert_eq!(replaced(&changed, "cargo xtask it", "new").unwrap(), changed);
        assert!(replaced("# A\n", "cargo xtask it", "new").is_none());
    }
}
