//! Imports: the name each binds, with its dotted path.

use crate::ir::{Access, Kind, Role};
use crate::languages::{Choice, TextName, Visit};

/// One import. `.` and `_` bind no name; without a name of its own, a package is called like the
/// last part of its path.
pub(super) fn import_spec(visit: &Visit<'_>) -> Choice {
    let Some(path) = visit.field("path") else { return Choice::node(Kind::Error) };
    let text = visit.text(path).trim_matches(['"', '`']);
    let name = match visit.field("name") {
        Some(alias) if alias.kind() == "package_identifier" => {
            Some(TextName { role: Role::Target, range: alias.byte_range(), symbol: None })
        }
        Some(_) => None,
        None => package_name(text).map(|name| TextName {
            role: Role::Target,
            range: path.byte_range(),
            symbol: Some(name.to_owned()),
        }),
    };
    Choice::leaf(Kind::ImportBinding)
        .symbol(text.replace('/', "."))
        .target(Access::Declare)
        .names(name.into_iter().collect())
}

/// The name that the package at a path most likely has: its last part without a version, and
/// without the `go-` or `.go` that tells a repository's language. Nothing where that is no name.
fn package_name(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let last = parts.next()?;
    let last = match parts.next() {
        Some(before) if is_version(last) => before,
        _ => last,
    };
    // `gopkg.in/yaml.v3`
    let last = last.rsplit_once('.').filter(|(_, end)| is_version(end)).map_or(last, |it| it.0);
    let name = last.strip_prefix("go-").unwrap_or(last);
    let name = name.strip_suffix("-go").or_else(|| name.strip_suffix(".go")).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
    is_name.then_some(name)
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}
